"""The review queue: filters, order, pages, counts."""

from __future__ import annotations

import pytest

from generation import services
from generation.console import narrowing, queue
from generation.models import Draft, State

pytestmark = pytest.mark.django_db


def keys(query: dict[str, str]) -> list[str]:
    return [draft.target_label for draft in queue.Queue.of(query).page()]


def test_it_holds_what_waits_for_review_oldest_first(drafted, people, ids_of) -> None:
    batch = drafted(3)
    services.approve(people["reviewer"], ids_of(batch)[:1])
    assert keys({}) == ["Wave 2", "Wave 3"]
    assert keys({"state": "approved"}) == ["Wave 1"]


def test_every_filter_narrows(drafted) -> None:
    batch = drafted(2, {"category": "Bands/Smart"})
    Draft.objects.filter(batch=batch, target_label="Wave 1").update(errors=1)
    assert keys({"batch": str(batch.pk)}) == ["Wave 1", "Wave 2"]
    assert keys({"batch": "999"}) == []
    assert keys({"slot": "things.blurb", "language": "en"}) == ["Wave 1", "Wave 2"]
    assert keys({"language": "zh-hans"}) == []
    assert keys({"category": "Bands"}) == ["Wave 1", "Wave 2"]
    assert keys({"category": "Band"}) == []
    assert keys({"requester": "the-operator", "quality": "clean"}) == ["Wave 2"]
    assert keys({"quality": "errors"}) == ["Wave 1"]
    assert keys({"q": "wave 1"}) == ["Wave 1"]
    assert keys({"age": "1"}) == []


def test_drafts_by_whom_they_are_assigned_to(drafted, people, ids_of, client_of) -> None:
    first, _second = ids_of(drafted(2))
    services.assign(people["reviewer"], [first], "the-second")
    assert keys({"assignee": "the-second"}) == ["Wave 1"]
    assert keys({"assignee": "nobody"}) == ["Wave 2"]
    assert keys({"assignee": "me"}) == []
    mine = queue.Queue.of({"assignee": "me"}, people["second"].user)
    assert [draft.target_label for draft in mine.page()] == ["Wave 1"]
    page = client_of("second").get("/console/copy/review/?assignee=me").content.decode()
    assert "assigned to the-second" in page


def test_a_rule_finds_the_drafts_it_objects_to(drafted) -> None:
    from generation.models import Candidate, StoredFinding

    drafted(2)
    candidate = Candidate.objects.filter(draft__target_label="Wave 2").first()
    StoredFinding.objects.create(candidate=candidate, rule="unsupported_number", severity="warning", message="x")
    assert keys({"rule": "unsupported_number"}) == ["Wave 2"]
    StoredFinding.objects.update(lapsed=True)
    assert keys({"rule": "unsupported_number"}) == []


@pytest.mark.parametrize("query", [{}, {"slot": "things.blurb", "language": "en"}])
def test_pages_hold_every_draft_once(drafted, query) -> None:
    drafted(7)
    seen: list[int] = []
    after = ""
    while rows := queue.Queue.of(query).page(after, size=3):
        seen += [draft.pk for draft in rows]
        after = queue.cursor(rows[-1])
    assert seen == list(Draft.objects.filter(state=State.IN_REVIEW).order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("after", ["", "nonsense", "e30=", "WzEsMl0="])
def test_a_cursor_nobody_made_begins_at_the_start(drafted, after) -> None:
    drafted(1)
    assert len(queue.Queue.of({}).page(after)) == 1


def test_what_there_is_of_each_kind_is_counted(drafted, client_of) -> None:
    batch = drafted(3)
    Draft.objects.filter(target_label="Wave 1").update(warnings=1)
    counts = client_of("viewer").get(f"/console/copy/review/counts/?batch={batch.pk}&quality=clean").json()["counts"]
    assert [(one["label"], one["count"]) for one in counts] == [
        ("clean", "2"),
        ("to confirm", "1"),
    ]
    assert counts[1]["query"] == f"batch={batch.pk}&quality=warnings"


def test_unusable_filters_are_left_out(drafted) -> None:
    drafted(1)
    assert keys({"slot": "no.such", "batch": "abc", "age": "eternity"}) == ["Wave 1"]


def test_counts_stop_at_the_cap(drafted, monkeypatch) -> None:
    drafted(4)
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    assert queue.Queue.of({}).count() == 3
    assert queue.counted(3) == "more than 2"


def test_what_is_set_is_shown_and_taken_off_one_by_one(drafted, client_of) -> None:
    batch = drafted(1)
    page = client_of("reviewer").get(f"/console/copy/review/?batch={batch.pk}&assignee=nobody&q=wave").content.decode()
    assert f'href="?batch={batch.pk}&amp;q=wave"' in page
    found = narrowing.narrowings(queue.Queue.of({"slot": "things.blurb", "quality": "clean"}))
    assert [(one.label, one.value) for one in found] == [
        ("Copy type", "Blurb"),
        ("Issues", "nothing to fix or confirm"),
    ]
    assert found[0].without == "quality=clean"
    assert narrowing.narrowings(queue.Queue.of({"slot": "no.such"})) == [], "such a filter narrows nothing"
    assert narrowing.narrowings(queue.Queue.of({})) == []


def test_what_can_be_typed_is_offered(drafted, client_of) -> None:
    batch = drafted(1, {"category": "Bands/Smart"})
    offered = client_of("viewer").get("/console/copy/review/offered/").json()["offered"]
    assert [value for value, _label in offered["category"]] == ["Bands", "Bands/Smart"]
    assert offered["batch"][0][0] == str(batch.pk)
    assert offered["batch"][0][1].endswith("Blurb")
    assert offered["requester"] == [["the-operator", ""]]
