"""Taking over what the owner of the orders says: new orders, new lines, payment, states, cancellations.

Read again, the same changes nothing. One call is one transaction over at most a few hundred orders, with a number of
queries that does not grow with them (orders with a stock ledger apart: each reserves on its own).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.services import Outcome
from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from opsportal.plugins.errors import Conflict, Invalid
from orders import workflow
from orders.matching import address_key, basket_key, email_key, phone_key
from orders.models import Address, Customer, Order, OrderLine, PaymentState, State
from orders.records import LineRecord, OrderRecord, PersonRecord, PlaceRecord
from orders.services import stock
from orders.services.following import follow
from orders.services.fulfilment import close_locked
from orders.services.moving import able_to, take
from orders.services.reviewing import review_locked
from products.models import Channel, Variant

IMPORT = "orders.import_orders"
_ATTEMPTS = 3


@dataclass(slots=True)
class Mirrored:
    """What a call changed: ids of orders, and by row of the file what became of each line."""

    created: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    approved: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    imported: list[int] = field(default_factory=list)
    charges: list[int] = field(default_factory=list)
    duplicate: list[int] = field(default_factory=list)


def mirror_orders(
    actor: Actor, source: str, records: Sequence[OrderRecord], channel: Channel | None = None
) -> Mirrored:
    """Create or bring up to date the orders of ``source``; those that wait for review are reviewed at once."""
    actor.require(IMPORT)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _Mirror(actor, source, channel).run(records)
        except IntegrityError:
            # Another import made one of the orders or customers between our look and our insert. Now it is there.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


class _Mirror:
    """One call of ``mirror_orders``."""

    def __init__(self, actor: Actor, source: str, channel: Channel | None) -> None:
        self.actor, self.source, self.channel = actor, source, channel
        self.now = timezone.now()
        self.done = Mirrored()
        self._variants: dict[str, Variant] = {}
        #: Recorded together once the rows are written: an event holds up everybody else's until the transaction ends.
        self._told: list[NewEvent] = []

    def run(self, records: Sequence[OrderRecord]) -> Mirrored:
        """All of it, inside a transaction."""
        records = merged(records)
        numbers = [record.external_id for record in records]
        ids = Order.objects.filter(source=self.source, external_id__in=numbers).values_list("pk", flat=True)
        known = {order.external_id: order for order in workflow.lock(ids)}
        self._variants = variants_by_sku({line.sku for record in records for line in record.lines if line.sku})
        if self.channel is not None and self.channel.stock_owned:
            stock.lock_variants(variant.pk for variant in self._variants.values())
        stock.lock(known.values())
        people = save_people(self.source, [record.customer for record in records if record.customer], self.now)
        orders = dict(known)
        self._create([record for record in records if record.external_id not in known], people, orders)
        self._sync(known, records)
        grown = self._add_lines(orders, records)
        events.record_many(self._told, actor=self.actor)
        self._follow(orders, records, grown)
        return self.done

    def _create(self, records: Sequence[OrderRecord], people: dict[str, Customer], orders: dict[str, Order]) -> None:
        fresh: dict[str, Order] = {}
        places: list[tuple[Order, str, Address]] = []
        for record in records:
            customer = people.get(record.customer.identity) if record.customer else None
            order = self._order_of(record, customer)
            if customer is None or customer.erased_at is None:
                places += _places(order, record, customer)
            fresh[record.external_id] = order
        Address.objects.bulk_create(place for _order, _field, place in places)
        for order, name, place in places:
            setattr(order, name, place)
            if name == "shipping_address" and order.billing_address is None:
                order.billing_address = place
        Order.objects.bulk_create(fresh.values())
        self._told += [
            NewEvent(
                "order.placed",
                target=order,
                after={"state": str(order.state)},
                data={"total": str(order.total), "currency": order.currency, "source": order.source},
            )
            for order in fresh.values()
        ]
        self.done.created += [order.pk for order in fresh.values()]
        orders.update(fresh)

    def _order_of(self, record: OrderRecord, customer: Customer | None) -> Order:
        pending = record.payment_state == PaymentState.PENDING
        shipping, billing = record.shipping or PlaceRecord(), record.billing or PlaceRecord()
        erased = customer is not None and customer.erased_at is not None
        person = record.customer or PersonRecord()
        once = {line.fingerprint: line for line in record.lines}.values()
        goods = [line for line in once if line.kind == OrderLine.Kind.GOODS]
        subtotal = sum((line.amount for line in goods), Decimal(0))
        charges = sum((line.amount for line in once if line.kind != OrderLine.Kind.GOODS), Decimal(0))
        fee = record.shipping_fee
        total = subtotal + charges - record.discount + fee + record.tax if record.total is None else record.total
        return Order(
            number=(record.number or record.external_id)[:120],
            source=self.source,
            external_id=record.external_id[:120],
            channel=self.channel,
            customer=customer,
            state=State.PENDING_PAYMENT if pending else State.AWAITING_REVIEW,
            payment_state=record.payment_state or PaymentState.PAID,
            currency=record.currency,
            subtotal=subtotal,
            discount=record.discount,
            shipping=fee,
            tax=record.tax,
            total=total,
            refunded=record.refunded or Decimal(0),
            item_count=sum(line.quantity for line in goods),
            country=(shipping.country or record.country)[:60],
            billing_country=billing.country[:60],
            customer_note="" if erased else record.customer_note,
            source_state=record.source_state[:60],
            stock_owned=bool(self.channel and self.channel.stock_owned),
            address_key="" if erased else _place_key(shipping),
            phone_key="" if erased else phone_key(shipping.phone or person.phone),
            email_key="" if erased else email_key(person.email),
            content_key=basket_key((line.sku or line.description, line.quantity) for line in goods),
            placed_at=record.placed_at,
            paid_at=None if pending else record.placed_at,
            synced_at=self.now,
        )

    def _sync(self, known: dict[str, Order], records: Sequence[OrderRecord]) -> None:
        """What the source says about orders that were here before: payment, refunds, its own name of the state."""
        if not known:
            return
        changed = {}
        for record in records:
            order = known.get(record.external_id)
            if order is None:
                continue
            new: dict[str, Any] = {
                "payment_state": record.payment_state,
                "refunded": record.refunded,
                "source_state": record.source_state[:60] or None,
            }
            new = {name: value for name, value in new.items() if value is not None}
            before = {name: str(getattr(order, name)) for name, value in new.items() if getattr(order, name) != value}
            if before:
                for name, value in new.items():
                    setattr(order, name, value)
                changed[order.pk] = order
                after = {name: str(new[name]) for name in before}
                self._told.append(NewEvent("order.synced", target=order, before=before, after=after))
        Order.objects.bulk_update(changed.values(), ["payment_state", "refunded", "source_state"])
        Order.objects.filter(pk__in=[order.pk for order in known.values()]).update(synced_at=self.now)

    def _add_lines(self, orders: dict[str, Order], records: Sequence[OrderRecord]) -> dict[int, Order]:
        """Store lines that are new; returns the orders that got some."""
        wanted = [order.pk for order in orders.values()]
        stored: dict[int, set[str]] = defaultdict(set)
        positions: dict[int, int] = defaultdict(int)
        fresh_ids = set(self.done.created)
        old = [pk for pk in wanted if pk not in fresh_ids]
        for pk, fingerprint in OrderLine.objects.filter(order__in=old).values_list("order_id", "fingerprint"):
            stored[pk].add(fingerprint)
            positions[pk] += 1
        rows: list[OrderLine] = []
        grown: dict[int, Order] = {}
        for record in records:
            order = orders[record.external_id]
            for line in record.lines:
                fingerprint = line.fingerprint
                if fingerprint in stored[order.pk]:
                    self.done.duplicate.append(line.row)
                    continue
                stored[order.pk].add(fingerprint)
                positions[order.pk] += 1
                rows.append(_line_of(order, line, positions[order.pk], fingerprint, self._variants.get(line.sku)))
                kept = self.done.imported if line.kind == OrderLine.Kind.GOODS else self.done.charges
                kept.append(line.row)
                grown[order.pk] = order
        OrderLine.objects.bulk_create(rows, batch_size=500)
        self._total_up({pk: order for pk, order in grown.items() if pk not in fresh_ids}, rows)
        return grown

    def _total_up(self, later: dict[int, Order], rows: Sequence[OrderLine]) -> None:
        """Sums and baskets of orders to which lines were added after they were made."""
        if not later:
            return
        baskets: dict[int, list[tuple[str, int]]] = defaultdict(list)
        stored = OrderLine.objects.filter(order__in=list(later), kind=OrderLine.Kind.GOODS)
        for pk, sku, description, quantity in stored.values_list("order_id", "sku", "description", "quantity"):
            baskets[pk].append((sku or description, quantity))
        for row in rows:
            if row.order_id in later:
                order = later[row.order_id]
                order.total += row.total
                order.subtotal += row.total if row.kind == OrderLine.Kind.GOODS else 0
        for pk, order in later.items():
            order.content_key = basket_key(baskets[pk])
            order.item_count = sum(quantity for _what, quantity in baskets[pk])
        Order.objects.bulk_update(later.values(), ["content_key", "item_count", "total", "subtotal"], batch_size=200)
        self._told += [
            NewEvent("order.lines_added", target=order, data={"total": str(order.total)}) for order in later.values()
        ]

    def _follow(self, orders: dict[str, Order], records: Sequence[OrderRecord], grown: dict[int, Order]) -> None:
        """Where the source went ahead, after it; then the rules are asked about what waits for review."""
        told = [(orders[record.external_id], record) for record in records]
        self.done.cancelled += follow(self.actor, told, self.done.created, self.now)
        charges = [order for order in grown.values() if not order.item_count and order.state in workflow.UNSHIPPED]
        close_locked(self.actor, charges, _("Only charges: nothing to ship."))
        waiting = [
            order
            for order in orders.values()
            if order.state == State.AWAITING_REVIEW or (order.pk in grown and order.state == State.APPROVED)
        ]
        incomplete = {order.pk: record.incomplete for order, record in told if record.incomplete}
        reviewed = review_locked(self.actor, waiting, incomplete)
        self.done.held += reviewed.held
        self.done.approved += reviewed.approved


def merged(records: Sequence[OrderRecord]) -> list[OrderRecord]:
    """One record an order: what a file says of an order in several places belongs together, its last word counts."""
    found: dict[str, OrderRecord] = {}
    for record in records:
        before = found.get(record.external_id)
        if before is not None:
            record.lines = before.lines + record.lines
            record.incomplete = record.incomplete or before.incomplete
        found[record.external_id] = record
    return list(found.values())


def place_order(actor: Actor, source: str, record: OrderRecord, channel: Channel | None = None) -> Order:
    """Take in one new order and review it. Raises ``Conflict`` when its number is here, ``Invalid`` without lines."""
    actor.require("orders.add_order")
    if not record.lines:
        raise Invalid(_("An order has at least one line."), "no_lines")
    if any(line.quantity < 1 for line in record.lines):
        raise Invalid(_("A line has at least one piece."), "bad_quantity")
    taken = _("There is an order %(number)s of %(source)s already.") % {
        "number": record.external_id,
        "source": source,
    }
    if Order.objects.filter(source=source, external_id=record.external_id).exists():
        raise Conflict(taken, "exists")
    try:
        with transaction.atomic():
            done = _Mirror(actor, source, channel).run([record])
    except IntegrityError as error:
        raise Conflict(taken, "exists") from error
    return Order.objects.get(pk=done.created[0])


def pay_orders(actor: Actor, ids: Iterable[int]) -> Outcome:
    """The shop says that orders are paid: they go into review."""
    actor.require("orders.change_order")
    wanted = sorted(set(ids))
    outcome = Outcome("paid")
    with transaction.atomic():
        now = timezone.now()
        able = able_to("pay", workflow.lock(wanted), outcome, wanted)
        stock.lock(able)
        paid = take(actor, "pay", able, payment_state=PaymentState.PAID, paid_at=now)
        outcome.done = [order.pk for order in paid]
        review_locked(actor, paid)
    return outcome


def save_people(source: str, people: Iterable[PersonRecord], now: datetime) -> dict[str, Customer]:
    """The customers by identity, made or brought up to date; who was erased stays without personal data."""
    told = {person.identity: person for person in people if person.identity}
    found = {
        customer.external_id: customer
        for customer in Customer.objects.filter(source=source, external_id__in=list(told))
    }
    fresh = [
        Customer(source=source, external_id=identity, synced_at=now, **_personal(person))
        for identity, person in told.items()
        if identity not in found
    ]
    Customer.objects.bulk_create(fresh)
    changed = []
    for identity, customer in found.items():
        if customer.erased_at is None:
            new = {name: value for name, value in _personal(told[identity]).items() if value}
            if any(getattr(customer, name) != value for name, value in new.items()):
                for name, value in new.items():
                    setattr(customer, name, value)
                customer.synced_at = now
                changed.append(customer)
    fields = ["name", "email", "phone", "language", "country", "email_key", "phone_key", "synced_at"]
    Customer.objects.bulk_update(changed, fields, batch_size=200)
    return found | {customer.external_id: customer for customer in fresh}


def variants_by_sku(skus: set[str]) -> dict[str, Variant]:
    """The variants of the catalogue that have one of these SKUs; the oldest where two share one."""
    found: dict[str, Variant] = {}
    for variant in Variant.objects.filter(sku__in=skus).order_by("-id"):
        found[variant.sku] = variant
    return found


def _personal(person: PersonRecord) -> dict[str, Any]:
    return {
        "name": person.name[:200],
        "email": person.email[:254],
        "phone": person.phone[:40],
        "language": person.language,
        "country": person.country[:60],
        "email_key": email_key(person.email),
        "phone_key": phone_key(person.phone),
    }


def _line_of(order: Order, line: LineRecord, position: int, fingerprint: str, variant: Variant | None) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        kind=line.kind,
        product_id=variant.product_id if variant else None,
        variant=variant,
        sku=line.sku[:255],
        description=line.description[:500],
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
        total=line.amount,
        fingerprint=fingerprint,
    )


def _place_key(place: PlaceRecord) -> str:
    return address_key(place.line1, place.line2, place.city, place.postal_code, place.country)


def _places(order: Order, record: OrderRecord, customer: Customer | None) -> list[tuple[Order, str, Address]]:
    found = []
    for name, place in (("shipping_address", record.shipping), ("billing_address", record.billing)):
        if place is None or not place.known or (name == "billing_address" and place == record.shipping):
            continue
        address = Address(
            customer=customer,
            name=place.name[:200],
            phone=place.phone[:40],
            company=place.company[:200],
            line1=place.line1[:300],
            line2=place.line2[:300],
            city=place.city[:120],
            region=place.region[:120],
            postal_code=place.postal_code[:30],
            country=place.country[:60],
            key=_place_key(place),
            phone_key=phone_key(place.phone),
        )
        found.append((order, name, address))
    return found
