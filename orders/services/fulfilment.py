"""From the warehouse to the customer: shipping in one or several parcels, delivery, completion, closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.services import Outcome
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid
from orders import workflow
from orders.models import Order, OrderLine, Shipment, ShipmentLine, State
from orders.services import stock
from orders.services.moving import able_to, regret_holds, take

SHIP = "orders.ship_order"
CHANGE = "orders.change_order"


@transaction.atomic
def ship_order(
    actor: Actor,
    order: Order,
    *,
    carrier: str,
    tracking_number: str = "",
    lines: Mapping[int, int] | None = None,
    shipped_at: datetime | None = None,
    version: int | None = None,
    source: str = "",
    external_id: str = "",
) -> Shipment:
    """Send a parcel: ``lines`` maps line ids to pieces (default: all that is open). ``version``: the order's as seen.

    Raises ``Conflict`` when the order cannot be shipped, changed meanwhile, the tracking number is taken or stock is short;
    ``Invalid`` for lines or pieces that are not open.
    """
    actor.require(SHIP)
    locked = workflow.lock([order.pk])
    if not locked:
        raise workflow.Conflict(_("The order no longer exists."), "gone")
    order = locked[0]
    if order.state not in workflow.TRANSITIONS["ship"].sources:
        raise workflow.Conflict(workflow.wrong_state(order), "wrong_state")
    if version is not None and version != order.version:
        raise workflow.Conflict(_("Someone changed the order meanwhile. Look at it again."), "changed_meanwhile")
    if tracking_number and Shipment.objects.filter(carrier=carrier, tracking_number=tracking_number).exists():
        raise Conflict(
            _("The tracking number %(number)s is taken by another parcel.") % {"number": tracking_number}, "taken"
        )
    goods = {line.pk: line for line in order.lines.filter(kind=OrderLine.Kind.GOODS)}
    pieces = _open_pieces(goods, lines)
    moment = shipped_at or timezone.now()
    stock.use_up(actor, order, pieces)
    shipment = Shipment.objects.create(
        order=order,
        carrier=carrier,
        tracking_number=tracking_number,
        shipped_at=moment,
        source=source,
        external_id=external_id,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, line_id=pk, quantity=count) for pk, count in pieces.items()
    )
    for pk, count in pieces.items():
        OrderLine.objects.filter(pk=pk).update(shipped_quantity=F("shipped_quantity") + count)
    rest = sum(line.open_quantity - pieces.get(pk, 0) for pk, line in goods.items())
    told = {"shipment": shipment.pk, "carrier": carrier, "pieces": sum(pieces.values()), "open": rest}
    values = {} if rest else {"shipped_at": moment}
    take(actor, "part_ship" if rest else "ship", [order], {order.pk: told}, **values)
    events.record("shipment.created", actor=actor, target=shipment, data={"order": order.pk, "carrier": carrier})
    return shipment


def _open_pieces(goods: Mapping[int, OrderLine], asked: Mapping[int, int] | None) -> dict[int, int]:
    if asked is None:
        pieces = {pk: line.open_quantity for pk, line in goods.items() if line.open_quantity}
    else:
        pieces = {pk: count for pk, count in asked.items() if count}
    for pk, count in pieces.items():
        line = goods.get(pk)
        if line is None:
            raise Invalid(_("Line %(line)s is no goods line of this order.") % {"line": pk}, "unknown_line")
        if count < 0 or count > line.open_quantity:
            raise Invalid(
                _("%(sku)s: %(open)s pieces are open, not %(count)s.")
                % {"sku": line.sku, "open": line.open_quantity, "count": count},
                "too_many",
            )
    if not pieces:
        raise Invalid(_("Nothing of this order is left to be shipped."), "nothing_open")
    return pieces


def deliver_orders(actor: Actor, ids: Iterable[int], when: datetime | None = None) -> Outcome:
    """Say that shipped orders arrived, where no carrier says so."""
    return _finish(actor, SHIP, "deliver", ids, "delivered", delivered_at=when or timezone.now())


def complete_orders(actor: Actor, ids: Iterable[int]) -> Outcome:
    """The buyer confirmed, or the time to complain is over."""
    return _finish(actor, CHANGE, "complete", ids, "completed")


def _finish(actor: Actor, right: str, action: str, ids: Iterable[int], verb: str, **values: Any) -> Outcome:
    actor.require(right)
    wanted = sorted(set(ids))
    outcome = Outcome(verb)
    with transaction.atomic():
        able = able_to(action, workflow.lock(wanted), outcome, wanted)
        outcome.done = [order.pk for order in take(actor, action, able, **values)]
    return outcome


def close_orders(actor: Actor, ids: Iterable[int], reason: str) -> Outcome:
    """Close orders that went out in part or whole and come to nothing; what was still reserved is free again."""
    actor.require("orders.review_order")
    wanted = sorted(set(ids))
    outcome = Outcome("closed")
    with transaction.atomic():
        able = able_to("close", workflow.lock(wanted), outcome, wanted)
        outcome.done = [order.pk for order in close_locked(actor, able, reason)]
    return outcome


def close_locked(actor: Actor, orders: list[Order], reason: str) -> list[Order]:
    """Close locked orders in the caller's transaction."""
    stock.lock(orders)
    moved = take(actor, "close", orders, {order.pk: {"reason": reason} for order in orders}, cancel_reason=reason[:200])
    for order in moved:
        stock.release(actor, order)
    regret_holds(moved)
    return moved


def delivered_with(actor: Actor, order: Order) -> None:
    """The locked order is delivered when every parcel of it is."""
    if order.state != State.SHIPPED:
        return
    arrived = list(order.shipments.values_list("delivered_at", flat=True))
    if arrived and all(arrived):
        take(actor, "deliver", [order], delivered_at=max(moment for moment in arrived if moment is not None))
