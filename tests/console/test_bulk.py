"""Deciding about many at once: the sample first, then the clean ones."""

from __future__ import annotations

import json

import pytest

from generation.models import Draft, ReviewPolicy, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_sample(db):
    ReviewPolicy.objects.create(slot="", sample_percent=10, sample_minimum=2)


def bulk(client, what: str = "", query: str = "", **body):
    url = f"/console/copy/review/bulk/{what}{query}"
    response = client.post(url, json.dumps(body), content_type="application/json") if what else client.get(url)
    return response.json()


def test_the_sample_is_owed_before_the_rest_is_approved(drafted, client_of) -> None:
    drafted(5)
    reviewer = client_of("reviewer")
    before = bulk(reviewer)
    assert (before["matching"], before["clean"]) == (5, 5)
    assert before["sample"] | {"open": len(before["sample"]["open"])} == {
        "required": 2, "opened": 0, "met": False, "open": 2,
    }  # fmt: skip
    assert bulk(reviewer, "approve/")["code"] == "sample"
    for pk in before["sample"]["open"]:
        reviewer.get(f"/console/copy/review/{pk}/?shown=1")
    assert bulk(reviewer)["sample"]["met"]
    answer = bulk(reviewer, "approve/")
    assert (answer["done"], answer["left"], answer["more"]) == (5, 0, False)
    assert set(Draft.objects.values_list("state", flat=True)) == {State.APPROVED}


def test_dirty_ones_are_not_taken(drafted, client_of) -> None:
    drafted(3)
    Draft.objects.filter(target_label="Wave 2").update(warnings=1)
    answer = bulk(client_of("reviewer"))
    assert (answer["matching"], answer["clean"]) == (3, 2)
    assert answer["reasons"] == [["There are issues to confirm; look at it on its own.", 1]]


def test_it_goes_slice_by_slice(drafted, client_of, monkeypatch) -> None:
    from generation.console import bulk as views

    monkeypatch.setattr(views, "SLICE", 2)
    drafted(5)
    reviewer = client_of("reviewer")
    for pk in bulk(reviewer)["sample"]["open"]:
        reviewer.get(f"/console/copy/review/{pk}/?shown=1")
    done, after, more = 0, 0, True
    while more:
        answer = bulk(reviewer, "approve/", after=after)
        done, after, more = done + answer["done"], answer["after"], answer["more"]
    assert done == 5


def test_a_whole_job_can_be_rejected_but_never_everything(drafted, client_of) -> None:
    batch = drafted(3)
    reviewer = client_of("reviewer")
    assert bulk(reviewer, "reject/", reason="dull")["code"] == "no_batch"
    assert bulk(reviewer, "reject/", f"?batch={batch.pk}", reason="dull")["done"] == 3
    assert set(Draft.objects.values_list("state", flat=True)) == {State.REJECTED}


def test_all_that_match_are_assigned(drafted, client_of) -> None:
    batch = drafted(3)
    reviewer = client_of("reviewer")
    assert bulk(reviewer, "assign/", f"?batch={batch.pk}", to="the-second")["done"] == 3
    assert set(Draft.objects.values_list("assigned_to__username", flat=True)) == {"the-second"}
    assert bulk(reviewer, "assign/", to="a stranger")["code"] == "unknown_person"


def test_an_operator_may_not(drafted, client_of) -> None:
    drafted(2)
    assert bulk(client_of("operator"))["code"] == "forbidden"
