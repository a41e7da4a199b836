"""The same flow over HTTP, with the same rights."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from generation import services
from generation.drafting import drain
from generation.models import Batch, Draft, Notice, StoredFinding
from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.models import ApiToken

BASE = "/api/v1"


@pytest.fixture
def client_of(people):
    """``client_of("reviewer")``: an API client logged in as that person, with a session."""

    def make(role: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(people[role].user)
        return client

    return make


@pytest.mark.django_db(transaction=True)
def test_the_whole_flow(client_of, make_things):
    rows = make_things(3)
    operator, reviewer, publisher = client_of("operator"), client_of("reviewer"), client_of("publisher")
    asked = {"slots": ["things.blurb"], "languages": ["en"], "writer": "template", "filter": {"name": "Wave 1"}}
    assert operator.post(f"{BASE}/batches/estimate/", asked, format="json").json()["drafts"] == 1
    asked.pop("filter")
    started = operator.post(f"{BASE}/batches/", asked, format="json")
    assert started.status_code == 202
    link = started.headers["Location"]
    assert started.json()["link"] == link
    jobs.drain_all()
    watched = operator.get(link).json()
    assert (watched["state"], watched["written"], watched["failures"]) == ("finished", 3, {})
    listed = reviewer.get(f"{BASE}/drafts/", {"batch": watched["id"], "state": "in_review"}).json()["results"]
    assert {row["target_id"] for row in listed} == {row.pk for row in rows}
    pk = listed[0]["id"]
    detail = reviewer.get(f"{BASE}/drafts/{pk}/").json()
    assert detail["facts"][0]["key"] == "Weight"
    edited = reviewer.post(
        f"{BASE}/drafts/{pk}/edit/", {"value": "It weighs 19 g.", "version": detail["version"]}, format="json"
    )
    assert edited.json()["text"] == "It weighs 19 g."
    stale = reviewer.post(f"{BASE}/drafts/{pk}/approve/", {"value_hash": detail["value_hash"]}, format="json")
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "changed_meanwhile")
    approved = reviewer.post(f"{BASE}/drafts/{pk}/approve/", {"value_hash": edited.json()["value_hash"]}, format="json")
    assert approved.json()["state"] == "approved"
    assert publisher.post(f"{BASE}/drafts/{pk}/publish/").json()["state"] == "published"
    history = publisher.get(f"{BASE}/revisions/", {"target_type": "things.thing"}).json()["results"]
    assert history[0]["after"] == "It weighs 19 g."
    assert publisher.post(f"{BASE}/drafts/{pk}/revert/").json()["state"] == "reverted"
    other = listed[1]["id"]
    refused = reviewer.post(f"{BASE}/drafts/{other}/reject/", {"reason": "dull"}, format="json")
    assert refused.json()["state"] == "rejected"
    again = reviewer.post(f"{BASE}/drafts/{other}/regenerate/", {"note": "shorter"}, format="json")
    assert (again.status_code, again.json()["parent"]) == (202, other)


def test_rights_are_the_consoles(client_of, drafted, ids_of):
    pk = ids_of(drafted(1))[0]
    operator, viewer = client_of("operator"), client_of("viewer")
    for client in (operator, viewer):
        answer = client.post(f"{BASE}/drafts/{pk}/approve/", {}, format="json")
        assert answer.status_code == 403
        assert "error" in answer.json()
    assert (
        viewer.post(f"{BASE}/batches/", {"slots": ["things.blurb"], "languages": ["en"]}, format="json").status_code
        == 403
    )
    assert client_of("reviewer").post(f"{BASE}/drafts/{pk}/publish/").status_code == 403
    assert APIClient().get(f"{BASE}/drafts/").status_code in (401, 403)


def test_a_service_token_cannot_approve_but_can_draft(people, drafted, ids_of):
    pk = ids_of(drafted(1))[0]
    robot = get_user_model().objects.get(username="robot")
    token = ApiToken.objects.create(
        user=robot, name="import", scopes=["generation:read", "generation:draft", "generation:review"]
    )
    key = token[1] if isinstance(token, tuple) else token
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    assert client.get(f"{BASE}/drafts/{pk}/").status_code == 200
    refused = client.post(f"{BASE}/drafts/{pk}/approve/", {}, format="json")
    assert refused.status_code == 403
    assert "people" in refused.json()["error"]["message"].lower()
    assert client.post(f"{BASE}/drafts/{pk}/publish/").status_code == 403
    assert client.post(f"{BASE}/drafts/bulk-approve/", {"ids": [pk]}, format="json").status_code == 403
    assert client.post(f"{BASE}/drafts/{pk}/regenerate/", {}, format="json").status_code == 202


def test_bulk_wants_the_sample_first(client_of, drafted, ids_of):
    batch = drafted(12)
    reviewer = client_of("reviewer")
    refused = reviewer.post(f"{BASE}/drafts/bulk-approve/", {"batch": batch.pk}, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "sample")
    owed = reviewer.post(f"{BASE}/drafts/bulk-sample/", {"batch": batch.pk}, format="json").json()
    assert (owed["required"], owed["met"]) == (10, False)
    for pk in owed["to_open"]:
        reviewer.get(f"{BASE}/drafts/{pk}/")
    done = reviewer.post(f"{BASE}/drafts/bulk-approve/", {"batch": batch.pk}, format="json").json()
    assert (done["approved"], done["left"]) == (12, [])
    published = client_of("publisher").post(f"{BASE}/drafts/bulk-publish/", {"batch": batch.pk}, format="json").json()
    assert published["published"] == 12
    undone = client_of("publisher").post(f"{BASE}/batches/{batch.pk}/revert/").json()
    assert undone["reverted"] == 12


def test_pause_resume_cancel_retry(client_of, people, make_things):
    make_things(2)
    operator = client_of("operator")
    asked = {"slots": ["things.blurb"], "languages": ["en"], "writer": "template"}
    pk = operator.post(f"{BASE}/batches/", asked, format="json").json()["id"]
    assert operator.post(f"{BASE}/batches/{pk}/pause/").json()["state"] == "paused"
    again = operator.post(f"{BASE}/batches/{pk}/pause/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "wrong_state")
    assert operator.post(f"{BASE}/batches/{pk}/resume/").json()["state"] == "running"
    jobs.drain_all(("portal",))
    assert operator.post(f"{BASE}/batches/{pk}/cancel/").json()["cancelled"] == 2
    assert drain(lambda: False) == 0
    assert operator.post(f"{BASE}/batches/{pk}/retry/").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"slots": [], "languages": ["en"]},
        {"slots": ["things.blurb"], "languages": ["tlh"]},
        {"slots": ["no.such"], "languages": ["en"]},
        {"slots": ["things.blurb"], "languages": ["en"], "filter": {"secret": "1"}},
    ],
)
def test_bad_requests_say_what_is_wrong(client_of, make_things, asked):
    make_things(1)
    answer = client_of("operator").post(f"{BASE}/batches/", asked, format="json")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert not Batch.objects.exists()


def test_filters_of_the_queue(client_of, drafted, ids_of):
    ids = ids_of(drafted(3, things_values={"category": "Gadgets/Bands"}))
    Draft.objects.filter(pk=ids[0]).update(errors=1, stale_since="2026-01-01T00:00Z")
    reviewer = client_of("reviewer")

    def found(**query):
        return {row["id"] for row in reviewer.get(f"{BASE}/drafts/", query).json()["results"]}

    assert found(clean="false") == {ids[0]}
    assert found(stale="true") == {ids[0]}
    assert found(category="Gadgets") == set(ids)
    assert found(category="Gad") == set()
    assert found(state=["in_review", "approved"]) == set(ids)


def test_a_text_is_checked_without_storing(client_of, make_things):
    key = str(make_things(1)[0].pk)
    asked = {"key": key, "slot": "things.blurb", "language": "en", "text": "It weighs 95 g."}
    answer = client_of("viewer").post(f"{BASE}/text-checks/", asked, format="json")
    assert answer.json()["blocking"] is True
    slots = client_of("viewer").get(f"{BASE}/slots/").json()
    assert "things.blurb" in {slot["key"] for slot in slots}


WRONG = "Wave band. It weighs 999 g. The battery lasts 7 days."


@pytest.fixture
def objected(drafted, ids_of, people):
    """``objected(n)``: ids of drafts whose text says a wrong weight, and what the rule says about the first."""

    def make(count: int = 1):
        ids = ids_of(drafted(count, things_values={"category": "Gadgets/Bands"}))
        for pk in ids:
            services.edit(people["operator"], pk, WRONG, Draft.objects.get(pk=pk).version)
        return ids, StoredFinding.objects.get(candidate__draft_id=ids[0], lapsed=False, severity="error").pk

    return make


def test_a_reviewer_vouches_for_a_claim_and_another_for_a_warning(client_of, objected):
    (pk,), finding = objected()
    reviewer = client_of("reviewer")
    asked = {"findings": [finding], "evidence": "the scale says so"}
    assert (
        reviewer.post(f"{BASE}/drafts/{pk}/acknowledge/", asked, format="json").json()["error"]["code"] == "needs_proof"
    )
    answer = reviewer.post(f"{BASE}/drafts/{pk}/attest/", asked, format="json").json()
    assert (answer["errors"], answer["findings"][0]["acknowledged"]) == (0, True)
    StoredFinding.objects.filter(pk=finding).update(severity="warning")
    answer = reviewer.post(f"{BASE}/drafts/{pk}/acknowledge/", asked, format="json")
    assert (answer.status_code, answer.json()["warnings"]) == (200, 0)


def test_a_silence_is_made_listed_and_lifted(client_of, objected):
    (pk, other), finding = objected(2)
    lead, reviewer = client_of("admin"), client_of("reviewer")
    asked = {"finding": finding, "reason": "it weighs that much"}
    assert reviewer.post(f"{BASE}/drafts/{pk}/silence/", asked, format="json").status_code == 403
    answer = lead.post(f"{BASE}/drafts/{pk}/silence/", asked, format="json").json()
    assert (answer["errors"], answer["findings"]) == (0, [])
    made = answer["silenced"][0]["silence"]
    assert (made["by"], made["reason"]) == ("the-admin", "it weighs that much")
    jobs.drain_all()
    assert reviewer.get(f"{BASE}/drafts/{other}/").json()["errors"] == 0
    listed = reviewer.get(f"{BASE}/silences/", {"lifted": "false", "category": "Gadgets/Bands"}).json()["results"]
    assert [(row["id"], row["severity"], row["words"]) for row in listed] == [(made["id"], "error", "999 g")]
    assert client_of("operator").post(f"{BASE}/silences/{made['id']}/lift/").status_code == 403
    lifted = reviewer.post(f"{BASE}/silences/{made['id']}/lift/").json()
    assert (lifted["lifted_by"], lifted["approved"]) == ("the-reviewer", 0)
    assert reviewer.post(f"{BASE}/silences/{made['id']}/lift/").status_code == 409
    assert reviewer.get(f"{BASE}/silences/", {"lifted": "false"}).json()["results"] == []
    jobs.drain_all()
    assert reviewer.get(f"{BASE}/drafts/{other}/").json()["errors"] == 1


def test_a_claim_vouched_for_becomes_a_fact_for_whoever_may_change_the_object(client_of, objected, monkeypatch):
    from tests.generation.things import Blurb

    kept = []
    monkeypatch.setattr(Blurb, "add_fact", lambda _slot, *told: kept.append(told[1:]), raising=False)
    (pk,), finding = objected()
    reviewer = client_of("reviewer")
    asked = {"finding": finding, "key": "Weight", "value": "999 g"}
    early = reviewer.post(f"{BASE}/drafts/{pk}/keep-fact/", asked, format="json")
    assert early.status_code in (400, 409)
    proof = {"findings": [finding], "evidence": "the scale says so"}
    reviewer.post(f"{BASE}/drafts/{pk}/attest/", proof, format="json")
    answer = reviewer.post(f"{BASE}/drafts/{pk}/keep-fact/", asked, format="json")
    assert (answer.status_code, answer.json()["id"]) == (200, pk)
    assert [told[2:] for told in kept] == [("Weight", "999 g", "the scale says so")]
    assert reviewer.post(f"{BASE}/drafts/{pk}/keep-fact/", {"finding": finding}, format="json").status_code == 400
    assert client_of("operator").post(f"{BASE}/drafts/{pk}/keep-fact/", asked, format="json").status_code == 403


def test_decisions_are_taken_back_one_by_one_and_together(client_of, drafted, ids_of):
    batch = drafted(3)
    first, second, third = ids_of(batch)
    reviewer = client_of("reviewer")
    for pk in (first, second):
        reviewer.post(f"{BASE}/drafts/{pk}/approve/")
    reviewer.post(f"{BASE}/drafts/{third}/reject/", {"reason": "dull"}, format="json")
    assert client_of("operator").post(f"{BASE}/drafts/{first}/return/").status_code == 403
    assert reviewer.post(f"{BASE}/drafts/{first}/return/").json()["state"] == "in_review"
    assert reviewer.post(f"{BASE}/drafts/{third}/reopen/").json()["state"] == "in_review"
    again = reviewer.post(f"{BASE}/drafts/{third}/reopen/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "wrong_state")
    assert reviewer.post(f"{BASE}/drafts/bulk-return/", {"batch": batch.pk}, format="json").json()["done"] == [second]
    reviewer.post(f"{BASE}/drafts/bulk-reject/", {"batch": batch.pk, "reason": "dull"}, format="json")
    answer = reviewer.post(f"{BASE}/drafts/bulk-reopen/", {"ids": [first, third, 10**9]}, format="json").json()
    assert (answer["reopened"], answer["reasons"]) == (2, {"gone": 1})
    assert Draft.objects.filter(state="rejected").count() == 1


def test_comments_are_written_read_and_tell_those_they_name(client_of, people, drafted, ids_of):
    (pk,) = ids_of(drafted(1))
    address = f"{BASE}/drafts/{pk}/comments/"
    said = {"text": "@the-operator @nobody: is 19 g right?"}
    made = client_of("viewer").post(address, said, format="json")
    assert (made.status_code, made.json()["mentions"]) == (201, ["the-operator"])
    assert Notice.objects.get().user == people["operator"].user
    assert client_of("viewer").post(address, {"text": " "}, format="json").status_code == 400
    (listed,) = client_of("operator").get(address).json()
    assert (listed["author"], listed["text"]) == ("the-viewer", said["text"])
    for scopes, status in (({"generation:read"}, 403), ({"generation:draft", "generation:read"}, 201)):
        robot = APIClient()
        robot.force_authenticate(people["robot"].user, ApiToken(user=people["robot"].user, scopes=sorted(scopes)))
        assert robot.post(address, {"text": "measured again"}, format="json").status_code == status
    assert len(client_of("operator").get(address).json()) == 2
    assert client_of("viewer").get(f"{BASE}/drafts/999999/comments/").status_code == 404


@pytest.mark.parametrize("what", ["silence", "attest", "acknowledge"])
def test_a_finding_of_an_earlier_text_is_a_conflict(client_of, objected, people, what):
    (pk,), finding = objected()
    services.edit(people["operator"], pk, "It weighs 19 g.", Draft.objects.get(pk=pk).version)
    StoredFinding.objects.filter(pk=finding).update(lapsed=True)
    asked = {"finding": finding, "findings": [finding], "reason": "r", "evidence": "e"}
    answer = client_of("admin").post(f"{BASE}/drafts/{pk}/{what}/", asked, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "changed_meanwhile")
    for bad in ({"finding": 10**30, "findings": [10**30]}, {"finding": "x", "findings": []}):
        assert client_of("admin").post(f"{BASE}/drafts/{pk}/{what}/", asked | bad, format="json").status_code == 400


def test_drafts_are_given_to_a_reviewer(client_of, drafted, ids_of):
    batch = drafted(3)
    pk, *others = ids_of(batch)
    reviewer = client_of("reviewer")
    assert reviewer.post(f"{BASE}/drafts/{pk}/assign/", {"to": "the-second"}, format="json").status_code == 200
    assert Draft.objects.get(pk=pk).assigned_to.username == "the-second"
    refused = reviewer.post(f"{BASE}/drafts/{pk}/assign/", {"to": "the-viewer"}, format="json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unknown_person")
    services.reject(Actor(Draft.objects.get(pk=pk).assigned_to, "api"), [others[0]], "dull")
    done = reviewer.post(f"{BASE}/drafts/bulk-assign/", {"ids": [pk, *others], "to": ""}, format="json").json()
    assert (done["assigned"], done["reasons"]) == (2, {"wrong_state": 1})
    assert not Draft.objects.filter(assigned_to__isnull=False).exists()
    assert client_of("operator").post(f"{BASE}/drafts/{pk}/assign/", {"to": ""}, format="json").status_code == 403
    for bad in ({"ids": [10**30]}, {"batch": 10**30}):
        asked = bad | {"to": ""}
        assert reviewer.post(f"{BASE}/drafts/bulk-assign/", asked, format="json").status_code == 400


def test_the_facts_of_a_draft_say_which_are_told(client_of, objected):
    (pk,), _finding = objected()
    found = {row["key"]: row for row in client_of("viewer").get(f"{BASE}/drafts/{pk}/facts/").json()}
    assert (found["Battery life"]["mentioned"], found["Battery life"]["missing"]) == (True, False)
    assert (found["Weight"]["is_key"], found["Weight"]["mentioned"], found["Weight"]["missing"]) == (True, False, True)
    assert (found["Warranty"]["mentioned"], found["Warranty"]["missing"]) == (False, False)
    assert client_of("viewer").get(f"{BASE}/drafts/{10**30}/facts/").status_code == 404


def test_a_service_token_signs_and_silences_nothing(people, objected):
    (pk,), finding = objected()
    robot = get_user_model().objects.get(username="robot")
    _token, key = ApiToken.objects.create(user=robot, name="robot", scopes=["generation:review", "generation:write"])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    asked = {"finding": finding, "findings": [finding], "reason": "r", "evidence": "e"}
    for what in ("silence", "attest", "acknowledge", "approve"):
        answer = client.post(f"{BASE}/drafts/{pk}/{what}/", asked, format="json")
        assert (answer.status_code, "people" in answer.json()["error"]["message"].lower()) == (403, True), what


def test_queries_of_the_hot_endpoints(client_of, drafted, ids_of, django_assert_max_num_queries):
    ids = ids_of(drafted(20))
    reviewer = client_of("reviewer")
    with django_assert_max_num_queries(6):
        reviewer.get(f"{BASE}/drafts/")
    with django_assert_max_num_queries(18):
        reviewer.get(f"{BASE}/drafts/{ids[0]}/")
    with django_assert_max_num_queries(40):
        reviewer.post(f"{BASE}/drafts/{ids[0]}/approve/", {}, format="json")


def test_deliveries_are_confirmed(client_of, drafted, people, ids_of):
    ids = ids_of(drafted(1))
    services.approve(people["reviewer"], ids)
    services.publish(people["publisher"], ids)
    from generation.models import Delivery, Revision

    services.record_exported(people["publisher"], [Revision.objects.get().pk], destination="file.csv")
    publisher = client_of("publisher")
    pk = publisher.get(f"{BASE}/deliveries/", {"state": "exported"}).json()["results"][0]["id"]
    assert publisher.post(f"{BASE}/deliveries/{pk}/confirm/").json()["state"] == "confirmed"
    assert publisher.post(f"{BASE}/deliveries/{pk}/confirm/").status_code == 409
    assert Delivery.objects.get().settled_by == people["publisher"].user
