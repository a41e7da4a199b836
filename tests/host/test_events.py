"""The record: written with the change, never altered, delivered to those who want it."""

import pytest
from django.db import transaction

from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.events.models import AppendOnly, Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def record(kind="thing.changed", **values):
    with transaction.atomic():
        return events.record(kind, actor=Actor.system(), target_type="a.thing", target_id=1, **values)


def test_an_event_needs_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        events.record("thing.changed", actor=Actor.system())


def test_an_event_goes_with_the_change_it_tells_of():
    def change():
        with transaction.atomic():
            events.record("thing.changed", actor=Actor.system())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Event.objects.exists()


def test_it_keeps_who_and_before_and_after(person):
    actor = person("operator")
    with transaction.atomic():
        event = events.record("user.renamed", actor=actor, target=actor.user, before={"n": 1}, after={"n": 2})
    event.refresh_from_db()
    assert (event.actor, event.via, event.target_key) == (actor.user, "console", actor.user.username)
    assert (event.before, event.after) == ({"n": 1}, {"n": 2})


def test_events_cannot_be_changed_or_deleted():
    event = record()
    event.kind = "thing.forged"
    for attempt in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="x")):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.fixture
def listener():
    class Listener(events.Subscriber):
        key = "tests.listener"
        kinds = ("thing.*",)
        heard: list[str] = []
        fails = False

        def handle(self, found):
            if Listener.fails:
                raise RuntimeError("not now")
            Listener.heard += [event.kind for event in found]

    restore = events.subscribers.snapshot()
    events.subscribers.register(Listener)
    yield Listener
    restore()


def test_subscribers_hear_what_they_asked_for_in_order(listener):
    record("thing.made")
    record("other.made")
    record("thing.changed")
    jobs.drain_all(("portal",))
    assert listener.heard == ["thing.made", "thing.changed"]
    assert not Event.objects.filter(dispatched_at__isnull=True).exists()


def test_a_failing_subscriber_loses_nothing_and_hears_everything_in_order(listener):
    listener.fails = True
    record("thing.made")
    jobs.drain_all(("portal",))
    assert listener.heard == []
    listener.fails = False
    record("thing.changed")
    jobs.drain_all(("portal",))
    assert listener.heard == []
    jobs.ring("jobs.sweep")
    jobs.drain_all(("portal",))
    assert listener.heard == ["thing.made", "thing.changed"]
    record("thing.sold")
    jobs.drain_all(("portal",))
    assert listener.heard == ["thing.made", "thing.changed", "thing.sold"]


def test_a_failing_subscriber_does_not_stop_the_others(listener):
    class Deaf(events.Subscriber):
        key = "tests.deaf"
        kinds = ("*",)

        def handle(self, found):
            raise RuntimeError("never")

    events.subscribers.register(Deaf)
    record("thing.made")
    for _ in range(2):
        jobs.ring("jobs.sweep")
        jobs.drain_all(("portal",))
    assert listener.heard == ["thing.made"]
