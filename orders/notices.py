"""What there is to tell a customer about an order now, from its own facts. Reads in bulk; writes nothing.

Of several things that hold, the one that comes first here is told: money back, cancelled, back here, late, on hold, shipped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import translation

from generation.engine import Fact
from orders.carrier import carrier_title
from orders.models import Hold, Order, OrderLine, ParcelState, ReturnRequest, Shipment, Situation, State
from orders.reasons import customer_reason, held_reason, parcel_reason, return_reason
from orders.services.watching import late_orders

#: How facts are called: words the writers know (``generation/engine/pointers/data/situations.toml``).
KEYS = {
    "order": ("order number", "订单号"),
    "carrier": ("carrier", "承运"),
    "tracking": ("tracking number", "运单号"),
    "item": ("item", "商品"),
    "reason": ("reason", "原因"),
    "amount": ("amount", "金额"),
}
#: A return of which the goods are here, or that needs none.
RETURNED_STATES = (ReturnRequest.State.RECEIVED, ReturnRequest.State.REFUNDED)


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be told. ``occasion`` tells this one from the next of its kind; ``way`` says more closely what it is."""

    situation: Situation
    occasion: str
    way: str = ""
    parcel: Shipment | None = None
    request: ReturnRequest | None = None
    reasons: tuple[str, ...] = field(default=())

    @property
    def category(self) -> str:
        """Situation and way as one path, which drafts and checks see."""
        return f"{self.situation.value}/{self.way}" if self.way else self.situation.value


def with_happenings(orders: Sequence[Order]) -> dict[int, Happening]:
    """What there is to tell about each order, by id; orders about which there is nothing are absent. Seven queries."""
    ids = [order.pk for order in orders]
    parcels: dict[int, list[Shipment]] = defaultdict(list)
    for parcel in Shipment.objects.filter(order__in=ids).order_by("id"):
        parcels[parcel.order_id].append(parcel)
    requests: dict[int, list[ReturnRequest]] = defaultdict(list)
    for request in ReturnRequest.objects.filter(order__in=ids, state__in=RETURNED_STATES).order_by("id"):
        requests[request.order_id].append(request)
    holds: dict[int, list[Hold]] = defaultdict(list)
    for hold in Hold.objects.filter(order__in=ids, closed_at__isnull=True).order_by("id"):
        holds[hold.order_id].append(hold)
    late = set(late_orders().filter(pk__in=ids).values_list("pk", flat=True))
    found = {}
    for order in orders:
        pk = order.pk
        happening = _happening(order, parcels[pk], requests[pk], holds[pk], pk in late)
        if happening is not None:
            found[pk] = happening
    return found


def _happening(
    order: Order, parcels: list[Shipment], requests: list[ReturnRequest], holds: list[Hold], is_late: bool
) -> Happening | None:
    refunded = [request for request in requests if request.state == ReturnRequest.State.REFUNDED]
    if refunded:
        return Happening(Situation.REFUND, f"return:{refunded[-1].pk}", request=refunded[-1])
    if order.state == State.CANCELLED:
        way = (
            "buyer"
            if customer_reason(order.cancel_reason, "en") == customer_reason("The buyer asked for it", "en")
            else "shop"
        )
        return Happening(Situation.CANCELLED, "", way, reasons=(order.cancel_reason,))
    if requests:
        return Happening(Situation.RETURNED, f"return:{requests[-1].pk}", "goods", request=requests[-1])
    back = [parcel for parcel in parcels if parcel.state == ParcelState.RETURNED]
    if back:
        return Happening(Situation.RETURNED, f"parcel:{back[-1].pk}", "parcel", parcel=back[-1])
    stuck = [
        parcel for parcel in parcels if parcel.attention in (Shipment.Attention.STUCK, Shipment.Attention.EXCEPTION)
    ]
    if stuck:
        return Happening(Situation.DELAYED, f"parcel:{stuck[-1].pk}", "parcel", parcel=stuck[-1])
    if is_late:
        return Happening(Situation.DELAYED, "order", "order")
    if order.state == State.HELD:
        first = holds[0].pk if holds else 0
        return Happening(Situation.HELD, f"hold:{first}", reasons=tuple(hold.rule for hold in holds))
    if order.state in (State.PART_SHIPPED, State.SHIPPED) and parcels:
        return Happening(Situation.SHIPPED, f"parcel:{parcels[-1].pk}", parcel=parcels[-1])
    return None


def facts_of(order: Order, happening: Happening, language: str) -> tuple[Fact, ...]:
    """The facts of a notice in one language. ``order`` needs its goods in ``order.goods``; no query."""
    position = 1 if language.startswith("zh") else 0
    values = {"order": order.number, "item": item_of(order, language, happening)}
    parcel, request = happening.parcel, happening.request
    if parcel is not None:
        with translation.override(language):
            values["carrier"] = carrier_title(parcel.carrier)
        values["tracking"] = parcel.tracking_number
    if request is not None:
        values["amount"] = money(request.refund_amount, order.currency, language)
        values["reason"] = return_reason(request.reason, language)
    elif happening.situation == Situation.CANCELLED:
        # "As you asked" is said by the wording itself; money only when the shop says that it went back.
        values["reason"] = "" if happening.way == "buyer" else customer_reason(order.cancel_reason, language)
        if order.refunded:
            values["amount"] = money(order.refunded, order.currency, language)
    elif happening.situation == Situation.HELD:
        values["reason"] = held_reason(happening.reasons, language)
    elif happening.situation in (Situation.DELAYED, Situation.RETURNED):
        values["reason"] = parcel_reason(parcel.state if parcel else "", language)
    return tuple(
        Fact(KEYS[name][position], value, kind="state", is_key=name == "order")
        for name, value in values.items()
        if value
    )


def item_of(order: Order, language: str, happening: Happening) -> str:
    """The goods in a few words: the name of the only one, or of the first and how many more."""
    goods: list[OrderLine] = order.goods  # type: ignore[attr-defined]  # prefetched
    names = list(dict.fromkeys(name for line in goods if (name := _name_of(line, language))))
    if not names:
        return ""
    first = names[0] if len(names[0]) <= 40 else f"{names[0][:39]}…"
    if len(names) == 1:
        return first
    return f"{first}等{len(names)}件商品" if language.startswith("zh") else f"{first} and {len(names) - 1} more"


def _name_of(line: OrderLine, language: str) -> str:
    product = line.product
    if product is not None:
        return str(product.names.get(language) or product.name)
    return line.description


def money(amount: Decimal, currency: str, language: str) -> str:
    """An amount as a customer reads it."""
    figure = f"{amount:,.2f}"
    if currency == "CNY" and language.startswith("zh"):
        return f"{figure}元"
    return f"{figure} {currency}".strip()


def with_goods(orders: Iterable[int]) -> list[Order]:
    """Orders with what a notice needs of them, in three queries."""
    goods = OrderLine.objects.filter(kind=OrderLine.Kind.GOODS).select_related("product").order_by("position")
    rows = Order.objects.filter(pk__in=list(orders)).select_related("customer", "shipping_address")
    return list(rows.prefetch_related(Prefetch("lines", goods, "goods")))
