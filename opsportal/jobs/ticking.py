"""Schedules: which are due, decided by one conditional update so that several supervisors ring each only once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opsportal.access import Actor
from opsportal.jobs.kinds import schedules
from opsportal.jobs.models import ScheduleState
from opsportal.jobs.queue import enqueue, ring


def tick() -> list[str]:
    """Ring or enqueue every schedule that is due; returns their keys. A new schedule is due at once."""
    now = timezone.now()
    due = []
    for schedule in schedules.all():
        with transaction.atomic():
            ScheduleState.objects.get_or_create(key=schedule.key, defaults={"next_at": now})
            mine = ScheduleState.objects.filter(key=schedule.key, next_at__lte=now)
            if not mine.update(next_at=now + schedule.every):
                continue
            if schedule.rings:
                ring(schedule.rings)
            else:
                enqueue(schedule.enqueues, actor=Actor.system(), payload={})
        due.append(schedule.key)
    return due
