"""What people and the shop can do to an order, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.plugins.errors import Conflict, Invalid
from orders import services
from orders.models import CancellationLine, Decision, Hold, Order, PaymentState, State, StockEntry, StockLevel
from orders.services import PersonRecord
from tests.orders.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def kinds(order):
    """What happened to the order, in order."""
    rows = Event.objects.filter(target_type="orders.order", target_id=order.pk).order_by("id")
    return list(rows.values_list("kind", flat=True))


def level(variant):
    """(on hand, reserved)."""
    row = StockLevel.objects.get(variant=variant)
    return row.on_hand, row.reserved


def test_an_ordinary_order_is_approved_by_the_rules(place):
    order = place()
    assert order.state == State.APPROVED
    assert (order.total, order.item_count) == (Decimal("20"), 2)
    assert kinds(order) == ["order.placed", "order.approved"]
    decision = order.decisions.get()
    assert (decision.kind, decision.automatic, decision.handed_over_at) == ("approve", True, None)


def test_unpaid_orders_wait_and_are_reviewed_once_paid(place, portal):
    order = place(payment_state=PaymentState.PENDING)
    assert order.state == State.PENDING_PAYMENT
    assert services.pay_orders(portal, [order.pk]).to_json() == {"paid": 1, "left": 0, "reasons": {}}
    order.refresh_from_db()
    assert (order.state, order.payment_state) == (State.APPROVED, PaymentState.PAID)
    assert services.pay_orders(portal, [order.pk]).reasons == {"wrong_state": 1}


def test_the_same_number_is_taken_in_once(place, record, portal):
    place(external_id="77")
    with pytest.raises(Conflict):
        place(external_id="77")


def test_hold_release_and_cancel(place, person):
    reviewer = person("reviewer")
    order = place()
    with pytest.raises(Invalid):
        services.hold_orders(reviewer, [order.pk], " ")
    services.hold_orders(reviewer, [order.pk], "Ask about the colour")
    order.refresh_from_db()
    assert order.state == State.HELD
    assert order.holds.get().explanation == "Ask about the colour"
    services.release_orders(reviewer, [order.pk])
    assert order.holds.get().outcome == Hold.Outcome.CLEARED
    services.cancel_orders(reviewer, [order.pk], "The buyer asked for it")
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (State.CANCELLED, "The buyer asked for it")
    assert order.holds.get().outcome == Hold.Outcome.REGRETTED
    made = list(Decision.objects.filter(order=order).order_by("id").values_list("kind", "automatic"))
    assert made == [("approve", True), ("hold", False), ("release", False), ("cancel", False)]


def test_somebody_elses_change_is_seen(place, person):
    reviewer = person("reviewer")
    order = place()
    seen = {order.pk: order.version}
    services.hold_orders(person("reviewer"), [order.pk], "Mine")
    outcome = services.hold_orders(reviewer, [order.pk], "Too late", seen)
    assert outcome.reasons == {"wrong_state": 1}
    outcome = services.release_orders(reviewer, [order.pk], seen=seen)
    assert outcome.reasons == {"changed_meanwhile": 1}


def test_rights(place, person):
    order = place()
    viewer = person("viewer")
    for ask in (
        lambda: services.hold_orders(viewer, [order.pk], "no"),
        lambda: services.ship_order(viewer, order, carrier="manual"),
        lambda: services.add_note(viewer, order, "no"),
        lambda: services.anonymise_customer(viewer, order.customer),
        lambda: services.set_rule(viewer, "orders.blocked", active=False),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_shipping_in_two_parcels(place, portal, mug):
    order = place({"MUG": 3, "JUG": 1})
    first, second = order.lines.order_by("position")
    services.ship_order(portal, order, carrier="manual", tracking_number="A1", lines={first.pk: 2})
    order.refresh_from_db()
    assert order.state == State.PART_SHIPPED
    with pytest.raises(Invalid, match="1 pieces are open, not 2"):
        services.ship_order(portal, order, carrier="manual", lines={first.pk: 2})
    with pytest.raises(Conflict, match="A1"):
        services.ship_order(portal, order, carrier="manual", tracking_number="A1")
    parcel = services.ship_order(portal, order, carrier="manual", tracking_number="A2")
    order.refresh_from_db()
    assert order.state == State.SHIPPED
    assert dict(parcel.lines.values_list("line_id", "quantity")) == {first.pk: 1, second.pk: 1}
    assert kinds(order)[-2:] == ["order.part_shipped", "order.shipped"]
    with pytest.raises(Conflict):
        services.ship_order(portal, order, carrier="manual")


def test_stock_is_reserved_released_and_used_once(place, portal, person, mug, owned):
    services.count_stock(portal, mug, 10)
    reviewer = person("reviewer")
    kept, gone = place({"MUG": 4}, channel=owned), place({"MUG": 5}, channel=owned)
    assert level(mug) == (10, 9)
    short = place({"MUG": 2}, channel=owned)
    assert (short.state, short.holds.get().rule) == (State.HELD, "orders.stock_short")
    assert services.release_orders(reviewer, [short.pk]).reasons == {"stock_short": 1}
    services.cancel_orders(reviewer, [gone.pk, gone.pk], "changed")
    services.cancel_orders(reviewer, [gone.pk], "changed")
    assert level(mug) == (10, 4)
    assert len(services.release_orders(reviewer, [short.pk]).done) == 1
    assert level(mug) == (10, 6)
    services.ship_order(portal, kept, carrier="manual")
    assert level(mug) == (6, 2)
    moves = StockEntry.objects.filter(level__variant=mug)
    assert (sum(m.on_hand_change for m in moves), sum(m.reserved_change for m in moves)) == (6, 2)


def test_a_mirrored_channel_has_no_ledger(place, portal, mug):
    order = place({"MUG": 4})
    services.ship_order(portal, order, carrier="manual")
    assert not StockLevel.objects.exists()


def test_returns_from_request_to_refund(place, portal, person, mug, owned):
    services.count_stock(portal, mug, 5)
    order = place({"MUG": 3}, channel=owned)
    line = order.lines.get()
    with pytest.raises(Conflict):
        services.request_return(portal, order, reason="damaged", lines={line.pk: 1})
    services.ship_order(portal, order, carrier="manual")
    asked = services.request_return(
        portal, order, reason="damaged", lines={line.pk: 2}, refund_asked=Decimal("20"),
        evidence=[{"url": "https://example.com/a.jpg", "note": "broken handle"}],
    )  # fmt: skip
    with pytest.raises(Invalid, match="1 pieces can come back, not 2"):
        services.request_return(portal, order, reason="damaged", lines={line.pk: 2})
    reviewer = person("reviewer")
    with pytest.raises(Invalid, match="A refund of 31"):
        services.decide_return(reviewer, asked, accept=True, refund_amount=Decimal("31"))
    services.decide_return(reviewer, asked, accept=True, refund_amount=Decimal("15"), version=asked.version)
    with pytest.raises(Conflict):
        services.decide_return(reviewer, asked, accept=False, note="no")
    services.receive_return(portal, asked)
    services.refund_return(reviewer, asked)
    with pytest.raises(Conflict):
        services.refund_return(reviewer, asked)
    order.refresh_from_db()
    assert (order.refunded, order.payment_state) == (Decimal("15"), PaymentState.PART_REFUNDED)
    assert order.lines.get().returned_quantity == 2
    assert level(mug) == (4, 0)
    assert list(order.decisions.order_by("id").values_list("kind", flat=True)) == ["approve", "accept_return", "refund"]


def test_erasing_a_customer_keeps_the_totals(place, portal, record, home):
    buyer = PersonRecord(external_id="K7", name="Kim Lund", email="kim@example.com", phone="0151 2345678")
    order = place(customer=buyer, shipping=home, customer_note="Ring twice, Kim")
    services.add_note(portal, order, "Kim called")
    assert services.anonymise_customer(portal, order.customer) == 1
    order = Order.objects.get(pk=order.pk)
    assert (order.total, order.item_count, order.country) == (Decimal("20"), 2, "DE")
    assert (order.customer_note, order.phone_key, order.email_key, order.address_key) == ("", "", "", "")
    assert (order.customer.name, order.customer.email, order.customer.phone) == ("", "", "")
    assert str(order.shipping_address) == "DE"
    assert order.notes.get().text == ""
    told = " ".join(str(row) for row in Event.objects.values_list("target_label", "before", "after", "data"))
    assert "Kim" not in told
    assert "kim@" not in told
    again = place(customer=buyer, shipping=home)
    assert again.customer_id == order.customer_id
    assert (again.customer.name, again.shipping_address, again.phone_key) == ("", None, "")


def test_decisions_are_handed_over_once(place, portal):
    place()
    place()
    waiting = list(services.waiting_decisions().values_list("pk", flat=True))
    assert services.hand_over(portal, waiting, "erp 1") == 2
    assert services.hand_over(portal, waiting, "erp 2") == 0
    assert set(Decision.objects.values_list("handed_over_in", flat=True)) == {"erp 1"}


def test_the_shop_goes_ahead_and_is_followed(portal, record, mug, owned):
    services.count_stock(portal, mug, 3)
    told = record({"MUG": 2})
    services.mirror_orders(portal, "shop", [told], owned)
    told.state, told.source_state = State.DELIVERED, "fulfilled"
    services.mirror_orders(portal, "shop", [told], owned)
    order = Order.objects.get()
    assert (order.state, order.source_state) == (State.DELIVERED, "fulfilled")
    assert level(mug) == (1, 0)
    before = Event.objects.count()
    done = services.mirror_orders(portal, "shop", [told], owned)
    assert (done.created, done.imported, len(done.duplicate)) == ([], [], 1)
    assert Event.objects.count() == before
    told.state, told.cancel_reason = State.CANCELLED, "chargeback"
    services.mirror_orders(portal, "shop", [told], owned)
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (State.CLOSED, "chargeback")


def test_what_the_source_takes_back_is_free_again(portal, place, mug, owned):
    buyer = PersonRecord(external_id="K1")
    services.count_stock(portal, mug, 10)
    order = place({"MUG": 6}, channel=owned, customer=buyer)
    line = order.lines.get()
    services.ship_order(portal, order, carrier="manual", lines={line.pk: 2})

    def taken_back(number, pieces, **fields):
        told = {
            "external_id": number,
            "sku": "MUG",
            "description": "Mug",
            "quantity": pieces,
            "unit_price": Decimal(10),
            "cancelled_at": order.placed_at + timedelta(hours=1),
            "customer": buyer,
        }
        return services.mirror_cancellations(portal, "shop", [services.CancellationRecord(**(told | fields))])

    assert taken_back("C1", 5).cancelled == []
    assert taken_back("C2", 1, unit_price=Decimal(9)).cancelled == []
    assert taken_back("C3", 1, customer=None).cancelled == []
    assert level(mug) == (8, 4)
    assert taken_back("C4", 1).stored == [0]
    assert taken_back("C4", 1).duplicate == [0]
    assert level(mug) == (8, 3)
    assert taken_back("C5", 3).cancelled == []
    order.refresh_from_db()
    # Two pieces are on their way, nothing else is left to go out.
    assert (order.state, order.item_count, level(mug)) == (State.SHIPPED, 2, (8, 0))
    matched = dict(CancellationLine.objects.values_list("external_id", "line"))
    assert matched == {"C1": None, "C2": None, "C3": None, "C4": line.pk, "C5": line.pk}


def test_queries_do_not_grow_with_a_selection(place, person):
    reviewer = person("reviewer")
    ids = [place().pk for _order in range(12)]
    counts = []
    for some in (ids[:2], ids[2:]):
        with CaptureQueriesContext(connection) as queries:
            assert len(services.hold_orders(reviewer, some, "look").done) == len(some)
            assert len(services.release_orders(reviewer, some).done) == len(some)
            assert len(services.cancel_orders(reviewer, some, "gone").done) == len(some)
        counts.append(len(queries))
    # The first call reads the reviewer's rights.
    assert counts[1] <= counts[0]


def test_an_order_that_grows_is_looked_at_again(portal, record, place):
    order = place({"MUG": 2}, external_id="G1")
    more = record({"MUG": 2, "JUG": 5000}, external_id="G1", placed_at=order.placed_at)
    done = services.mirror_orders(portal, "shop", [more])
    assert (done.created, done.held, len(done.imported), len(done.duplicate)) == ([], [order.pk], 1, 1)
    order.refresh_from_db()
    assert (order.state, order.item_count, order.total) == (State.HELD, 5002, Decimal(50020))
    assert kinds(order)[-2:] == ["order.lines_added", "order.held"]


def test_when_it_was_shipped(portal, record):
    told = [record(state=State.SHIPPED), record(state=State.SHIPPED, shipped_at=NOON), record()]
    services.mirror_orders(portal, "shop", told)
    told[2].state = State.DELIVERED
    services.mirror_orders(portal, "shop", told)
    orders = Order.objects.order_by("id")
    assert [order.shipped_at == NOON for order in orders] == [False, True, False]
    assert [order.shipped_at is None for order in orders] == [True, False, False]
    assert [order.delivered_at is None for order in orders] == [True, True, False]
