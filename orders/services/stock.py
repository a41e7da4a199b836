"""The stock ledger: reserving, releasing, shipping and counting, each a conditional UPDATE with its entry.

Only orders with ``stock_owned`` use it, only for lines whose variant is known. Callers hold the order's lock, so that a
line's ``reserved_quantity`` says exactly what is reserved for it. After the orders and before anything else, a transaction
locks all levels it will touch (``lock``), in the order of their variants: so no two of them wait for each other. A variant
that was never counted has no pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid
from orders.models import Order, OrderLine, StockEntry, StockLevel
from products.models import Variant

COUNT = "orders.count_stock"


class ShortStock(Conflict):
    """There are not enough pieces; the message says of what, how many are asked for and how many there are."""

    default_code = "stock_short"

    def __init__(self, line: OrderLine, asked: int, available: int) -> None:
        super().__init__(
            _("%(sku)s: %(asked)s needed, %(available)s available.")
            % {"sku": line.sku, "asked": asked, "available": max(0, available)}
        )
        self.numbers = {"sku": line.sku, "asked": asked, "available": max(0, available)}


def lock(orders: Iterable[Order]) -> None:
    """Lock the levels of everything in the locked orders. Call before the first event of the transaction."""
    owned = [order.pk for order in orders if order.stock_owned]
    if owned:
        lines = OrderLine.objects.filter(order__in=owned, variant__isnull=False)
        lock_variants(lines.values_list("variant_id", flat=True))


def lock_variants(ids: Iterable[int | None]) -> None:
    """Lock the levels of these variants, making those that are not there yet."""
    wanted = sorted({pk for pk in ids if pk is not None})
    there = set(StockLevel.objects.filter(variant__in=wanted).values_list("variant_id", flat=True))
    missing = [StockLevel(variant_id=pk) for pk in wanted if pk not in there]
    StockLevel.objects.bulk_create(missing, ignore_conflicts=True)
    list(StockLevel.objects.select_for_update().filter(variant__in=wanted).order_by("variant_id").values_list("pk"))


def reserve(actor: Actor, order: Order) -> None:
    """Reserve what the locked order still needs and has not reserved yet. Raises ``ShortStock``, reserving nothing."""
    if not order.stock_owned:
        return
    with transaction.atomic():
        for line in _counted_lines(order):
            missing = line.open_quantity - line.reserved_quantity
            if missing <= 0:
                continue
            level = _level(line.variant_id)
            taken = StockLevel.objects.filter(pk=level.pk, on_hand__gte=F("reserved") + missing).update(
                reserved=F("reserved") + missing
            )
            if not taken:
                raise ShortStock(line, missing, level.available)
            _set_reserved(line, line.reserved_quantity + missing)
            _enter(actor, level, line, StockEntry.Kind.RESERVE, reserved=missing)


def release(actor: Actor, order: Order, pieces: Mapping[int, int] | None = None) -> None:
    """Lift reservations of the locked order: all, or at most ``pieces`` per line id."""
    if not order.stock_owned:
        return
    for line in _counted_lines(order):
        lifted = line.reserved_quantity if pieces is None else min(line.reserved_quantity, pieces.get(line.pk, 0))
        if lifted <= 0:
            continue
        level = _level(line.variant_id)
        StockLevel.objects.filter(pk=level.pk).update(reserved=F("reserved") - lifted)
        _set_reserved(line, line.reserved_quantity - lifted)
        _enter(actor, level, line, StockEntry.Kind.RELEASE, reserved=-lifted)


def use_up(actor: Actor, order: Order, pieces: Mapping[int, int], *, told: bool = False) -> None:
    """Take shipped ``pieces`` (per line id) off the shelf and off their reservation. Raises ``ShortStock``.

    ``told``: the shop says that it happened. Then it did, and no more is taken off than lies there.
    """
    if not order.stock_owned:
        return
    for line in _counted_lines(order):
        shipped = pieces.get(line.pk, 0)
        if shipped <= 0:
            continue
        level = _level(line.variant_id)
        covered = min(shipped, line.reserved_quantity)
        if told:
            shipped = min(shipped, level.on_hand)
        elif level.on_hand < shipped or level.available < shipped - covered:
            raise ShortStock(line, shipped, level.on_hand)
        StockLevel.objects.filter(pk=level.pk).update(on_hand=F("on_hand") - shipped, reserved=F("reserved") - covered)
        _set_reserved(line, line.reserved_quantity - covered)
        _enter(actor, level, line, StockEntry.Kind.SHIP, on_hand=-shipped, reserved=-covered)


def put_back(actor: Actor, order: Order, pieces: Mapping[int, int]) -> None:
    """Returned ``pieces`` (per line id) lie on the shelf again."""
    if not order.stock_owned:
        return
    for line in _counted_lines(order):
        back = pieces.get(line.pk, 0)
        if back > 0:
            level = _level(line.variant_id)
            StockLevel.objects.filter(pk=level.pk).update(on_hand=F("on_hand") + back)
            _enter(actor, level, line, StockEntry.Kind.RETURN, on_hand=back)


@transaction.atomic
def count_stock(actor: Actor, variant: Variant, on_hand: int, note: str = "") -> StockLevel:
    """Say how many pieces were counted. Raises ``Invalid`` below zero."""
    actor.require(COUNT)
    if on_hand < 0:
        raise Invalid(_("A count is zero or more."), "negative")
    level = _level(variant.pk)
    before = level.on_hand
    StockLevel.objects.filter(pk=level.pk).update(on_hand=on_hand)
    _enter(actor, level, None, StockEntry.Kind.COUNT, on_hand=on_hand - before, note=note)
    events.record("stock.counted", actor=actor, target=level, before={"on_hand": before}, after={"on_hand": on_hand})
    level.refresh_from_db()
    return level


@transaction.atomic
def receive_stock(actor: Actor, variant: Variant, pieces: int, note: str = "") -> StockLevel:
    """Add goods that arrived. Raises ``Invalid`` for less than one piece."""
    actor.require(COUNT)
    if pieces < 1:
        raise Invalid(_("At least one piece has to arrive."), "negative")
    level = _level(variant.pk)
    StockLevel.objects.filter(pk=level.pk).update(on_hand=F("on_hand") + pieces)
    _enter(actor, level, None, StockEntry.Kind.RECEIVE, on_hand=pieces, note=note)
    events.record("stock.received", actor=actor, target=level, data={"pieces": pieces})
    level.refresh_from_db()
    return level


def _counted_lines(order: Order) -> Iterable[OrderLine]:
    return order.lines.filter(kind=OrderLine.Kind.GOODS, variant__isnull=False).order_by("variant_id", "id")


def _level(variant_id: int | None) -> StockLevel:
    """The level, locked (again: whoever calls through ``lock`` holds it already)."""
    assert variant_id is not None
    StockLevel.objects.get_or_create(variant_id=variant_id)
    return StockLevel.objects.select_for_update().get(variant_id=variant_id)


def _set_reserved(line: OrderLine, pieces: int) -> None:
    OrderLine.objects.filter(pk=line.pk).update(reserved_quantity=pieces)
    line.reserved_quantity = pieces


def _enter(
    actor: Actor,
    level: StockLevel,
    line: OrderLine | None,
    kind: StockEntry.Kind,
    *,
    on_hand: int = 0,
    reserved: int = 0,
    note: str = "",
) -> None:
    StockEntry.objects.create(
        level=level,
        line=line,
        kind=kind,
        on_hand_change=on_hand,
        reserved_change=reserved,
        note=note[:200],
        made_by=actor.user,
    )
