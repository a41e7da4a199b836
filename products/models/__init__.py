"""Everything the catalogue keeps."""

from products.models.attributes import AttributeDefinition, AttributeValue, Benefit, CategoryAttribute, DataType
from products.models.catalogue import Brand, Category, Channel, Product, ProductImage, SellingPoint
from products.models.copy import CopyField, LiveCopy, SourceText
from products.models.transfers import ExportRun, ImportRun
from products.models.variants import PriceChange, Variant

__all__ = [
    "AttributeDefinition",
    "AttributeValue",
    "Benefit",
    "Brand",
    "Category",
    "CategoryAttribute",
    "Channel",
    "CopyField",
    "DataType",
    "ExportRun",
    "ImportRun",
    "LiveCopy",
    "PriceChange",
    "Product",
    "ProductImage",
    "SellingPoint",
    "SourceText",
    "Variant",
]
