"""Files of orders that came in and went out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderImport(models.Model):
    """One uploaded file and what became of it. The file is deleted when the import ended: it holds personal data.

    ``result`` has the shape of ``import_orders --json`` with at most 200 errors; all are in ``error_file``.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting for confirmation")
        QUEUED = "queued", _("queued")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    file = models.CharField(_("file"), max_length=300, blank=True)
    original_name = models.CharField(_("file name"), max_length=255)
    format = models.CharField(_("format"), max_length=20, default="auto")
    source = models.CharField(_("source"), max_length=60, blank=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error_file = models.CharField(_("error report"), max_length=300, blank=True)
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("order import")
        verbose_name_plural = _("order imports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.original_name

    def event_key(self) -> str:
        """Key under which events name this import."""
        return str(self.pk)


class OrderExport(models.Model):
    """One file handed out: orders, or the decisions the shop's own system has to be told."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    class What(models.TextChoices):
        ORDERS = "orders", _("orders")
        DECISIONS = "decisions", _("decisions")

    what = models.CharField(_("contents"), max_length=10, choices=What, default=What.ORDERS)
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    file = models.CharField(_("file"), max_length=300, blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    result = models.JSONField(_("result"), default=dict, blank=True)
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("order export")
        verbose_name_plural = _("order exports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name or f"{self.what} {self.pk}"

    def event_key(self) -> str:
        """Key under which events name this export."""
        return str(self.pk)
