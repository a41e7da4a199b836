"""Every write of products: permission, transaction, event. Console, API and commands call these and nothing else.

Import and export live in ``services.importing`` and ``services.exporting``.
"""

from products.services.catalogue import (
    AttributeInput,
    approve_selling_points,
    create_product,
    delete_product,
    ensure_attribute,
    ensure_brand,
    ensure_category,
    set_attributes,
    set_selling_points,
    update_product,
)
from products.services.recording import recorded

__all__ = [
    "AttributeInput",
    "approve_selling_points",
    "create_product",
    "delete_product",
    "ensure_attribute",
    "ensure_brand",
    "ensure_category",
    "recorded",
    "set_attributes",
    "set_selling_points",
    "update_product",
]
