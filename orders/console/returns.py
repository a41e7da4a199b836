"""Return requests: the list, and one request from what the customer says to the money back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsportal.access import Actor
from opsportal.console.admin_base import CappedPaginator
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError, Invalid
from orders import services
from orders.models import ReturnRequest
from orders.services.returns import TRANSITIONS

PAGE = 30


def amount_of(text: str) -> Decimal:
    """An amount somebody typed; a comma may stand for the point. Raises ``Invalid``."""
    plain = text.strip().replace(" ", "").replace("，", ",")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        amount = Decimal(plain.replace(",", ""))
    except InvalidOperation as error:
        raise Invalid(_("“%(text)s” is no amount. Write it like 12.50.") % {"text": text[:30]}, "bad_amount") from error
    if not amount.is_finite() or amount < 0 or amount > 10**11:
        raise Invalid(_("“%(text)s” is no amount. Write it like 12.50.") % {"text": text[:30]}, "bad_amount")
    return amount.quantize(Decimal("0.0001"))


class ReturnsPage(ConsoleView):
    """Requests by state, those to be decided first."""

    title = gettext_lazy("Returns")
    permission = "orders.view_returnrequest"
    template_name = "orders/returns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One state at a time."""
        state = self.request.GET.get("state", ReturnRequest.State.REQUESTED)
        if state not in ReturnRequest.State.values:
            state = ReturnRequest.State.REQUESTED
        rows = ReturnRequest.objects.filter(state=state).select_related("order", "decided_by").order_by("-id")
        pages: Paginator[ReturnRequest] = CappedPaginator(rows, PAGE)
        return super().get_context_data(
            states=ReturnRequest.State.choices,
            state=state,
            page=pages.get_page(self.request.GET.get("page")),
            **kwargs,
        )


class ReturnPage(ConsoleView):
    """Request → evidence → decision → goods → money."""

    permission = "orders.view_returnrequest"
    template_name = "orders/return.html"

    @cached_property
    def request_row(self) -> ReturnRequest:
        """The request. Raises ``Http404``."""
        rows = ReturnRequest.objects.select_related("order__customer", "decided_by")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The request, its lines and evidence, and what may be done now."""
        row, actor = self.request_row, self.actor
        state = ReturnRequest.State(row.state)
        return super().get_context_data(
            row=row,
            order=row.order,
            lines=list(row.lines.select_related("line__product")),
            evidence=list(row.evidence.select_related("added_by")),
            left=max(Decimal(0), row.order.total - row.order.refunded),
            can={target.value: state in sources for target, sources in TRANSITIONS.items()},
            others=list(row.order.returns.exclude(pk=row.pk)[:10]),
            may_decide=actor.can("orders.decide_returnrequest"),
            may_ask=actor.can("orders.add_returnrequest"),
            may_receive=actor.can("orders.ship_order"),
            **{**kwargs, "title": _("Return %(number)s") % {"number": row.event_key()}},
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a form of the page asks for, and show the page again."""
        action = ACTIONS.get(request.POST.get("action", ""))
        if action is None:
            raise Invalid(_("The page is out of date; load it again."), "unknown_action")
        try:
            messages.success(request, action(self.actor, self.request_row, request))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("console:orders_return", pk=pk)


def _decide(actor: Actor, row: ReturnRequest, request: HttpRequest) -> str:
    accept = request.POST.get("accept") == "yes"
    version = request.POST.get("version", "")
    services.decide_return(
        actor,
        row,
        accept=accept,
        note=request.POST.get("note", ""),
        refund_amount=amount_of(request.POST.get("refund_amount", "") or "0") if accept else None,
        goods_back=request.POST.get("goods_back") == "on",
        version=int(version) if version.isdecimal() else 0,
    )
    return _("Accepted; the shop's system is told.") if accept else _("Refused; the shop's system is told.")


def _evidence(actor: Actor, row: ReturnRequest, request: HttpRequest) -> str:
    services.add_evidence(actor, row, url=request.POST.get("url", ""), note=request.POST.get("note", ""))
    return _("Evidence added.")


def _receive(actor: Actor, row: ReturnRequest, request: HttpRequest) -> str:
    services.receive_return(actor, row, restock=request.POST.get("restock") == "on")
    return _("Goods received.")


def _refund(actor: Actor, row: ReturnRequest, request: HttpRequest) -> str:
    services.refund_return(actor, row)
    return _("Refund noted; the shop's system is told.")


def _withdraw(actor: Actor, row: ReturnRequest, request: HttpRequest) -> str:
    services.withdraw_return(actor, row)
    return _("Withdrawn.")


ACTIONS: dict[str, Callable[[Actor, ReturnRequest, HttpRequest], str]] = {
    "decide": _decide,
    "evidence": _evidence,
    "receive": _receive,
    "refund": _refund,
    "withdraw": _withdraw,
}
