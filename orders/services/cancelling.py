"""Lines that take something back: kept every one, matched to the order lines they mean where that is certain.

A line is matched to the newest order line of the same customer, SKU and price, not after it, that still has as many
pieces to go out; the whole of them is preferred. Without a customer only the whole line of an order without customer on
the day before counts. Whatever finds no order yet is looked at again when more has been read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from orders import workflow
from orders.models import CancellationLine, Order, OrderLine, State
from orders.records import CancellationRecord
from orders.services import stock
from orders.services.mirroring import IMPORT, save_people
from orders.services.moving import take
from orders.services.reviewing import cancel_locked

_SAME_DAY = timedelta(hours=24)
_OPEN = (*workflow.UNSHIPPED, State.PART_SHIPPED)


@dataclass(slots=True)
class Settled:
    """What became of cancellation lines: rows kept, rows that were here before, orders cancelled by them."""

    stored: list[int] = field(default_factory=list)
    duplicate: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)


@transaction.atomic
def mirror_cancellations(actor: Actor, source: str, records: Sequence[CancellationRecord]) -> Settled:
    """Keep cancellation lines that are new and match them."""
    actor.require(IMPORT)
    done = Settled()
    if not records:
        return done
    people = save_people(source, [record.customer for record in records if record.customer], timezone.now())
    numbers = {record.external_id for record in records}
    known = set(
        CancellationLine.objects.filter(source=source, external_id__in=numbers).values_list(
            "external_id", "fingerprint"
        )
    )
    fresh = []
    for record in records:
        key = (record.external_id, record.fingerprint)
        if key in known:
            done.duplicate.append(record.row)
            continue
        known.add(key)
        done.stored.append(record.row)
        fresh.append(
            CancellationLine(
                source=source,
                external_id=record.external_id[:120],
                customer=people.get(record.customer.identity) if record.customer else None,
                sku=record.sku[:255],
                description=record.description[:500],
                quantity=record.quantity,
                unit_price=record.unit_price,
                cancelled_at=record.cancelled_at,
                fingerprint=record.fingerprint,
            )
        )
    CancellationLine.objects.bulk_create(fresh, batch_size=500)
    done.cancelled = settle(actor, source, fresh)
    return done


def settle_waiting(actor: Actor, source: str, skus: Collection[str]) -> list[int]:
    """Match cancellation lines of ``skus`` that found no order when they came; returns the orders cancelled."""
    cancelled: list[int] = []
    wanted = sorted(skus)
    for start in range(0, len(wanted), 500):
        with transaction.atomic():
            rows = CancellationLine.objects.filter(
                source=source, line__isnull=True, sku__in=wanted[start : start + 500]
            )
            cancelled += settle(actor, source, list(rows.order_by("cancelled_at", "id")))
    return cancelled


def settle(actor: Actor, source: str, lines: Sequence[CancellationLine]) -> list[int]:
    """Match cancellation lines to open order lines, in the caller's transaction; returns the orders cancelled wholly."""
    candidates = _candidates(source, lines)
    if not candidates:
        return []
    orders = {order.pk: order for order in workflow.lock({line.order_id for line in candidates}, *_OPEN)}
    stock.lock(orders.values())
    by_sku: dict[str, list[OrderLine]] = defaultdict(list)
    fresh = OrderLine.objects.filter(pk__in=[line.pk for line in candidates], order__in=list(orders))
    for line in fresh:
        line.order = orders[line.order_id]
        by_sku[line.sku].append(line)
    matched: dict[int, dict[int, int]] = defaultdict(dict)
    changed: dict[int, OrderLine] = {}
    said: dict[int, str] = {}
    for cancellation in sorted(lines, key=lambda row: row.cancelled_at):
        found = _best(cancellation, by_sku[cancellation.sku])
        if found is None:
            continue
        found.cancelled_quantity += cancellation.quantity
        cancellation.line = found
        changed[found.pk] = found
        pieces = matched[found.order_id]
        pieces[found.pk] = pieces.get(found.pk, 0) + cancellation.quantity
        said[found.order_id] = cancellation.external_id
    OrderLine.objects.bulk_update(changed.values(), ["cancelled_quantity"], batch_size=500)
    CancellationLine.objects.bulk_update([row for row in lines if row.line_id], ["line"], batch_size=500)
    return _take_back(actor, [orders[pk] for pk in sorted(matched)], matched, said)


def _candidates(source: str, lines: Sequence[CancellationLine]) -> list[OrderLine]:
    """Order lines that could be meant: same SKU, same customer or none, in orders that are not through."""
    customers = {line.customer_id for line in lines if line.customer_id}
    nobody = [line for line in lines if not line.customer_id]
    who = Q(order__customer__in=customers)
    if nobody:
        since = min(line.cancelled_at for line in nobody) - _SAME_DAY
        until = max(line.cancelled_at for line in nobody)
        who |= Q(order__customer__isnull=True, order__placed_at__gte=since, order__placed_at__lte=until)
    rows = OrderLine.objects.filter(
        who,
        order__source=source,
        order__state__in=_OPEN,
        kind=OrderLine.Kind.GOODS,
        sku__in={line.sku for line in lines},
    )
    return list(rows.only("id", "order_id")) if lines else []


def _best(cancellation: CancellationLine, lines: Sequence[OrderLine]) -> OrderLine | None:
    fitting = []
    for line in lines:
        order = line.order
        if order.customer_id != cancellation.customer_id or order.placed_at > cancellation.cancelled_at:
            continue
        if line.unit_price != cancellation.unit_price or line.open_quantity < cancellation.quantity:
            continue
        if cancellation.customer_id is None and (
            line.quantity != cancellation.quantity or order.placed_at < cancellation.cancelled_at - _SAME_DAY
        ):
            continue
        fitting.append(line)
    return max(
        fitting,
        key=lambda line: (line.open_quantity == cancellation.quantity, line.order.placed_at, line.pk),
        default=None,
    )


def _take_back(
    actor: Actor, orders: Sequence[Order], matched: dict[int, dict[int, int]], said: dict[int, str]
) -> list[int]:
    """Stock, pieces and states of locked orders whose lines were just cancelled in part or whole."""
    open_pieces: dict[int, int] = defaultdict(int)
    shipped: dict[int, int] = defaultdict(int)
    kept: dict[int, int] = defaultdict(int)
    for line in OrderLine.objects.filter(order__in=[order.pk for order in orders], kind=OrderLine.Kind.GOODS):
        open_pieces[line.order_id] += line.open_quantity
        shipped[line.order_id] += line.shipped_quantity
        kept[line.order_id] += max(0, line.quantity - line.cancelled_quantity)
    for order in orders:
        order.item_count = kept[order.pk]
        stock.release(actor, order, matched[order.pk])
    Order.objects.bulk_update(orders, ["item_count"], batch_size=200)
    told = [
        NewEvent(
            "order.lines_cancelled",
            target=order,
            data={"pieces": sum(matched[order.pk].values()), "by": said[order.pk], "left": kept[order.pk]},
        )
        for order in orders
    ]
    events.record_many(told, actor=actor)
    through = [order for order in orders if not open_pieces[order.pk]]
    cancelled: list[int] = []
    for order in through:
        if not shipped[order.pk]:
            reason = _("All goods were cancelled by %(number)s.") % {"number": said[order.pk]}
            cancelled += [moved.pk for moved in cancel_locked(actor, [order], reason)]
        else:
            take(actor, "ship", [order], shipped_at=timezone.now())
    return cancelled
