"""Putting work into the queue. A job's row and message are written in the caller's transaction: both or neither.

A doorbell rings when the transaction is over: what it is rung for can be seen only then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from opsportal import events
from opsportal.access import Actor
from opsportal.jobs.kinds import doorbells, job_kinds
from opsportal.jobs.models import Bell, Job, JobState
from opsportal.plugins.errors import Conflict

#: A ring that nobody answered for so long is repeated: its message may be lost with a killed worker.
RING_AGAIN = timedelta(minutes=5)


def enqueue(kind: str, *, actor: Actor, payload: dict[str, Any], total: int | None = None) -> Job:
    """A new job of ``kind`` on behalf of ``actor``. Raises ``Forbidden`` when the actor may not have it done."""
    kind_class = job_kinds.get(kind)
    if kind_class.permission:
        actor.require(kind_class.permission)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            cluster=kind_class.cluster,
            payload=payload,
            total=total,
            requested_by=actor.user,
            by_portal=actor.user is None,
            via=actor.via,
        )
        send(job)
    return job


def send(job: Job) -> None:
    """Put a message for the job into its cluster's queue."""
    async_task("opsportal.jobs.running.run_job", job.pk, cluster=job.cluster, task_name=f"{job.kind}-{job.pk}"[:100])


def ring(doorbell: str) -> None:
    """Wake a worker of the doorbell's cluster once the caller's transaction is committed; not at all when it is undone.

    Does nothing while an earlier ring waits for an answer. One row a doorbell says so: held until the end of everybody's
    transaction, it would make them wait for each other. A ring lost with a process that dies right after its commit, or
    that the database refuses then (logged), costs a minute: schedules ring for all that waits.
    """
    bell = doorbells.get(doorbell)

    def send_once() -> None:
        with transaction.atomic():
            if _rung(doorbell):
                async_task("opsportal.jobs.running.answer", doorbell, cluster=bell.cluster, task_name=doorbell)

    transaction.on_commit(send_once, robust=True)


def _rung(doorbell: str) -> bool:
    """Note the ring; whether it needs a message. One statement: this follows every change anybody makes."""
    now = timezone.now()
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (now, now - RING_AGAIN)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Bell._meta.db_table} AS bell (key, waiting, rung_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET waiting = excluded.waiting, rung_at = excluded.rung_at"
            " WHERE NOT (bell.waiting AND bell.rung_at IS NOT NULL AND bell.rung_at > %s)",
            [doorbell, True, *moments],
        )
        return cursor.rowcount > 0


def cancel(actor: Actor, job: Job) -> None:
    """Ask a job to stop: at once when it waits, after the present chunk when it runs. Raises ``Conflict`` when over."""
    if actor.user is None or job.requested_by_id != actor.user.pk:
        actor.require("jobs.cancel_job")
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        if row.finished:
            raise Conflict(_("The job is over already."))
        row.cancel_requested = True
        if row.state == JobState.QUEUED:
            row.state, row.finished_at = JobState.CANCELLED, timezone.now()
        row.save(update_fields=["cancel_requested", "state", "finished_at"])
        events.record("job.cancel_requested", actor=actor, target=job)
