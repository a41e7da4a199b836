"""Rules about what is in an order: prices, stock, and what the buyer wrote."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.context import ReviewContext
from orders.models import Order, StockLevel
from orders.review import Finding, Rule, review_rules
from orders.rules.amounts import price


@review_rules.register
class BelowCost(Rule):
    """Sold at a loss: a wrong price in the shop, or a discount that was stacked."""

    key = "orders.below_cost"
    title = gettext_lazy("Price below cost")
    explanation = gettext_lazy("A line is sold for less than the product costs.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """The line furthest below; only where cost and currency are known."""
        share = Decimal(str(self.parameters["share"]))
        for order in orders:
            worst: tuple[Decimal, dict[str, Any]] | None = None
            for line in context.lines[order.pk]:
                variant = line.variant
                if variant is None or not variant.cost or line.quantity <= 0:
                    continue
                if variant.currency and order.currency and variant.currency != order.currency:
                    continue
                paid = line.unit_price - line.discount / line.quantity
                missing = variant.cost * share - paid
                if missing > 0 and (worst is None or missing > worst[0]):
                    numbers = {"sku": line.sku, "price": float(round(paid, 2)), "cost": float(variant.cost)}
                    worst = missing, numbers
            if worst is not None:
                yield Finding(order.pk, {**worst[1], "currency": order.currency})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "AB-1 is sold for 3.00 EUR and costs 4.50"."""
        return _("%(sku)s is sold for %(price)s and costs %(cost)s.") % {
            "sku": numbers.get("sku", ""),
            "price": price(numbers.get("price", 0), numbers.get("currency", "")),
            "cost": price(numbers.get("cost", 0), numbers.get("currency", "")),
        }


@review_rules.register
class StockShort(Rule):
    """More pieces than there are."""

    key = "orders.stock_short"
    title = gettext_lazy("Not enough stock")
    explanation = gettext_lazy("The order needs more pieces than the stock ledger or the shop's last count has.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Our own ledger where stock is owned here, else what the shop last told us; unknown stock says nothing."""
        owned = {line.variant_id for order in orders if order.stock_owned for line in context.lines[order.pk]}
        levels = StockLevel.objects.filter(variant__in=owned - {None})
        available = {level.variant_id: level.available for level in levels} if owned else {}
        days = self.parameters["days"]
        oldest = timezone.now() - timedelta(days=float(days)) if days else None
        for order in orders:
            needed: dict[int, int] = {}
            for line in context.lines[order.pk]:
                if line.variant_id is not None:
                    missing = line.open_quantity - line.reserved_quantity
                    needed[line.variant_id] = needed.get(line.variant_id, 0) + missing
            for line in context.lines[order.pk]:
                variant = line.variant
                if variant is None:
                    continue
                if order.stock_owned:
                    there = available.get(variant.pk, 0)
                elif variant.stock is None or (
                    oldest and (not variant.stock_synced_at or variant.stock_synced_at < oldest)
                ):
                    continue
                else:
                    there = variant.stock
                if needed[variant.pk] > there:
                    yield Finding(order.pk, {"sku": line.sku, "asked": needed[variant.pk], "available": max(0, there)})
                    break

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "AB-1: 12 needed, 4 available"."""
        return _("%(sku)s: %(asked)s needed, %(available)s available.") % {
            name: numbers.get(name, "") for name in ("sku", "asked", "available")
        }


#: How what a buyer asks for is called.
REQUESTS = {
    "address": gettext_lazy("another address"),
    "cancel": gettext_lazy("to cancel or wait"),
    "deadline": gettext_lazy("a date"),
    "invoice": gettext_lazy("an invoice"),
    "gift": gettext_lazy("gift wrapping or no price"),
    "carrier": gettext_lazy("a carrier or a place to leave it"),
    "change": gettext_lazy("another variant"),
}


@lru_cache(maxsize=1)
def request_patterns() -> dict[str, re.Pattern[str]]:
    """What is searched for per request (data/note_requests.toml); Latin words stand by themselves, Chinese ones need not."""
    data = tomllib.loads(resources.files("orders.data").joinpath("note_requests.toml").read_text("utf-8"))
    found = {}
    for what, words in data.items():
        parts = [rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words]
        found[what] = re.compile("|".join(parts), re.IGNORECASE)
    return found


@review_rules.register
class NoteRequest(Rule):
    """The buyer's message asks for something: somebody has to read it before the parcel is packed."""

    key = "orders.note_request"
    title = gettext_lazy("The buyer asks for something")
    explanation = gettext_lazy("The buyer's message asks for another address, a date, an invoice, a gift or a change.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Which requests were recognised; the message itself stays with the order."""
        for order in orders:
            if order.customer_note:
                asked = [what for what, pattern in request_patterns().items() if pattern.search(order.customer_note)]
                if asked:
                    yield Finding(order.pk, {"asks": asked})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "The buyer's message asks for: an invoice, a date"."""
        asked = [str(REQUESTS.get(what, what)) for what in numbers.get("asks", [])]
        return _("The buyer's message asks for: %(what)s.") % {"what": ", ".join(asked)}
