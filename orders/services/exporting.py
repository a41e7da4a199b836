"""Handing orders out as a file, and decisions to the system that owns the orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from orders.exports import DECISION_HEADER, HEADER, decision_rows, order_rows, write_rows
from orders.filters import OrderFilter
from orders.models import Order, OrderExport
from orders.services.handover import EXPORT, hand_over, waiting_decisions

#: Decisions handed over in one file; the next export takes the next.
MOST_DECISIONS = 50_000


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """``what``: orders (narrowed by ``filters``, those of the order list) or the decisions nobody was told of yet."""

    what: str = OrderExport.What.ORDERS
    filters: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def matching_orders(filters: Mapping[str, str | Sequence[str]]) -> QuerySet[Order]:
    """Orders that pass the filters. Raises ``Invalid`` for an unknown filter or an unusable value."""
    filterset = OrderFilter(data=dict(filters), queryset=Order.objects.all())
    unknown = sorted(set(filters) - set(filterset.form.fields))
    if unknown:
        known = ", ".join(sorted(filterset.form.fields))
        raise Invalid(
            _("Unknown filter: %(name)s. Known filters: %(known)s.") % {"name": ", ".join(unknown), "known": known},
            "unknown_filter",
        )
    if not filterset.is_valid():
        name, errors = next(iter(filterset.errors.items()))
        raise Invalid(f"{name}: {errors[0]}", "bad_filter")
    return filterset.qs


def export_orders(
    actor: Actor, spec: ExportSpec, file: IO[str], *, reference: str, progress: Callable[[int], None] | None = None
) -> int:
    """Write a CSV, row by row; returns how many rows. Decisions are marked as handed over in ``reference`` afterwards."""
    actor.require(EXPORT)
    if spec.what == OrderExport.What.DECISIONS:
        decisions = list(waiting_decisions()[:MOST_DECISIONS])
        count = write_rows(file, DECISION_HEADER, _heard(decision_rows(decisions), progress))
        hand_over(actor, [decision.pk for decision in decisions], reference)
    else:
        count = write_rows(file, HEADER, _heard(order_rows(matching_orders(spec.filters)), progress))
    with transaction.atomic():
        events.record("orders.exported", actor=actor, data={"what": spec.what, "rows": count, "file": reference})
    return count


def _heard(rows: Iterable[Sequence[str]], progress: Callable[[int], None] | None) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows, 1):
        yield row
        if progress is not None and number % 1000 == 0:
            progress(number)
