"""Closed drafts after their time: out of the working tables, never out of reach."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArchivedDraft(models.Model):
    """A closed draft with its candidates, findings, approvals and sources as one document."""

    number = models.BigIntegerField(_("draft number"), primary_key=True)
    slot = models.CharField(_("copy type"), max_length=100)
    target_type = models.CharField(_("kind of object"), max_length=100)
    target_id = models.BigIntegerField(_("object id"))
    target_key = models.CharField(_("object key"), max_length=255)
    language = models.CharField(_("language"), max_length=20)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=12)
    batch_number = models.BigIntegerField(_("bulk job"), null=True, blank=True, db_index=True)
    closed_at = models.DateTimeField(_("closed"))
    archived_at = models.DateTimeField(_("archived"), auto_now_add=True)
    document = models.JSONField(_("document"))

    class Meta:
        verbose_name = _("archived draft")
        verbose_name_plural = _("archived drafts")
        ordering = ("-number",)
        indexes = [models.Index(fields=["target_type", "target_id"], name="archived_target")]

    def __str__(self) -> str:
        return f"{self.target_key} · {self.slot} · {self.language}"
