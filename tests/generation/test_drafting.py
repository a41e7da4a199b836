"""From a request to drafts in the review queue."""

from __future__ import annotations

import pytest

from generation import services, writers
from generation.drafting import drain, leases, sweep
from generation.models import Batch, Candidate, Draft, DraftSource, State, StoredFinding
from generation.services import BatchSpec
from opsportal import jobs
from opsportal.access import Forbidden
from opsportal.events.models import Event
from opsportal.jobs.models import Bell, Job
from opsportal.jobs.running import answer
from opsportal.plugins.errors import Invalid


def test_a_batch_is_spread_written_checked_and_counted(drafted):
    batch = drafted(5, slots=["things.blurb", "things.points"], languages=["en", "zh-hans"])
    assert batch.state == Batch.State.FINISHED
    assert (batch.total, batch.written, batch.failed, batch.skipped) == (20, 20, 0, 0)
    drafts = Draft.objects.filter(batch=batch)
    assert {draft.state for draft in drafts} == {State.IN_REVIEW}
    draft = drafts.filter(slot="things.blurb", language="en").first()
    assert "19 g" in draft.value
    assert draft.value_hash
    assert draft.brief_id
    assert draft.facts_fingerprint.startswith("1:")
    assert (draft.target_key, draft.attempts, draft.writer_used) == (f"T{draft.target_id}", 1, "template-2")
    assert DraftSource.objects.filter(draft=draft, target_type="things.thing", target_id=draft.target_id).exists()
    assert Event.objects.filter(kind="batch.finished", target_id=batch.pk).count() == 1
    listed = drafts.filter(slot="things.points").first()
    assert isinstance(listed.value, list)


def test_an_html_value_has_the_specification_from_data(drafted):
    batch = drafted(1, slots=["things.page"])
    value = Draft.objects.get(batch=batch).value
    assert "<table>" in value
    assert "<th>Weight</th><td>19 g</td>" in value


def test_the_same_seed_gives_the_same_texts(drafted, people):
    drafted(3)
    first = list(Draft.objects.order_by("target_id").values_list("value", flat=True))
    services.reject(people["reviewer"], Draft.objects.values_list("pk", flat=True), "dull")
    spec = BatchSpec(["things.blurb"], ["en"], writer="template", candidates=1, seed=7)
    again = services.start_batch(people["operator"], spec)
    jobs.run_now(Job.objects.get(pk=again.job_id))
    drain(lambda: False)
    assert list(Draft.objects.filter(batch=again).order_by("target_id").values_list("value", flat=True)) == first


def test_candidates_are_checked_until_one_is_clean(drafted, scripted):
    scripted(says=["lie", "true", "true"])
    batch = drafted(1, writer="scripted", candidates=3)
    draft = Draft.objects.get(batch=batch)
    assert draft.chosen_index == 1
    checked = list(Candidate.objects.filter(draft=draft).order_by("index").values_list("checked_key", flat=True))
    assert bool(checked[0])
    assert bool(checked[1])
    assert checked[2] == ""
    assert StoredFinding.objects.filter(candidate__draft=draft, candidate__index=0, severity="error").exists()
    assert (draft.errors, draft.tokens) == (0, 21)
    services.inspect(draft.pk)
    assert not Candidate.objects.filter(draft=draft, checked_key="").exists()


def test_the_template_writes_when_every_candidate_has_errors(drafted, scripted):
    scripted(says="lie")
    batch = drafted(2, writer="scripted", candidates=2)
    draft = Draft.objects.filter(batch=batch).first()
    assert (draft.fallback_reason, draft.writer_used, draft.writer_version) == ("errors", "template-2", "scripted-1")
    assert batch.fallbacks == 2
    origins = list(Candidate.objects.filter(draft=draft).order_by("index").values_list("origin", flat=True))
    assert origins == ["writer", "writer", "fallback"]


def test_a_writer_without_text_falls_back_too(drafted, scripted):
    scripted(fails="each")
    draft = Draft.objects.get(batch=drafted(1, writer="scripted"))
    assert (draft.state, draft.fallback_reason) == (State.IN_REVIEW, "no_text")


@pytest.mark.parametrize("fails", ["open", "write"])
def test_a_writer_that_cannot_work_pauses_the_batch_and_says_why(drafted, scripted, fails, people):
    scripted(fails=fails)
    batch = drafted(3, writer="scripted")
    assert batch.state == Batch.State.PAUSED
    assert "install them" in batch.problem or "start it" in batch.problem
    assert batch.waiting == 3
    scripted(says="true")
    services.resume_batch(people["operator"], batch)
    drain(lambda: False)
    batch.refresh_from_db()
    assert (batch.state, batch.written) == (Batch.State.FINISHED, 3)


def test_a_crashing_writer_is_tried_a_bounded_number_of_times(drafted, scripted, people):
    scripted(fails="crash")
    batch = drafted(2, writer="scripted")
    assert set(Draft.objects.filter(batch=batch).values_list("state", "attempts", "error_code")) == {
        (State.FAILED, leases.MOST_ATTEMPTS, "writer_failed")
    }
    assert (batch.failed, batch.state) == (2, Batch.State.FINISHED)
    scripted(says="true")
    assert services.retry_failed(people["operator"], batch) == 2
    drain(lambda: False)
    batch.refresh_from_db()
    assert (batch.failed, batch.written, batch.state) == (0, 2, Batch.State.FINISHED)


def test_a_dead_workers_drafts_come_back_and_attempts_count(drafted, people, make_things, settings):
    make_things(3)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    held = leases.claim("template", "dead")
    assert len(held) == 3
    assert leases.claim("template", "other") == []
    assert sweep() == 0
    Draft.objects.filter(lease_token="dead").update(lease_until="2020-01-01T00:00Z")
    assert sweep() == 3
    assert drain(lambda: False) == 3
    assert set(Draft.objects.filter(batch=batch).values_list("state", "attempts")) == {(State.IN_REVIEW, 2)}


def test_a_text_of_a_lost_lease_is_thrown_away(drafted, people, make_things):
    make_things(1)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    late = leases.claim("template", "late")[0]
    Draft.objects.update(lease_until="2020-01-01T00:00Z")
    drain(lambda: False)
    from generation.drafting import commit

    assert commit.commit("late", writers.open_named("template"), [], [(late, "x", "late")]) == 0
    batch.refresh_from_db()
    assert (batch.written, batch.failed) == (1, 0)


def test_pause_and_cancel_between_chunks(people, make_things, scripted):
    scripted(says="true")
    make_things(100)
    operator = people["operator"]
    batch = services.start_batch(operator, BatchSpec(["things.blurb"], ["en"], writer="scripted", candidates=1))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    asked = []

    def stop() -> bool:
        asked.append(1)
        if len(asked) == 3:
            services.pause_batch(operator, batch)
        return False

    drain(stop)
    batch.refresh_from_db()
    assert batch.state == Batch.State.PAUSED
    assert 0 < batch.written < 100
    assert not Draft.objects.filter(state=State.WRITING).exists()
    written = batch.written
    services.cancel_batch(operator, batch)
    assert (batch.state, batch.written, batch.cancelled, batch.waiting) == ("cancelled", written, 100 - written, 0)
    assert drain(lambda: False) == 0


def test_a_revoked_permission_stops_the_work(people, make_things):
    make_things(2)
    operator = people["operator"]
    batch = services.start_batch(operator, BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    operator.user.groups.clear()
    assert drain(lambda: False) == 0
    batch.refresh_from_db()
    assert batch.state == Batch.State.PAUSED
    assert "revoked" in batch.problem
    assert set(Draft.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    services.resume_batch(people["admin"], batch)
    assert drain(lambda: False) == 2


def test_a_permission_revoked_before_the_job_runs_stops_it_too(people, make_things):
    make_things(2)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    people["operator"].user.groups.clear()
    job = jobs.run_now(Job.objects.get(pk=batch.job_id))
    assert job.state == "failed"
    assert not Draft.objects.exists()


def test_spreading_again_or_twice_makes_nothing_twice(drafted, people):
    batch = drafted(4)
    from generation import expansion

    Batch.objects.filter(pk=batch.pk).update(expanded=False, expanded_to=0, state="running")
    expansion.expand(batch.pk, lambda: 60, lambda done: None)
    assert Draft.objects.filter(batch=batch).count() == 4
    again = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=again.job_id))
    again.refresh_from_db()
    assert (again.total, again.skipped, again.state) == (0, 4, Batch.State.FINISHED)


def test_failed_drafts_are_superseded_by_a_new_batch(drafted, scripted, people):
    scripted(fails="crash")
    old = drafted(2, writer="scripted")
    new = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=new.job_id))
    drain(lambda: False)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.failed, old.cancelled, new.written) == (0, 2, 2)
    assert set(Draft.objects.filter(batch=old).values_list("state", flat=True)) == {State.SUPERSEDED}
    assert Draft.objects.filter(batch=new, parent__batch=old).count() == 2


def test_expansion_goes_on_where_its_slice_ended(people, make_things, monkeypatch):
    from generation import expansion

    monkeypatch.setattr(expansion, "SLICE", 2)
    make_things(7)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    ticks = iter([1.0, 1.0, 0.0])
    assert expansion.expand(batch.pk, lambda: next(ticks), lambda done: None) is False
    assert Draft.objects.count() == 4
    assert expansion.expand(batch.pk, lambda: 9.0, lambda done: None) is True
    batch.refresh_from_db()
    assert (batch.total, batch.expanded) == (7, True)


def test_chosen_objects_and_filters(people, make_things):
    rows = make_things(3)
    spec = BatchSpec(["things.blurb"], ["en"], target_ids=[rows[0].pk, rows[2].pk], writer="template")
    assert services.estimate(spec).drafts == 2
    batch = services.start_batch(people["operator"], spec)
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    assert set(Draft.objects.values_list("target_id", flat=True)) == {rows[0].pk, rows[2].pk}
    with pytest.raises(Invalid, match="Known filters: category, id, name"):
        services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], filter={"password": "x"}))
    with pytest.raises(Invalid, match="Nothing matches"):
        services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], filter={"name": "none"}))


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (BatchSpec(["things.nothing"], ["en"]), "unknown_slot"),
        (BatchSpec([], ["en"]), "no_slot"),
        (BatchSpec(["things.blurb"], ["tlh"]), "unknown_language"),
        (BatchSpec(["things.blurb"], ["en"], candidates=99), "bad_candidates"),
        (BatchSpec(["things.blurb"], ["en"], tone="shouting"), "bad_tone"),
        (BatchSpec(["things.blurb"], ["en"], writer="nobody"), "unknown_writer"),
        (BatchSpec(["things.blurb"], ["en"], template_id=99), "unknown_template"),
    ],
)
def test_what_cannot_be_drafted_is_refused_with_a_reason(people, make_things, spec, code):
    make_things(1)
    with pytest.raises(Invalid) as caught:
        services.start_batch(people["operator"], spec)
    assert caught.value.code == code


def test_a_viewer_may_not_draft(people, make_things):
    make_things(1)
    with pytest.raises(Forbidden):
        services.start_batch(people["viewer"], BatchSpec(["things.blurb"], ["en"]))


def test_a_gone_target_fails_alone(people, make_things):
    rows = make_things(2)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    rows[0].delete()
    drain(lambda: False)
    batch.refresh_from_db()
    assert (batch.written, batch.failed) == (1, 1)
    assert Draft.objects.get(state=State.FAILED).error_code == "target_gone"


def test_queries_per_chunk_do_not_grow_with_the_drafts(people, make_things, django_assert_max_num_queries):
    make_things(32)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    with django_assert_max_num_queries(45):
        jobs.run_now(Job.objects.get(pk=batch.job_id))
    with django_assert_max_num_queries(50):
        drain(lambda: False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("waiting", "wakes"), [(leases.CHUNK, False), (leases.CHUNK + 1, True)])
def test_a_worker_with_more_than_a_chunk_before_it_wakes_the_next(people, make_things, scripted, waiting, wakes):
    scripted(fails="open")
    make_things(waiting)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="scripted"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    assert Bell.objects.get(key="generation.drain").waiting
    answer("generation.drain")
    assert Bell.objects.get(key="generation.drain").waiting is wakes


@pytest.mark.django_db(transaction=True)
def test_a_large_batch_is_cancelled_in_the_background(people, make_things, monkeypatch):
    from generation.services import batches

    make_things(9)
    batch = services.start_batch(people["operator"], BatchSpec(["things.blurb"], ["en"], writer="template"))
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    monkeypatch.setattr(batches.close_cancelled.__wrapped__, "__defaults__", (2,))
    services.cancel_batch(people["operator"], batch)
    assert (batch.cancelled, batch.waiting) == (6, 3)
    assert drain(lambda: False) == 0
    jobs.drain_all(("portal",))
    batch.refresh_from_db()
    assert (batch.cancelled, batch.waiting) == (9, 0)
