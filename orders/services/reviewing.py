"""Order review: asking the rules, and what a person does about their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from generation.services import Outcome
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from orders import workflow
from orders.context import ReviewContext
from orders.models import Decision, Hold, Order, State
from orders.review import Finding, Rule, review_rules
from orders.services import stock
from orders.services.moving import able_to, decide, regret_holds, settle_holds, take
from orders.tuning import active_rules

REVIEW = "orders.review_order"
#: The rule of a hold that a person made, and of one made because part of the order could not be read.
BY_HAND, INCOMPLETE = "orders.by_hand", "orders.incomplete"
#: Orders decided in one transaction.
SLICE = 200


@dataclass(slots=True)
class Reviewed:
    """Ids of orders the rules let pass, and of those they stopped."""

    approved: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)


def examine(orders: Sequence[Order], rules: Sequence[Rule] | None = None) -> dict[int, list[tuple[Rule, Finding]]]:
    """What the active rules say of each order. A fixed number of queries a rule, however many orders."""
    context = ReviewContext(orders)
    found: dict[int, list[tuple[Rule, Finding]]] = {order.pk: [] for order in orders}
    for rule in active_rules() if rules is None else rules:
        for finding in rule.examine(orders, context):
            found[finding.order].append((rule, finding))
    return found


def review_orders(actor: Actor, ids: Iterable[int]) -> Reviewed:
    """Ask the rules about orders that await review: those without a finding are approved, the others held."""
    actor.require(REVIEW)
    done = Reviewed()
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), SLICE):
        with transaction.atomic():
            part = review_locked(actor, workflow.lock(ordered[start : start + SLICE], State.AWAITING_REVIEW))
            done.approved += part.approved
            done.held += part.held
    return done


def review_locked(actor: Actor, orders: Sequence[Order], incomplete: Mapping[int, str] | None = None) -> Reviewed:
    """As ``review_orders``, for locked orders that all await review, in the caller's transaction.

    ``incomplete``: orders of which something could not be read, and what; they are held whatever the rules say.
    """
    if not orders:
        return Reviewed()
    now = timezone.now()
    stock.lock(orders)
    findings = examine(orders)
    missing = incomplete or {}
    stopped = [order for order in orders if findings[order.pk] or order.pk in missing]
    passing = [order for order in orders if not findings[order.pk] and order.pk not in missing]
    short: dict[int, stock.ShortStock] = {}
    for order in [order for order in passing if order.stock_owned]:
        try:
            stock.reserve(actor, order)
        except stock.ShortStock as error:
            short[order.pk] = error
            passing.remove(order)
            stopped.append(order)
    holds = [hold_of(order, rule, finding, now) for order in stopped for rule, finding in findings[order.pk]]
    holds += [
        Hold(order_id=pk, rule="orders.stock_short", reason=error.message, numbers=error.numbers, opened_at=now)
        for pk, error in short.items()
    ]
    holds += [Hold(order_id=pk, rule=INCOMPLETE, reason=told[:500], opened_at=now) for pk, told in missing.items()]
    data: dict[int, list[str]] = {}
    for hold in holds:
        data.setdefault(hold.order_id, []).append(hold.rule)
    Hold.objects.bulk_create(holds)
    take(actor, "hold", stopped, {pk: {"rules": rules} for pk, rules in data.items()}, held_at=now)
    decide(actor, Decision.Kind.HOLD, stopped, now, automatic=True)
    approved = take(actor, "approve", passing, {order.pk: {"automatic": True} for order in passing}, approved_at=now)
    decide(actor, Decision.Kind.APPROVE, approved, now, automatic=True)
    return Reviewed([order.pk for order in approved], [order.pk for order in stopped])


def hold_of(order: Order, rule: Rule, finding: Finding, now: datetime) -> Hold:
    """The row for a finding; its sentence in the shop's language, for the day the rule is gone."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = rule.explain(finding.numbers)
    return Hold(
        order=order,
        rule=rule.key,
        verdict=finding.verdict,
        reason=reason[:500],
        numbers=finding.numbers,
        opened_at=now,
    )


def hold_orders(actor: Actor, ids: Iterable[int], reason: str, seen: Mapping[int, int] | None = None) -> Outcome:
    """Put orders on hold by hand. ``seen`` maps ids to the version looked at. Raises ``Invalid`` without a reason."""
    actor.require(REVIEW)
    if not reason.strip():
        raise Invalid(_("Say why the orders are put on hold."), "reason_missing")
    outcome = Outcome("held")
    for wanted in _slices(ids):
        with transaction.atomic():
            now = timezone.now()
            able = able_to("hold", workflow.lock(wanted), outcome, wanted, seen)
            held = take(actor, "hold", able, {order.pk: {"rules": [BY_HAND]} for order in able}, held_at=now)
            Hold.objects.bulk_create(
                Hold(order=order, rule=BY_HAND, reason=reason[:500], opened_at=now) for order in held
            )
            decide(actor, Decision.Kind.HOLD, held, now, note=reason)
            outcome.done += [order.pk for order in held]
    return outcome


def release_orders(actor: Actor, ids: Iterable[int], note: str = "", seen: Mapping[int, int] | None = None) -> Outcome:
    """Let held orders go: they are to be shipped. Where stock is owned here and short, an order stays on hold."""
    return _let_go(actor, "release", Decision.Kind.RELEASE, ids, note, seen)


def approve_orders(actor: Actor, ids: Iterable[int], note: str = "", seen: Mapping[int, int] | None = None) -> Outcome:
    """Approve orders that await review, without asking the rules. Short stock leaves an order as it is."""
    return _let_go(actor, "approve", Decision.Kind.APPROVE, ids, note, seen)


def _let_go(
    actor: Actor,
    action: str,
    kind: Decision.Kind,
    ids: Iterable[int],
    note: str,
    seen: Mapping[int, int] | None,
) -> Outcome:
    actor.require(REVIEW)
    outcome = Outcome("released" if action == "release" else "approved")
    for wanted in _slices(ids):
        with transaction.atomic():
            now = timezone.now()
            able = able_to(action, workflow.lock(wanted), outcome, wanted, seen)
            stock.lock(able)
            ready = []
            for order in able:
                try:
                    stock.reserve(actor, order)
                    ready.append(order)
                except stock.ShortStock as error:
                    outcome.leave(order.pk, error.code, error.message)
            moved = take(actor, action, ready, held_at=None, approved_at=now)
            settle_holds(actor, moved, Hold.Outcome.CLEARED, now)
            decide(actor, kind, moved, now, note=note)
            outcome.done += [order.pk for order in moved]
    return outcome


def cancel_orders(actor: Actor, ids: Iterable[int], reason: str, seen: Mapping[int, int] | None = None) -> Outcome:
    """Cancel orders of which nothing has left the warehouse. Raises ``Invalid`` without a reason."""
    actor.require(REVIEW)
    if not reason.strip():
        raise Invalid(_("Say why the orders are cancelled."), "reason_missing")
    outcome = Outcome("cancelled")
    for wanted in _slices(ids):
        with transaction.atomic():
            able = able_to("cancel", workflow.lock(wanted), outcome, wanted, seen)
            moved = cancel_locked(actor, able, reason)
            decide(actor, Decision.Kind.CANCEL, moved, timezone.now(), note=reason)
            outcome.done += [order.pk for order in moved]
    return outcome


def cancel_locked(actor: Actor, orders: Sequence[Order], reason: str) -> list[Order]:
    """Cancel locked orders in the caller's transaction: reservations lifted, holds settled, event recorded."""
    now = timezone.now()
    stock.lock(orders)
    moved = take(
        actor, "cancel", orders, {order.pk: {"reason": reason} for order in orders}, cancel_reason=reason[:200]
    )
    for order in moved:
        stock.release(actor, order)
    regret_holds(moved)
    settle_holds(actor, moved, Hold.Outcome.CONFIRMED, now)
    return moved


def rule_title(key: str) -> str:
    """What a rule, or the reason of a hold that is no rule, is called in the reader's language."""
    if key == BY_HAND:
        return _("Put on hold by hand")
    if key == INCOMPLETE:
        return _("Part of the order could not be read")
    return str(review_rules.get(key).title) if key in review_rules else key


def _slices(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), SLICE):
        yield ordered[start : start + SLICE]
