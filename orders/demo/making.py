"""Making the demo orders: every step through the services, as people, the shop and the carriers would do it."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from importlib import resources
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from opsportal.access import Actor
from orders import services
from orders.models import Order, OrderLine, ParcelState, PaymentState, ReturnRequest, Shipment, State
from orders.services import LineRecord, OrderRecord, ParcelNews, PersonRecord, PlaceRecord
from orders.services.watching import surface_stuck
from products.models import Channel, Variant

SOURCE = "demo-shop"
ORDERS, DAYS = 400, 60
#: Orders younger than this wait for the warehouse; older ones went out.
SHIP_AFTER = timedelta(days=2)
#: Parcels of this age and more arrived, unless something went wrong.
ARRIVED_AFTER = timedelta(days=9)
#: Days after which an order is completed.
COMPLETED_AFTER = timedelta(days=25)
#: What becomes of young parcels, in turn, so that there are some in every state.
UNDER_WAY = ("in_transit", "out_for_delivery", "picked_up", "in_transit", "forwarded", "ready", "in_transit", "customs")
IN_TROUBLE = ("problem", "refused", "returning", "returned")
CARRIERS = {"zh": ("shunfeng", "zhongtong", "yuantong", "jd"), "en": ("dhl", "ups", "royalmail")}
RATE = {"zh": ("CNY", Decimal(1)), "en": ("EUR", Decimal("0.13"))}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("orders.demo").joinpath(f"{name}.toml").read_text("utf-8"))


class Shop:
    """Sixty days of a shop. The same every time, but for the dates."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        reviewer = get_user_model().objects.filter(username="demo-reviewer").first()
        self.reviewer = Actor(reviewer, "command") if reviewer else actor
        self.random = random.Random(2026)
        self.now = timezone.now().replace(minute=0, second=0, microsecond=0)
        self.people, self.tracking = _data("people"), _data("tracking")
        self.parcels = 0

    def fill(self) -> None:
        """Everything."""
        services.block(self.reviewer, "email", "victor.weiss@example.org", reason="unpaid before", reject=True)
        orders = self._place()
        self._decide(orders)
        self._ship(orders)
        self._ask_back(orders)
        self._note(orders)

    @cached_property
    def goods(self) -> list[Variant]:
        """What the shop sells."""
        return list(Variant.objects.filter(price__isnull=False).exclude(sku="").select_related("product")[:200])

    def _place(self) -> list[Order]:
        """The orders as the shop tells them, oldest first, a few of them strange on purpose."""
        channels = {channel.code: channel for channel in Channel.objects.filter(code__in=("web", "taobao"))}
        moments = sorted(
            self.now - timedelta(minutes=self.random.randrange(60, DAYS * 24 * 60)) for _number in range(ORDERS)
        )
        by_side: dict[str, list[OrderRecord]] = {"zh": [], "en": []}
        for number, moment in enumerate(moments, 1):
            side = "zh" if self.random.random() < 0.6 else "en"
            by_side[side].append(self._order(f"D{20000 + number}", side, moment))
        for side, code in (("zh", "taobao"), ("en", "web")):
            records = by_side[side]
            self._make_strange(records, side)
            for start in range(0, len(records), 100):
                services.mirror_orders(self.actor, SOURCE, records[start : start + 100], channels.get(code))
        return list(Order.objects.filter(source=SOURCE).order_by("placed_at"))

    def _order(self, number: str, side: str, moment: datetime) -> OrderRecord:
        currency, rate = RATE[side]
        who = self.random.randrange(150)
        person, place = self._buyer(side, who)
        lines = []
        for variant in self.random.sample(self.goods, min(self.random.choice((1, 1, 1, 2, 2, 3)), len(self.goods))):
            price = (Decimal(variant.price or 0) * rate).quantize(Decimal("0.01"))
            name = variant.product.names.get("zh-hans", variant.product.name) if side == "zh" else variant.product.name
            lines.append(LineRecord(variant.sku, name, self.random.choice((1, 1, 1, 1, 2, 3)), price))
        record = OrderRecord(number, moment, lines, number=number, currency=currency, customer=person, shipping=place)
        record.billing, record.country = place, place.country
        record.shipping_fee = Decimal(0) if side == "zh" else Decimal("4.90")
        old = moment < self.now - timedelta(days=4)
        if self.random.random() < 0.04 and not old:
            record.payment_state = PaymentState.PENDING
        elif self.random.random() < 0.03:
            record.state, record.cancel_reason = State.CANCELLED, "The buyer asked for it"
        return record

    def _buyer(self, side: str, number: int) -> tuple[PersonRecord, PlaceRecord]:
        data, own = self.people[side], random.Random(f"{side}{number}")
        first, last = own.choice(data["first"]), own.choice(data["last"])
        street, city, postal_code, country = own.choice(data["places"])
        phone = data["phone"].format(number=30 + number % 60, tail=number)
        name = f"{last}{first}" if side == "zh" else f"{first} {last}"
        house = own.randrange(1, 90)
        line = f"{street}{house}号" if side == "zh" else f"{house} {street}"
        language = "zh-hans" if side == "zh" else "en"
        mail = f"buyer{number}.{side}@example.com"
        person = PersonRecord(f"{side}-{number}", name, mail, phone, language, country)
        return person, PlaceRecord(
            name=name, phone=phone, line1=line, city=city, postal_code=postal_code, country=country
        )

    def _make_strange(self, records: Sequence[OrderRecord], side: str) -> None:
        """What the rules are there for: some long decided, most of it of the last days."""
        notes = self.people["notes"][side]
        for offset in (20, 40, 61, 80):
            records[offset].customer_note = notes[offset % 5]
        records[60].lines[0].quantity = 600
        late = records[-22:]
        for offset in (0, 6, 9, 13):
            late[offset].customer_note = notes[offset % 5]
        late[2].lines[0].quantity = 400
        copy, original = late[5], late[4]
        copy.lines, copy.customer, copy.country = list(original.lines), original.customer, original.country
        copy.shipping = copy.billing = original.shipping
        copy.placed_at = original.placed_at + timedelta(minutes=3)
        late[8].billing = PlaceRecord(name="A. Novak", line1="12 Quay", city="Riga", postal_code="1010", country="LV")
        late[11].lines[0].unit_price = Decimal("0.01")
        if side == "en":
            blocked = PersonRecord("w-1", "Victor Weiss", "victor.weiss@example.org", language="en", country="DE")
            late[12].customer = blocked
        crowd = self._buyer(side, 777)[1]
        for record in late[14:20]:
            record.shipping = record.billing = crowd
            record.placed_at = late[14].placed_at + timedelta(minutes=record.placed_at.minute)

    def _decide(self, orders: Sequence[Order]) -> None:
        """Older holds were decided: most released, some cancelled, a few of the released ones cancelled after all."""
        held = [order for order in orders if order.state == State.HELD]
        old = [order.pk for order in held if order.placed_at < self.now - timedelta(days=6)]
        services.release_orders(self.reviewer, [pk for position, pk in enumerate(old) if position % 4 != 3])
        services.cancel_orders(self.reviewer, old[3::4], "Payment or buyer is doubtful")
        services.cancel_orders(self.reviewer, old[2::9], "The buyer asked for it")
        for order in orders:
            order.refresh_from_db(fields=["state", "version"])

    def _ship(self, orders: Sequence[Order]) -> None:
        ready = [order for order in orders if order.state == State.APPROVED]
        gone = [order for order in ready if order.placed_at < self.now - SHIP_AFTER]
        done: list[int] = []
        for position, order in enumerate(gone):
            age = self.now - order.placed_at
            if age < ARRIVED_AFTER and position % 9 == 8:
                continue  # Forgotten in the warehouse: late orders are something to see, too.
            split = position % 17 == 8 and self._split(order, age)
            if not split:
                self._send(order, position, age)
            if age > COMPLETED_AFTER and not split:
                done.append(order.pk)
        services.complete_orders(self.actor, done)
        surface_stuck(self.actor)
        old = Shipment.objects.exclude(attention="").filter(shipped_at__lt=self.now - COMPLETED_AFTER)
        for parcel in old.filter(order__source=SOURCE):
            services.settle_attention(self.actor, parcel, "Refunded after a call with the carrier")

    def _split(self, order: Order, age: timedelta) -> bool:
        """Only the first line goes out, where there are several."""
        lines = list(order.lines.filter(kind=OrderLine.Kind.GOODS))
        if len(lines) < 2:
            return False
        self._send(order, 3, age, {lines[0].pk: lines[0].quantity})
        return True

    def _send(self, order: Order, position: int, age: timedelta, lines: dict[int, int] | None = None) -> Shipment:
        side = "zh" if order.currency == "CNY" else "en"
        self.parcels += 1
        carrier = self.random.choice(CARRIERS[side])
        shipped = order.placed_at + timedelta(hours=self.random.choice((5, 9, 20, 26, 30, 47)))
        parcel = services.ship_order(
            self.actor,
            order,
            carrier=carrier,
            tracking_number=f"{carrier[:2].upper()}{70010000 + self.parcels}",
            lines=lines,
            shipped_at=shipped,
        )
        if age > ARRIVED_AFTER:
            now = IN_TROUBLE[position % 4] if position % 23 == 22 else "delivered"
        else:
            now = "problem" if position % 19 == 18 else UNDER_WAY[position % len(UNDER_WAY)]
        self._track(parcel, now, shipped, side, age)
        return parcel

    def _track(self, parcel: Shipment, now: str, shipped: datetime, side: str, age: timedelta) -> None:
        way = self.tracking["ways"][now]
        room = (self.now - shipped - timedelta(hours=1)) / max(len(way), 1)
        step = min(room, timedelta(hours=20))
        news = [
            ParcelNews(
                ParcelState(state),
                shipped + step * (position + 1) - timedelta(minutes=7 * (parcel.pk % 7)),
                self.tracking["words"][state][side == "zh"],
            )
            for position, state in enumerate(way)
        ]
        services.record_tracking(self.actor, parcel, news)

    def _ask_back(self, orders: Sequence[Order]) -> None:
        """Returns at every step of their way."""
        wanted = [order for order in orders if order.placed_at < self.now - timedelta(days=12)]
        arrived = list(
            Order.objects.filter(
                pk__in=[order.pk for order in wanted], state__in=(State.DELIVERED, State.COMPLETED)
            ).order_by("-placed_at")[:16]
        )
        said = list(self.people["returns"].items())
        for position, order in enumerate(arrived):
            reason, words = said[position % len(said)]
            line = order.lines.filter(kind=OrderLine.Kind.GOODS).first()
            assert line is not None
            price = line.total / line.quantity
            request = services.request_return(
                self.actor,
                order,
                reason=reason,
                lines={line.pk: 1},
                details=words[order.currency == "CNY"],
                refund_asked=price.quantize(Decimal("0.01")),
                evidence=[{"url": f"https://example.com/photos/{order.number}.jpg", "note": words[0]}]
                if reason in ("damaged", "wrong_item")
                else (),
                requested_at=self.now - timedelta(days=position % 6, hours=3),
            )
            self._settle(request, position)

    def _settle(self, request: ReturnRequest, position: int) -> None:
        if position % 4 == 0:
            return
        if position == 5:
            services.decide_return(self.reviewer, request, accept=False, note="Worn; the return period is over")
            return
        if position == 6:
            services.withdraw_return(self.actor, request)
            return
        goods_back = request.reason != ReturnRequest.Reason.NOT_RECEIVED
        services.decide_return(self.reviewer, request, accept=True, goods_back=goods_back)
        if position % 4 >= 2 and goods_back:
            services.receive_return(self.actor, request)
        if position % 4 == 3:
            services.refund_return(self.reviewer, request)

    def _note(self, orders: Sequence[Order]) -> None:
        waiting = [order for order in orders if order.state == State.HELD][:4]
        for order, text in zip(waiting, self.people["colleagues"]["notes"], strict=False):
            services.add_note(self.reviewer, order, text)
