"""Parcels: the same history whatever order the carrier's news arrive in, however often, however many at once."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsportal.access import Actor
from opsportal.events.models import Event
from opsportal.plugins.errors import Conflict, Invalid
from orders import services
from orders.models import ParcelState, Shipment, State, TrackingEvent
from orders.models.parcels import KUAIDI100_STATES
from orders.services import ParcelNews
from tests.orders.conftest import NOON

pytestmark = [pytest.mark.postgres]

PORTAL = Actor.system()
WAY = (ParcelState.PICKED_UP, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.DELIVERED)


def news(hours, state, text=""):
    """Something the carrier says."""
    return ParcelNews(state, NOON + timedelta(hours=hours), text or str(state), "Kiel")


JOURNEY = [news(hours, state) for hours, state in enumerate(WAY)]


@pytest.fixture
def parcel(place):
    """A shipped parcel."""
    return services.ship_order(PORTAL, place(), carrier="sf", tracking_number="SF1")


def history(parcel):
    """States of the parcel's history, oldest first."""
    return list(parcel.events.order_by("happened_at").values_list("state", flat=True))


@pytest.mark.django_db
def test_on_its_way(parcel):
    assert services.record_tracking(PORTAL, parcel, JOURNEY[:2]) == 2
    parcel.refresh_from_db()
    assert (parcel.state, parcel.last_event_at, parcel.delivered_at) == ("in_transit", JOURNEY[1].happened_at, None)
    assert services.record_tracking(PORTAL, parcel, JOURNEY) == 2
    assert services.record_tracking(PORTAL, parcel, JOURNEY) == 0
    parcel.refresh_from_db()
    assert (parcel.state, parcel.delivered_at) == ("delivered", JOURNEY[3].happened_at)
    parcel.order.refresh_from_db()
    assert (parcel.order.state, parcel.order.delivered_at) == (State.DELIVERED, JOURNEY[3].happened_at)
    assert Event.objects.filter(kind="shipment.tracked").count() == 2


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.permutations([*JOURNEY, JOURNEY[1], news(1, ParcelState.PROBLEM), news(9, ParcelState.RETURNING)]))
def test_any_order_gives_the_same_history(parcel, told):
    parcel.events.all().delete()
    for one in told:
        services.record_tracking(PORTAL, parcel, [one])
    parcel.refresh_from_db()
    assert len(history(parcel)) == 6
    assert (parcel.state, parcel.attention) == ("returning", "returned")


@pytest.mark.django_db(transaction=True)
def test_fifty_pushes_at_once(parcel):
    barrier = threading.Barrier(10)
    counted: list[int] = []
    broken: list[BaseException] = []

    def push(seed):
        chance = random.Random(seed)
        barrier.wait()
        try:
            for _push in range(5):
                told = chance.sample(JOURNEY, chance.randint(1, 4))
                counted.append(services.record_tracking(PORTAL, Shipment.objects.get(pk=parcel.pk), told))
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=push, args=(seed,)) for seed in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert (len(counted), sum(counted)) == (50, 4)
    assert history(parcel) == list(WAY)
    parcel.refresh_from_db()
    assert parcel.state == "delivered"
    parcel.order.refresh_from_db()
    assert parcel.order.state == State.DELIVERED
    told = Event.objects.filter(target_type="orders.order", target_id=parcel.order_id, kind="order.delivered")
    assert told.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_parcels_arrive_at_once(place):
    order = place({"MUG": 2})
    line = order.lines.get()
    parcels = []
    for number in ("A", "B"):
        order.refresh_from_db()
        parcels.append(services.ship_order(PORTAL, order, carrier="sf", tracking_number=number, lines={line.pk: 1}))
    barrier = threading.Barrier(2)

    def push(parcel):
        barrier.wait()
        try:
            services.record_tracking(PORTAL, parcel, [JOURNEY[3]])
        finally:
            connection.close()

    threads = [threading.Thread(target=push, args=(parcel,)) for parcel in parcels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order.refresh_from_db()
    assert order.state == State.DELIVERED


@pytest.mark.django_db
def test_parcels_in_trouble_surface_and_are_settled(parcel):
    services.record_tracking(PORTAL, parcel, [news(1, ParcelState.PROBLEM)])
    parcel.refresh_from_db()
    assert (parcel.attention, parcel.attention_since is None) == ("exception", False)
    with pytest.raises(Invalid):
        services.settle_attention(PORTAL, parcel, " ")
    services.settle_attention(PORTAL, parcel, "Called the carrier")
    with pytest.raises(Conflict):
        services.settle_attention(PORTAL, parcel, "Again")
    parcel.refresh_from_db()
    assert (parcel.attention, parcel.attention_note) == ("", "Called the carrier")
    services.record_tracking(PORTAL, parcel, [news(2, ParcelState.REFUSED)])
    parcel.refresh_from_db()
    assert parcel.attention == "returned"


@pytest.mark.django_db
def test_parcels_that_do_not_move_surface_once(parcel, place):
    Shipment.objects.filter(pk=parcel.pk).update(shipped_at=timezone.now() - timedelta(days=6))
    fresh = services.ship_order(PORTAL, place(), carrier="sf", tracking_number="SF2")
    arrived = services.ship_order(PORTAL, place(), carrier="sf", tracking_number="SF3")
    services.record_tracking(PORTAL, arrived, [JOURNEY[3]])
    assert services.watch_parcels(PORTAL, 5) == 1
    assert services.watch_parcels(PORTAL, 5) == 0
    assert Shipment.objects.get(attention="stuck") == parcel
    services.record_tracking(PORTAL, parcel, [ParcelNews(ParcelState.IN_TRANSIT, timezone.now())])
    assert not Shipment.objects.filter(attention="stuck").exists()
    assert Shipment.objects.filter(pk=fresh.pk, attention="").exists()


@pytest.mark.django_db
def test_numbers_are_found_with_and_without_their_carrier(parcel, place):
    assert services.find_shipment("SF1") == parcel
    services.ship_order(PORTAL, place(), carrier="zto", tracking_number="SF1")
    assert services.find_shipment("SF1") is None
    assert services.find_shipment("SF1", "sf") == parcel
    assert services.find_shipment("nix") is None


def test_the_codes_of_kuaidi100():
    assert set(KUAIDI100_STATES) == {"0", "1", "2", "3", "4", "5", "6", "7", "8", "14"}
    assert len(set(KUAIDI100_STATES.values())) == 10
    assert TrackingEvent._meta.get_field("state").choices == ParcelState.choices
