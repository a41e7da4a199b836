"""Doing the work: claiming a job, running one slice of it, answering doorbells, and sweeping up after the dead."""

from __future__ import annotations

import logging
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal.access import Actor, Forbidden
from opsportal.jobs.kinds import Continue, Done, JobKind, JobRun, doorbells, job_kinds
from opsportal.jobs.models import Bell, Job, JobState
from opsportal.jobs.queue import ring, send
from opsportal.plugins.errors import DomainError

logger = logging.getLogger(__name__)

#: A slice may overrun by so much before its lease counts as dead; progress reports renew it.
GRACE = timedelta(minutes=5)
#: Where the supervisor leaves word that this worker should finish what it is doing and stop.
STOP_FILE = "OPSPORTAL_STOP_FILE"
SUPERVISOR_PID = "OPSPORTAL_SUPERVISOR_PID"


def stopping() -> bool:
    """Whether the supervisor of this process wants to stop, or is gone."""
    path, supervisor = os.environ.get(STOP_FILE), os.environ.get(SUPERVISOR_PID)
    if path and Path(path).exists():
        return True
    return bool(supervisor) and not psutil.pid_exists(int(supervisor or 0))


def run_job(job_id: int) -> None:
    """Run one slice of a job if it waits; called by the queue. A second delivery finds nothing to do."""
    job = _claim(job_id)
    if job is None:
        return
    try:
        kind: JobKind = job_kinds.get(job.kind)()
    except DomainError as error:
        _finish(job, JobState.FAILED, error=error.message)
        return
    if job.attempts > kind.max_attempts:
        _finish(job, JobState.FAILED, error=_("Given up after %(n)d attempts.") % {"n": job.attempts - 1})
        return
    try:
        outcome = kind.run(JobRun(job, _actor(job, kind), kind.slice_seconds, stopping))
    except (DomainError, Forbidden) as error:
        _finish(job, JobState.FAILED, error=str(error))
    except Exception as error:
        logger.exception("job %s failed", job)
        if job.attempts >= kind.max_attempts:
            _finish(job, JobState.FAILED, error=f"{type(error).__name__}: {error}")
        else:
            _requeue(job, job.cursor, attempts=job.attempts)
    else:
        if isinstance(outcome, Done):
            cancelled = Job.objects.filter(pk=job.pk, cancel_requested=True).exists() and outcome.result.get(
                "cancelled"
            )
            _finish(job, JobState.CANCELLED if cancelled else JobState.DONE, result=outcome.result)
        elif isinstance(outcome, Continue):
            _requeue(job, outcome.cursor, attempts=0)


def run_now(job: Job) -> Job:
    """Run all slices of a job in this process (commands with ``--wait``, tests); returns the finished row."""
    while not job.finished:
        run_job(job.pk)
        job.refresh_from_db()
    return job


def answer(doorbell: str) -> None:
    """Answer a doorbell; called by the queue. Rings from now on count as new ones."""
    Bell.objects.filter(key=doorbell).update(waiting=False)
    doorbells.get(doorbell)().answer(stopping)


def drain_all(clusters: tuple[str, ...] = ("portal", "bulk", "generation")) -> int:
    """Do everything that waits, in this process, until nothing is left; returns how many pieces of work were done."""
    done = 0
    while True:
        jobs = (
            Job.objects.filter(state=JobState.QUEUED, cluster__in=clusters).order_by("pk").values_list("pk", flat=True)
        )
        waiting = list(jobs[:50])
        bells = [
            key
            for key in Bell.objects.filter(waiting=True).values_list("key", flat=True)
            if key in doorbells and doorbells.get(key).cluster in clusters
        ]
        if not waiting and not bells:
            return done
        for job_id in waiting:
            run_job(job_id)
        for key in bells:
            answer(key)
        done += len(waiting) + len(bells)


def heartbeat(job: Job, done: int, total: int | None) -> None:
    """Write progress and renew the lease of the slice that holds the job."""
    values: dict[str, Any] = {"done": done, "lease_until": timezone.now() + GRACE}
    if total is not None:
        values["total"] = total
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(**values)


def sweep() -> int:
    """Put jobs whose worker died back into the queue, and repeat messages that may be lost; returns how many."""
    now = timezone.now()
    swept = 0
    for job in Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now):
        with transaction.atomic():
            dead = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
            if dead.update(state=JobState.QUEUED, lease_token="", lease_until=None):
                send(job)
                swept += 1
    # A waiting job that nobody took for so long has lost its message (a new SECRET_KEY makes queued ones unreadable).
    # Its lease only says until when not to send another one.
    lost = Job.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now), state=JobState.QUEUED)
    for job in lost.filter(created_at__lt=now - GRACE).order_by("pk")[:100]:
        with transaction.atomic():
            if lost.filter(pk=job.pk).update(lease_until=now + GRACE):
                send(job)
                swept += 1
    for key in Bell.objects.filter(waiting=True).values_list("key", flat=True):
        if key in doorbells:
            ring(key)
    return swept


def _claim(job_id: int) -> Job | None:
    token = uuid.uuid4().hex
    now = timezone.now()
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        return None
    seconds = job_kinds.get(job.kind).slice_seconds if job.kind in job_kinds else 0
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=now + timedelta(seconds=seconds) + GRACE,
        started_at=job.started_at or now,
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def _actor(job: Job, kind: JobKind) -> Actor:
    """Whoever asked, with the rights they have now. Raises ``Forbidden`` when these no longer suffice."""
    if job.by_portal:
        return Actor.system()
    if job.requested_by is None or not job.requested_by.is_active:
        raise Forbidden(_("The user who asked for this job is no longer active."))
    actor = Actor(job.requested_by, "job")
    if kind.permission:
        actor.require(kind.permission)
    return actor


def _requeue(job: Job, cursor: Any, *, attempts: int) -> None:
    with transaction.atomic():
        held = Job.objects.filter(pk=job.pk, lease_token=job.lease_token, state=JobState.RUNNING)
        if held.filter(cancel_requested=True).exists():
            _finish(job, JobState.CANCELLED)
            return
        values = {
            "state": JobState.QUEUED,
            "cursor": cursor,
            "attempts": attempts,
            "lease_token": "",
            "lease_until": None,
        }
        if held.update(**values):
            send(job)


def _finish(job: Job, state: JobState, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        state=state, result=result or {}, error=error, finished_at=timezone.now(), lease_token="", lease_until=None
    )
