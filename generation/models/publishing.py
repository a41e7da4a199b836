"""What went live, what it replaced, and whether the shop shows it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.batches import Batch
from generation.models.drafts import Draft


class Revision(models.Model):
    """One publication: the value before and after, who and from which draft. Can be undone once."""

    draft = models.ForeignKey(
        Draft, models.SET_NULL, null=True, related_name="revisions", verbose_name=_("draft"), db_constraint=False
    )
    draft_number = models.BigIntegerField(_("draft number"))
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name=_("bulk job")
    )
    slot = models.CharField(_("copy type"), max_length=100)
    target_type = models.CharField(_("kind of object"), max_length=100)
    target_id = models.BigIntegerField(_("object id"))
    target_key = models.CharField(_("object key"), max_length=255)
    target_label = models.CharField(_("object"), max_length=500)
    language = models.CharField(_("language"), max_length=20)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    before_hash = models.CharField(_("hash before"), max_length=64, blank=True)
    after_hash = models.CharField(_("hash after"), max_length=64, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    reverted_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("version history")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["target_type", "target_id", "slot", "language", "channel"], name="revision_address"),
            models.Index(fields=["batch", "id"], name="revision_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.target_label} · {self.slot} · {self.language}"

    def event_key(self) -> str:
        """Key under which events name this revision: that of its target."""
        return self.target_key


class Delivery(models.Model):
    """The way of one published value to the outside: into the shop, or to a customer.

    Copy: exported → confirmed (or failed). A message: queued → sending → sent, failed or unknown. A message found
    "sending" after a crash is unknown, never sent again by itself: a person finds out and settles it.
    """

    class State(models.TextChoices):
        EXPORTED = "exported", _("exported")
        CONFIRMED = "confirmed", _("live in shop")
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown whether sent")

    revision = models.ForeignKey(
        Revision, models.CASCADE, null=True, blank=True, related_name="deliveries", verbose_name=_("version")
    )
    draft_number = models.BigIntegerField(_("draft number"), null=True, blank=True)
    slot = models.CharField(_("copy type"), max_length=100)
    target_type = models.CharField(_("kind of object"), max_length=100)
    target_id = models.BigIntegerField(_("object id"))
    target_key = models.CharField(_("object key"), max_length=255)
    language = models.CharField(_("language"), max_length=20)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    content_hash = models.CharField(_("hash of the value"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State)
    destination = models.CharField(_("destination"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    error = models.CharField(_("failure"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by")
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["target_type", "target_id", "slot", "language", "channel"], name="delivery_address"),
            models.Index(fields=["state", "changed_at"], name="delivery_open"),
        ]

    def __str__(self) -> str:
        return f"{self.target_key} · {self.slot} · {self.state}"

    def event_key(self) -> str:
        """Key under which events name this delivery: that of its target."""
        return self.target_key
