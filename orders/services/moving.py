"""Taking locked orders through the workflow, with the event that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from generation.services import Outcome
from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from orders import workflow
from orders.models import Decision, Hold, Order
from orders.workflow import TRANSITIONS

#: What an event says happened, by the action that made it happen.
EVENT_KINDS = {
    "pay": "order.paid",
    "approve": "order.approved",
    "hold": "order.held",
    "release": "order.released",
    "part_ship": "order.part_shipped",
    "ship": "order.shipped",
    "deliver": "order.delivered",
    "complete": "order.completed",
    "cancel": "order.cancelled",
    "close": "order.closed",
}


def take(
    actor: Actor, action: str, orders: Sequence[Order], data: Mapping[int, dict[str, Any]] | None = None, **values: Any
) -> list[Order]:
    """Take those of the *locked* ``orders`` that can go through ``action``; returns them, brought up to date.

    ``data`` holds more to be said in an order's event; ``values`` are written with the state.
    """
    way = TRANSITIONS[action]
    able = [order for order in orders if order.state in way.sources]
    if not able:
        return []
    if workflow.move(action, [order.pk for order in able], **values) != len(able):
        raise workflow.Conflict(_("Someone changed the order meanwhile. Look at it again."), "changed_meanwhile")
    told = []
    for order in able:
        before, order.state = order.state, way.target
        order.version += 1
        for name, value in values.items():
            setattr(order, name, value)
        told.append(
            NewEvent(
                EVENT_KINDS[action],
                target=order,
                before={"state": str(before)},
                after={"state": str(way.target)},
                data=(data or {}).get(order.pk, {}),
            )
        )
    events.record_many(told, actor=actor)
    return able


def able_to(
    action: str, orders: Iterable[Order], outcome: Outcome, asked: Sequence[int], seen: Mapping[int, int] | None = None
) -> list[Order]:
    """Those of the locked ``orders`` that can go through ``action``; the others of ``asked`` are left in ``outcome``.

    ``seen`` maps ids to the version somebody looked at; an order that changed since is left.
    """
    able, found = [], set()
    for order in orders:
        found.add(order.pk)
        if order.state not in TRANSITIONS[action].sources:
            outcome.leave(order.pk, "wrong_state", workflow.wrong_state(order))
        elif seen is not None and seen.get(order.pk, order.version) != order.version:
            outcome.leave(order.pk, "changed_meanwhile", _("Someone changed the order meanwhile. Look at it again."))
        else:
            able.append(order)
    for pk in asked:
        if pk not in found:
            outcome.leave(pk, "gone", _("The order no longer exists."))
    return able


def decide(
    actor: Actor,
    kind: Decision.Kind,
    orders: Iterable[Order],
    moment: Any,
    *,
    automatic: bool = False,
    note: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Note a decision for the system that owns the orders."""
    Decision.objects.bulk_create(
        Decision(
            order=order,
            kind=kind,
            automatic=automatic,
            note=note[:500],
            details=details or {},
            made_by=actor.user,
            made_at=moment,
        )
        for order in orders
    )


def settle_holds(actor: Actor, orders: Iterable[Order], outcome: Hold.Outcome, moment: Any) -> None:
    """Close the open holds of orders with ``outcome``."""
    Hold.objects.filter(order__in=[order.pk for order in orders], closed_at__isnull=True).update(
        closed_at=moment, closed_by=actor.user, outcome=outcome
    )


def regret_holds(orders: Iterable[Order]) -> None:
    """The orders were released and came to grief all the same: the rules that stopped them were right."""
    Hold.objects.filter(order__in=[order.pk for order in orders], outcome=Hold.Outcome.CLEARED).update(
        outcome=Hold.Outcome.REGRETTED
    )
