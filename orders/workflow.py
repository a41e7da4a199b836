"""The life of an order: the transition table, and the only function that changes an order's state.

Every change is one conditional UPDATE; an order someone else moved meanwhile is not moved again. Call inside a
transaction together with what belongs to the change (stock, holds, decisions, events).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal.plugins import errors
from orders.models import Order, State


class Conflict(errors.Conflict):
    """Someone else was faster, or the order is not in a state in which this is possible (409)."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from any of ``sources`` to ``target``; ``closes`` when nothing more is expected of the order."""

    sources: frozenset[State]
    target: State
    closes: bool = False


def _way(target: State, *sources: State, closes: bool = False) -> Transition:
    return Transition(frozenset(sources), target, closes)


#: States in which nothing has left the warehouse: cancelling takes the whole order back.
UNSHIPPED = (State.PENDING_PAYMENT, State.AWAITING_REVIEW, State.HELD, State.APPROVED)
#: States in which somebody still expects something to happen.
LIVE = (*UNSHIPPED, State.PART_SHIPPED, State.SHIPPED, State.DELIVERED)

#: Every change of state there is, by name. Nothing else may write ``Order.state``.
TRANSITIONS: dict[str, Transition] = {
    "pay": _way(State.AWAITING_REVIEW, State.PENDING_PAYMENT),
    "approve": _way(State.APPROVED, State.AWAITING_REVIEW),
    "hold": _way(State.HELD, State.AWAITING_REVIEW, State.APPROVED),
    "release": _way(State.APPROVED, State.HELD),
    "part_ship": _way(State.PART_SHIPPED, State.APPROVED, State.PART_SHIPPED),
    "ship": _way(State.SHIPPED, State.APPROVED, State.PART_SHIPPED),
    "deliver": _way(State.DELIVERED, State.SHIPPED),
    "complete": _way(State.COMPLETED, State.SHIPPED, State.DELIVERED, closes=True),
    "cancel": _way(State.CANCELLED, *UNSHIPPED, closes=True),
    # What went out in part or whole and is taken back, refunded or given up ends as closed, never as cancelled.
    "close": _way(State.CLOSED, *LIVE, State.COMPLETED, closes=True),
}


def lock(ids: Iterable[int], *states: State) -> list[Order]:
    """Lock and return the orders among ``ids`` that are in one of ``states`` (all when none given), by id.

    Locking in id order keeps two people working on overlapping selections from waiting for each other forever.
    """
    rows = Order.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.filter(state__in=states) if states else rows)


def move(action: str, ids: Collection[int], *, version: int | None = None, **values: Any) -> int:
    """Take orders through ``action``; returns how many were moved (the others were elsewhere by then).

    ``version`` is a further condition every row must meet. ``values`` are written with the state. Raises ``KeyError``
    for an action that is not in the table, ``TransactionManagementError`` outside a transaction.
    """
    way = TRANSITIONS[action]
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an order changes state only inside a transaction")
    rows = Order.objects.filter(pk__in=ids, state__in=way.sources)
    if version is not None:
        rows = rows.filter(version=version)
    now = timezone.now()
    values.setdefault("updated_at", now)
    if way.closes:
        values.setdefault("closed_at", now)
    return rows.update(state=way.target, version=F("version") + 1, **values)


def move_one(action: str, order: Order, *, version: int | None = None, **values: Any) -> None:
    """Take one order through ``action`` or raise ``Conflict`` saying where it is now. ``version``: the one seen."""
    seen = order.version if version is None else version
    if move(action, [order.pk], version=seen, **values):
        return
    now = Order.objects.filter(pk=order.pk).first()
    if now is None:
        raise Conflict(_("The order no longer exists."), "gone")
    if now.state not in TRANSITIONS[action].sources:
        raise Conflict(wrong_state(now), "wrong_state")
    raise Conflict(_("Someone changed the order meanwhile. Look at it again."), "changed_meanwhile")


def wrong_state(order: Order) -> str:
    """Why something is not possible for an order in its present state, for people."""
    return _("The order is “%(state)s” now, so this is not possible.") % {"state": order.get_state_display()}
