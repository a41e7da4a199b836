"""What review rules may look at, read once for many orders: lines, the shop's own history, earlier orders."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median

from django.db.models import Min

from orders.models import BlockedEntry, Order, OrderLine


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual in a shop: the median of ``count`` values and their robust spread on a logarithmic scale."""

    count: int
    middle: float
    spread: float

    def deviations(self, value: float) -> float:
        """How many robust standard deviations ``value`` lies above the median (Iglewicz & Hoaglin, 1993, on logs)."""
        if value <= 0 or self.middle <= 0:
            return 0.0
        return (math.log(value) - math.log(self.middle)) / self.spread


#: A shop whose lines nearly all have one piece would have no spread at all; a fifth of the logarithmic scale is the least.
_LEAST_SPREAD = 0.2
#: Makes the median absolute deviation estimate a standard deviation of normal data.
_CONSISTENT = 1.4826


def usual(values: Sequence[float]) -> Usual:
    """Median and spread of positive ``values``; robust, so that the outliers among them change nothing."""
    logs = sorted(math.log(value) for value in values if value > 0)
    if not logs:
        return Usual(0, 0.0, _LEAST_SPREAD)
    middle = median(logs)
    spread = _CONSISTENT * median(abs(value - middle) for value in logs)
    return Usual(len(logs), math.exp(middle), max(spread, _LEAST_SPREAD))


class ReviewContext:
    """Read lazily, each at most once for all ``orders``; a rule that needs more asks in bulk itself."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = orders
        self._amounts: dict[tuple[str, str, int], Usual] = {}
        self._quantities: dict[tuple[str, int], Usual] = {}

    @cached_property
    def lines(self) -> dict[int, list[OrderLine]]:
        """Goods of each order, with their variants."""
        found: dict[int, list[OrderLine]] = {order.pk: [] for order in self.orders}
        rows = OrderLine.objects.filter(order__in=list(found), kind=OrderLine.Kind.GOODS)
        for line in rows.select_related("variant").order_by("order_id", "position"):
            found[line.order_id].append(line)
        return found

    @cached_property
    def blocked(self) -> dict[tuple[str, str], BlockedEntry]:
        """The blocked list, by kind and digest."""
        return {(entry.kind, entry.key): entry for entry in BlockedEntry.objects.all()}

    @cached_property
    def customer_numbers(self) -> dict[int, str]:
        """The customers' numbers in their sources."""
        ids = {order.customer_id for order in self.orders if order.customer_id is not None}
        rows = Order.objects.filter(customer__in=ids).values_list("customer_id", "customer__external_id").distinct()
        return {pk: number for pk, number in rows if pk is not None and number}

    def amounts(self, order: Order, size: int) -> Usual:
        """What the newest ``size`` orders of the order's source and currency are worth."""
        key = (order.source, order.currency, size)
        if key not in self._amounts:
            rows = Order.objects.filter(source=order.source, currency=order.currency).order_by("-id")[:size]
            self._amounts[key] = usual([float(total) for total in rows.values_list("total", flat=True)])
        return self._amounts[key]

    def quantities(self, order: Order, size: int) -> Usual:
        """Pieces in the newest ``size`` lines of the order's source."""
        key = (order.source, size)
        if key not in self._quantities:
            # By way of the newest orders: in a database of several shops their lines are not looked for among all.
            newest = list(Order.objects.filter(source=order.source).order_by("-id").values_list("pk", flat=True)[:size])
            rows = OrderLine.objects.filter(order__in=newest, kind=OrderLine.Kind.GOODS).order_by("-id")
            self._quantities[key] = usual(list(rows.values_list("quantity", flat=True)[:size]))
        return self._quantities[key]

    @cached_property
    def first_orders(self) -> set[int]:
        """Orders before which their customer had none (in the time of the orders, not of the import)."""
        ids = {order.customer_id for order in self.orders if order.customer_id is not None}
        earliest = dict(
            Order.objects.filter(customer__in=ids)
            .order_by()
            .values_list("customer_id")
            .annotate(first=Min("placed_at"))
            .values_list("customer_id", "first")
        )
        return {order.pk for order in self.orders if earliest.get(order.customer_id or 0) == order.placed_at}

    def earlier(self, field: str, hours: float) -> dict[int, list[int]]:
        """For each order, the ids of those with the same digest in ``field`` placed in the ``hours`` before it."""
        digests = {getattr(order, field) for order in self.orders} - {""}
        if not digests:
            return {}
        window = timedelta(hours=hours)
        placed = [order.placed_at for order in self.orders]
        rows = Order.objects.filter(**{f"{field}__in": digests}).filter(
            placed_at__gte=min(placed) - window, placed_at__lte=max(placed)
        )
        alike: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        for key, moment, pk in rows.order_by("placed_at", "id").values_list(field, "placed_at", "id"):
            alike[key].append((moment, pk))
        found = {}
        for order in self.orders:
            mine = alike.get(getattr(order, field), [])
            end = bisect_left(mine, (order.placed_at, order.pk))
            start = bisect_left(mine, (order.placed_at - window, 0))
            found[order.pk] = [pk for _moment, pk in mine[start:end]]
        return found
