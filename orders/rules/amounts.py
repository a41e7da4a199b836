"""Rules that compare an order with what is usual in the shop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.context import ReviewContext
from orders.models import Order
from orders.review import Finding, Rule, review_rules


def price(value: float, currency: str) -> str:
    """ "2,474.74 EUR"; without a currency where none is known."""
    return f"{value:,.2f} {currency}".strip()


def figure(value: float) -> str:
    """A number as people read it: 80995 is "80,995", 12.5 stays "12.50"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


@review_rules.register
class QuantityOutlier(Rule):
    """Far more pieces in one line than this shop's lines have: a slip of the keyboard, or somebody trying things out."""

    key = "orders.quantity_outlier"
    title = gettext_lazy("Unusual quantity")
    explanation = gettext_lazy("A line has far more pieces than the lines of this shop usually have.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """One finding an order: its largest line."""
        given = self.parameters
        for order in orders:
            line = max(context.lines[order.pk], key=lambda line: line.quantity, default=None)
            if line is None or line.quantity < given["least"]:
                continue
            usual = context.quantities(order, int(given["history"]))
            numbers = {"quantity": line.quantity, "sku": line.sku, "lines": usual.count}
            if usual.count < given["least_history"]:
                if line.quantity >= given["without_history"]:
                    yield Finding(order.pk, {**numbers, "limit": given["without_history"]})
            elif usual.deviations(line.quantity) > given["deviations"]:
                deviations = round(usual.deviations(line.quantity), 1)
                yield Finding(order.pk, {**numbers, "usual": round(usual.middle, 1), "deviations": deviations})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "80,995 pieces of 23843 in one line; lines of this shop usually have 4 (2,000 looked at)"."""
        told = {name: figure(numbers.get(name, 0)) for name in ("quantity", "usual", "lines", "limit")}
        told["sku"] = str(numbers.get("sku", ""))
        if "usual" in numbers:
            return (
                _(
                    "%(quantity)s pieces of %(sku)s in one line; lines of this shop usually have %(usual)s "
                    "(%(lines)s compared)."
                )
                % told
            )
        return (
            _("%(quantity)s pieces of %(sku)s in one line; from %(limit)s on, a shop without history looks at it.")
            % told
        )


@review_rules.register
class AmountOutlier(Rule):
    """An order worth far more than this shop's orders."""

    key = "orders.amount_outlier"
    title = gettext_lazy("Unusual amount")
    explanation = gettext_lazy("The order is worth far more than orders of this shop usually are.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Compared in the order's own currency."""
        given = self.parameters
        for order in orders:
            total = float(order.total)
            usual = context.amounts(order, int(given["history"]))
            numbers = {"total": total, "currency": order.currency, "orders": usual.count}
            if usual.count < given["least_history"]:
                if given["without_history"] and total >= given["without_history"]:
                    yield Finding(order.pk, {**numbers, "limit": given["without_history"]})
            elif total >= usual.middle * given["least_times"] and usual.deviations(total) > given["deviations"]:
                yield Finding(order.pk, {**numbers, "usual": round(usual.middle, 2)})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "168,469.60 GBP; orders of this shop are usually worth 300.00 (1,000 compared)"."""
        told = {name: figure(numbers.get(name, 0)) for name in ("usual", "orders", "limit")}
        told["total"] = price(numbers.get("total", 0), numbers.get("currency", ""))
        if "usual" in numbers:
            return _("%(total)s; orders of this shop are usually worth %(usual)s (%(orders)s compared).") % told
        return _("%(total)s; from %(limit)s on, a shop without history looks at it.") % told


@review_rules.register
class FirstOrderHighValue(Rule):
    """Somebody the shop does not know orders for a lot of money."""

    key = "orders.first_order_high_value"
    title = gettext_lazy("High first order")
    explanation = gettext_lazy("The customer's first order is worth many times what orders of this shop usually are.")

    def examine(self, orders: Sequence[Order], context: ReviewContext) -> Iterable[Finding]:
        """Orders without a customer are left: nobody knows whether they are first ones."""
        given = self.parameters
        for order in orders:
            if order.pk not in context.first_orders:
                continue
            total = float(order.total)
            usual = context.amounts(order, int(given["history"]))
            numbers = {"total": total, "currency": order.currency}
            if usual.count < given["least_history"]:
                if given["without_history"] and total >= given["without_history"]:
                    yield Finding(order.pk, {**numbers, "limit": given["without_history"]})
            elif total >= usual.middle * given["times"]:
                yield Finding(order.pk, {**numbers, "usual": round(usual.middle, 2)})

    @classmethod
    def explain(cls, numbers: Mapping[str, Any]) -> str:
        """ "First order of this customer, 4,200.00 EUR; orders are usually worth 180.00"."""
        told = {name: figure(numbers.get(name, 0)) for name in ("usual", "limit")}
        told["total"] = price(numbers.get("total", 0), numbers.get("currency", ""))
        if "usual" in numbers:
            return _("First order of this customer: %(total)s; orders of this shop are usually worth %(usual)s.") % told
        return (
            _("First order of this customer: %(total)s; from %(limit)s on, a shop without history looks at it.") % told
        )
