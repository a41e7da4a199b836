"""Rows only services write, to look at: imported texts, live copy, prices, imports and exports."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from opsportal.console.admin_base import ReadOnlyAdmin
from products.models import AttributeValue, ExportRun, ImportRun, LiveCopy, PriceChange, SourceText, Variant


@admin.register(SourceText)
class SourceTextAdmin(ReadOnlyAdmin):
    """What the shop's files said."""

    list_display = ("product", "field", "language", "channel", "imported_at")
    list_filter = ("field", "language")
    list_select_related = ("product",)
    search_fields = ("product__key",)


@admin.register(LiveCopy)
class LiveCopyAdmin(ReadOnlyAdmin):
    """What was published."""

    list_display = ("product", "slot", "language", "channel", "updated_at")
    list_filter = ("slot", "language")
    list_select_related = ("product",)
    search_fields = ("product__key",)


@admin.register(Variant)
class VariantAdmin(ReadOnlyAdmin):
    """All variants; they are changed on the product's page."""

    list_display = ("sku", "product", "options_shown", "price", "currency", "stock", "stock_synced_at")
    list_select_related = ("product",)
    search_fields = ("sku", "barcode")

    @admin.display(description=_("options"))
    def options_shown(self, variant: Variant) -> str:
        """What tells it from its siblings: "Black / M"."""
        return variant.label


@admin.register(AttributeValue)
class AttributeValueAdmin(ReadOnlyAdmin):
    """All attribute values; they are changed on the product's page."""

    list_display = ("product", "attribute", "value", "unit", "condition", "part", "variant", "source")
    list_select_related = ("product", "attribute", "variant")
    search_fields = ("product__key", "value")


@admin.register(PriceChange)
class PriceChangeAdmin(ReadOnlyAdmin):
    """How prices changed."""

    list_display = ("variant", "price", "compare_at", "currency", "since")
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Imports."""

    list_display = ("original_name", "format", "state", "created_by", "created_at")
    list_filter = ("state", "format")
    list_select_related = ("created_by",)


@admin.register(ExportRun)
class ExportRunAdmin(ReadOnlyAdmin):
    """Exports."""

    list_display = ("file_name", "format", "state", "created_by", "created_at", "confirmed_at")
    list_filter = ("state", "format")
    list_select_related = ("created_by",)
