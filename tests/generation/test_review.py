"""Deciding: who may approve what, and what an approval is bound to."""

from __future__ import annotations

import pytest
from django.db import transaction

from generation import services, workflow
from generation.models import Approval, Candidate, Draft, Opening, ReviewPolicy, State, StoredFinding
from generation.policies import Policies, required_sample
from generation.workflow import Conflict
from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.plugins import errors
from opsportal.plugins.errors import Invalid
from tests.generation.things import Thing


def test_a_person_approves_exactly_one_text(drafted, people, ids_of):
    batch = drafted(3)
    outcome = services.approve(people["reviewer"], ids_of(batch))
    assert outcome.to_json() == {"approved": 3, "left": 0, "reasons": {}}
    draft = Draft.objects.filter(batch=batch).first()
    assert draft.state == State.APPROVED
    assert Approval.objects.get(draft=draft).value_hash == draft.value_hash
    event = Event.objects.get(kind="draft.approved", target_id=draft.pk)
    assert event.after["value_hash"] == draft.value_hash
    again = services.approve(people["reviewer"], ids_of(batch))
    assert again.reasons == {"wrong_state": 3}


@pytest.mark.parametrize("role", ["viewer", "operator", "publisher", "robot"])
def test_who_may_not_approve(drafted, people, ids_of, role):
    with pytest.raises(Forbidden):
        services.approve(people[role], ids_of(drafted(1)))


def test_the_portal_itself_never_approves(drafted, ids_of):
    from opsportal.access import Actor

    with pytest.raises(Forbidden):
        services.approve(Actor.system(), ids_of(drafted(1)))


def test_errors_block_until_fixed_or_attested(drafted, people, ids_of, scripted):
    batch = drafted(2)
    first, second = ids_of(batch)
    reviewer = people["reviewer"]
    for pk in (first, second):
        services.edit(
            reviewer,
            pk,
            "It weighs 999 g. The battery lasts 7 days, black silicone.",
            version=Draft.objects.get(pk=pk).version,
        )
    assert services.approve(reviewer, [first, second], acknowledge=True).reasons == {"errors": 2}
    services.edit(
        reviewer, first, "It weighs 19 g. The battery lasts 7 days.", version=Draft.objects.get(pk=first).version
    )
    findings = StoredFinding.objects.filter(candidate__draft_id=second, lapsed=False, severity="error")
    standing = [row.pk for row in findings if row.candidate.index == Draft.objects.get(pk=second).chosen_index]
    with pytest.raises(Invalid, match="proves"):
        services.attest(reviewer, second, standing, " ")
    with pytest.raises(Invalid):
        services.acknowledge(reviewer, second, standing)
    services.attest(reviewer, second, standing, "weighed it: https://example.test/scale")
    outcome = services.approve(reviewer, [first, second], acknowledge=True)
    assert outcome.reasons == {}
    assert services.publish(people["publisher"], [first, second]).reasons == {}


def test_an_edit_voids_the_approval_and_lapses_with_its_text(drafted, people, ids_of):
    pk = ids_of(drafted(1))[0]
    services.approve(people["reviewer"], [pk])
    draft = Draft.objects.get(pk=pk)
    edited = services.edit(people["operator"], pk, draft.value + " It is black.", draft.version)
    assert (edited.state, edited.editor_ids) == (State.IN_REVIEW, [people["operator"].user.pk])
    assert Approval.objects.get(draft_id=pk).void_reason == "edited"
    assert Candidate.objects.get(draft_id=pk, origin="edit").author == people["operator"].user
    with pytest.raises(Conflict, match="meanwhile"):
        services.edit(people["operator"], pk, "late", draft.version)


def test_an_edit_is_sanitised_before_it_is_hashed(drafted, people, ids_of):
    pk = ids_of(drafted(1, slots=["things.page"]))[0]
    draft = Draft.objects.get(pk=pk)
    edited = services.edit(people["reviewer"], pk, "<p onclick=x>Hi<script>alert(1)</script></p>", draft.version)
    assert edited.value == "<p>Hi</p>"
    with pytest.raises(Invalid):
        services.edit(people["reviewer"], pk, ["not", "html"], edited.version)
    with pytest.raises(Invalid, match="empty"):
        services.edit(people["reviewer"], pk, "", edited.version)


def test_an_approval_of_a_text_that_was_another_by_then_is_left(drafted, people, ids_of):
    pk = ids_of(drafted(1))[0]
    assert services.approve(people["reviewer"], [pk], seen={pk: "0" * 64}).reasons == {"changed_meanwhile": 1}


def test_two_signatures_where_the_policy_says_so(drafted, people, ids_of):
    ReviewPolicy.objects.create(slot="things.blurb", approvals_needed=2)
    pk = ids_of(drafted(1))[0]
    assert services.approve(people["reviewer"], [pk]).reasons == {"needs_another": 1}
    assert services.approve(people["reviewer"], [pk]).reasons == {"needs_another": 1}
    assert Draft.objects.get(pk=pk).state == State.IN_REVIEW
    assert services.approve(people["second"], [pk]).done == [pk]


def test_four_eyes(drafted, people, ids_of):
    ReviewPolicy.objects.create(four_eyes=True)
    first, second = ids_of(drafted(2, actor=people["reviewer"]))
    assert services.approve(people["reviewer"], [first]).reasons == {"four_eyes": 1}
    services.edit(people["second"], second, "It weighs 19 g.", Draft.objects.get(pk=second).version)
    assert services.approve(people["second"], [second]).reasons == {"four_eyes": 1}
    assert services.approve(people["second"], [first]).done == [first]


def test_a_second_signature_for_attested_claims(drafted, people, ids_of):
    ReviewPolicy.objects.create(attested_needs_second=True)
    pk = ids_of(drafted(1))[0]
    services.edit(people["operator"], pk, "It weighs 999 g.", Draft.objects.get(pk=pk).version)
    index = Draft.objects.get(pk=pk).chosen_index
    errors_now = StoredFinding.objects.filter(
        candidate__draft_id=pk, candidate__index=index, severity="error", lapsed=False
    )
    services.attest(people["reviewer"], pk, [row.pk for row in errors_now], "the box says so")
    assert services.approve(people["reviewer"], [pk], acknowledge=True).reasons == {"needs_another": 1}
    assert services.approve(people["second"], [pk], acknowledge=True).done == [pk]


def test_the_closest_policy_counts():
    ReviewPolicy.objects.create(approvals_needed=1)
    ReviewPolicy.objects.create(category="Food", approvals_needed=2)
    ReviewPolicy.objects.create(slot="a.b", approvals_needed=3)
    ReviewPolicy.objects.create(slot="a.b", category="Food/Tea", approvals_needed=4)
    policies = Policies()
    found = [
        policies.of(*place).approvals_needed
        for place in [("x", "Toys"), ("x", "Food/Tea"), ("a.b", "Food"), ("a.b", "Food/Tea/Green")]
    ]
    assert found == [1, 2, 3, 4]


test_the_closest_policy_counts = pytest.mark.django_db(test_the_closest_policy_counts)


def test_the_sample_comes_before_a_bulk_approval(drafted, people, ids_of):
    reviewer = people["reviewer"]
    ids = ids_of(drafted(30))
    with pytest.raises(errors.Conflict, match="sample") as refused:
        services.approve(reviewer, ids, bulk=True)
    assert refused.value.code == "sample"
    owed = services.bulk_sample(reviewer, ids)
    assert (owed.required, owed.opened, len(owed.to_open)) == (10, 0, 10)
    for pk in owed.to_open[:4]:
        services.open_draft(reviewer, pk, 1)
        services.approve(reviewer, [pk])
    rest = [pk for pk in ids if pk not in owed.to_open[:4]]
    assert services.bulk_sample(reviewer, rest).opened == 4
    for pk in owed.to_open[4:]:
        services.open_draft(reviewer, pk, 1)
    assert Opening.objects.count() == 10
    assert len(services.approve(reviewer, rest, bulk=True).done) == 26


def test_a_bulk_takes_clean_ones_only(drafted, people, ids_of):
    reviewer = people["reviewer"]
    ids = ids_of(drafted(4))
    Draft.objects.filter(pk=ids[0]).update(warnings=1)
    for pk in ids:
        services.open_draft(reviewer, pk, 1)
    outcome = services.approve(reviewer, ids, bulk=True, acknowledge=True)
    assert (len(outcome.done), outcome.reasons) == (3, {"not_clean": 1})


@pytest.mark.parametrize(("total", "needed"), [(0, 0), (3, 3), (10, 10), (200, 10), (201, 11), (10_000, 500)])
def test_the_size_of_the_sample(total, needed):
    assert required_sample(total, 5, 10) == needed


def test_sensitive_categories_want_a_larger_sample(db):
    assert Policies().of("things.blurb", "Kids/Toys").sample_percent == 20
    assert Policies().of("things.blurb", "Garden/Tools").sample_percent == 5


def test_reject_wants_a_known_reason(drafted, people, ids_of):
    first, second = ids_of(drafted(2))
    with pytest.raises(Invalid):
        services.reject(people["reviewer"], [first], "because")
    with pytest.raises(Invalid, match="Say why"):
        services.reject(people["reviewer"], [first], "other")
    outcome = services.reject(people["reviewer"], [first], "wrong_fact", "weight")
    assert outcome.to_json() == {"rejected": 1, "left": 0, "reasons": {}}
    draft = Draft.objects.get(pk=first)
    assert (draft.state, draft.reject_reason, draft.reject_note) == (State.REJECTED, "wrong_fact", "weight")
    assert draft.closed_at is not None
    services.approve(people["reviewer"], [second])
    assert services.reject(people["reviewer"], [first, second, 10**9], "dull").reasons == {"wrong_state": 2, "gone": 1}


def test_decisions_can_be_taken_back(drafted, people, ids_of):
    first, second = ids_of(drafted(2))
    reviewer = people["reviewer"]
    services.approve(reviewer, [first])
    services.reject(reviewer, [second], "dull")
    services.return_to_review(reviewer, [first])
    services.reopen(reviewer, [second])
    assert set(Draft.objects.values_list("state", "closed_at")) == {(State.IN_REVIEW, None)}
    assert Approval.objects.get(draft_id=first).voided_at
    services.reject(reviewer, [second], "dull")
    services.regenerate(people["operator"], second)
    assert services.reopen(reviewer, [second]).reasons == {"address_taken": 1}


def test_regenerate_supersedes_the_parent_in_one_transaction(drafted, people, ids_of):
    from generation.drafting import drain

    batch = drafted(2)
    pk = ids_of(batch)[0]
    child = services.regenerate(people["reviewer"], pk, note="shorter", length="short")
    assert Draft.objects.get(pk=pk).state == State.SUPERSEDED
    assert (child.parent_id, child.note, child.priority) == (pk, "shorter", 10)
    batch.refresh_from_db()
    assert (batch.state, batch.waiting) == ("running", 1)
    drain(lambda: False)
    batch.refresh_from_db()
    child.refresh_from_db()
    assert (batch.state, batch.written, batch.total) == ("finished", 2, 2)
    assert (child.state, child.params["length"], child.brief.brief["note"]) == (State.IN_REVIEW, "short", "shorter")
    with pytest.raises(Conflict):
        services.regenerate(people["reviewer"], pk)


def test_choosing_another_candidate(drafted, people, ids_of, scripted):
    scripted(says=["It weighs 19 g. It lasts 7 days.", "The battery lasts 7 days. It weighs 19 g."])
    pk = ids_of(drafted(1, writer="scripted", candidates=2))[0]
    services.approve(people["reviewer"], [pk], acknowledge=True)
    draft = services.choose_candidate(people["reviewer"], pk, 1)
    assert (draft.state, draft.chosen_index, draft.value) == (
        State.IN_REVIEW,
        1,
        "The battery lasts 7 days. It weighs 19 g.",
    )
    with pytest.raises(Invalid):
        services.choose_candidate(people["reviewer"], pk, 9)


def test_changed_facts_stop_an_approval(drafted, people, ids_of):
    first, second = ids_of(drafted(2))
    thing = Thing.objects.get(pk=Draft.objects.get(pk=first).target_id)
    thing.stock = 0
    thing.save()
    assert services.approve(people["reviewer"], [second]).done == [second]
    thing.weight = "21"
    thing.save()
    outcome = services.approve(people["reviewer"], [first])
    assert outcome.reasons == {"stale": 1}
    draft = Draft.objects.get(pk=first)
    assert draft.stale_reason == "facts_changed"
    assert services.refresh(people["reviewer"], [first]).done == [first]
    draft.refresh_from_db()
    assert draft.stale_since is None
    assert draft.errors
    assert services.approve(people["reviewer"], [first], acknowledge=True).reasons == {"errors": 1}


def test_a_draft_changed_while_it_is_being_signed_is_read_again(drafted, people, ids_of, monkeypatch):
    (pk,) = ids_of(drafted(1))
    attempts = []
    move = workflow.move

    def overtaken_once(action, ids, **values):
        attempts.append(action)
        return 0 if len(attempts) == 1 else move(action, ids, **values)

    monkeypatch.setattr(workflow, "move", overtaken_once)
    assert services.approve(people["reviewer"], [pk]).done == [pk]
    assert attempts == ["approve", "approve"]
    assert Approval.objects.filter(draft_id=pk).count() == 1


def test_a_draft_that_changes_all_the_time_is_not_signed(drafted, people, ids_of, monkeypatch):
    (pk,) = ids_of(drafted(1))
    monkeypatch.setattr(workflow, "move", lambda *_asked, **_values: 0)
    with pytest.raises(errors.Conflict):
        services.approve(people["reviewer"], [pk])
    assert not Approval.objects.exists()


def test_a_version_read_before_somebody_wrote_moves_nothing(drafted, ids_of):
    first, second = ids_of(drafted(2))
    seen = dict(Draft.objects.values_list("pk", "version"))
    Draft.objects.filter(pk=first).update(version=seen[first] + 1)
    with transaction.atomic():
        assert workflow.move("approve", [first, second], versions=seen) == 1
    assert Draft.objects.get(pk=first).state == State.IN_REVIEW


def test_queries_of_an_approval_do_not_grow(drafted, people, ids_of, django_assert_max_num_queries):
    ids = ids_of(drafted(40))
    with django_assert_max_num_queries(25):
        services.approve(people["reviewer"], ids)
