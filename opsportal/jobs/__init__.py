"""Durable work: jobs in slices, doorbells, schedules, and the processes that do them.

The truth is in our rows; django-q2 carries messages with ids and nothing else. Nothing outside this package imports
django_q.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsportal.jobs.kinds import (
    Continue,
    Done,
    Doorbell,
    JobKind,
    JobRun,
    Schedule,
    doorbells,
    job_kinds,
    schedules,
)

if TYPE_CHECKING:
    from opsportal.jobs.queue import cancel, enqueue, ring
    from opsportal.jobs.running import drain_all, run_now

__all__ = [
    "Continue",
    "Done",
    "Doorbell",
    "JobKind",
    "JobRun",
    "Schedule",
    "cancel",
    "doorbells",
    "drain_all",
    "enqueue",
    "job_kinds",
    "ring",
    "run_now",
    "schedules",
]

_LATE = {"cancel": "queue", "enqueue": "queue", "ring": "queue", "drain_all": "running", "run_now": "running"}


def __getattr__(name: str) -> Any:
    # These need the models, which Django allows only once all apps are there; plugins import this package earlier.
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(f"opsportal.jobs.{_LATE[name]}"), name)
    raise AttributeError(name)
