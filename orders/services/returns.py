"""Return requests: asked for, decided, goods back, money back. The shop's system moves the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from orders import workflow
from orders.models import (
    Decision,
    Order,
    OrderLine,
    PaymentState,
    ReturnEvidence,
    ReturnLine,
    ReturnRequest,
    State,
)
from orders.services import stock
from orders.services.moving import decide, regret_holds

ASK, DECIDE = "orders.add_returnrequest", "orders.decide_returnrequest"
RETURN = ReturnRequest.State
#: From which states a request may go where.
TRANSITIONS: dict[ReturnRequest.State, frozenset[ReturnRequest.State]] = {
    RETURN.ACCEPTED: frozenset({RETURN.REQUESTED}),
    RETURN.REFUSED: frozenset({RETURN.REQUESTED}),
    RETURN.RECEIVED: frozenset({RETURN.ACCEPTED}),
    RETURN.REFUNDED: frozenset({RETURN.ACCEPTED, RETURN.RECEIVED}),
    RETURN.WITHDRAWN: frozenset({RETURN.REQUESTED, RETURN.ACCEPTED}),
}
_SHIPPED = (State.PART_SHIPPED, State.SHIPPED, State.DELIVERED, State.COMPLETED)


@transaction.atomic
def request_return(
    actor: Actor,
    order: Order,
    *,
    reason: str,
    lines: Mapping[int, int],
    details: str = "",
    refund_asked: Decimal = Decimal(0),
    evidence: Sequence[Mapping[str, str]] = (),
    requested_at: datetime | None = None,
    source: str = "",
    external_id: str = "",
) -> ReturnRequest:
    """Note a request: ``lines`` maps line ids to pieces, ``evidence`` holds ``{"url": …, "note": …}``.

    Raises ``Conflict`` when nothing was shipped, ``Invalid`` for more pieces than were, or a refund above the total.
    """
    actor.require(ASK)
    if reason not in ReturnRequest.Reason.values:
        raise Invalid(
            _("“%(reason)s” is no reason. Known: %(known)s.")
            % {"reason": reason, "known": ", ".join(ReturnRequest.Reason.values)},
            "unknown_reason",
        )
    locked = workflow.lock([order.pk], *_SHIPPED)
    if not locked:
        order.refresh_from_db()
        raise workflow.Conflict(workflow.wrong_state(order), "wrong_state")
    order = locked[0]
    pieces = {pk: count for pk, count in lines.items() if count}
    if not pieces:
        raise Invalid(_("Say which pieces come back."), "nothing_asked")
    goods = {line.pk: line for line in order.lines.filter(kind=OrderLine.Kind.GOODS)}
    asked = _asked_before(order)
    for pk, count in pieces.items():
        line = goods.get(pk)
        if line is None:
            raise Invalid(_("Line %(line)s is no goods line of this order.") % {"line": pk}, "unknown_line")
        left = line.shipped_quantity - asked.get(pk, 0)
        if count < 0 or count > left:
            raise Invalid(
                _("%(sku)s: %(left)s pieces can come back, not %(count)s.")
                % {"sku": line.sku, "left": max(0, left), "count": count},
                "too_many",
            )
    _check_refund(order, refund_asked)
    request = ReturnRequest.objects.create(
        order=order,
        source=source,
        external_id=external_id,
        reason=reason,
        details=details,
        refund_asked=refund_asked,
        requested_at=requested_at or timezone.now(),
    )
    ReturnLine.objects.bulk_create(ReturnLine(request=request, line_id=pk, quantity=n) for pk, n in pieces.items())
    for item in evidence:
        _add_evidence(actor, request, item)
    told = {"order": order.pk, "reason": reason, "pieces": sum(pieces.values())}
    events.record("return.requested", actor=actor, target=request, data=told)
    return request


@transaction.atomic
def add_evidence(actor: Actor, request: ReturnRequest, *, url: str = "", note: str = "") -> ReturnEvidence:
    """Add a photo's address or a remark. Raises ``Invalid`` when both are blank or the address is none."""
    actor.require(ASK)
    added = _add_evidence(actor, request, {"url": url, "note": note})
    events.record("return.evidence_added", actor=actor, target=request, data={"order": request.order_id})
    return added


def decide_return(
    actor: Actor,
    request: ReturnRequest,
    *,
    accept: bool,
    note: str = "",
    refund_amount: Decimal | None = None,
    goods_back: bool = True,
    version: int | None = None,
) -> ReturnRequest:
    """Accept (with the refund granted; default: what was asked for) or refuse. A refusal needs a ``note``.

    Raises ``Conflict`` when it was decided already or changed since ``version``, ``Invalid`` for an impossible refund.
    """
    actor.require(DECIDE)
    if not accept and not note.strip():
        raise Invalid(_("Say why the request is refused: the customer will be told."), "reason_missing")
    with transaction.atomic():
        order = workflow.lock([request.order_id])[0]
        now = timezone.now()
        values: dict[str, Any] = {"decision_note": note[:500], "decided_at": now, "decided_by": actor.user}
        if accept:
            amount = request.refund_asked if refund_amount is None else refund_amount
            _check_refund(order, amount)
            values |= {"refund_amount": amount, "goods_back": goods_back}
        else:
            values["closed_at"] = now
        _move(actor, request, RETURN.ACCEPTED if accept else RETURN.REFUSED, version, **values)
        details = {"return": request.pk, "refund": str(values.get("refund_amount", 0)), "goods_back": goods_back}
        kind = Decision.Kind.ACCEPT_RETURN if accept else Decision.Kind.REFUSE_RETURN
        decide(actor, kind, [order], now, note=note, details=details)
        if accept:
            regret_holds([order])
    request.refresh_from_db()
    return request


def receive_return(actor: Actor, request: ReturnRequest, *, restock: bool = True) -> ReturnRequest:
    """The goods are back. ``restock``: they can be sold again, so the stock ledger counts them."""
    actor.require("orders.ship_order")
    with transaction.atomic():
        order = workflow.lock([request.order_id])[0]
        stock.lock([order])
        _move(actor, request, RETURN.RECEIVED, None, received_at=timezone.now())
        pieces = dict(request.lines.values_list("line_id", "quantity"))
        for pk, count in pieces.items():
            OrderLine.objects.filter(pk=pk).update(returned_quantity=F("returned_quantity") + count)
        if restock:
            stock.put_back(actor, order, pieces)
    request.refresh_from_db()
    return request


def refund_return(actor: Actor, request: ReturnRequest) -> ReturnRequest:
    """The money is on its way, as the shop's system says: noted once, with the order's sum of refunds."""
    actor.require(DECIDE)
    with transaction.atomic():
        order = workflow.lock([request.order_id])[0]
        now = timezone.now()
        _move(actor, request, RETURN.REFUNDED, None, closed_at=now)
        request.refresh_from_db()
        _check_refund(order, request.refund_amount)
        refunded = order.refunded + request.refund_amount
        state = PaymentState.REFUNDED if refunded >= order.total else PaymentState.PART_REFUNDED
        Order.objects.filter(pk=order.pk).update(refunded=refunded, payment_state=state, updated_at=now)
        details = {"return": request.pk, "refund": str(request.refund_amount)}
        decide(actor, Decision.Kind.REFUND, [order], now, details=details)
    return request


def withdraw_return(actor: Actor, request: ReturnRequest) -> ReturnRequest:
    """The customer keeps the goods after all."""
    actor.require(ASK)
    with transaction.atomic():
        workflow.lock([request.order_id])
        _move(actor, request, RETURN.WITHDRAWN, None, closed_at=timezone.now())
    request.refresh_from_db()
    return request


def _move(
    actor: Actor, request: ReturnRequest, target: ReturnRequest.State, version: int | None, **values: Any
) -> None:
    """One conditional UPDATE, with its event. Raises ``Conflict`` saying where the request is now."""
    rows = ReturnRequest.objects.filter(pk=request.pk, state__in=TRANSITIONS[target])
    if version is not None:
        rows = rows.filter(version=version)
    before = ReturnRequest.objects.filter(pk=request.pk).values_list("state", flat=True).first()
    if not rows.update(state=target, version=F("version") + 1, **values):
        now = ReturnRequest.objects.filter(pk=request.pk).first()
        if now is not None and now.state in TRANSITIONS[target]:
            raise workflow.Conflict(_("Someone changed the request meanwhile. Look at it again."), "changed_meanwhile")
        state = now.get_state_display() if now is not None else "–"
        raise workflow.Conflict(
            _("The request is “%(state)s” now, so this is not possible.") % {"state": state}, "wrong_state"
        )
    told = {"order": request.order_id, "refund": str(values.get("refund_amount", request.refund_amount))}
    events.record(
        f"return.{target}", actor=actor, target=request, before={"state": before}, after={"state": target}, data=told
    )


def _asked_before(order: Order) -> dict[int, int]:
    """Pieces per line that other requests, not refused or withdrawn, ask for."""
    rows = ReturnLine.objects.filter(request__order=order).exclude(
        request__state__in=(RETURN.REFUSED, RETURN.WITHDRAWN)
    )
    return {pk: total for pk, total in rows.values_list("line").annotate(total=Sum("quantity")).order_by() if total}


def _check_refund(order: Order, amount: Decimal) -> None:
    left = order.total - order.refunded
    if amount < 0 or amount > left:
        raise Invalid(
            _("A refund of %(amount)s is not possible: %(left)s %(currency)s of the order are left.")
            % {"amount": amount, "left": max(Decimal(0), left), "currency": order.currency},
            "bad_refund",
        )


def _add_evidence(actor: Actor, request: ReturnRequest, item: Mapping[str, str]) -> ReturnEvidence:
    url, note = item.get("url", "").strip(), item.get("note", "").strip()
    if not url and not note:
        raise Invalid(_("Give the address of a photo, or say what there is to see."), "nothing_given")
    if url and not url.startswith(("https://", "http://")):
        raise Invalid(_("“%(url)s” is not an address. It starts with https://.") % {"url": url[:60]}, "bad_url")
    return ReturnEvidence.objects.create(request=request, url=url[:2000], note=note[:500], added_by=actor.user)
