"""Whatever people do to orders, in any order and at once: stock never falls below zero by our doing and never leaks."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsportal.access import Actor
from opsportal.events.models import Event
from opsportal.plugins.errors import DomainError
from orders import services
from orders.models import Decision, Order, OrderLine, PaymentState, State, StockEntry, StockLevel
from orders.services import LineRecord, OrderRecord, PersonRecord
from orders.workflow import TRANSITIONS
from tests.orders.conftest import NOON

pytestmark = [pytest.mark.postgres]

PORTAL = Actor.system()


def order_of(channel, number, pieces, paid=True):
    """Order ``pieces`` of the mug."""
    line = LineRecord(sku="MUG", description="Mug", quantity=pieces, unit_price=Decimal(10))
    record = OrderRecord(
        external_id=f"S{number}",
        placed_at=NOON + timedelta(days=number),
        lines=[line],
        currency="EUR",
        customer=PersonRecord(external_id=f"P{number}"),
        payment_state=PaymentState.PAID if paid else PaymentState.PENDING,
    )
    return services.place_order(PORTAL, "shop", record, channel)


def check(counted_below_promises=False):
    """What must hold at any moment."""
    for level in StockLevel.objects.all():
        assert level.on_hand >= 0
        assert level.reserved >= 0
        if not counted_below_promises:
            assert level.available >= 0
        moves = level.entries.aggregate(on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change"))
        assert (moves["on_hand"] or 0, moves["reserved"] or 0) == (level.on_hand, level.reserved)
        promised = OrderLine.objects.filter(variant=level.variant).aggregate(sum=Sum("reserved_quantity"))["sum"] or 0
        assert promised == level.reserved
    for order in Order.objects.prefetch_related("lines"):
        for line in order.lines.all():
            if order.state in (State.APPROVED, State.PART_SHIPPED):
                assert line.reserved_quantity == line.open_quantity
            elif order.state != State.HELD:
                assert line.reserved_quantity == 0
            shipped = -(
                StockEntry.objects.filter(line=line, kind="ship").aggregate(sum=Sum("on_hand_change"))["sum"] or 0
            )
            assert shipped == line.shipped_quantity <= line.quantity
    kinds = {f"order.{name}" for name in ("paid", "approved", "held", "released", "part_shipped", "shipped")}
    kinds |= {f"order.{name}" for name in ("delivered", "completed", "cancelled", "closed")}
    for pk, version in Order.objects.values_list("pk", "version"):
        told = Event.objects.filter(target_type="orders.order", target_id=pk, kind__in=kinds)
        assert told.count() == version - 1, "every change of state is an event, once"


def ship(order, pieces):
    """Ship at most ``pieces`` of an order."""
    line = order.lines.get()
    services.ship_order(PORTAL, order, carrier="manual", lines={line.pk: min(pieces, max(1, line.open_quantity))})


def give_back(order, pieces):
    """Send goods back."""
    line = order.lines.get()
    asked = services.request_return(PORTAL, order, reason="damaged", lines={line.pk: pieces})
    services.decide_return(PORTAL, asked, accept=True)
    services.receive_return(PORTAL, asked)


STEPS = {
    "pay": lambda order, n: services.pay_orders(PORTAL, [order.pk]),
    "hold": lambda order, n: services.hold_orders(PORTAL, [order.pk], "look"),
    "release": lambda order, n: services.release_orders(PORTAL, [order.pk]),
    "approve": lambda order, n: services.approve_orders(PORTAL, [order.pk]),
    "cancel": lambda order, n: services.cancel_orders(PORTAL, [order.pk], "gone"),
    "close": lambda order, n: services.close_orders(PORTAL, [order.pk], "lost"),
    "ship": ship,
    "deliver": lambda order, n: services.deliver_orders(PORTAL, [order.pk]),
    "complete": lambda order, n: services.complete_orders(PORTAL, [order.pk]),
    "give_back": give_back,
}
step = st.tuples(st.sampled_from(["place", "place_unpaid", "receive", *STEPS]), st.integers(0, 3), st.integers(1, 6))


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=4, max_size=16))
def test_any_sequence(mug, owned, steps):
    # The database of the test outlives an example.
    Order.objects.all().delete()
    StockLevel.objects.all().delete()
    Event.objects.all()._raw_delete(Event.objects.db)
    services.count_stock(PORTAL, mug, 12)
    placed: list[Order] = []
    for name, which, number in steps:
        try:
            if name.startswith("place"):
                placed.append(order_of(owned, len(placed), number, paid=name == "place"))
            elif name == "receive":
                services.receive_stock(PORTAL, mug, number)
            elif placed:
                order = Order.objects.get(pk=placed[which % len(placed)].pk)
                STEPS[name](order, number)
        except DomainError:
            # Refused, with a reason: nothing may have changed, which is checked below like everything else.
            pass
        check()


@pytest.mark.django_db
def test_a_count_below_what_was_promised_blocks_shipping_not_counting(mug, owned, place):
    services.count_stock(PORTAL, mug, 5)
    order = place({"MUG": 5}, channel=owned)
    services.count_stock(PORTAL, mug, 3)
    check(counted_below_promises=True)
    with pytest.raises(DomainError, match="5 needed, 3 available"):
        services.ship_order(PORTAL, order, carrier="manual")
    services.cancel_orders(PORTAL, [order.pk], "nothing left")
    check()


@pytest.mark.django_db(transaction=True)
def test_approving_cancelling_and_shipping_at_once(mug, owned):
    services.count_stock(PORTAL, mug, 30)
    orders = [order_of(owned, number, 1 + number % 4) for number in range(12)]
    services.hold_orders(PORTAL, [order.pk for order in orders[:6]], "look")
    barrier = threading.Barrier(4)
    broken: list[BaseException] = []

    def work(seed):
        chance = random.Random(seed)
        barrier.wait()
        try:
            for _round in range(12):
                order = Order.objects.get(pk=chance.choice(orders).pk)
                name = chance.choice(("release", "approve", "hold", "cancel", "ship", "ship", "close"))
                try:
                    STEPS[name](order, chance.randint(1, 3))
                except DomainError:
                    # Somebody else was faster: that is what it says.
                    continue
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    check()


@pytest.mark.django_db(transaction=True)
def test_two_cancel_and_one_ships_the_same_order(mug, owned):
    services.count_stock(PORTAL, mug, 5)
    order = order_of(owned, 1, 5)
    barrier = threading.Barrier(3)
    done: list[str] = []

    def work(name):
        barrier.wait()
        try:
            fresh = Order.objects.get(pk=order.pk)
            if name == "ship":
                services.ship_order(PORTAL, fresh, carrier="manual")
                done.append(name)
            elif services.cancel_orders(PORTAL, [fresh.pk], "gone").done:
                done.append(name)
        except DomainError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ship", "cancel", "cancel")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    level = StockLevel.objects.get(variant=mug)
    assert (level.on_hand, level.reserved) == ((0, 0) if done == ["ship"] else (5, 0))
    assert Decision.objects.filter(kind="cancel").count() == (done == ["cancel"])
    check()


def test_no_way_back_from_the_end():
    final = {State.CANCELLED, State.CLOSED}
    assert not [name for name, way in TRANSITIONS.items() if way.sources & final]
    reached = {State.PENDING_PAYMENT, State.AWAITING_REVIEW} | {way.target for way in TRANSITIONS.values()}
    assert reached == set(State)
