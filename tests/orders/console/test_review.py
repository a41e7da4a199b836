"""The order review page: what it shows, what its requests answer, and a walk by keyboard in a real browser."""

from __future__ import annotations

import json

import pytest

from orders import services
from orders.models import BlockedEntry, Hold, Order, OrderClaim, State
from orders.services import PersonRecord
from tests.query_counts import counted

REVIEW = "/console/orders/review/"


def post(client, url, **body):
    """A request of the page and its answer."""
    return client.post(url, json.dumps(body), content_type="application/json")


def decide(client, order, action, **more):
    """Decide as the page does."""
    return post(client, f"{REVIEW}{order.pk}/decide/", action=action, version=order.version, **more).json()


@pytest.mark.django_db
def test_the_page_explains_why_an_order_was_stopped(held, client_of):
    first, *_others = held(3)
    page = client_of("reviewer").get(REVIEW)
    text = page.content.decode()
    assert page.status_code == 200
    assert "The buyer asks for something" in text
    assert "gift wrapping or no price" in text
    assert "It is a gift, please wrap it." in text
    assert first.number in text


@pytest.mark.django_db
def test_the_page_costs_the_same_however_many_orders_wait(held, client_of):
    held(2)
    client = client_of("reviewer")
    client.get(REVIEW)
    with counted("orders.review_page"):
        client.get(REVIEW)
    held(30)
    with counted("orders.review_page") as queries:
        client.get(REVIEW)
    assert len(queries) <= 25


@pytest.mark.django_db
def test_nothing_waits(client_of):
    assert "No order waits for a decision." in client_of("reviewer").get(REVIEW).content.decode()


@pytest.mark.django_db
def test_release_hold_cancel_and_undo(held, client_of):
    client = client_of("reviewer")
    first, second, third = held(3)
    answer = decide(client, first, "release", ahead=third.pk, shown=second.pk)
    assert (answer["ok"], answer["undo"], answer["ahead"]["id"]) == (True, "take_back", third.pk)
    assert OrderClaim.objects.get(order=second).user == client.user
    first.refresh_from_db()
    assert first.state == State.APPROVED
    assert decide(client, first, "take_back")["ok"]
    first.refresh_from_db()
    assert first.state == State.HELD

    assert decide(client, second, "hold", reason="Asked the buyer which colour")["ok"]
    assert second.notes.get().text == "Asked the buyer which colour"

    assert decide(client, third, "cancel", reason="other")["code"] == "note_missing"
    assert decide(client, third, "cancel", reason="fraud", note="card of somebody else", block=True)["ok"]
    third.refresh_from_db()
    assert third.state == State.CANCELLED
    assert third.cancel_reason == "Payment or buyer is doubtful (card of somebody else)"
    assert third.holds.get().outcome == Hold.Outcome.CONFIRMED
    assert BlockedEntry.objects.filter(kind="email").exists()


@pytest.mark.django_db
def test_somebody_was_faster(held, client_of, person):
    (order,) = held(1)
    services.release_orders(person("reviewer"), [order.pk])
    answer = decide(client_of("reviewer"), order, "release")
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")
    assert answer["order"]["state"] == State.APPROVED


@pytest.mark.django_db
def test_who_may_only_look_decides_nothing(held, client_of):
    (order,) = held(1)
    client = client_of("viewer")
    page = client.get(REVIEW).content.decode()
    assert 'data-do="release"' not in page
    assert not OrderClaim.objects.exists()
    answer = post(client, f"{REVIEW}{order.pk}/decide/", action="release", version=order.version)
    assert answer.status_code == 403
    order.refresh_from_db()
    assert order.state == State.HELD


@pytest.mark.django_db
def test_bulk_release_takes_what_the_filter_holds_and_leaves_proposals(held, place, client_of, person):
    reviewer = person("reviewer")
    services.block(reviewer, "email", "bad@example.com", reject=True)
    gifts = held(3)
    blocked = place(customer=PersonRecord(external_id="bad", email="bad@example.com"), customer_note="a gift")
    other = place()
    services.hold_orders(reviewer, [other.pk], "By hand")
    client = client_of("reviewer")
    query = "?rule=orders.note_request"
    state = client.get(f"{REVIEW}bulk/{query}").json()
    assert (state["matching"], state["proposed"]) == (4, 1)
    answer = post(client, f"{REVIEW}bulk/release/{query}", after=0, note="Looked through").json()
    assert (answer["done"], answer["left"], answer["more"]) == (3, 1, False)
    assert answer["reasons"] == [["A rule proposes to cancel it: decide it by itself.", 1]]
    states = dict(Order.objects.values_list("pk", "state"))
    assert {states[order.pk] for order in gifts} == {State.APPROVED}
    assert states[blocked.pk] == states[other.pk] == State.HELD
    assert gifts[0].decisions.filter(kind="release").get().note == "Looked through"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?age=x", "?total_from=abc", "?order=99999999999", "?order=x", "?rule=' OR 1"]
)
def test_a_strange_address_is_no_error(held, client_of, query):
    held(1)
    assert client_of("reviewer").get(REVIEW + query).status_code == 200


def on_desk(page, number: str) -> None:
    page.wait_for_function("label => document.getElementById('desk-title')?.textContent === label", arg=number)


def said(page, words: str) -> None:
    page.wait_for_function("words => document.getElementById('said').textContent.includes(words)", arg=words)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_walk_by_keyboard(held, page_of, live_server):
    orders = held(6)
    page = page_of("reviewer")
    page.goto(f"{live_server.url}{REVIEW}")
    page.wait_for_selector("#review[data-ready]")
    on_desk(page, orders[0].number)

    page.keyboard.press("a")
    on_desk(page, orders[1].number)
    said(page, "Released")
    page.keyboard.press("u")
    on_desk(page, orders[0].number)
    said(page, "on hold again")
    page.keyboard.press("a")
    on_desk(page, orders[1].number)

    page.keyboard.press("h")
    page.wait_for_selector("#dialog-hold[open]")
    page.keyboard.type("Wait for the buyer")
    page.keyboard.press("Control+Enter")
    on_desk(page, orders[2].number)

    page.keyboard.press("r")
    page.wait_for_selector("#dialog-cancel[open]")
    page.keyboard.press("3")
    on_desk(page, orders[3].number)
    said(page, "Cancelled.")

    page.keyboard.press("n")
    page.wait_for_selector("#dialog-note[open]")
    page.keyboard.type("Looks fine")
    page.keyboard.press("Control+Enter")
    said(page, "Noted.")
    on_desk(page, orders[3].number)

    page.keyboard.press("s")
    on_desk(page, orders[4].number)
    page.keyboard.press("j")
    on_desk(page, orders[5].number)
    page.keyboard.press("k")
    on_desk(page, orders[4].number)
    page.keyboard.press("?")
    page.wait_for_selector("#dialog-help[open]")
    page.keyboard.press("Escape")
    assert page.complaints == []

    states = dict(Order.objects.values_list("number", "state"))
    assert [states[order.number] for order in orders] == [
        State.APPROVED, State.HELD, State.CANCELLED, State.HELD, State.HELD, State.HELD,
    ]  # fmt: skip
    assert Order.objects.get(pk=orders[2].pk).cancel_reason == "Ordered twice"
    assert Order.objects.get(pk=orders[1].pk).notes.get().text == "Wait for the buyer"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_all_at_once_on_a_phone(held, page_of, live_server):
    orders = held(4)
    page = page_of("reviewer", width=390, height=844)
    page.goto(f"{live_server.url}{REVIEW}?rule=orders.note_request")
    page.wait_for_selector("#review[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("[data-open-bulk]")
    page.wait_for_function("document.getElementById('bulk-matching').textContent.includes('4 orders')")
    page.click("#bulk-release")
    page.wait_for_function("document.getElementById('bulk-progress').textContent.includes('4 done')")
    assert set(Order.objects.filter(pk__in=[order.pk for order in orders]).values_list("state", flat=True)) == {
        "approved"
    }
    assert page.complaints == []
