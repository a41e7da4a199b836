"""The page of one order: everything of it, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.console.selection import draft_copy_url
from generation.models import Draft
from generation.services import Outcome
from opsportal.access import Actor
from opsportal.console.views import ConsoleView
from opsportal.events.models import Event
from opsportal.plugins.errors import DomainError, Invalid
from orders import services, workflow
from orders.carrier import carrier_title, carriers, tracking_url
from orders.console.desk import Desk
from orders.console.returns import amount_of
from orders.console.timeline import timeline
from orders.models import Order, OrderLine, Shipment
from orders.reasons import REASONS, stored_reason
from orders.services.notices import recipient_of, usual_language

#: Events of an order shown; all are in the event log.
MOST_EVENTS = 100
MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as the page shows it."""

    shipment: Shipment
    carrier: str
    url: str
    contents: str


class OrderPage(ConsoleView):
    """Everything of an order on one page; forms post back here."""

    permission = "orders.view_order"
    template_name = "orders/order.html"

    @cached_property
    def desk(self) -> Desk:
        """The order with what belongs to it. Raises ``Http404``."""
        found = Desk.read(self.kwargs["pk"])
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The order, what may be done now, and its history."""
        order, actor = self.desk.order, self.actor
        goods = list(order.lines.select_related("product", "variant")[:MOST_LINES])
        skus = {line.pk: line.sku or line.description for line in goods}
        parcels = list(order.shipments.prefetch_related("events", "lines"))
        returns = list(order.returns.all())
        events = Event.objects.filter(target_type="orders.order", target_id=order.pk).order_by("-id")[:MOST_EVENTS]
        can = {
            action: order.state in workflow.TRANSITIONS[action].sources
            for action in ("approve", "hold", "release", "cancel", "ship", "deliver", "complete", "close", "pay")
        }
        return super().get_context_data(
            is_fullwidth="1",
            order=order,
            desk=self.desk,
            lines=goods,
            open_lines=[line for line in goods if line.open_quantity],
            parcels=[
                Parcel(
                    row,
                    carrier_title(row.carrier),
                    tracking_url(row.carrier, row.tracking_number),
                    ", ".join(f"{skus.get(piece.line_id, '…')} × {piece.quantity}" for piece in row.lines.all()),
                )
                for row in parcels
            ],
            returns=returns,
            moments=timeline(events, parcels, self.desk.notes),
            notices=list(order.notices.all()),
            drafts=list(
                Draft.objects.filter(target_type="orders.order", target_id=order.pk, slot="orders.notice")
                .only("id", "state", "language", "channel")
                .order_by("-id")[:10]
            ),
            decisions=list(order.decisions.select_related("made_by")),
            can=can,
            reasons=[(key, title) for key, title, _told in REASONS],
            carriers=sorted(((row.key, str(row.title)) for row in carriers if not row.pushes), key=lambda row: row[1]),
            return_reasons=order.returns.model.Reason.choices,
            may_review=actor.can("orders.review_order"),
            may_ship=actor.can("orders.ship_order"),
            may_change=actor.can("orders.change_order"),
            may_note=actor.can("orders.add_note"),
            may_ask=actor.can("orders.add_returnrequest"),
            may_draft=actor.can("generation.draft_copy"),
            may_erase=actor.can("orders.erase_customer"),
            reachable=bool(recipient_of(order).email),
            usual_language=usual_language(order),
            **{**kwargs, "title": _("Order %(number)s") % {"number": order.number}},
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a form of the page asks for, and show the page again."""
        action = ACTIONS.get(request.POST.get("action", ""))
        if action is None:
            raise Invalid(_("The page is out of date; load it again."), "unknown_action")
        try:
            told = action(self.actor, self.desk.order, request)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            if told.startswith("/"):
                return redirect(told)
            messages.success(request, told)
        return redirect("console:orders_order", pk=pk)


def _one(outcome: Outcome, told: str) -> str:
    if outcome.left:
        raise Invalid(outcome.left[0][2], outcome.left[0][1])
    return told


def _seen(order: Order, request: HttpRequest) -> dict[int, int]:
    version = request.POST.get("version", "")
    return {order.pk: int(version)} if version.isdecimal() else {order.pk: 0}


def _release(actor: Actor, order: Order, request: HttpRequest) -> str:
    held = order.state in workflow.TRANSITIONS["release"].sources
    decide: Callable[..., Outcome] = services.release_orders if held else services.approve_orders
    return _one(
        decide(actor, [order.pk], request.POST.get("note", ""), _seen(order, request)), _("Released: to be shipped.")
    )


def _hold(actor: Actor, order: Order, request: HttpRequest) -> str:
    outcome = services.hold_orders(actor, [order.pk], request.POST.get("reason", ""), _seen(order, request))
    return _one(outcome, _("On hold."))


def _cancel(actor: Actor, order: Order, request: HttpRequest) -> str:
    told = stored_reason(request.POST.get("reason", ""), request.POST.get("note", ""))
    return _one(services.cancel_orders(actor, [order.pk], told, _seen(order, request)), _("Cancelled."))


def _close(actor: Actor, order: Order, request: HttpRequest) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Invalid(_("Say why the order is closed."), "reason_missing")
    return _one(services.close_orders(actor, [order.pk], reason), _("Closed."))


def _pieces(order: Order, request: HttpRequest) -> dict[int, int]:
    """What was entered as "line-7": pieces, by line."""
    goods = order.lines.filter(kind=OrderLine.Kind.GOODS).values_list("pk", flat=True)
    told = {pk: request.POST.get(f"line-{pk}", "") for pk in goods}
    return {pk: int(text) for pk, text in told.items() if text.isdecimal() and len(text) < 10 and int(text)}


def _ship(actor: Actor, order: Order, request: HttpRequest) -> str:
    pieces = _pieces(order, request)
    if not pieces:
        raise Invalid(_("Put at least one piece into the parcel."), "nothing_open")
    services.ship_order(
        actor,
        order,
        carrier=request.POST.get("carrier", "manual")[:60],
        tracking_number=request.POST.get("tracking_number", "").strip()[:80],
        lines=pieces,
        version=_seen(order, request)[order.pk],
    )
    count = sum(pieces.values())
    return ngettext("Shipped: %(count)d piece.", "Shipped: %(count)d pieces.", count) % {"count": count}


def _note(actor: Actor, order: Order, request: HttpRequest) -> str:
    services.add_note(actor, order, request.POST.get("text", ""))
    return _("Noted.")


def _ask_back(actor: Actor, order: Order, request: HttpRequest) -> str:
    made = services.request_return(
        actor,
        order,
        reason=request.POST.get("reason", ""),
        lines=_pieces(order, request),
        details=request.POST.get("details", "")[:5000],
        refund_asked=amount_of(request.POST.get("refund_asked", "") or "0"),
    )
    return reverse("console:orders_return", args=[made.pk])


def _draft_notice(actor: Actor, order: Order, request: HttpRequest) -> str:
    actor.require("generation.draft_copy")
    return draft_copy_url(
        request, "orders.order", ids=[order.pk], back=reverse("console:orders_order", args=[order.pk])
    )


def _erase(actor: Actor, order: Order, request: HttpRequest) -> str:
    if order.customer is None:
        raise Invalid(_("The source names no buyer."), "no_customer")
    count = services.anonymise_customer(actor, order.customer)
    return ngettext(
        "Personal data erased, in %(count)d order.", "Personal data erased, in %(count)d orders.", count
    ) % {"count": count}


ACTIONS: dict[str, Callable[[Actor, Order, HttpRequest], str]] = {
    "release": _release,
    "hold": _hold,
    "cancel": _cancel,
    "close": _close,
    "ship": _ship,
    "deliver": lambda actor, order, request: _one(services.deliver_orders(actor, [order.pk]), _("Delivered.")),
    "complete": lambda actor, order, request: _one(services.complete_orders(actor, [order.pk]), _("Completed.")),
    "pay": lambda actor, order, request: _one(services.pay_orders(actor, [order.pk]), _("Paid: reviewed now.")),
    "note": _note,
    "ask_back": _ask_back,
    "draft_notice": _draft_notice,
    "erase": _erase,
}
