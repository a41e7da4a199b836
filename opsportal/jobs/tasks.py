"""The host's own recurring work: delivering events to subscribers, sweeping up after dead workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from opsportal.events.models import Event
from opsportal.events.subscribing import subscribers
from opsportal.jobs.kinds import Doorbell, Schedule, doorbells, schedules
from opsportal.jobs.models import WorkerBeat
from opsportal.jobs.running import sweep

logger = logging.getLogger(__name__)

CHUNK = 500
#: Beats of workers that said nothing for so long are forgotten.
FORGET_BEATS = timedelta(days=1)


@doorbells.register
class DispatchEvents(Doorbell):
    """Deliver events in order, a chunk at a time; a subscriber that fails holds the rest back until the next ring."""

    key = "events.dispatch"
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """Until the outbox is empty, or someone wants this worker to stop."""
        while not stop() and deliver_chunk():
            pass


def deliver_chunk() -> int:
    """Deliver the next events to the subscribers that want them; returns how many were delivered.

    They are marked after the subscribers returned: a death in between delivers them again, never not at all.
    """
    waiting = list(Event.objects.filter(dispatched_at__isnull=True).order_by("id")[:CHUNK])
    if not waiting:
        return 0
    for subscriber_class in subscribers.all():
        wanted = [event for event in waiting if subscriber_class.wants(event.kind)]
        if wanted:
            try:
                subscriber_class().handle(wanted)
            except Exception:
                logger.exception(
                    "subscriber %s failed; events %d… stay in the outbox", subscriber_class.key, wanted[0].pk
                )
                return 0
    return Event.objects.filter(pk__in=[event.pk for event in waiting]).mark_dispatched(timezone.now())


@doorbells.register
class Sweep(Doorbell):
    """Free what dead workers held, forget their beats, and ring for events that are still undelivered."""

    key = "jobs.sweep"
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """One sweep."""
        sweep()
        WorkerBeat.objects.filter(seen_at__lt=timezone.now() - FORGET_BEATS).delete()
        if Event.objects.filter(dispatched_at__isnull=True).exists():
            DispatchEvents().answer(stop)


schedules.register(Schedule("jobs.sweep", rings="jobs.sweep", every=timedelta(minutes=1)))
