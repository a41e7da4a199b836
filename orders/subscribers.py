"""What orders listen to: their own changes, which make drafted notices untrue, and settled deliveries of notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.freshness import compare_targets
from generation.models import Delivery
from opsportal.events import Subscriber, subscribers
from orders.services.notices import forget_unsent, note_sent

if TYPE_CHECKING:
    from opsportal.events.models import Event


@subscribers.register
class NoticesCompared(Subscriber):
    """An order moved, or a parcel or return of it: notices about it are compared with what holds now."""

    key = "orders.notices_compared"
    kinds = ("order.*", "shipment.*", "return.*")

    def handle(self, events: Sequence[Event]) -> None:
        """Compare once per order, however many events name it."""
        ids = set()
        for event in events:
            pk = event.target_id if event.target_type == "orders.order" else event.data.get("order")
            if pk:
                ids.add(("orders.order", int(pk)))
        compare_targets(ids)


@subscribers.register
class NoticeSettled(Subscriber):
    """A person settled whether a notice that was cut off went out."""

    key = "orders.notice_settled"
    kinds = ("delivery.settled",)

    def handle(self, events: Sequence[Event]) -> None:
        """Keep it as told, or let it be said again. Harmless when told twice."""
        for event in events:
            delivery = Delivery.objects.filter(pk=event.target_id or 0, slot="orders.notice").first()
            if delivery is None or delivery.draft_number is None:
                continue
            if delivery.state == Delivery.State.SENT:
                note_sent(delivery.draft_number)
            else:
                forget_unsent(delivery.draft_number)
