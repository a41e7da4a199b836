"""Imports and exports as they were run: the file, the settings, the outcome."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One uploaded file and what became of it. ``file`` and ``error_file`` are paths below the data folder.

    ``result`` has the shape of ``import_products --json``; at most the first 200 errors are kept in it, all of them in
    ``error_file``.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting for confirmation")
        QUEUED = "queued", _("queued")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    file = models.CharField(_("file"), max_length=300)
    original_name = models.CharField(_("file name"), max_length=255)
    format = models.CharField(_("format"), max_length=20, default="auto")
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
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
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.original_name

    def event_key(self) -> str:
        """Key under which events name this import."""
        return str(self.pk)


class ExportRun(models.Model):
    """One file handed out. ``options`` are those of ``ExportSpec``; ``delivered`` are the live texts it carried."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    format = models.CharField(_("format"), max_length=20)
    options = models.JSONField(_("options"), default=dict, blank=True)
    like_file = models.CharField(_("the shop's own file"), max_length=300, blank=True)
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
    confirmed_at = models.DateTimeField(_("confirmed live in shop"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name or f"{self.format} {self.pk}"

    def event_key(self) -> str:
        """Key under which events name this export."""
        return str(self.pk)
