"""Admin pages of orders."""

from __future__ import annotations

from django.contrib import admin

from opsportal.console.admin_base import ReadOnlyAdmin
from orders.models import (
    BlockedEntry,
    CancellationLine,
    Customer,
    Decision,
    Hold,
    Order,
    OrderExport,
    OrderImport,
    ReturnRequest,
    RuleSetting,
    Shipment,
    StockEntry,
    StockLevel,
)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders."""

    list_display = ("number", "state", "payment_state", "total", "currency", "item_count", "country", "placed_at")
    list_filter = ("state", "payment_state", "source")
    search_fields = ("number", "external_id")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers."""

    list_display = ("__str__", "source", "external_id", "country", "erased_at")
    search_fields = ("external_id", "name", "email")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """Why orders were stopped, and what came of it."""

    list_display = ("order", "rule", "verdict", "reason", "outcome", "opened_at", "closed_at")
    list_filter = ("rule", "outcome")
    list_select_related = ("order",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided here, and whether the shop's system knows."""

    list_display = ("order", "kind", "automatic", "made_by", "made_at", "handed_over_at")
    list_filter = ("kind", "automatic")
    list_select_related = ("order", "made_by")


@admin.register(RuleSetting)
class RuleSettingAdmin(ReadOnlyAdmin):
    """Settings of review rules."""

    list_display = ("key", "active", "parameters", "updated_at")


@admin.register(BlockedEntry)
class BlockedEntryAdmin(ReadOnlyAdmin):
    """The blocked list."""

    list_display = ("kind", "value", "reason", "reject", "added_by", "added_at", "expires_at")
    list_filter = ("kind",)
    list_select_related = ("added_by",)
    search_fields = ("value",)


@admin.register(CancellationLine)
class CancellationLineAdmin(ReadOnlyAdmin):
    """Lines that take something back."""

    list_display = ("external_id", "sku", "quantity", "unit_price", "line", "cancelled_at")
    list_select_related = ("line",)
    search_fields = ("external_id", "sku")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Parcels."""

    list_display = ("tracking_number", "carrier", "order", "state", "attention", "shipped_at", "last_event_at")
    list_filter = ("state", "attention", "carrier")
    list_select_related = ("order",)
    search_fields = ("tracking_number",)


@admin.register(ReturnRequest)
class ReturnRequestAdmin(ReadOnlyAdmin):
    """Return requests."""

    list_display = ("order", "reason", "state", "refund_asked", "refund_amount", "requested_at", "decided_by")
    list_filter = ("state", "reason")
    list_select_related = ("order", "decided_by")


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    """What lies in the warehouse."""

    list_display = ("variant", "on_hand", "reserved", "updated_at")
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)


@admin.register(StockEntry)
class StockEntryAdmin(ReadOnlyAdmin):
    """Movements of the stock ledger."""

    list_display = ("level", "kind", "on_hand_change", "reserved_change", "note", "made_by", "made_at")
    list_filter = ("kind",)
    list_select_related = ("level", "made_by")


@admin.register(OrderImport)
class OrderImportAdmin(ReadOnlyAdmin):
    """Imports."""

    list_display = ("original_name", "format", "state", "created_by", "created_at")
    list_filter = ("state", "format")
    list_select_related = ("created_by",)


@admin.register(OrderExport)
class OrderExportAdmin(ReadOnlyAdmin):
    """Exports."""

    list_display = ("file_name", "what", "state", "created_by", "created_at")
    list_filter = ("what", "state")
    list_select_related = ("created_by",)
