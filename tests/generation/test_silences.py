"""False alarms: silenced once for a category, on again exactly where they were silenced, and on record throughout."""

from __future__ import annotations

import pytest
from django.db import transaction

from generation import services, silencing
from generation.checking import Judge, words_digest
from generation.checks.base import Finding
from generation.models import Candidate, Draft, RuleGrade, Silence, State, StoredFinding
from generation.slots import get_slot
from generation.standing import recount
from opsportal import jobs
from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.jobs.models import Job
from opsportal.plugins.errors import Conflict, Invalid

BANDS = {"category": "Gadgets/Bands"}
WRONG = "Wave band. It weighs 999 g. The battery lasts 7 days."


@pytest.fixture
def waiting(drafted, ids_of):
    """``waiting(n)``: drafts of one category that all say the same."""

    def make(count: int, text: str = WRONG, **values):
        ids = ids_of(drafted(count, things_values=BANDS | values))
        Candidate.objects.filter(draft__in=ids).update(value=text)
        Draft.objects.filter(pk__in=ids).update(value=text)
        return ids

    return make


def alarm(draft_id: int, words: str, severity: str = "warning", rule: str = "made.up") -> StoredFinding:
    """What a rule says about ``words`` of the draft's text."""
    draft = Draft.objects.get(pk=draft_id)
    start = str(draft.value).index(words)
    made = StoredFinding.objects.create(
        candidate=Candidate.objects.get(draft=draft, index=draft.chosen_index),
        rule=rule,
        severity=severity,
        message="Odd words",
        start=start,
        end=start + len(words),
    )
    recount([draft_id])
    return made


def warnings_of(*ids: int) -> list[int]:
    return [Draft.objects.get(pk=pk).warnings for pk in ids]


def errors_of(*ids: int) -> list[int]:
    return [Draft.objects.get(pk=pk).errors for pk in ids]


def edited(people, pk: int, text: str = WRONG) -> StoredFinding:
    """The draft with a text the rules themselves object to, and what they say."""
    services.edit(people["operator"], pk, text, Draft.objects.get(pk=pk).version)
    return StoredFinding.objects.get(candidate__draft_id=pk, lapsed=False, severity="error")


def test_a_silence_holds_for_all_that_wait_in_the_category(waiting, people):
    first, second, other = waiting(3)
    Draft.objects.filter(pk=other).update(target_category="Gadgets/Lamps")
    finding = alarm(first, "Wave")
    for pk in (second, other):
        alarm(pk, "Wave")
    made = services.silence(people["reviewer"], first, finding.pk, "it is our name")
    assert (made.category, made.words, made.severity) == ("Gadgets/Bands", "Wave", "warning")
    assert warnings_of(first, second, other) == [0, 1, 1], "the draft looked at follows at once, the others in a job"
    jobs.drain_all()
    assert warnings_of(first, second, other) == [0, 0, 1]
    assert Job.objects.get(kind="generation.apply_silence").result == {"drafts": 1}


def test_only_these_words_are_silenced(waiting, people):
    first, second = waiting(2)
    finding = alarm(first, "Wave")
    alarm(second, "Wave")
    alarm(second, "battery")
    services.silence(people["reviewer"], first, finding.pk, "it is our name")
    jobs.drain_all()
    assert warnings_of(first, second) == [0, 1]


def test_lifting_speaks_again_exactly_where_it_was_silent(waiting, people):
    first, second = waiting(2)
    name, battery = alarm(first, "Wave"), alarm(first, "battery")
    alarm(second, "Wave")
    reviewer = people["reviewer"]
    made = services.silence(reviewer, first, name.pk, "it is our name")
    services.silence(reviewer, first, battery.pk, "it has one")
    jobs.drain_all()
    assert warnings_of(first, second) == [0, 0]
    seen = Draft.objects.get(pk=first).version
    services.lift_silence(reviewer, made.pk, first)
    assert warnings_of(first, second) == [1, 0]
    assert Draft.objects.get(pk=first).version > seen, "nobody signs what they saw before"
    jobs.drain_all()
    assert warnings_of(first, second) == [1, 1]
    battery.refresh_from_db()
    assert battery.silence is not None, "silenced by another silence"


def test_a_lifted_silence_stays_on_record_and_can_be_made_anew(waiting, people):
    (pk,) = waiting(1)
    finding = alarm(pk, "Wave")
    reviewer = people["reviewer"]
    made = services.silence(reviewer, pk, finding.pk, "it is our name")
    with pytest.raises(Conflict):
        services.silence(reviewer, pk, finding.pk, "again")
    services.lift_silence(reviewer, made.pk)
    made.refresh_from_db()
    assert (made.lifted_by, made.lifted_at is not None) == (reviewer.user, True)
    with pytest.raises(Conflict, match="already"):
        services.lift_silence(reviewer, made.pk)
    with pytest.raises(Invalid, match="no such"):
        services.lift_silence(reviewer, made.pk + 1000)
    jobs.drain_all()
    services.silence(reviewer, pk, finding.pk, "it is our name after all")
    assert Silence.objects.count() == 2


def test_who_may_silence_and_lift(waiting, people):
    first, second = waiting(2)
    warning, error = alarm(first, "Wave"), alarm(second, "Wave", "error")
    for role in ("viewer", "operator", "publisher"):
        with pytest.raises(Forbidden):
            services.silence(people[role], first, warning.pk, "no")
    with pytest.raises(Forbidden):
        services.silence(people["reviewer"], second, error.pk, "no")
    made = services.silence(people["admin"], second, error.pk, "our name is no number")
    assert made.severity == "error"
    assert errors_of(second) == [0]
    for role in ("viewer", "operator", "publisher", "robot"):
        with pytest.raises(Forbidden):
            services.lift_silence(people[role], made.pk)


def test_a_reason_is_wanted(waiting, people):
    (pk,) = waiting(1)
    with pytest.raises(Invalid, match="why"):
        services.silence(people["reviewer"], pk, alarm(pk, "Wave").pk, " ")


def test_a_finding_of_an_earlier_text_is_no_longer_silenced(waiting, people):
    (pk,) = waiting(1)
    finding = alarm(pk, "Wave")
    StoredFinding.objects.filter(pk=finding.pk).update(lapsed=True)
    for stale in (finding.pk, finding.pk + 1000):
        with pytest.raises(Conflict, match="look at it again"):
            services.silence(people["reviewer"], pk, stale, "it is our name")
    services.reject(people["reviewer"], [pk], "dull")
    with pytest.raises(Conflict, match="not waiting"):
        services.silence(people["reviewer"], pk, finding.pk, "it is our name")


def test_a_silenced_warning_speaks_again_once_the_rule_is_graded_up(waiting, people):
    (pk,) = waiting(1)
    services.silence(people["reviewer"], pk, alarm(pk, "Wave").pk, "it is our name")
    slot, at = get_slot("things.blurb"), WRONG.index("Wave")

    def hidden(severity):
        said = [Finding("made.up", severity, "Odd words", at, at + 4)]
        return set(Judge()._silenced(slot, WRONG, said, "Gadgets/Bands"))

    assert (hidden("warning"), hidden("error")) == ({0}, set())


def test_long_words_are_compared_whole(waiting, people):
    text = "Wave " + "very " * 100 + "good."
    first, second, third = waiting(3, text)
    Candidate.objects.filter(draft=third).update(value=text + " Or not.")
    Draft.objects.filter(pk=third).update(value=text + " Or not.")
    finding = alarm(first, text)
    alarm(second, text)
    alarm(third, text + " Or not.")
    made = services.silence(people["reviewer"], first, finding.pk, "it is")
    assert made.words == text
    jobs.drain_all()
    assert warnings_of(first, second, third) == [0, 0, 1]


def test_a_draft_without_a_category_silences_nothing_elsewhere(waiting, people):
    first, second = waiting(2)
    Draft.objects.filter(pk=first).update(target_category="")
    finding = alarm(first, "Wave")
    alarm(second, "Wave")
    made = services.silence(people["reviewer"], first, finding.pk, "it is our name")
    jobs.drain_all()
    assert warnings_of(first, second) == [0, 1]
    services.lift_silence(people["reviewer"], made.pk, first)
    services.silence(people["reviewer"], first, finding.pk, "it is our name", everywhere=True)
    jobs.drain_all()
    assert warnings_of(first, second) == [0, 0]


def test_texts_checked_from_now_on_are_not_told(waiting, people):
    first, second = waiting(2)
    finding = edited(people, first)
    services.silence(people["admin"], first, finding.pk, "this band is that heavy")
    assert errors_of(first) == [0]
    services.edit(people["operator"], second, WRONG, Draft.objects.get(pk=second).version)
    assert errors_of(second) == [0]
    assert StoredFinding.objects.filter(candidate__draft=second, lapsed=False, silence__isnull=False).count() == 1


def test_what_was_silenced_at_approval_can_be_seen_later(waiting, people):
    (pk,) = waiting(1)
    finding = edited(people, pk)
    made = services.silence(people["admin"], pk, finding.pk, "this band is that heavy")
    assert services.approve(people["reviewer"], [pk]).done == [pk]
    event = Event.objects.get(kind="draft.approved", target_id=pk)
    assert event.data["silenced"] == [{"rule": "unsupported_number", "silence": made.pk}]


def test_what_was_approved_stays_approved_and_is_asked_about_when_published(waiting, people):
    first, second = waiting(2)
    finding = edited(people, first)
    made = services.silence(people["admin"], first, finding.pk, "this band is that heavy")
    edited_second = services.edit(people["operator"], second, WRONG, Draft.objects.get(pk=second).version)
    services.approve(people["reviewer"], [first, edited_second.pk])
    assert services.publish(people["publisher"], [second]).done == [second], "silenced when published"
    assert services.lift_silence(people["admin"], made.pk) == 1
    jobs.drain_all()
    assert Draft.objects.get(pk=first).state == State.APPROVED
    assert StoredFinding.objects.get(pk=finding.pk).silence == made
    assert services.publish(people["publisher"], [first]).reasons == {"errors": 1}


def test_nobody_approves_what_an_alarm_on_again_forbids_though_the_job_is_late(waiting, people):
    first, second = waiting(2)
    finding = edited(people, first)
    edited(people, second)
    made = services.silence(people["admin"], first, finding.pk, "this band is that heavy")
    jobs.drain_all()
    services.lift_silence(people["admin"], made.pk)
    assert errors_of(first, second) == [0, 0], "the job has not run"
    for ids in ([first], [first, second]):
        assert services.approve(people["reviewer"], ids, acknowledge=True).reasons == {"errors": len(ids)}
    assert errors_of(first, second) == [1, 1]


def test_a_draft_the_job_missed_is_silenced_by_the_same_silence(waiting, people):
    """Checked just before the silence was made, stored just after the job had passed."""
    first, second = waiting(2)
    finding = alarm(first, "Wave")
    made = services.silence(people["reviewer"], first, finding.pk, "it is our name")
    jobs.drain_all()
    late = alarm(second, "Wave")
    assert services.silence(people["reviewer"], second, late.pk, "our name") == made
    assert warnings_of(second) == [0]
    assert Silence.objects.count() == Event.objects.filter(kind="silence.made").count() == 1


def test_many_drafts_are_done_in_slices(waiting, people, monkeypatch):
    monkeypatch.setattr(silencing, "SLICE", 2)
    ids = waiting(7)
    finding = alarm(ids[0], "Wave")
    for pk in ids[1:]:
        alarm(pk, "Wave")
    made = services.silence(people["reviewer"], ids[0], finding.pk, "it is our name")
    first = silencing.apply_slice(made.pk, lifted=False)
    assert first.changed == 2
    assert sum(warnings_of(*ids)) == 4
    jobs.drain_all()
    assert sum(warnings_of(*ids)) == 0
    services.lift_silence(people["reviewer"], made.pk)
    assert silencing.apply_slice(made.pk, lifted=False).after is None, "the earlier job has nothing left to do"
    jobs.drain_all()
    assert sum(warnings_of(*ids)) == 7


def test_another_silence_goes_on_hiding_what_it_covers(waiting, people):
    (pk,) = waiting(1)
    finding = alarm(pk, "Wave")
    reviewer = people["reviewer"]
    made = services.silence(reviewer, pk, finding.pk, "it is our name")
    with transaction.atomic():
        wide = Silence.objects.create(
            rule="made.up", severity="warning", everywhere=True, words="Wave", words_digest=words_digest("wave"),
            reason="everywhere", created_by=reviewer.user,
        )  # fmt: skip
    services.lift_silence(reviewer, made.pk, pk)
    finding.refresh_from_db()
    assert finding.silence == wide
    assert warnings_of(pk) == [0]


def test_a_rule_that_is_off_is_silent_without_a_silence(waiting, people):
    RuleGrade.objects.update_or_create(rule="unsupported_number", defaults={"severity": "off", "reason": "test"})
    (pk,) = waiting(1)
    services.edit(people["operator"], pk, WRONG, Draft.objects.get(pk=pk).version)
    assert errors_of(pk) == [0]
