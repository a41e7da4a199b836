"""The order review page and its requests. A decision and the order to load ahead travel in one request and one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.console.base import reasons
from generation.services import Outcome
from opsportal.access import Actor
from opsportal.console.desk import DeskView, whole_number
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError, Invalid
from orders import services
from orders.console import queue
from orders.console.desk import Desk
from orders.console.words import script_words
from orders.models import Hold, Order, OrderClaim, State
from orders.reasons import REASONS, stored_reason
from orders.services.desk import open_order
from orders.services.reviewing import REVIEW, rule_title

#: Orders a bulk release takes at most; a larger queue is decided filter by filter.
MOST = 5_000
#: Orders decided in one request; the page asks again until none is left.
SLICE = 200

#: What the page gets back: ``ok``, ``message``; ``again`` when the same order stays on the desk; ``undo`` names the
#: action that takes the decision back.
Answer = dict[str, Any]


class ReviewPage(ConsoleView):
    """The queue on the left, one order on the right."""

    title = gettext_lazy("Order review")
    permission = "orders.view_order"
    template_name = "orders/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The first page of the queue and, when there is one, the first order or the one asked for."""
        waiting = queue.Queue.of(self.request.GET)
        rows = waiting.page()
        wanted = whole_number(self.request.GET.get("order")) or (rows[0].pk if rows else 0)
        first = payload(self.request, self.actor, wanted, is_shown=True) if wanted else None
        return super().get_context_data(
            is_fullwidth="1",
            queue=waiting,
            rows=told_rows(rows, self.actor),
            more=rows[-1].pk if len(rows) == queue.PAGE else "",
            count=counted(waiting.count()),
            first=first and {name: value for name, value in first.items() if name != "html"},
            first_html=first["html"] if first else "",
            words=script_words(),
            reasons=[(number, key, title) for number, (key, title, _told) in enumerate(REASONS, 1)],
            may_review=self.actor.can(REVIEW),
            may_note=self.actor.can("orders.add_note"),
            **kwargs,
        )


class OrderDeskView(DeskView):
    """A request of the order review page."""

    permission = "orders.view_order"


class QueueRows(OrderDeskView):
    """More of the list."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """The rows after one."""
        waiting = queue.Queue.of(request.GET)
        rows = waiting.page(whole_number(request.GET.get("after")))
        html = render_to_string("orders/includes/queue_rows.html", {"rows": told_rows(rows, self.actor)}, request)
        more = rows[-1].pk if len(rows) == queue.PAGE else ""
        return JsonResponse({"html": html, "more": more, "count": counted(waiting.count())})


class OrderOnDesk(OrderDeskView):
    """One order: to be loaded ahead, or with ``shown`` to be looked at, which claims it."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The order laid out."""
        found = payload(request, self.actor, pk, is_shown=request.GET.get("shown") == "1")
        if found is None:
            return JsonResponse({"ok": False, "code": "gone", "message": _("There is no such order.")}, status=404)
        return JsonResponse({"ok": True, "order": found})


class Decide(OrderDeskView):
    """A decision about one order. The answer says what became of it and brings the order to load ahead.

    ``shown`` names the order the page shows by now; ``ahead`` the one it wants loaded.
    """

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Decide, note what is shown now, bring what comes next."""
        sent = self.body
        action = ACTIONS.get(str(sent.get("action", "")))
        if action is None:
            raise Invalid(_("The page is out of date; load it again."), "unknown_action")
        order = Order.objects.filter(pk=pk).first()
        if order is None:
            raise Invalid(_("There is no such order."), "gone")
        try:
            answer = action(self.actor, order, sent)
        except DomainError as error:
            answer = {"ok": False, "code": error.code, "message": error.message}
        if not answer["ok"] or answer.pop("again", False):
            answer["order"] = payload(request, self.actor, pk, is_shown=True)
        elif shown := whole_number(sent.get("shown")):
            open_order(self.actor, shown)
        ahead = whole_number(sent.get("ahead"))
        if ahead:
            answer["ahead"] = payload(request, self.actor, ahead, is_shown=False)
        return JsonResponse(answer)


class BulkState(OrderDeskView):
    """What a bulk release of this filter would take."""

    permission = REVIEW

    def get(self, request: HttpRequest) -> JsonResponse:
        """Counts: all, by reason, and those with a proposal to cancel, which are left."""
        ids = queue.Queue.of(request.GET).ids(MOST)
        by_rule: dict[str, int] = {}
        proposed: set[int] = set()
        for start in range(0, len(ids), 500):
            holds = Hold.objects.filter(order__in=ids[start : start + 500], closed_at__isnull=True)
            for order_id, rule, verdict in holds.values_list("order_id", "rule", "verdict"):
                by_rule[rule] = by_rule.get(rule, 0) + 1
                if verdict == Hold.Verdict.REJECT:
                    proposed.add(order_id)
        told = sorted(by_rule.items(), key=lambda pair: -pair[1])
        return JsonResponse(
            {
                "ok": True,
                "matching": len(ids),
                "proposed": len(proposed),
                "rules": [[rule_title(rule), count] for rule, count in told],
                "capped": len(ids) == MOST,
                "most": MOST,
            }
        )


class BulkRelease(OrderDeskView):
    """Release the next slice of what a filter holds; orders with a proposal to cancel are left for a person."""

    permission = REVIEW

    def post(self, request: HttpRequest) -> JsonResponse:
        """Decide about a slice after ``after``; ``more`` says whether there is another."""
        after = whole_number(self.body.get("after"))
        note = str(self.body.get("note", ""))[:500]
        waiting = queue.Queue.of(request.GET)
        rows = list(waiting.rows.filter(pk__gt=after).values_list("pk", "state", "version")[: SLICE + 1])
        now = rows[:SLICE]
        outcome = Outcome("released")
        holds = Hold.objects.filter(order__in=[pk for pk, _s, _v in now], closed_at__isnull=True)
        proposed = set(holds.filter(verdict=Hold.Verdict.REJECT).values_list("order_id", flat=True))
        for pk in sorted(proposed):
            outcome.leave(pk, "proposes_cancel", _("A rule proposes to cancel it: decide it by itself."))
        for state, decide in ((State.HELD, services.release_orders), (State.AWAITING_REVIEW, services.approve_orders)):
            mine = {pk: version for pk, now_state, version in now if now_state == state and pk not in proposed}
            part = decide(self.actor, mine, note, mine)
            outcome.done += part.done
            outcome.left += part.left
        return JsonResponse(
            {
                "ok": True,
                "done": len(outcome.done),
                "left": len(outcome.left),
                "reasons": reasons(outcome),
                "after": now[-1][0] if now else 0,
                "more": len(rows) > SLICE,
            }
        )


def _release(actor: Actor, order: Order, sent: dict[str, Any]) -> Answer:
    seen = {order.pk: whole_number(sent.get("version"))}
    if order.state == State.AWAITING_REVIEW:
        outcome = services.approve_orders(actor, [order.pk], "", seen)
    else:
        outcome = services.release_orders(actor, [order.pk], "", seen)
    return _answer(outcome, _("Released: to be shipped."), undo="take_back")


def _hold(actor: Actor, order: Order, sent: dict[str, Any]) -> Answer:
    """Stop an order; one that is on hold stays so, and the word on it becomes a note."""
    told = str(sent.get("reason", ""))
    if order.state == State.HELD:
        services.add_note(actor, order, told)
        return {"ok": True, "again": True, "message": _("Stays on hold; noted.")}
    seen = {order.pk: whole_number(sent.get("version"))}
    return _answer(services.hold_orders(actor, [order.pk], told, seen), _("On hold."), again=True)


def _cancel(actor: Actor, order: Order, sent: dict[str, Any]) -> Answer:
    told = stored_reason(str(sent.get("reason", "")), str(sent.get("note", "")))
    seen = {order.pk: whole_number(sent.get("version"))}
    outcome = services.cancel_orders(actor, [order.pk], told, seen)
    if outcome.done and sent.get("block"):
        services.block_buyer(actor, order, reason=told)
    return _answer(outcome, _("Cancelled."))


def _note(actor: Actor, order: Order, sent: dict[str, Any]) -> Answer:
    services.add_note(actor, order, str(sent.get("text", "")))
    return {"ok": True, "again": True, "message": _("Noted.")}


def _take_back(actor: Actor, order: Order, sent: dict[str, Any]) -> Answer:
    outcome = services.hold_orders(actor, [order.pk], _("The release was taken back."))
    return _answer(outcome, _("Undone: on hold again."), again=True)


ACTIONS: dict[str, Callable[[Actor, Order, dict[str, Any]], Answer]] = {
    "release": _release,
    "hold": _hold,
    "cancel": _cancel,
    "note": _note,
    "take_back": _take_back,
}


def _answer(outcome: Outcome, message: str, **extra: Any) -> Answer:
    if outcome.left:
        _pk, code, why = outcome.left[0]
        return {"ok": False, "code": code, "message": why}
    return {"ok": True, "message": message, **extra}


def payload(request: HttpRequest, actor: Actor, pk: int, *, is_shown: bool) -> dict[str, Any] | None:
    """An order for the page; ``is_shown`` claims it for the person."""
    found = Desk.read(pk)
    if found is None:
        return None
    order = found.order
    may_review = actor.can(REVIEW)
    claim = open_order(actor, pk) if is_shown and may_review and found.waits else None
    claimed = "" if claim is None or claim.user_id == request.user.pk else claim.user.get_username()
    context = {"desk": found, "order": order, "claimed": claimed, "may_review": may_review}
    return {
        "id": order.pk,
        "version": order.version,
        "state": order.state,
        "waits": found.waits,
        "held": order.state == State.HELD,
        "proposes_cancel": found.proposes_cancel,
        "claimed": claimed,
        "label": order.number,
        "html": render_to_string("orders/includes/desk.html", context, request),
    }


def told_rows(rows: list[Order], actor: Actor) -> list[dict[str, Any]]:
    """Rows of the list: the order, the titles of its reasons, and who else has it open."""
    claims = OrderClaim.objects.filter(order__in=[row.pk for row in rows], until__gt=timezone.now())
    others = claims.exclude(user_id=actor.user.pk if actor.user else 0).select_related("user")
    names = {claim.order_id: claim.user.get_username() for claim in others}
    told = []
    for row in rows:
        holds: list[Hold] = row.open_holds  # type: ignore[attr-defined]
        told.append(
            {
                "order": row,
                "reasons": [(rule_title(hold.rule), hold.verdict == Hold.Verdict.REJECT) for hold in holds],
                "claimed": names.get(row.pk, ""),
            }
        )
    return told


def counted(count: int) -> str:
    """A capped count as people read it."""
    return _("more than %(count)d") % {"count": queue.MOST_COUNTED} if count > queue.MOST_COUNTED else str(count)
