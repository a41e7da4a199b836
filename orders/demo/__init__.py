"""The demo shop's orders: 400 over sixty days, with parcels in every state, holds, returns and notes. All made up."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.maintenance.points import Demo, demos
from orders.demo import making
from orders.models import Order, ReturnRequest, Shipment


@demos.register
class DemoOrders(Demo):
    """Orders of the demo catalogue's goods; dates count back from today."""

    key = "orders"
    order = 40

    def load(self, actor: Actor) -> Iterable[str]:
        """Place, review, ship and track, unless there are demo orders already."""
        if not Order.objects.filter(source=making.SOURCE).exists():
            with transaction.atomic():
                making.Shop(actor).fill()
        mine = Order.objects.filter(source=making.SOURCE)
        yield _("%(orders)d orders, %(parcels)d parcels, %(returns)d return requests") % {
            "orders": mine.count(),
            "parcels": Shipment.objects.filter(order__source=making.SOURCE).count(),
            "returns": ReturnRequest.objects.filter(order__source=making.SOURCE).count(),
        }
