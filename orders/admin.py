"""Admin pages of orders."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generation.console.base import reasons
from generation.console.selection import MOST_IDS, draft_copy_url
from opsportal.console.admin_base import ReadOnlyAdmin
from orders import services
from orders.console.queue import rule_choices
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


class StoppedByFilter(admin.SimpleListFilter):
    """Orders that a rule holds now."""

    title = _("on hold for")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every reason there is."""
        return rule_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """By the chosen reason."""
        if not self.value():
            return queryset
        holds = Hold.objects.filter(order=OuterRef("pk"), closed_at__isnull=True, rule=self.value())
        return queryset.filter(Exists(holds))


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """The order list; an order has a page of its own."""

    list_display = (
        "number",
        "state_shown",
        "payment_state",
        "total_shown",
        "item_count",
        "buyer",
        "country",
        "placed_at",
    )
    list_filter = ("state", StoppedByFilter, "payment_state", "channel", "source")
    search_fields = ("number", "external_id")
    search_help_text = _("order number")
    list_select_related = ("customer",)
    ordering = ("-placed_at",)
    actions = ("release", "draft_notices")

    class Media:
        css = {"all": ("console/parts.css", "orders/orders.css")}

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the order."""
        return redirect("console:orders_order", pk=object_id)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the beginning of the number, which an index answers."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(number__startswith=term) | Q(external_id__startswith=term)), False

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, order: Order) -> str:
        """As a tag."""
        return format_html('<span class="copy-tag order-state-{}">{}</span>', order.state, order.get_state_display())

    @admin.display(description=_("total"), ordering="total")
    def total_shown(self, order: Order) -> str:
        """With its currency."""
        return f"{order.total:,.2f} {order.currency}".strip()

    @admin.display(description=_("customer"))
    def buyer(self, order: Order) -> str:
        """Name, where it is known."""
        return str(order.customer or "–")

    @admin.action(description=_("Release"), permissions=["review"])
    def release(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Let held orders go; says which were left and why."""
        outcome = services.release_orders(self.actor(request), list(queryset.values_list("pk", flat=True)[:MOST_IDS]))
        said = [
            ngettext("%(count)d order released.", "%(count)d orders released.", len(outcome.done))
            % {"count": len(outcome.done)}
        ]
        said += [_("%(count)d left: %(reason)s") % {"count": n, "reason": why} for why, n in reasons(outcome)]
        self.message_user(request, " ".join(map(str, said)), messages.WARNING if outcome.left else messages.SUCCESS)

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Who decides about orders."""
        return self.actor(request).can("orders.review_order")

    @admin.action(description=_("Draft notices…"), permissions=["draft"])
    def draft_notices(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """Ask for notices about the chosen orders."""
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_IDS])
        return redirect(draft_copy_url(request, "orders.order", ids=ids, back=request.get_full_path()))

    def has_draft_permission(self, request: HttpRequest) -> bool:
        """Who may ask for copy."""
        return self.actor(request).can("generation.draft_copy")


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
    """Return requests; each has a page of its own."""

    list_display = ("order", "reason", "state", "refund_asked", "refund_amount", "requested_at", "decided_by")
    list_filter = ("state", "reason")
    list_select_related = ("order", "decided_by")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page of the request."""
        return redirect("console:orders_return", pk=object_id)


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
