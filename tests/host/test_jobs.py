"""Jobs: slices, attempts, leases, rights checked when the work runs, cancelling, doorbells."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from opsportal import jobs
from opsportal.access import Actor, Forbidden
from opsportal.jobs.models import Bell, Job, JobState
from opsportal.jobs.running import run_job, sweep
from opsportal.jobs.ticking import tick
from opsportal.plugins import Conflict, Invalid

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


class Counting(jobs.JobKind):
    """Counts to ``payload["to"]``, two a slice."""

    key = "tests.counting"
    title = "Counting"
    permission = "jobs.view_job"

    def run(self, run):
        reached = run.cursor or 0
        if run.cancelled():
            return jobs.Done({"cancelled": True, "reached": reached})
        reached = min(reached + 2, run.payload["to"])
        run.progress(reached, run.payload["to"])
        return jobs.Done({"reached": reached}) if reached == run.payload["to"] else jobs.Continue(reached)


class Failing(jobs.JobKind):
    key = "tests.failing"
    title = "Failing"

    def run(self, run):
        raise Invalid("no such file") if run.payload.get("domain") else OSError("disk on fire")


class Endless(jobs.JobKind):
    """Never looks whether it should stop."""

    key = "tests.endless"
    title = "Endless"

    def run(self, run):
        return jobs.Continue(None)


@pytest.fixture(autouse=True)
def _kinds(registered):
    registered(Endless)
    registered(Counting)
    registered(Failing)


def test_a_job_is_done_in_slices():
    job = jobs.run_now(jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 5}))
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"reached": 5}, 5, 5)


def test_row_and_message_are_written_together_or_not_at_all():
    def change():
        with transaction.atomic():
            jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()


def test_a_message_delivered_twice_does_the_work_once():
    job = jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 2})
    run_job(job.pk)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def test_who_may_not_cannot_queue(person):
    actor = Actor(person("viewer").user, "console")
    actor.user.groups.clear()
    with pytest.raises(Forbidden, match=r"jobs\.view_job"):
        jobs.enqueue("tests.counting", actor=actor, payload={"to": 2})


def test_a_right_withdrawn_after_queueing_stops_the_work(person):
    actor = person("admin")
    job = jobs.enqueue("tests.counting", actor=actor, payload={"to": 2})
    actor.user.groups.remove(Group.objects.get(name="admin"))
    job = jobs.run_now(job)
    assert job.state == JobState.FAILED
    assert "jobs.view_job" in job.error


def test_an_error_for_people_fails_at_once_another_is_tried_again():
    told = jobs.run_now(jobs.enqueue("tests.failing", actor=Actor.system(), payload={"domain": True}))
    assert (told.state, told.error, told.attempts) == (JobState.FAILED, "no such file", 1)
    tried = jobs.run_now(jobs.enqueue("tests.failing", actor=Actor.system(), payload={}))
    assert (tried.state, tried.attempts) == (JobState.FAILED, 3)
    assert "disk on fire" in tried.error


def test_the_job_of_a_dead_worker_is_taken_up_again():
    job = jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 2})
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, lease_token="gone", lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert sweep() == 1
    assert jobs.run_now(Job.objects.get(pk=job.pk)).state == JobState.DONE


def test_a_job_that_kills_its_workers_is_given_up():
    job = jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 2})
    Job.objects.filter(pk=job.pk).update(attempts=3)
    assert jobs.run_now(job).state == JobState.FAILED


def test_cancel_stops_a_waiting_job_at_once_and_a_running_one_after_its_slice(person):
    actor = person("admin")
    waiting = jobs.enqueue("tests.counting", actor=actor, payload={"to": 2})
    jobs.cancel(actor, waiting)
    waiting.refresh_from_db()
    assert waiting.state == JobState.CANCELLED
    with pytest.raises(Conflict):
        jobs.cancel(actor, waiting)
    running = jobs.enqueue("tests.counting", actor=actor, payload={"to": 9})
    Job.objects.filter(pk=running.pk).update(cancel_requested=True)
    assert jobs.run_now(running).state == JobState.CANCELLED


def test_a_job_that_never_looks_is_cancelled_between_its_slices():
    job = jobs.enqueue("tests.endless", actor=Actor.system(), payload={})
    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert jobs.run_now(job).state == JobState.CANCELLED


def test_a_message_lost_twice_is_sent_three_times():
    job = jobs.enqueue("tests.counting", actor=Actor.system(), payload={"to": 2})
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=1))
    for _ in range(2):
        OrmQ.objects.all().delete()
        assert sweep() == 1
        assert sweep() == 0
        assert OrmQ.objects.count() == 1
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_bell_rung_often_sends_one_message():
    for _ in range(3):
        jobs.ring("jobs.sweep")
    assert OrmQ.objects.filter(key="portal").count() == 1
    jobs.drain_all(("portal",))
    assert not Bell.objects.get(key="jobs.sweep").waiting
    jobs.ring("jobs.sweep")
    assert Bell.objects.get(key="jobs.sweep").waiting


def test_a_bell_rings_after_the_transaction_and_not_for_one_undone():
    with transaction.atomic():
        jobs.ring("jobs.sweep")
        assert not Bell.objects.exists()
        assert not OrmQ.objects.exists()
    assert Bell.objects.get(key="jobs.sweep").waiting
    assert OrmQ.objects.count() == 1
    jobs.drain_all(("portal",))
    OrmQ.objects.all().delete()

    def undone():
        with transaction.atomic():
            jobs.ring("jobs.sweep")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not Bell.objects.get(key="jobs.sweep").waiting
    assert not OrmQ.objects.exists()


def test_two_transactions_that_ring_do_not_wait_for_each_other():
    """On PostgreSQL; SQLite lets only one transaction write at a time, whatever it writes."""
    rung, over = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                jobs.ring("jobs.sweep")
                rung.set()
                over.wait(60)
        finally:
            connection.close()

    other = threading.Thread(target=change)
    other.start()
    assert rung.wait(60)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        with transaction.atomic():
            jobs.ring("jobs.sweep")
        assert Bell.objects.get(key="jobs.sweep").waiting
    over.set()
    other.join()
    assert OrmQ.objects.count() == 1


def test_a_schedule_is_due_once_however_many_supervisors_ask():
    assert "jobs.sweep" in tick()
    assert "jobs.sweep" not in tick()
