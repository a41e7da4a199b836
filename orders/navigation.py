"""Orders in the sidebar."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from opsportal.console import NavItem, navigation

#: A number beside a link stops here.
MOST = 99


def _waiting(request: HttpRequest) -> str:
    from orders.console.queue import WAITING
    from orders.models import Order

    # One count on every page is enough: parcels and returns tell theirs on the first page.
    count = Order.objects.filter(state__in=WAITING).order_by()[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")


for item in (
    NavItem("orders", _("Order review"), "fact_check", "console:orders_review", "orders.view_order", 10, _waiting),
    NavItem("orders", _("Orders"), "receipt_long", "admin:orders_order_changelist", "orders.view_order", 20),
    NavItem("orders", _("Parcels to look at"), "local_shipping", "console:orders_parcels", "orders.view_shipment", 30),
    NavItem("orders", _("Returns"), "assignment_return", "console:orders_returns", "orders.view_returnrequest", 40),
    NavItem(
        "orders", _("Blocked list"), "block", "admin:orders_blockedentry_changelist", "orders.view_blockedentry", 60
    ),
):
    navigation.register(item)
