"""Where a slot has a place, what a target allows itself, and facts that change often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation import briefs, services
from generation.engine import Fact, Limit
from generation.freshness import QUOTED_CHANGED, compare_targets
from generation.models import Draft, State
from generation.services import BatchSpec
from generation.slots import FactSheet, get_slot

SHEET = FactSheet(name="Thing", facts=(Fact("Weight", "19", "g"), Fact("Price", "€99", volatile=True)))


@pytest.fixture
def only_even(monkeypatch):
    """The blurb has a place only for every other thing, and only in English."""

    def eligible(self, rows, language):
        return rows.filter(name__endswith="0") if language == "en" else rows.none()

    monkeypatch.setattr(type(get_slot("things.blurb")), "eligible", eligible)


def test_a_bulk_job_drafts_only_where_a_slot_has_a_place(only_even, make_things, drafted, people):
    batch = drafted(10, slots=["things.blurb", "things.points"], languages=["en", "zh-hans"])
    made = Draft.objects.filter(batch=batch)
    assert made.filter(slot="things.blurb").count() == 1
    assert made.filter(slot="things.points").count() == 20
    assert batch.skipped == 0


def test_an_estimate_counts_places(only_even, make_things):
    make_things(10)
    spec = BatchSpec(["things.blurb", "things.points"], ["en", "zh-hans"])
    assert services.estimate(spec).drafts == 1 + 20


def test_the_value_of_a_volatile_fact_is_no_part_of_the_fingerprint():
    dearer = replace(SHEET, facts=(SHEET.facts[0], replace(SHEET.facts[1], value="€109")))
    heavier = replace(SHEET, facts=(replace(SHEET.facts[0], value="20"), SHEET.facts[1]))
    without = replace(SHEET, facts=SHEET.facts[:1])
    assert briefs.fingerprint(SHEET) == briefs.fingerprint(dearer)
    assert briefs.fingerprint(SHEET) != briefs.fingerprint(heavier)
    assert briefs.fingerprint(SHEET) != briefs.fingerprint(without)


def test_a_target_has_a_limit_of_its_own():
    slot = get_slot("things.blurb")
    bounded = replace(SHEET, limit=Limit(30))
    assert briefs.build(slot, bounded, briefs.BriefRequest("en")).limit == Limit(30)
    assert briefs.build(slot, SHEET, briefs.BriefRequest("en")).limit == slot.limit
    assert briefs.fingerprint(bounded) != briefs.fingerprint(SHEET)


@pytest.mark.parametrize(
    ("text", "stale"), [("Now €99.", True), ("Now 99.00 euros.", True), ("It weighs 19 g.", False)]
)
def test_only_copy_that_says_the_old_number_becomes_stale(monkeypatch, drafted, text, stale):
    slot = type(get_slot("things.blurb"))
    price = {"now": "€99"}

    def sheet(thing, language):
        return replace(SHEET, name=thing.name, facts=(SHEET.facts[0], replace(SHEET.facts[1], value=price["now"])))

    monkeypatch.setattr(slot, "sheet", staticmethod(sheet))
    draft = Draft.objects.get(batch=drafted(1))
    Draft.objects.filter(pk=draft.pk).update(value=text)
    price["now"] = "€109"
    compare_targets([("things.thing", draft.target_id)])
    draft.refresh_from_db()
    assert draft.state == State.IN_REVIEW
    assert draft.stale_reason == (QUOTED_CHANGED if stale else "")
