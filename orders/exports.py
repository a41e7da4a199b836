"""Orders and decisions as tables, row by row: the portal's own columns, which the import reads back, formulas escaped."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import IO

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from orders.models import Address, Decision, Order, OrderLine
from products.imports import escape_formula

HEADER = (
    "order_number", "source", "placed_at", "state", "payment", "currency", "customer", "customer_name", "email", "phone",
    "sku", "description", "quantity", "unit_price", "line_discount", "line_tax", "line_total", "discount", "shipping_fee",
    "tax", "total", "refunded", "note", "ship_name", "ship_phone", "ship_company", "ship_street", "ship_addition",
    "ship_city", "ship_region", "ship_postal_code", "country", "bill_name", "bill_street", "bill_city",
    "bill_postal_code", "bill_country", "cancel_reason", "shipped_at",
)  # fmt: skip
DECISION_HEADER = ("decision_id", "source", "order_number", "decision", "reason", "details", "by", "decided_at")
_CHUNK = 500


def order_rows(orders: QuerySet[Order]) -> Iterator[Sequence[str]]:
    """One row a line; the order's own cells on its first. Ascending by id, read in chunks."""
    lines = Prefetch("lines", OrderLine.objects.order_by("position", "id"))
    rows = (
        orders.select_related("customer", "shipping_address", "billing_address").prefetch_related(lines).order_by("pk")
    )
    for order in rows.iterator(chunk_size=_CHUNK):
        head, tail = _head(order), _tail(order)
        for place, line in enumerate(order.lines.all() or [OrderLine(quantity=0)]):
            first = place == 0
            middle = [
                line.sku,
                line.description,
                str(line.quantity),
                *(plain(value) for value in (line.unit_price, line.discount, line.tax, line.total)),
            ]
            yield [
                order.external_id,
                *(head if first else [""] * len(head)),
                *middle,
                *(tail if first else [""] * len(tail)),
            ]


def decision_rows(decisions: Iterable[Decision]) -> Iterator[Sequence[str]]:
    """One row a decision, in words machines read."""
    for decision in decisions:
        details = "; ".join(f"{name}={value}" for name, value in sorted(decision.details.items()))
        by = decision.made_by.get_username() if decision.made_by else "rule" if decision.automatic else "portal"
        order = decision.order
        yield [
            str(decision.pk), order.source, order.external_id, decision.kind, decision.note, details, by,
            _moment(decision.made_at),
        ]  # fmt: skip


def write_rows(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """A CSV that no spreadsheet takes for formulas; returns how many rows. Streams."""
    writer = csv.writer(file)
    writer.writerow(header)
    count = 0
    rows = iter(rows)
    while chunk := list(islice(rows, _CHUNK)):
        writer.writerows([escape_formula(cell) for cell in row] for row in chunk)
        count += len(chunk)
    return count


def plain(value: Decimal) -> str:
    """An amount without trailing zeros: "12.5"; nothing for zero."""
    return f"{value.normalize():f}" if value else ""


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(" ", "seconds")


def _head(order: Order) -> list[str]:
    customer = order.customer
    return [
        order.source, _moment(order.placed_at), order.state, order.payment_state, order.currency,
        *((customer.external_id, customer.name, customer.email, customer.phone) if customer else ("",) * 4),
    ]  # fmt: skip


def _tail(order: Order) -> list[str]:
    to = order.shipping_address or Address()
    bill = order.billing_address or Address()
    if bill == order.shipping_address:
        bill = Address()
    amounts = (order.discount, order.shipping, order.tax, order.total, order.refunded)
    return [
        *(plain(value) for value in amounts), order.customer_note, to.name, to.phone, to.company, to.line1, to.line2,
        to.city, to.region, to.postal_code, order.country or to.country, bill.name, bill.line1, bill.city,
        bill.postal_code, bill.country, order.cancel_reason, _moment(order.shipped_at) if order.shipped_at else "",
    ]  # fmt: skip
