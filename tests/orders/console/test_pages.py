"""The pages of orders: the list, an order, parcels, returns, the first page; what they show, cost and do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from opsportal.events.models import Event
from orders import services
from orders.models import Order, ParcelState, ReturnRequest, Shipment, State
from orders.services import ParcelNews, PersonRecord
from tests.orders.conftest import NOON
from tests.query_counts import counted

pytestmark = pytest.mark.django_db

BUYER = PersonRecord("K1", "Kim Lund", "kim@example.com", "+49 151 2345678", "en", "DE")


@pytest.fixture
def arrived(place, portal, home):
    """``arrived()``: an order that was delivered."""

    def make() -> Order:
        order = place(customer=BUYER, shipping=home)
        services.release_orders(portal, [order.pk])  # the same again and again looks like a duplicate
        parcel = services.ship_order(portal, order, carrier="dhl", tracking_number=f"N{order.pk}", shipped_at=NOON)
        services.record_tracking(portal, parcel, [ParcelNews(ParcelState.DELIVERED, NOON, "Signed for")])
        return Order.objects.get(pk=order.pk)

    return make


def test_the_list_filters_by_state_and_costs_the_same(client_of, place, held):
    client = client_of("operator")
    url = "/console/orders/order/"
    for count in (2, 40):
        held(count)
        place()
        client.get(url)
        with counted("orders.list") as queries:
            page = client.get(url)
        assert page.status_code == 200
        assert len(queries) <= 20
    text = client.get(url + "?state__exact=held&rule=orders.note_request").content.decode()
    assert "on hold" in text
    assert "to be shipped</span>" not in text


def test_the_list_in_chinese(client_of, place, django_user_model):
    place()
    client = client_of("operator")
    django_user_model.objects.filter(pk=client.user.pk).update(language="zh-hans")
    text = client.get("/console/orders/order/").content.decode()
    assert "待发货" in text
    translation.deactivate()


def test_an_order_shows_everything_and_costs_the_same(client_of, arrived, portal, person):
    client = client_of("admin")
    order = arrived()
    services.add_note(person("reviewer"), order, "Call before delivery")
    url = f"/console/orders/{order.pk}/"
    client.get(url)
    with counted("orders.order_page") as queries:
        text = client.get(url).content.decode()
    assert len(queries) <= 20
    for words in ("Kim Lund", "Elm Road 5", f"N{order.pk}", "Signed for", "Call before delivery", "delivered", "Mug"):
        assert words in text
    for _number in range(8):
        arrived()
        services.add_note(person("reviewer"), order, "Again")
    with counted("orders.order_page"):
        client.get(url)
    assert client.get(f"/console/orders/order/{order.pk}/change/").url == url
    assert client.get("/console/orders/999999/").status_code == 404


def test_an_order_is_shipped_in_parts_from_its_page(client_of, place):
    order = place({"MUG": 3})
    line = order.lines.get()
    client = client_of("operator")
    url = f"/console/orders/{order.pk}/"
    send = {"action": "ship", "version": order.version, "carrier": "ups", "tracking_number": "1Z"}
    client.post(url, {**send, f"line-{line.pk}": "2"})
    order.refresh_from_db()
    assert order.state == State.PART_SHIPPED
    # The page was old by then.
    answer = client.post(url, {**send, "tracking_number": "1Y", f"line-{line.pk}": "1"}, follow=True)
    assert "Someone changed the order meanwhile" in answer.content.decode()
    client.post(url, {**send, "version": order.version, "tracking_number": "1Y", f"line-{line.pk}": "1"})
    order.refresh_from_db()
    assert order.state == State.SHIPPED
    answer = client.post(url, {"action": "cancel", "reason": "buyer", "version": order.version}, follow=True)
    assert answer.status_code == 403 or "not possible" in answer.content.decode()


def test_a_reviewer_holds_releases_and_cancels_from_the_page(client_of, place):
    order = place()
    client = client_of("reviewer")
    url = f"/console/orders/{order.pk}/"
    client.post(url, {"action": "hold", "version": order.version, "reason": "Ask first"})
    order.refresh_from_db()
    assert order.state == State.HELD
    client.post(url, {"action": "release", "version": order.version})
    order.refresh_from_db()
    assert order.state == State.APPROVED
    client.post(url, {"action": "cancel", "version": order.version, "reason": "stock"})
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (State.CANCELLED, "Out of stock")
    assert client.post(url, {"action": "nonsense"}).status_code == 400


def test_erasing_a_buyer_leaves_goods_and_amounts(client_of, arrived, portal):
    order = arrived()
    services.add_note(portal, order, "Kim called")
    client = client_of("admin")
    answer = client.post(f"/console/orders/{order.pk}/", {"action": "erase"}, follow=True)
    text = answer.content.decode()
    assert "Personal data erased" in text
    for words in ("Kim", "Elm Road", "kim@example.com", "2345678"):
        assert words not in text
    assert "20.00" in text
    assert not Event.objects.filter(data__icontains="Kim").exists()
    assert client_of("operator").post(f"/console/orders/{order.pk}/", {"action": "erase"}).status_code == 403


def test_parcels_surface_and_are_settled(client_of, place, portal):
    parcel = services.ship_order(portal, place(), carrier="dhl", tracking_number="LOST", shipped_at=NOON)
    services.record_tracking(portal, parcel, [ParcelNews(ParcelState.PROBLEM, NOON, "House number missing")])
    client = client_of("operator")
    url = "/console/orders/parcels/"
    text = client.get(url).content.decode()
    assert "LOST" in text
    assert "House number missing" in text
    client.post(url, {"shipment": parcel.pk, "note": ""})
    assert Shipment.objects.get().attention == "exception"
    client.post(url, {"shipment": parcel.pk, "note": "Told the carrier the number"})
    assert Shipment.objects.get().attention == ""
    assert "No parcel needs a look" in client.get(url).content.decode()


def test_the_parcels_page_costs_the_same(client_of, place, portal):
    client = client_of("operator")
    for count in (2, 25):
        for number in range(count):
            parcel = services.ship_order(portal, place(), carrier="dhl", shipped_at=NOON)
            services.record_tracking(portal, parcel, [ParcelNews(ParcelState.PROBLEM, NOON, f"no {number}")])
        client.get("/console/orders/parcels/")
        with counted("orders.parcels_page") as queries:
            client.get("/console/orders/parcels/")
        assert len(queries) <= 20


def test_late_orders_are_shown_under_the_parcels(client_of, place):
    order = place()
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=9))
    assert order.number in client_of("operator").get("/console/orders/parcels/").content.decode()


def test_a_file_of_tracking_events_is_read_and_deleted(client_of, place, portal, settings):
    services.ship_order(portal, place(), carrier="dhl", tracking_number="D1", shipped_at=NOON)
    client = client_of("operator")
    file = SimpleUploadedFile("news.csv", "单号,状态,时间\nD1,签收,2026-03-04 10:00\nD9,0,2026-03-04\n".encode())
    text = client.post("/console/orders/parcels/import/", {"file": file}).content.decode()
    assert "No parcel has the number D9." in text
    assert Shipment.objects.get().state == ParcelState.DELIVERED
    folder = settings.DATA_DIR / "tracking-imports"
    assert list(folder.iterdir()) == []
    bad = SimpleUploadedFile("news.exe", b"MZ")
    assert (
        "Upload a CSV or XLSX file." in client.post("/console/orders/parcels/import/", {"file": bad}).content.decode()
    )


def test_a_return_from_request_to_money(client_of, arrived):
    order = arrived()
    line = order.lines.get()
    operator, reviewer = client_of("operator"), client_of("reviewer")
    asked = {"action": "ask_back", "reason": "damaged", "refund_asked": "10,00", "details": "The lid is cracked"}
    answer = operator.post(f"/console/orders/{order.pk}/", {**asked, f"line-{line.pk}": "1"})
    request = ReturnRequest.objects.get()
    url = f"/console/orders/returns/{request.pk}/"
    assert answer.url == url
    assert order.number in reviewer.get("/console/orders/returns/").content.decode()
    operator.post(url, {"action": "evidence", "url": "https://example.com/lid.jpg", "note": "Crack"})
    assert "https://example.com/lid.jpg" in reviewer.get(url).content.decode()
    refused = reviewer.post(url, {"action": "decide", "accept": "no", "version": request.version}, follow=True)
    assert "Say why the request is refused" in refused.content.decode()
    much = {"action": "decide", "accept": "yes", "version": request.version, "refund_amount": "999"}
    assert "is not possible" in reviewer.post(url, much, follow=True).content.decode()
    wrong = reviewer.post(url, {**much, "refund_amount": "ten"}, follow=True)
    assert "is no amount" in wrong.content.decode()
    reviewer.post(url, {**much, "refund_amount": "8.50", "goods_back": "on"})
    operator.post(url, {"action": "receive"})
    reviewer.post(url, {"action": "refund"})
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.state, str(request.refund_amount), str(order.refunded)) == ("refunded", "8.5000", "8.5000")
    assert operator.post(url, {"action": "withdraw"}, follow=True).status_code == 200
    request.refresh_from_db()
    assert request.state == ReturnRequest.State.REFUNDED


def test_what_customers_write_is_text(client_of, arrived, portal):
    order = arrived()
    attack = "<script>window.attacked=1</script>{{ 7*7 }}"
    Order.objects.filter(pk=order.pk).update(customer_note=attack)
    services.request_return(portal, order, reason="other", lines={order.lines.get().pk: 1}, details=attack)
    client = client_of("admin")
    pages = [f"/console/orders/{order.pk}/", f"/console/orders/returns/{ReturnRequest.objects.get().pk}/"]
    for url in pages:
        text = client.get(url).content.decode()
        assert "<script>window.attacked" not in text
        assert "&lt;script&gt;" in text


def test_the_first_page_tells_how_orders_stand(client_of, place, portal, held, person):
    services.ship_order(portal, place(), carrier="dhl", shipped_at=timezone.now())
    orders = held(6)
    reviewer = person("reviewer")
    services.cancel_orders(reviewer, [order.pk for order in orders[:3]], "Out of stock")
    services.release_orders(reviewer, [order.pk for order in orders[3:5]])
    client = client_of("admin")
    text = client.get("/console/").content.decode()
    assert "Decide about 1 order" in text
    assert "60 %" in text
    assert "from payment to shipping" in text


@pytest.mark.parametrize(
    "url", ["/console/orders/order/", "/console/orders/parcels/", "/console/orders/returns/", "/console/orders/review/"]
)
def test_empty_pages_say_what_to_do(client_of, url):
    assert client_of("viewer").get(url).status_code == 200


def test_strangers_are_sent_to_the_login(client):
    for url in ("/console/orders/1/", "/console/orders/parcels/", "/console/orders/returns/1/"):
        assert client.get(url).status_code == 302
