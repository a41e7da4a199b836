"""One draft on the desk: deciding, being told, undoing; what a stranger's text can do (nothing)."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import services
from generation.console.telling import TellPeople
from generation.models import Comment, Draft, Notice, Opening, ReviewPolicy, Silence, State, StoredFinding
from opsportal.events.models import Event
from tests.console.conftest import ATTACK

pytestmark = pytest.mark.django_db

#: Queries of a decision that approves one draft and brings the next but one; the session's two among them.
QUERIES_OF_A_DECISION = 12
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def post(client, pk: int, what: str = "decide/", **body):
    response = client.post(f"/console/copy/review/{pk}/{what}", json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


def open_on_desk(client, pk: int) -> dict:
    return client.get(f"/console/copy/review/{pk}/?shown=1").json()["draft"]


def state_of(pk: int) -> str:
    return Draft.objects.values_list("state", flat=True).get(pk=pk)


def test_a_decision_brings_the_next_draft_in_the_same_answer(drafted, client_of, ids_of) -> None:
    first, second, third = ids_of(drafted(3))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, first)
    _status, answer = post(
        reviewer, first, action="approve", version=shown["version"], hash=shown["tabs"][0]["hash"],
        shown=second, shown_version=1, ahead=third,
    )  # fmt: skip
    assert answer["ok"]
    assert state_of(first) == State.APPROVED
    assert answer["ahead"]["id"] == third
    assert "Wave 3" in answer["ahead"]["html"]
    assert set(Opening.objects.values_list("draft_id", flat=True)) == {first, second}


def test_the_queries_of_a_decision_do_not_grow(drafted, client_of, ids_of) -> None:
    first, second, third, *_rest = ids_of(drafted(6))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, first)
    with CaptureQueriesContext(connection) as queries:
        _status, answer = post(
            reviewer, first, action="approve", version=shown["version"], hash=shown["tabs"][0]["hash"],
            shown=second, shown_version=1, ahead=third,
        )  # fmt: skip
    assert answer["ok"]
    asked = [query["sql"] for query in queries if not query["sql"].startswith(_CONTROL)]
    assert len(asked) <= QUERIES_OF_A_DECISION, "\n".join(sql[:160] for sql in asked)


def test_a_text_changed_meanwhile_is_not_approved(drafted, client_of, ids_of, people) -> None:
    (pk,) = ids_of(drafted(1))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, pk)
    services.edit(people["second"], pk, "It weighs 19 g.", shown["version"])
    _status, answer = post(reviewer, pk, action="approve", version=shown["version"], hash=shown["tabs"][0]["hash"])
    assert (answer["ok"], answer["code"]) == (False, "changed_meanwhile")
    assert "It weighs 19 g." in answer["draft"]["html"]
    assert state_of(pk) == State.IN_REVIEW


def test_the_second_of_two_reviewers_is_told(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    one, two = client_of("reviewer"), client_of("second")
    assert open_on_desk(one, pk)["claimed"] == ""
    shown = open_on_desk(two, pk)
    assert shown["claimed"] == "the-reviewer"
    assert "the-reviewer has it open" in shown["html"]
    assert post(one, pk, action="approve")[1]["ok"]
    _status, answer = post(two, pk, action="reject", reason="dull")
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")
    assert state_of(pk) == State.APPROVED


def test_a_claim_lapses(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    open_on_desk(client_of("reviewer"), pk)
    Opening.objects.update(opened_at="2020-01-01T00:00:00Z")
    assert open_on_desk(client_of("second"), pk)["claimed"] == ""


def test_a_claim_ends_when_the_person_opens_another_draft(drafted, client_of, ids_of) -> None:
    first, second = ids_of(drafted(2))
    reviewer = client_of("reviewer")
    open_on_desk(reviewer, first)
    open_on_desk(reviewer, second)
    other = client_of("second")
    assert open_on_desk(other, first)["claimed"] == ""
    assert open_on_desk(other, second)["claimed"] == "the-reviewer"


def test_what_must_be_fixed_blocks_and_the_correction_fixes_it(drafted, scripted, client_of, ids_of) -> None:
    scripted(says="It weighs 999 g. The battery lasts 7 days. It is made of silicone and comes in black.")
    (pk,) = ids_of(drafted(1, writer="scripted"))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, pk)
    wrong = next((tab for tab in shown["tabs"] if tab["errors"]), None)
    if wrong is None:
        pytest.skip("the writer's text was replaced by the template's")
    _status, answer = post(reviewer, pk, action="approve", choose=wrong["index"], version=shown["version"])
    assert not answer["ok"]
    assert answer["code"] == "errors"
    fix = next((tab["fix"] for tab in answer["draft"]["tabs"] if tab["errors"]), 0)
    assert fix
    _status, fixed = post(reviewer, pk, action="fix", finding=fix, version=answer["draft"]["version"])
    assert fixed["ok"]
    assert "999" not in Draft.objects.get(pk=pk).value


def test_editing_and_approving_in_one_go_and_undoing_it(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, pk)
    _status, answer = post(
        reviewer, pk, action="edit", approve=True, version=shown["version"], text="It weighs 19 g and is black."
    )
    assert answer["ok"]
    assert answer["undo"] == "return"
    draft = Draft.objects.get(pk=pk)
    assert (draft.state, draft.value) == (State.APPROVED, "It weighs 19 g and is black.")
    assert post(reviewer, pk, action="return", undo=True)[1]["draft"]["state"] == State.IN_REVIEW
    TellPeople().handle(list(Event.objects.filter(kind="draft.returned")))
    assert not Notice.objects.exists(), "taking one's own decision back is no news"


def test_where_four_eyes_are_wanted_an_edit_is_passed_on(drafted, client_of, ids_of) -> None:
    ReviewPolicy.objects.create(slot="things.blurb", four_eyes=True)
    (pk,) = ids_of(drafted(1))
    reviewer = client_of("reviewer")
    shown = open_on_desk(reviewer, pk)
    _status, answer = post(reviewer, pk, action="edit", approve=True, version=shown["version"], text="It weighs 19 g.")
    assert answer["ok"]
    assert "someone else" in answer["message"].lower()
    assert state_of(pk) == State.IN_REVIEW
    assert "someone else must approve it" in open_on_desk(reviewer, pk)["html"]


def test_two_signatures_are_explained(drafted, client_of, ids_of) -> None:
    ReviewPolicy.objects.create(slot="", approvals_needed=2)
    (pk,) = ids_of(drafted(1))
    assert "Needs 2 signatures" in open_on_desk(client_of("reviewer"), pk)["html"]
    assert "One more person" in post(client_of("reviewer"), pk, action="approve")[1]["message"]
    assert "signed by: the-reviewer" in open_on_desk(client_of("second"), pk)["html"]
    assert post(client_of("second"), pk, action="approve")[1]["ok"]
    assert state_of(pk) == State.APPROVED


def test_rejecting_needs_a_reason_and_can_be_undone(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    reviewer = client_of("reviewer")
    assert post(reviewer, pk, action="reject", reason="")[1]["code"] == "bad_reason"
    assert post(reviewer, pk, action="reject", reason="other")[1]["code"] == "note_missing"
    assert post(reviewer, pk, action="reject", reason="off_tone")[1]["undo"] == "reopen"
    assert post(reviewer, pk, action="reopen")[1]["ok"]
    assert state_of(pk) == State.IN_REVIEW


def test_writing_again_carries_the_note(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    assert post(client_of("reviewer"), pk, action="regenerate", note="shorter")[1]["ok"]
    assert Draft.objects.get(parent_id=pk).note == "shorter"
    assert state_of(pk) == State.SUPERSEDED


def test_a_viewer_looks_and_decides_nothing(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    viewer = client_of("viewer")
    assert "Wave 1" in open_on_desk(viewer, pk)["html"]
    assert not Opening.objects.exists()
    for body in ({"action": "approve"}, {"action": "reject", "reason": "dull"}, {"action": "regenerate"}):
        status, answer = post(viewer, pk, **body)
        assert status == 403
        assert not answer["ok"]
    assert state_of(pk) == State.IN_REVIEW


def test_a_session_that_ended_is_told_in_the_answer(drafted, client, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    assert post(client, pk, action="approve")[0] == 401


def test_an_unknown_action_or_draft_is_refused(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    assert post(client_of("reviewer"), pk, action="explode")[0] == 400
    assert client_of("reviewer").get("/console/copy/review/999999/").status_code == 404


def test_the_rules_speak_while_one_types_and_store_nothing(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    _status, answer = post(client_of("reviewer"), pk, "check/", text="It weighs 999 g.")
    assert [row["severity"] for row in answer["findings"]] == ["error"]
    assert "999" in answer["findings"][0]["text"]
    assert answer["findings"][0]["words"] == "", "quoted in the sentence already"
    assert Draft.objects.get(pk=pk).version == open_on_desk(client_of("viewer"), pk)["version"]


def test_a_false_alarm_is_silenced_by_those_who_may_and_shown_with_its_reason(
    drafted, client_of, ids_of, people
) -> None:
    (pk,) = ids_of(drafted(1))
    services.edit(people["operator"], pk, "It weighs 999 g.", Draft.objects.get(pk=pk).version)
    finding = StoredFinding.objects.get(candidate__draft_id=pk, lapsed=False, severity="error").pk
    reviewer, lead = client_of("reviewer"), client_of("admin")
    assert "False alarm…" not in open_on_desk(reviewer, pk)["html"], "an error takes a right of its own"
    assert post(reviewer, pk, action="silence", finding=finding, reason="it does")[0] == 403
    assert "False alarm…" in open_on_desk(lead, pk)["html"]
    _status, answer = post(lead, pk, action="silence", finding=finding, reason="it does <b>weigh</b> that")
    assert answer["ok"]
    assert answer["draft"]["tabs"][-1]["errors"] == 0
    shown = open_on_desk(reviewer, pk)["html"]
    assert "Silenced by the-admin on" in shown
    assert "it does &lt;b&gt;weigh&lt;/b&gt; that" in shown
    assert "alarm on again" in shown
    assert "alarm on again" not in open_on_desk(client_of("viewer"), pk)["html"]
    number = Silence.objects.get().pk
    _status, answer = post(reviewer, pk, action="lift", silence=number)
    assert answer["ok"]
    assert answer["draft"]["tabs"][-1]["errors"] == 1
    assert "Silenced by" not in answer["draft"]["html"]
    assert post(reviewer, pk, action="lift", silence=number)[1]["code"] == "lifted"


def test_an_approved_draft_shows_that_an_alarm_is_on_again(drafted, client_of, ids_of, people) -> None:
    (pk,) = ids_of(drafted(1))
    services.edit(people["operator"], pk, "It weighs 999 g.", Draft.objects.get(pk=pk).version)
    finding = StoredFinding.objects.get(candidate__draft_id=pk, lapsed=False, severity="error").pk
    made = services.silence(people["admin"], pk, finding, "it does")
    services.approve(people["reviewer"], [pk])
    services.lift_silence(people["reviewer"], made.pk)
    assert "Switched on again by the-reviewer on" in open_on_desk(client_of("viewer"), pk)["html"]


@pytest.mark.parametrize("action", ["silence", "attest", "fact", "fix"])
@pytest.mark.parametrize("finding", ["gone", "lapsed", "another's", 10**30, float("inf"), None, "x"])
def test_a_finding_of_an_earlier_text_brings_the_present_one(
    drafted, client_of, ids_of, people, action, finding
) -> None:
    pk, other = ids_of(drafted(2))
    for one in (pk, other):
        services.edit(people["operator"], one, "It weighs 999 g.", Draft.objects.get(pk=one).version)
    standing = StoredFinding.objects.filter(lapsed=False, severity="error")
    gone = standing.order_by("-pk")[0].pk + 1000
    mine, theirs = standing.get(candidate__draft=pk).pk, standing.get(candidate__draft=other).pk
    known = {"gone": gone, "another's": theirs, "lapsed": mine}
    services.edit(people["operator"], pk, "It weighs 19 g.", Draft.objects.get(pk=pk).version)
    StoredFinding.objects.filter(pk=known["lapsed"]).update(lapsed=True)
    body = {"finding": known.get(finding, finding), "reason": "r", "evidence": "e", "key": "k", "value": "v"}
    status, answer = post(client_of("admin"), pk, action=action, version=Draft.objects.get(pk=pk).version, **body)
    assert (status, answer["ok"], answer["code"]) == (200, False, "changed_meanwhile")
    assert "look at it again" in answer["message"]
    assert "It weighs 19 g." in answer["draft"]["html"]


def test_the_length_is_told_the_channels_way_on_the_tab_and_while_one_types(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1, slots=["things.letter"]))
    reviewer = client_of("reviewer")
    length = len(Draft.objects.get(pk=pk).value)
    assert f"{length} of 5000 characters" in open_on_desk(reviewer, pk)["html"]
    assert post(reviewer, pk, "check/", text="x" * 12)[1]["length"] == {"text": "12 of 5000 characters", "over": False}
    assert post(reviewer, pk, "check/", text="x" * 5001)[1]["length"]["over"]


def test_comments_tell_those_they_name(drafted, client_of, ids_of, people) -> None:
    (pk,) = ids_of(drafted(1))
    _status, answer = post(client_of("reviewer"), pk, "comment/", text="@the-operator and @nobody: is 19 g right?")
    assert answer["ok"]
    assert Comment.objects.get().mentions == [people["operator"].user.pk]
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.subject_id) == (people["operator"].user, "mention", pk)
    operator = client_of("operator")
    assert "is 19 g right?" in operator.get("/console/notices/").content.decode()
    assert operator.post("/console/notices/", {"notice": notice.pk}).url.endswith(f"?draft={pk}")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_hostile_text_is_shown_as_text_everywhere(drafted, scripted, client_of, ids_of, people) -> None:
    scripted(says=ATTACK + "x" * 50_000)
    batch = drafted(1, {"category": "<b>cat</b>", "material": ATTACK[:40]}, writer="scripted", note=ATTACK)
    (pk,) = ids_of(batch)
    Draft.objects.filter(pk=pk).update(target_label=ATTACK)
    services.edit(people["second"], pk, ATTACK + "y" * 50_000, Draft.objects.get(pk=pk).version)
    client = client_of("reviewer")
    post(client, pk, "comment/", text=ATTACK)
    pages = [
        open_on_desk(client, pk)["html"],
        client.get(f"/console/copy/review/?draft={pk}").content.decode(),
        client.get("/console/copy/review/?q=" + ATTACK[:60]).content.decode(),
        client.get(f"/console/copy/jobs/{batch.pk}/").content.decode(),
    ]
    for html in pages:
        assert "<script>window" not in html
        assert "<img src=x" not in html
        assert "<svg onload" not in html
        assert "<b>cat" not in html
    assert "\u202e" not in Draft.objects.get(pk=pk).value


def test_someone_who_only_drafts_may_have_it_written_again_and_goes_on(drafted, client_of, ids_of) -> None:
    first, second = ids_of(drafted(2))
    operator = client_of("operator")
    status, answer = post(operator, first, action="regenerate", note="shorter", shown=second, shown_version=1)
    assert (status, answer["ok"]) == (200, True)
    assert not Opening.objects.exists(), "only reviewers claim what they look at"


def test_what_was_decided_goes_back_to_review_and_whoever_asked_is_told(drafted, client_of, ids_of) -> None:
    first, second = ids_of(drafted(2))
    reviewer, viewer = client_of("reviewer"), client_of("viewer")
    post(reviewer, first, action="approve")
    post(reviewer, second, action="reject", reason="dull")
    for pk, action in ((first, "return"), (second, "reopen")):
        assert f'data-do="{action}"' in open_on_desk(reviewer, pk)["html"]
        assert f'data-do="{action}"' not in open_on_desk(viewer, pk)["html"]
        _status, answer = post(reviewer, pk, action=action)
        assert (answer["message"], answer["draft"]["state"]) == ("Back in review.", State.IN_REVIEW)
    TellPeople().handle(list(Event.objects.filter(kind="draft.returned")))
    notice = Notice.objects.get()
    assert (notice.user.username, notice.kind, notice.subject_id) == ("the-operator", "returned", first)


def test_wrong_data_are_told_to_whoever_asked_in_their_language(drafted, client_of, ids_of, people) -> None:
    (pk,) = ids_of(drafted(1))
    get_user_model().objects.filter(username="the-operator").update(language="zh-hans")
    reviewer = client_of("reviewer")
    assert "See the product&#x27;s data" not in open_on_desk(reviewer, pk)["html"], "things have no page of their own"
    _status, answer = post(reviewer, pk, action="reject", reason="data_wrong", note="21 g, not 19")
    assert answer["message"].startswith("Rejected. Once somebody corrected")
    TellPeople().handle(list(Event.objects.filter(kind="draft.rejected")))
    notice = Notice.objects.get()
    assert (notice.user.username, notice.kind, notice.subject_id) == ("the-operator", "attention", pk)
    assert notice.text.startswith("the-reviewer: 商品资料有误")
    assert notice.text.endswith("21 g, not 19")


def test_what_the_policy_wants_is_said_before_and_after_approving(drafted, client_of, ids_of) -> None:
    from datetime import time

    ReviewPolicy.objects.create(
        slot="things.blurb", approvals_needed=2, four_eyes=True, publish="at_time", publish_time=time(20)
    )
    (pk,) = ids_of(drafted(1))
    one, two = client_of("reviewer"), client_of("second")
    html = open_on_desk(one, pk)["html"]
    assert "must neither have asked for it nor edited it" in html
    assert "Needs 2 signatures by different people; signed by: nobody yet." in html
    assert "Goes live at 20:00 after it is approved." in html
    post(one, pk, action="approve")
    assert "You signed it; one more person must." in open_on_desk(one, pk)["html"]
    post(two, pk, action="approve")
    html = open_on_desk(two, pk)["html"]
    assert "Approved; it goes live at" in html
    assert "Needs 2 signatures" not in html


def test_the_facts_a_text_tells_follow_while_one_types(drafted, client_of, ids_of) -> None:
    (pk,) = ids_of(drafted(1))
    reviewer = client_of("reviewer")
    assert post(reviewer, pk, "check/", text="It weighs 19 g and is black.")[1]["told"] == [1, 3]
    assert post(reviewer, pk, "check/", text="A band.")[1]["told"] == []
