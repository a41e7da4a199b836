"""The catalogue's admin pages."""

from products.admin import catalogue, products, records

__all__ = ["catalogue", "products", "records"]
