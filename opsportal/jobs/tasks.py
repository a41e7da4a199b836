"""The host's own recurring work: delivering events to subscribers, sweeping up after dead workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from opsportal.access.models import LoginFailure
from opsportal.events.models import Event, HeldEvent
from opsportal.events.subscribing import Subscriber, subscribers
from opsportal.jobs.kinds import Doorbell, Schedule, doorbells, schedules
from opsportal.jobs.models import WorkerBeat
from opsportal.jobs.running import sweep

logger = logging.getLogger(__name__)

CHUNK = 500
#: Beats of workers that said nothing for so long are forgotten.
FORGET_BEATS = timedelta(days=1)
FORGET_FAILED_LOGINS = timedelta(days=30)


@doorbells.register
class DispatchEvents(Doorbell):
    """Deliver events in order, a chunk at a time; what a subscriber fails on is held for it and stops nobody else."""

    key = "events.dispatch"
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """Until the outbox is empty, or someone wants this worker to stop."""
        while not stop() and deliver_chunk():
            pass


def deliver_chunk() -> int:
    """Deliver the next events to the subscribers that want them; returns how many were delivered or held.

    They are marked after the subscribers returned: a death in between delivers them again, never not at all.
    """
    waiting = list(Event.objects.filter(dispatched_at__isnull=True).order_by("id")[:CHUNK])
    for subscriber_class in subscribers.all():
        wanted = [event for event in waiting if subscriber_class.wants(event.kind)]
        # While older events are held for a subscriber, newer ones queue up behind them: it hears everything in order.
        behind = HeldEvent.objects.filter(subscriber=subscriber_class.key).exists()
        if wanted and (behind or not _handed_over(subscriber_class, wanted)):
            held = [HeldEvent(event=event, subscriber=subscriber_class.key) for event in wanted]
            HeldEvent.objects.bulk_create(held, ignore_conflicts=True)
    return Event.objects.filter(pk__in=[event.pk for event in waiting]).mark_dispatched(timezone.now())


def deliver_held(stop: Callable[[], bool]) -> None:
    """Try again what is held; a subscriber that fails again waits for the next time."""
    for subscriber_class in subscribers.all():
        held = HeldEvent.objects.filter(subscriber=subscriber_class.key).select_related("event").order_by("event_id")
        while not stop():
            chunk = list(held[:CHUNK])
            if not chunk or not _handed_over(subscriber_class, [row.event for row in chunk]):
                break
            HeldEvent.objects.filter(pk__in=[row.pk for row in chunk]).delete()


def _handed_over(subscriber_class: type[Subscriber], wanted: list[Event]) -> bool:
    try:
        subscriber_class().handle(wanted)
    except Exception:
        logger.exception("subscriber %s failed; events from %d on are held", subscriber_class.key, wanted[0].pk)
        return False
    return True


@doorbells.register
class Sweep(Doorbell):
    """Free what dead workers held, deliver what is still undelivered, forget old beats and failed logins."""

    key = "jobs.sweep"
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """One sweep."""
        sweep()
        now = timezone.now()
        WorkerBeat.objects.filter(seen_at__lt=now - FORGET_BEATS).delete()
        LoginFailure.objects.filter(at__lt=now - FORGET_FAILED_LOGINS).delete()
        DispatchEvents().answer(stop)
        deliver_held(stop)


schedules.register(Schedule("jobs.sweep", rings="jobs.sweep", every=timedelta(minutes=1)))
