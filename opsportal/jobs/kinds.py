"""What a job is made of: kinds, runs and their outcomes, doorbells, schedules; and where plugins declare them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.utils.functional import Promise

from opsportal.access import Actor
from opsportal.plugins import ExtensionPoint

if TYPE_CHECKING:
    from opsportal.jobs.models import Job

Cluster = Literal["generation", "bulk", "portal"]


@dataclass(frozen=True, slots=True)
class Continue:
    """The slice ended and there is more to do, from ``cursor`` (JSON)."""

    cursor: Any


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished; ``result`` (JSON) is kept on its row."""

    result: dict[str, Any] = field(default_factory=dict)


class JobRun:
    """One slice of a job, as its kind sees it."""

    def __init__(self, job: Job, actor: Actor, seconds: float, stopping: Callable[[], bool]) -> None:
        self.job, self.actor = job, actor
        self.payload: dict[str, Any] = job.payload
        self.cursor: Any = job.cursor
        self._ends = time.monotonic() + seconds
        self._stopping = stopping

    def time_left(self) -> float:
        """Seconds until this slice should hand over with ``Continue``; 0 when the worker is stopping."""
        return 0.0 if self._stopping() else max(0.0, self._ends - time.monotonic())

    def progress(self, done: int, total: int | None = None) -> None:
        """Show how far the job is, and prove that it is alive. Committed at once: call it outside transactions."""
        from opsportal.jobs.running import heartbeat

        heartbeat(self.job, done, total)

    def cancelled(self) -> bool:
        """Whether a person asked the job to stop (read from the database each time)."""
        from opsportal.jobs.models import Job

        return bool(Job.objects.filter(pk=self.job.pk).values_list("cancel_requested", flat=True).first())


class JobKind(ABC):
    """A sort of job. ``permission``: the right the person who asked must hold whenever a slice starts ("" for none)."""

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    cluster: ClassVar[Cluster] = "portal"
    permission: ClassVar[str] = ""
    slice_seconds: ClassVar[float] = 60
    max_attempts: ClassVar[int] = 3

    @abstractmethod
    def run(self, run: JobRun) -> Continue | Done:
        """Do one slice. A ``DomainError`` fails the job with its message; any other exception is tried again."""

    def result_url(self, job: Job) -> str:
        """Where a person sees what a finished job made; "" when its row says it all."""
        return ""


class Doorbell(ABC):
    """A wake-up call without a row of its own: whoever answers finds the work in its own tables."""

    key: ClassVar[str]
    cluster: ClassVar[Cluster] = "generation"

    @abstractmethod
    def answer(self, stop: Callable[[], bool]) -> None:
        """Work until there is nothing left or ``stop()`` says so."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Ring a doorbell, or enqueue a job kind for the portal itself, ``every`` so often."""

    key: str
    rings: str = ""
    enqueues: str = ""
    every: timedelta = timedelta(minutes=1)

    def __post_init__(self) -> None:
        if bool(self.rings) == bool(self.enqueues):
            raise ValueError("a schedule either rings a doorbell or enqueues a job kind")


job_kinds: ExtensionPoint = ExtensionPoint("jobs.kinds", module="tasks", base=JobKind, doc="Sorts of background job.")
doorbells: ExtensionPoint = ExtensionPoint(
    "jobs.doorbells", module="tasks", base=Doorbell, doc="Wake-up calls of workers."
)
schedules: ExtensionPoint = ExtensionPoint("jobs.schedules", module="tasks", base=Schedule, doc="Recurring work.")
