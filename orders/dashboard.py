"""Orders on the first page: by state, what the rules are worth, how long shipping takes, what went wrong."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsportal.console import Card, dashboard

#: Counts stop here and say "more than": counting millions would slow the first page down.
MOST_COUNTED = 10_000
#: Holds and parcels of so many days are looked at; older ones say nothing about today.
DAYS = 90
#: Newest rows a figure is worked out from.
SAMPLE = 2_000
#: With fewer decided holds than this a precision is no more than chance.
FEWEST = 5


@dashboard.register
class OrdersByState(Card):
    """How many orders stand where."""

    key = "orders.by_state"
    title = _("Orders")
    template = "orders/cards/by_state.html"
    permission = "orders.view_order"
    order = 15

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """A capped count for each state that is not over; nothing before the first order came in."""
        from orders.models import Order, State
        from orders.services.watching import late_orders
        from orders.workflow import LIVE

        if not Order.objects.exists():
            return None
        counted = [
            {"state": state.value, "label": state.label, "count": _capped(Order.objects.filter(state=state))}
            for state in (*LIVE, State.COMPLETED)
        ]
        return {
            "states": [row for row in counted if row["count"]],
            "late": _capped(late_orders()),
            "most": MOST_COUNTED,
            "waiting": sum(row["count"] for row in counted if row["state"] in (State.AWAITING_REVIEW, State.HELD)),
        }


@dashboard.register
class RulesWorth(Card):
    """Which review rules stop orders, and how often they were right."""

    key = "orders.rules"
    title = _("Order review rules, last 90 days")
    template = "orders/cards/rules.html"
    permission = "orders.view_hold"
    order = 45
    wide = True

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Per rule: stopped, still open, right (cancelled, or regretted later), and its precision where enough is decided."""
        from orders.models import Hold
        from orders.services.reviewing import rule_title

        right = Q(outcome__in=(Hold.Outcome.CONFIRMED, Hold.Outcome.REGRETTED))
        rows = (
            Hold.objects.filter(opened_at__gte=timezone.now() - timedelta(days=DAYS))
            .order_by()
            .values("rule")
            .annotate(
                stopped=Count("pk"),
                open=Count("pk", filter=Q(closed_at__isnull=True)),
                right=Count("pk", filter=right),
                cleared=Count("pk", filter=Q(outcome=Hold.Outcome.CLEARED)),
            )
        )
        told = []
        for row in rows:
            decided = row["right"] + row["cleared"]
            share = round(100 * row["right"] / decided) if decided >= FEWEST else None
            told.append({**row, "title": rule_title(row["rule"]), "decided": decided, "share": share})
        return {"rules": sorted(told, key=lambda row: -row["stopped"])} if told else None


@dashboard.register
class ShippingTime(Card):
    """How long customers wait: from payment to shipping, from shipping to the door."""

    key = "orders.shipping_time"
    title = _("Shipping time")
    template = "orders/cards/shipping_time.html"
    permission = "orders.view_shipment"
    order = 46

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Medians and the slowest tenth of the newest parcels."""
        from orders.models import Shipment

        since = timezone.now() - timedelta(days=DAYS)
        rows = Shipment.objects.filter(shipped_at__gte=since).order_by("-id")
        moments = rows.values_list("order__paid_at", "order__placed_at", "shipped_at", "delivered_at")[:SAMPLE]
        packing, travelling = [], []
        for paid, placed, shipped, delivered in moments:
            packing.append(_hours(paid or placed, shipped))
            if delivered:
                travelling.append(_hours(shipped, delivered))
        if not packing:
            return None
        return {
            "parcels": len(packing),
            "packing": _days(median(packing)),
            "packing_slow": _days(_tenth(packing)),
            "travelling": _days(median(travelling)) if travelling else None,
            "travelling_slow": _days(_tenth(travelling)) if travelling else None,
        }


@dashboard.register
class Exceptions(Card):
    """Parcels somebody has to look at, and returns that wait."""

    key = "orders.exceptions"
    title = _("Parcels and returns to look at")
    template = "orders/cards/exceptions.html"
    permission = "orders.view_shipment"
    order = 16

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Counts by kind; no card when all is well."""
        from orders.models import ReturnRequest, Shipment

        kinds = [
            {"value": value, "label": label, "count": _capped(Shipment.objects.filter(attention=value))}
            for value, label in Shipment.Attention.choices
            if value
        ]
        shown = [row for row in kinds if row["count"]]
        asked = _capped(ReturnRequest.objects.filter(state=ReturnRequest.State.REQUESTED))
        return {"kinds": shown, "asked": asked} if shown or asked else None


def _capped(rows: Any) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


def _hours(start: Any, end: Any) -> float:
    return max(0.0, (end - start).total_seconds() / 3600)


def _days(hours: float) -> float:
    return round(hours / 24, 1)


def _tenth(values: list[float]) -> float:
    """The value that nine of ten do not exceed."""
    return sorted(values)[int(0.9 * (len(values) - 1))]
