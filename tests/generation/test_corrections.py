"""“Product data wrong”: the reviewer opens the fact, somebody corrects it, what was written from it is written again."""

from __future__ import annotations

import pytest
from django.db import transaction

from generation import services
from generation.drafting import drain
from generation.models import Draft, State
from generation.subscribers import FactsChanged
from opsportal import events
from opsportal.access import Actor
from tests.generation.things import Thing

pytestmark = pytest.mark.django_db


def correct(draft: Draft, **values) -> None:
    """Change a thing as a service would, and tell the subscribers."""
    with transaction.atomic():
        Thing.objects.filter(pk=draft.target_id).update(**values)
        thing = Thing.objects.get(pk=draft.target_id)
        event = events.record("thing.facts_changed", actor=Actor.system(), target=thing)
    FactsChanged().handle([event])
    FactsChanged().handle([event])  # told twice it does nothing more


@pytest.fixture
def two_slots(drafted):
    """One thing with a blurb and points in review; returns (blurb, points)."""
    drafted(1, slots=["things.blurb", "things.points"])
    return Draft.objects.get(slot="things.blurb"), Draft.objects.get(slot="things.points")


def test_saving_the_corrected_data_has_its_drafts_written_again(two_slots, people) -> None:
    blurb, points = two_slots
    services.reject(people["reviewer"], [blurb.pk], "data_wrong")
    correct(blurb, weight="23")
    states = dict(Draft.objects.values_list("pk", "state"))
    assert (states.pop(blurb.pk), states.pop(points.pk)) == (State.REJECTED, State.SUPERSEDED)
    assert list(states.values()) == [State.QUEUED, State.QUEUED]
    drain(lambda: False)
    assert "23 g" in str(Draft.objects.get(parent=blurb).value)
    assert Draft.objects.get(parent=blurb).requested_by == blurb.requested_by


def test_a_correction_nobody_asked_for_only_makes_drafts_stale(two_slots, people) -> None:
    blurb, points = two_slots
    services.reject(people["reviewer"], [blurb.pk], "dull")
    correct(blurb, weight="23")
    assert Draft.objects.count() == 2
    points.refresh_from_db()
    assert points.stale_reason == "facts_changed"


def test_what_was_drafted_again_by_hand_is_not_drafted_twice(two_slots, people) -> None:
    blurb, _points = two_slots
    services.reject(people["reviewer"], [blurb.pk], "data_wrong")
    child = services.regenerate(people["operator"], blurb.pk)
    correct(blurb, weight="23")
    assert list(Draft.objects.filter(parent=blurb)) == [child]
