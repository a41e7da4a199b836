"""Following the owner of the orders where it went ahead: it shipped, delivered, cancelled or closed what is here too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from opsportal.access import Actor
from orders.models import Order, OrderLine, PaymentState, State
from orders.records import OrderRecord
from orders.services import stock
from orders.services.fulfilment import close_locked
from orders.services.moving import take
from orders.services.reviewing import cancel_locked

#: The steps that lead to what the source says, wherever the order is here. A step that does not apply is left out; no
#: step goes back. "Paid" is no step towards "to be shipped": that is decided here.
STEPS_TO: dict[State, tuple[str, ...]] = {
    State.AWAITING_REVIEW: ("pay",),
    State.PART_SHIPPED: ("pay", "approve", "release", "part_ship"),
    State.SHIPPED: ("pay", "approve", "release", "ship"),
    State.DELIVERED: ("pay", "approve", "release", "ship", "deliver"),
    State.COMPLETED: ("pay", "approve", "release", "ship", "deliver", "complete"),
    State.CANCELLED: ("cancel", "close"),
    State.CLOSED: ("close",),
}


def follow(actor: Actor, told: Sequence[tuple[Order, OrderRecord]], fresh: Collection[int], now: datetime) -> list[int]:
    """Take locked orders to where their records say they are; returns the ids of those that were cancelled.

    Of orders that are new here (``fresh``) nobody knows when they were shipped unless the record says so; of the others
    it was since the last look.
    """
    following = _Following(actor, told, set(fresh), now)
    targets: dict[State, list[Order]] = defaultdict(list)
    for order, record in told:
        target = record.state
        if target is None and record.payment_state not in (None, PaymentState.PENDING, PaymentState.VOIDED):
            target = State.AWAITING_REVIEW
        if target is not None:
            targets[target].append(order)
    for target, orders in targets.items():
        for step in STEPS_TO.get(target, ()):
            following.go(step, orders)
    return following.cancelled


class _Following:
    """One call of ``follow``: what is told of each order, and which were cancelled."""

    def __init__(self, actor: Actor, told: Sequence[tuple[Order, OrderRecord]], fresh: set[int], now: datetime) -> None:
        self.actor, self.fresh, self.now = actor, fresh, now
        self.records = {order.pk: record for order, record in told}
        self.cancelled: list[int] = []

    def go(self, step: str, orders: list[Order]) -> None:
        """One step, for those of ``orders`` that can make it."""
        if step == "cancel":
            self._cancel(orders)
        elif step == "close":
            for order in orders:
                if order.state != State.CANCELLED:
                    close_locked(self.actor, [order], self._reason(order))
        elif step == "ship":
            self._ship(take(self.actor, "ship", orders))
        elif step == "part_ship":
            self._ship_in_part(orders)
        elif step == "pay":
            take(self.actor, "pay", orders, paid_at=self.now)
        else:
            moved = take(self.actor, step, orders)
            if step == "deliver":
                Order.objects.filter(pk__in=[order.pk for order in moved if order.pk not in self.fresh]).update(
                    delivered_at=self.now
                )

    def _reason(self, order: Order) -> str:
        return self.records[order.pk].cancel_reason or _("The shop cancelled the order.")

    def _cancel(self, orders: list[Order]) -> None:
        """Those with the same reason together."""
        by_reason: dict[str, list[Order]] = defaultdict(list)
        for order in orders:
            by_reason[self._reason(order)].append(order)
        for reason, mine in by_reason.items():
            self.cancelled += [order.pk for order in cancel_locked(self.actor, mine, reason)]

    def _ship(self, orders: list[Order]) -> None:
        """The shop sent everything: so it says, and our ledger follows."""
        for order in orders:
            order.shipped_at = self.records[order.pk].shipped_at or (None if order.pk in self.fresh else self.now)
            if order.stock_owned:
                pieces = {line.pk: line.open_quantity for line in order.lines.all()}
                stock.use_up(self.actor, order, pieces, told=True)
        Order.objects.bulk_update(orders, ["shipped_at"], batch_size=200)
        OrderLine.objects.filter(order__in=[order.pk for order in orders], kind=OrderLine.Kind.GOODS).update(
            shipped_quantity=F("quantity") - F("cancelled_quantity")
        )

    def _ship_in_part(self, orders: list[Order]) -> None:
        """The shop sent some of the lines. Said again, nothing changes: only what is more than known counts."""
        sent = {
            order.pk: {line.fingerprint: line.shipped for line in self.records[order.pk].lines if line.shipped}
            for order in orders
        }
        news: dict[int, list[OrderLine]] = defaultdict(list)
        for line in OrderLine.objects.filter(order__in=list(sent), kind=OrderLine.Kind.GOODS):
            if line.shipped_quantity < min(sent[line.order_id].get(line.fingerprint, 0), line.quantity):
                news[line.order_id].append(line)
        for order in [order for order in orders if order.pk in news]:
            lines = news[order.pk]
            pieces = {line.pk: sent[order.pk][line.fingerprint] - line.shipped_quantity for line in lines}
            if take(self.actor, "part_ship", [order], {order.pk: {"pieces": sum(pieces.values())}}):
                stock.use_up(self.actor, order, pieces, told=True)
                for line in lines:
                    line.shipped_quantity += pieces[line.pk]
                OrderLine.objects.bulk_update(lines, ["shipped_quantity"])
                # What is still to go out is promised to the buyer, as far as there is any.
                with suppress(stock.ShortStock):
                    stock.reserve(self.actor, order)
