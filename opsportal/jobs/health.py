"""How the background work is doing, for ``doctor`` and the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django_q.models import OrmQ

from opsportal.events.models import Event, HeldEvent
from opsportal.jobs.clusters import CLUSTERS
from opsportal.jobs.models import Job, JobState, WorkerBeat

#: A worker that said nothing for so long counts as gone (it beats every few seconds).
SILENT = timedelta(seconds=60)
#: Work may wait this long while workers are busy; after that something is wrong.
PATIENT = timedelta(minutes=15)
RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Health:
    """``idle_clusters``: no worker is alive for them. ``waiting``, ``late``: jobs queued, and those queued too long.

    ``failed``: jobs that failed in the last day. ``undelivered``: events waiting too long for their subscribers.
    ``unreadable``: queue messages signed with another SECRET_KEY (the sweeper sends new ones for their jobs).
    """

    idle_clusters: tuple[str, ...]
    waiting: int
    late: int
    failed: int
    undelivered: int
    unreadable: int


def health() -> Health:
    """Look at the rows; costs a handful of small queries."""
    now = timezone.now()
    alive = set(WorkerBeat.objects.filter(seen_at__gte=now - SILENT).values_list("cluster", flat=True))
    queued = Job.objects.filter(state=JobState.QUEUED)
    return Health(
        idle_clusters=tuple(cluster for cluster in CLUSTERS if cluster not in alive),
        waiting=queued.count(),
        late=queued.filter(created_at__lt=now - PATIENT, started_at__isnull=True).count(),
        failed=Job.objects.filter(state=JobState.FAILED, finished_at__gte=now - RECENT).count(),
        undelivered=Event.objects.filter(dispatched_at__isnull=True, created_at__lt=now - PATIENT).count()
        + HeldEvent.objects.filter(held_at__lt=now - PATIENT).count(),
        unreadable=sum(not _readable(message) for message in OrmQ.objects.order_by("-id")[:100]),
    )


def _readable(message: OrmQ) -> bool:
    # django-q2 answers with a stub that has no function when the signature does not fit.
    return "func" in message.task
