"""Carriers' pushes: only signed ones, each once, many at a time; and files of tracking events."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from opsportal.plugins.errors import Invalid
from orders import services
from orders.models import Order, ParcelState, PushReceipt, Shipment, State, TrackingEvent
from orders.services.tracking_files import import_tracking, state_of
from orders.services.watching import forget_receipts, surface_stuck
from tests.orders.conftest import NOON

pytestmark = pytest.mark.postgres

PUSH = "/api/v1/carriers/kuaidi100/push/"
SALT = "pepper"


@pytest.fixture(autouse=True)
def _salt(monkeypatch):
    cache.clear()
    monkeypatch.setenv("KUAIDI100_SALT", SALT)


@pytest.fixture
def parcel(place, portal):
    """A parcel with SF."""
    return services.ship_order(portal, place(), carrier="shunfeng", tracking_number="SF100", shipped_at=NOON)


def push_of(number="SF100", state="0", com="shunfeng", rows=(("2026-03-03 10:00:00", "已揽收"),)):
    """The text of a push."""
    data = [{"time": moment, "ftime": moment, "context": words} for moment, words in rows]
    told = {"status": "polling", "lastResult": {"state": state, "com": com, "nu": number, "data": data}}
    return json.dumps(told, ensure_ascii=False)


def sign(param: str, salt: str = SALT) -> str:
    return hashlib.md5((param + salt).encode(), usedforsecurity=False).hexdigest().upper()


def send(param: str, signature: str | None = None):
    return Client().post(PUSH, {"param": param, "sign": sign(param) if signature is None else signature})


@pytest.mark.django_db
def test_a_signed_push_moves_parcel_and_order(parcel):
    rows = [("2026-03-04 09:30:00", "已签收"), ("2026-03-03 10:00:00", "离开杭州")]
    answer = send(push_of(state="3", rows=rows))
    assert (answer.status_code, answer.json()["returnCode"]) == (200, "200")
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.DELIVERED
    assert parcel.delivered_at.isoformat() == "2026-03-04T01:30:00+00:00"  # 09:30 in China
    assert Order.objects.get(pk=parcel.order_id).state == State.DELIVERED
    assert list(parcel.events.values_list("state", flat=True)) == ["in_transit", "delivered"]


@pytest.mark.django_db
def test_the_same_push_again_changes_nothing(parcel):
    param = push_of()
    send(param)
    before = Shipment.objects.values("version", "state").get()
    again = send(param)
    assert (again.status_code, again.json()["message"]) == (200, "known")
    assert Shipment.objects.values("version", "state").get() == before
    assert (PushReceipt.objects.count(), TrackingEvent.objects.count()) == (1, 1)
    # An older push, replayed after its receipt was forgotten, finds its events known.
    send(push_of(state="3", rows=[("2026-03-05 10:00:00", "已签收")]))
    PushReceipt.objects.update(received_at=timezone.now() - timedelta(days=400))
    assert forget_receipts() == 2
    send(param)
    assert Shipment.objects.get().state == ParcelState.DELIVERED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "signature", ["", "0" * 32, "not a signature", sign("another text"), sign(push_of(), "other salt")]
)
def test_a_wrong_signature_is_refused(parcel, signature):
    answer = send(push_of(), signature)
    assert answer.status_code == 403
    assert not TrackingEvent.objects.exists()
    assert not PushReceipt.objects.exists()


@pytest.mark.django_db
def test_without_a_salt_nothing_is_taken(parcel, monkeypatch):
    monkeypatch.setenv("KUAIDI100_SALT", "")
    param = push_of()
    assert send(param, sign(param, "")).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("param", ["", "[]", "{}", "null", '{"lastResult": 3}', '{"lastResult": {"nu": ""}}',
                                   push_of(rows=[("yesterday", "x")])])  # fmt: skip
def test_what_cannot_be_read_is_refused(parcel, param):
    assert send(param).status_code == 403
    assert not TrackingEvent.objects.exists()


@pytest.mark.django_db
def test_an_unknown_parcel_is_to_be_sent_again(parcel):
    param = push_of(number="SF999")
    answer = send(param)
    assert (answer.status_code, answer.json()["result"], answer.json()["returnCode"]) == (404, False, "500")
    assert not PushReceipt.objects.exists()
    Shipment.objects.filter(pk=parcel.pk).update(tracking_number="SF999")
    assert send(param).status_code == 200


@pytest.mark.django_db
def test_only_carriers_with_pushes_have_an_address(parcel):
    for key in ("shunfeng", "nobody"):
        assert Client().post(f"/api/v1/carriers/{key}/push/", {"param": "{}"}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_fifty_pushes_at_once_leave_one_history(parcel):
    moments = [f"2026-03-{3 + number // 10:02} 1{number % 10}:00:00" for number in range(25)]
    pushes = [push_of(state="0", rows=[(moment, f"step {number}")]) for number, moment in enumerate(moments)] * 2

    def one(param):
        try:
            return send(param).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(one, pushes))
    assert set(codes) == {200}
    events = list(TrackingEvent.objects.order_by("happened_at").values_list("description", flat=True))
    assert events == [f"step {number}" for number in range(25)]
    parcel.refresh_from_db()
    assert parcel.last_event_at == TrackingEvent.objects.latest("happened_at").happened_at
    assert PushReceipt.objects.count() == 25


@pytest.mark.django_db
def test_parcels_are_stuck_by_where_they_stand(place, portal):
    now = timezone.now()
    wait = {"ready": 4, "in_transit": 4, "out_for_delivery": 3, "customs": 5, "delivered": 90}
    for number, (state, days) in enumerate(wait.items()):
        made = services.ship_order(portal, place(), carrier="dhl", tracking_number=f"P{number}", shipped_at=now)
        Shipment.objects.filter(pk=made.pk).update(
            state=state, last_event_at=now - timedelta(days=days), shipped_at=now - timedelta(days=days)
        )
    assert surface_stuck(portal) == 2
    assert set(Shipment.objects.exclude(attention="").values_list("state", flat=True)) == {"ready", "out_for_delivery"}
    assert surface_stuck(portal) == 0


@pytest.mark.django_db
def test_a_file_of_tracking_events(parcel, portal, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "快递单号,快递公司,状态,时间,描述\n"
        "SF100,顺丰速运,揽收,2026/3/3 10:00,已揽收\n"
        "SF100,SF,签收,2026/3/5 9:00,本人签收\n"
        "SF100,SF,3,2026/3/5 9:00,本人签收\n"
        "SF404,SF,0,2026/3/3 10:00,在路上\n"
        "SF100,SF,飞走了,2026/3/3 10:00,?\n"
        ",SF,0,2026/3/3 10:00,?\n"
        "SF100,SF,0,someday,?\n",
        "utf-8",
    )
    told = import_tracking(portal, path).to_json()
    errors = {(row["row"], row["field"]) for row in told.pop("errors")}
    assert told == {"rows": 7, "recorded": 2, "known": 1, "unknown_parcel": 1, "refused": 3}
    assert errors == {(5, "tracking_number"), (6, "state"), (7, "tracking_number"), (8, "happened_at")}
    again = import_tracking(portal, path)
    assert (again.recorded, again.known) == (0, 3)
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.DELIVERED


@pytest.mark.django_db
def test_a_file_that_lacks_a_column_says_which(portal, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("number,state\n1,0\n", "utf-8")
    with pytest.raises(Invalid, match="tracking_number, happened_at"):
        import_tracking(portal, path)


@pytest.mark.parametrize(("text", "state"), [("14", "refused"), (" 签收 ", "delivered"), ("In_Transit", "in_transit")])
def test_names_of_states(text, state):
    assert state_of(text) == state
