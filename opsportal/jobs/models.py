"""Rows behind the queue: jobs, doorbells, schedules, and which workers are alive."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job is in its life."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """A piece of background work, done in slices; the row is the truth, queue messages only point to it."""

    kind = models.CharField(_("kind"), max_length=80)
    cluster = models.CharField(_("cluster"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    payload = models.JSONField(_("payload"), default=dict)
    cursor = models.JSONField(_("cursor"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    by_portal = models.BooleanField(_("the portal's own"), default=False)
    via = models.CharField(_("from"), max_length=10, blank=True)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ("-id",)
        default_permissions = ("view",)
        permissions = [("cancel_job", "Can cancel background jobs")]
        indexes = [
            models.Index(fields=["cluster", "id"], name="job_waiting", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state="running")),
            models.Index(fields=["kind", "-id"], name="job_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def finished(self) -> bool:
        """Whether nothing will happen to this job any more."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def percent(self) -> int | None:
        """Progress in whole percent, or None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None


class Bell(models.Model):
    """Whether a doorbell was rung and nobody has answered yet: rings in between need no further message."""

    key = models.CharField(_("doorbell"), max_length=80, primary_key=True)
    waiting = models.BooleanField(_("rung"), default=False)
    rung_at = models.DateTimeField(_("rung at"), null=True, blank=True)

    class Meta:
        verbose_name = _("doorbell")
        verbose_name_plural = _("doorbells")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class ScheduleState(models.Model):
    """When a schedule is due next; several supervisors agree by conditional update."""

    key = models.CharField(_("schedule"), max_length=80, primary_key=True)
    next_at = models.DateTimeField(_("next"))

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class WorkerBeat(models.Model):
    """The last sign of life of a worker process, for ``doctor`` and the dashboard."""

    cluster = models.CharField(_("cluster"), max_length=20)
    host = models.CharField(_("machine"), max_length=100)
    pid = models.PositiveIntegerField(_("process"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["cluster", "host", "pid"], name="one_beat_per_worker")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.host}/{self.pid}"
