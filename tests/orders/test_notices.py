"""Notices to customers: what is told, by whom it is sent, once, and never when it no longer holds."""

from __future__ import annotations

import pytest
from django.core import mail

from generation import services as copy
from generation.freshness import compare_targets
from generation.models import Delivery, Draft
from generation.models import State as DraftState
from generation.services import deliveries
from generation.slots import SendRefused, get_slot
from opsportal import jobs
from opsportal.events.models import Event
from orders import services
from orders.messenger import CannotSend, Messenger, messengers
from orders.models import ParcelState, ReturnRequest, Shipment, Situation, State, ToldNotice
from orders.notices import facts_of, with_goods, with_happenings
from orders.services import ParcelNews, PersonRecord
from tests.orders.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

BUYER = PersonRecord("K1", "Kim Lund", "kim@example.com", "+49 151 2345678", "en", "DE")


def told(order, language="en"):
    """(category, facts by key) of what there is to tell."""
    (read,) = with_goods([order.pk])
    happening = with_happenings([read]).get(order.pk)
    if happening is None:
        return None
    return happening.category, {fact.key: fact.value for fact in facts_of(read, happening, language)}


@pytest.fixture
def shipped(place, portal, home):
    """An order on its way."""
    order = place(customer=BUYER, shipping=home)
    services.ship_order(portal, order, carrier="shunfeng", tracking_number="SF1", shipped_at=NOON)
    order.refresh_from_db()
    return order


@pytest.fixture
def approved(person, portal):
    """``approved(order, text=…)``: an approved draft of a notice about it."""

    def make(order, text=None, channel="email", language="en") -> Draft:
        spec = copy.BatchSpec(
            slots=["orders.notice"], languages=[language], channel=channel, target_ids=[order.pk], writer="template"
        )
        copy.start_batch(person("operator"), spec)
        jobs.drain_all()
        draft = Draft.objects.filter(target_id=order.pk, slot="orders.notice").latest("pk")
        assert draft.state == DraftState.IN_REVIEW, draft.error
        if text is not None:
            draft = copy.edit(person("reviewer"), draft.pk, text, draft.version)
        outcome = copy.approve(person("reviewer"), [draft.pk], acknowledge=True)
        assert outcome.done, outcome.left
        return Draft.objects.get(pk=draft.pk)

    return make


def publish(person, draft) -> Delivery:
    """Publish and let the workers send."""
    outcome = copy.publish(person("publisher"), [draft.pk])
    assert outcome.done, outcome.left
    jobs.drain_all()
    return Delivery.objects.get(draft_number=draft.pk)


def test_each_situation_has_its_facts(place, portal, person, home, shipped):
    assert told(shipped) == (
        "shipped", {"order number": shipped.number, "item": "Mug", "carrier": "SF Express", "tracking number": "SF1"},
    )  # fmt: skip
    parcel = shipped.shipments.get()
    Shipment.objects.filter(pk=parcel.pk).update(attention="stuck")
    assert told(shipped)[0] == "delayed/parcel"
    news = ParcelNews(ParcelState.RETURNED, NOON)
    services.record_tracking(portal, parcel, [news])
    assert told(shipped)[0] == "returned/parcel"

    waiting = place(customer_note="It is a gift")
    assert told(waiting)[0] == "held"
    assert told(waiting)[1]["reason"] == "a request in your message"
    services.cancel_orders(person("reviewer"), [waiting.pk], "Out of stock")
    assert told(waiting)[0] == "cancelled/shop"
    assert told(waiting)[1]["reason"] == "an item that sold out"

    assert told(place())[0] == "delayed/order"  # paid long ago, not shipped


def test_what_rules_suspect_is_never_told(place, person):
    services.block(person("reviewer"), "email", "kim@example.com", reason="card fraud")
    order = place(customer=BUYER)
    category, facts = told(order)
    assert (category, facts["reason"]) == ("held", "a check of the order details")


def test_refunds_tell_the_amount(shipped, portal, person):
    line = shipped.lines.get()
    parcel = shipped.shipments.get()
    services.record_tracking(portal, parcel, [ParcelNews(ParcelState.DELIVERED, NOON)])
    request = services.request_return(portal, shipped, reason="damaged", lines={line.pk: 1}, refund_asked=10)
    services.decide_return(person("reviewer"), request, accept=True)
    services.receive_return(portal, request)
    assert told(shipped)[0] == "returned/goods"
    services.refund_return(person("reviewer"), ReturnRequest.objects.get(pk=request.pk))
    category, facts = told(shipped)
    assert (category, facts["amount"]) == ("refund", "10.00 EUR")


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_sent_with_its_places_filled(shipped, approved, person):
    draft = approved(shipped, f"Hello {{{{customer}}}}, order {shipped.number} is on its way: SF1, to {{{{address}}}}.")
    delivery = publish(person, draft)
    assert delivery.state == Delivery.State.SENT, delivery.error
    (letter,) = mail.outbox
    assert letter.to == ["kim@example.com"]
    assert letter.subject == f"Your order {shipped.number} is on its way"
    assert letter.body == f"Hello Kim Lund, order {shipped.number} is on its way: SF1, to Elm Road 5, Kiel, DE."
    assert "Kim" not in str(Draft.objects.get(pk=draft.pk).value)
    row = ToldNotice.objects.get()
    assert (row.situation, row.messenger, row.reference) == (Situation.SHIPPED, "email", f"notice-{row.pk}")
    event = Event.objects.get(kind="order.customer_told")
    assert "Kim" not in str(event.data)


@pytest.mark.django_db(transaction=True)
def test_the_same_is_never_said_twice(shipped, approved, person):
    publish(person, approved(shipped))
    again = approved(shipped, channel="email", language="zh-hans")
    delivery = publish(person, again)
    assert (delivery.state, len(mail.outbox)) == (Delivery.State.FAILED, 1)
    assert ToldNotice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_state_that_no_longer_holds_is_not_told(shipped, approved, person, portal):
    draft = approved(shipped)
    copy.publish(person("publisher"), [draft.pk])  # queued, not sent yet
    services.record_tracking(portal, shipped.shipments.get(), [ParcelNews(ParcelState.DELIVERED, NOON)])
    jobs.drain_all()
    delivery = Delivery.objects.get(draft_number=draft.pk)
    assert (delivery.state, mail.outbox) == (Delivery.State.FAILED, [])
    assert "no longer true" in delivery.error


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_no_longer_holds_cannot_be_published(shipped, approved, person, portal):
    draft = approved(shipped)
    services.record_tracking(portal, shipped.shipments.get(), [ParcelNews(ParcelState.RETURNED, NOON)])
    assert copy.publish(person("publisher"), [draft.pk]).reasons == {"stale": 1}
    compare_targets({("orders.order", shipped.pk)})
    assert Draft.objects.get(pk=draft.pk).stale_reason == "facts_changed"


@pytest.mark.django_db(transaction=True)
def test_a_death_while_sending_says_nothing_twice(shipped, approved, person):
    """The worker dies after the messenger was called: nobody knows, nothing is repeated, a person settles it."""

    class Dying(Messenger):
        key, title, calls = "dying", "Dying", []

        def send(self, message):
            self.calls.append(message.reference)
            raise SystemExit("killed")

    restore = messengers.snapshot()
    messengers.register(Dying)
    try:
        draft = approved(shipped, channel="dying")
        copy.publish(person("publisher"), [draft.pk])
        delivery = Delivery.objects.get(draft_number=draft.pk)
        with pytest.raises(SystemExit):
            deliveries.send(delivery.pk)
        assert deliveries.send(delivery.pk) == Delivery.State.SENDING
        Delivery.objects.filter(pk=delivery.pk).update(changed_at="2020-01-01T00:00Z")
        deliveries.sweep_sending()
        assert Delivery.objects.get(pk=delivery.pk).state == Delivery.State.UNKNOWN
        assert len(Dying.calls) == 1
        # Another draft about the same cannot go out meanwhile.
        other = approved(shipped, channel="email")
        assert publish(person, other).state == Delivery.State.FAILED
        assert mail.outbox == []
        # A person found out that it did not go out: now it may be said.
        copy.settle_delivery(person("publisher"), delivery.pk, went_out=False)
        jobs.drain_all()
        assert not ToldNotice.objects.exists()
        last = approved(shipped, channel="email", language="zh-hans")
        assert publish(person, last).state == Delivery.State.SENT
        assert len(mail.outbox) == 1
    finally:
        restore()


@pytest.mark.django_db(transaction=True)
def test_who_cannot_be_reached_is_said(place, portal, approved, person):
    order = place(customer=PersonRecord("K2", "Nobody"))
    services.ship_order(portal, order, carrier="shunfeng", tracking_number="SF2", shipped_at=NOON)
    delivery = publish(person, approved(order))
    assert delivery.state == Delivery.State.FAILED
    assert "no usable e-mail address" in delivery.error
    assert not ToldNotice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_erased_customers_are_told_nothing(shipped, approved, person):
    draft = approved(shipped, f"Hello {{{{customer}}}}, order {shipped.number} is on its way, SF1.")
    services.anonymise_customer(person("admin"), shipped.customer)
    assert copy.publish(person("publisher"), [draft.pk]).done == []
    jobs.drain_all()
    assert mail.outbox == []
    assert "Kim" not in str(list(Draft.objects.values_list("value", flat=True)))


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("returned/parcel", "Hello, thank you for returning the mug."),
        ("returned/goods", "订单1的包裹未能送达已退回。"),
        ("cancelled/shop", "您的订单已按您的要求取消。"),
        ("delayed/order", "Your parcel is on its way."),
    ],
)
def test_wordings_that_say_more_than_the_state_are_errors(category, text):
    from generation.checks.base import Context
    from orders.draft_checks import NotSo

    assert list(NotSo().check(text, Context(slot="orders.notice", category=category)))
    assert not list(NotSo().check(text, Context(slot="products.description", category=category)))


def test_a_number_of_queries_that_does_not_grow(place, django_assert_max_num_queries):
    orders = [place(customer_note="It is a gift") for _number in range(30)]
    slot = get_slot("orders.notice")
    with django_assert_max_num_queries(14):
        sheets = slot.facts(orders, "en", "email")
    assert {sheet.category for sheet in sheets.values()} == {"held"}
    assert set(slot.eligible(slot.queryset(), "en").values_list("pk", flat=True)) == {order.pk for order in orders}


@pytest.mark.django_db(transaction=True)
def test_plugins_may_refuse(shipped, approved, person):
    class Refusing(Messenger):
        key, title = "refusing", "Refusing"

        def send(self, message):
            raise CannotSend("No credit left.")

    restore = messengers.snapshot()
    messengers.register(Refusing)
    try:
        delivery = publish(person, approved(shipped, channel="refusing"))
        assert (delivery.state, delivery.error) == (Delivery.State.FAILED, "No credit left.")
        assert not ToldNotice.objects.exists()
    finally:
        restore()


def test_an_unknown_messenger_and_an_unknown_place(shipped):
    from generation.slots import Change

    slot = get_slot("orders.notice")
    with pytest.raises(SendRefused, match="plugin is off"):
        slot.send(Change(shipped.pk, "en", "pigeon", "Hello", None, None))
    with pytest.raises(SendRefused):
        slot.send(Change(shipped.pk, "en", "email", "Hello {{password}}", None, None))
    assert shipped.state == State.SHIPPED
