"""Orders over HTTP."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from opsportal.access.tokens import create_token
from orders import services
from orders.models import Order, ParcelState, Shipment, State
from tests.orders.conftest import NOON
from tests.query_counts import counted

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def api(person):
    """``api(role, *scopes)``: a client with a token of a person of that role."""
    cache.clear()

    def make(role: str, *scopes: str) -> APIClient:
        user = person(role).user
        _token, secret = create_token(person("admin"), user, "tests", scopes)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client

    return make


def order_of(**fields):
    """A new order as a shop sends it."""
    line = {"sku": "MUG", "description": "Mug", "quantity": 2, "unit_price": "10"}
    return {
        "source": "shop", "external_id": "A1", "placed_at": "2026-03-02T12:00:00Z", "currency": "EUR",
        "customer": {"external_id": "c1", "name": "Kim", "email": "kim@example.com"}, "lines": [line], **fields,
    }  # fmt: skip


def test_placed_reviewed_shipped_tracked_returned(api):
    shop = api("operator", "orders:read", "orders:write", "orders:ship")
    answer = shop.post("/api/v1/orders/", order_of(), format="json")
    assert answer.status_code == 201, answer.content
    order = answer.json()
    assert (order["state"], order["total"], answer["Location"]) == (
        "approved", "20.0000", f"http://testserver/api/v1/orders/{order['id']}/",
    )  # fmt: skip
    assert shop.post("/api/v1/orders/", order_of(), format="json").status_code == 409

    parcel = shop.post(
        f"/api/v1/orders/{order['id']}/ship/",
        {"carrier": "shunfeng", "tracking_number": "SF9", "version": order["version"]}, format="json",
    ).json()  # fmt: skip
    event = {"state": "delivered", "happened_at": "2026-03-04T09:00:00Z", "description": "Signed for"}
    told = shop.post(f"/api/v1/shipments/{parcel['id']}/track/", {"events": [event, event]}, format="json").json()
    assert told["state"] == "delivered"
    assert len(shop.get(f"/api/v1/tracking-events/?shipment={parcel['id']}").json()["results"]) == 1
    assert shop.get(f"/api/v1/orders/{order['id']}/").json()["state"] == "delivered"

    line = order["lines"][0]["id"]
    asked = {
        "order": order["id"], "reason": "damaged", "lines": [{"line": line, "quantity": 1}], "refund_asked": "10",
        "evidence": [{"url": "https://example.com/a.jpg", "note": "cracked"}],
    }  # fmt: skip
    request = shop.post("/api/v1/returns/", asked, format="json").json()
    assert shop.post(f"/api/v1/returns/{request['id']}/decide/", {"accept": True}, format="json").status_code == 403
    reviewer = api("reviewer", "orders:read", "orders:review")
    decided = reviewer.post(f"/api/v1/returns/{request['id']}/decide/", {"accept": True}, format="json").json()
    assert (decided["state"], decided["refund_amount"]) == ("accepted", "10.0000")
    assert shop.post(f"/api/v1/returns/{request['id']}/receive/", {}, format="json").json()["state"] == "received"
    assert reviewer.post(f"/api/v1/returns/{request['id']}/refund/").json()["state"] == "refunded"
    detail = reviewer.get(f"/api/v1/orders/{order['id']}/").json()
    assert (detail["refunded"], detail["payment_state"]) == ("10.0000", "part_refunded")


def test_two_equal_lines_are_two(api):
    shop = api("operator", "orders:write")
    line = {"sku": "MUG", "quantity": 1, "unit_price": "10"}
    order = shop.post("/api/v1/orders/", order_of(lines=[line, line]), format="json").json()
    assert (len(order["lines"]), order["item_count"]) == (2, 2)


def test_holds_and_their_decisions(api, place):
    order = place(customer_note="It is a gift")
    reviewer = api("reviewer", "orders:read", "orders:review")
    (hold,) = reviewer.get("/api/v1/holds/?open=true").json()["results"]
    assert (hold["rule"], hold["explanation"]) == (
        "orders.note_request", "The buyer's message asks for: gift wrapping or no price.",
    )  # fmt: skip
    stale = reviewer.post(f"/api/v1/orders/{order.pk}/release/", {"version": 99}, format="json")
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "changed_meanwhile")
    done = reviewer.post(f"/api/v1/orders/{order.pk}/release/", {"version": order.version}, format="json")
    assert done.json()["state"] == "approved"
    assert reviewer.get("/api/v1/holds/?outcome=cleared").json()["results"][0]["id"] == hold["id"]
    assert reviewer.post(f"/api/v1/orders/{order.pk}/hold/", {"reason": ""}, format="json").status_code == 400

    exporter = api("operator", "orders:read", "orders:export")
    waiting = exporter.get("/api/v1/decisions/?waiting=true").json()["results"]
    assert {row["kind"] for row in waiting} == {"hold", "release"}
    body = {"ids": [row["id"] for row in waiting], "reference": "erp-7"}
    assert exporter.post("/api/v1/decisions/hand_over/", body, format="json").json() == {"handed_over": 2}
    assert exporter.post("/api/v1/decisions/hand_over/", body, format="json").json() == {"handed_over": 0}


def test_a_token_does_what_its_scopes_say(api, place):
    order = place(customer_note="It is a gift")
    admin = api("admin", "orders:read", "orders:write")
    assert admin.post(f"/api/v1/orders/{order.pk}/release/", {}, format="json").status_code == 403
    assert api("viewer", "orders:write").post("/api/v1/orders/", order_of(), format="json").status_code == 403
    assert APIClient().get("/api/v1/orders/").status_code == 401


def test_bad_input_names_row_and_field(api):
    shop = api("operator", "orders:write")
    answer = shop.post(
        "/api/v1/orders/", order_of(lines=[{"sku": "A", "quantity": 0, "unit_price": "x"}]), format="json"
    )
    assert answer.status_code == 400
    fields = {(row["field"], row["row"]) for row in answer.json()["error"]["fields"]}
    assert fields == {("lines.quantity", 1), ("lines.unit_price", 1)}
    unknown = shop.post("/api/v1/orders/", order_of(channel="nowhere"), format="json").json()["error"]
    assert unknown["code"] == "unknown_channel"


def test_lists_cost_the_same_however_long(api, place, portal):
    reader = api("viewer", "orders:read")
    reader.get("/api/v1/carriers/")  # the first use of a token is noted
    for size, number in ((2, 0), (20, 1)):
        for _count in range(size):
            services.ship_order(portal, place(), carrier="dhl", shipped_at=NOON)
        for path in ("orders", "shipments", "holds", "decisions", "returns"):
            with counted(f"orders.api_{path}") as queries:
                assert reader.get(f"/api/v1/{path}/").status_code == 200
            assert len(queries) <= 12, number
    assert Shipment.objects.filter(state=ParcelState.READY).count() == 22


def test_filters(api, place):
    place(customer_note="It is a gift")
    place()
    reader = api("viewer", "orders:read")
    assert len(reader.get("/api/v1/orders/?state=held").json()["results"]) == 1
    assert len(reader.get("/api/v1/orders/?rule=orders.note_request").json()["results"]) == 1
    assert reader.get("/api/v1/orders/?state=nonsense").status_code == 400
    assert Order.objects.filter(state=State.HELD).count() == 1


def test_carriers_are_listed(api):
    rows = api("viewer", "orders:read").get("/api/v1/carriers/").json()
    assert {"key": "shunfeng", "title": "SF Express"}.items() <= next(
        row for row in rows if row["key"] == "shunfeng"
    ).items()
    assert next(row for row in rows if row["key"] == "kuaidi100")["pushes"] is True
