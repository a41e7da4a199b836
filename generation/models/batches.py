"""A bulk job: what was asked for, by whom, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.models.setup import PromptTemplate


class Batch(models.Model):
    """A request to draft slots for many targets. Counters move in the transaction of the drafts they count.

    ``total`` grows while the request is being spread over its targets (``expanded`` false). Of the total,
    ``written`` are through the writer (in review or further), ``failed`` and ``cancelled`` are what they say, and the
    rest waits. ``skipped`` targets never became drafts. ``thin`` and ``fallbacks`` are parts of ``written``: too few
    facts, and written by the template because the chosen writer's candidates all had errors. ``slots_offered`` and
    ``slots_used`` count the decoder's places for a token while most of what was stored belonged to this batch.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("cancelled")
        FINISHED = "finished", _("finished")

    class Tone(models.TextChoices):
        PLAIN = "plain", _("plain")
        WARM = "warm", _("warm")

    class Length(models.TextChoices):
        SHORT = "short", _("short")
        MEDIUM = "medium", _("medium")
        LONG = "long", _("long")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    problem = models.CharField(_("why it stopped"), max_length=500, blank=True)
    slots = models.JSONField(_("copy types"))
    languages = models.JSONField(_("languages"))
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    target_type = models.CharField(_("kind of object"), max_length=100)
    filter = models.JSONField(_("filter"), default=dict, blank=True)
    target_ids = models.JSONField(_("chosen objects"), null=True, blank=True)
    tone = models.CharField(_("tone"), max_length=20, choices=Tone, default=Tone.PLAIN)
    length = models.CharField(_("length"), max_length=10, choices=Length, default=Length.MEDIUM)
    candidates = models.PositiveSmallIntegerField(_("candidates"), default=3)
    template = models.ForeignKey(
        PromptTemplate, models.PROTECT, null=True, blank=True, related_name="batches", verbose_name=_("prompt template")
    )
    writer = models.CharField(_("writer"), max_length=60, blank=True)
    skip_existing = models.BooleanField(_("skip those that have copy"), default=False)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50)
    note = models.TextField(_("note to the writer"), blank=True)
    seed = models.BigIntegerField(_("seed"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="batches", verbose_name=_("requested by")
    )
    requested_via = models.CharField(_("requested via"), max_length=20, blank=True)
    job_id = models.BigIntegerField(_("job"), null=True, blank=True)
    expanded = models.BooleanField(_("spread over all objects"), default=False)
    expanded_to = models.BigIntegerField(_("spread up to object"), default=0)
    total = models.PositiveIntegerField(_("drafts"), default=0)
    written = models.PositiveIntegerField(_("written"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    skipped = models.PositiveIntegerField(_("skipped"), default=0)
    thin = models.PositiveIntegerField(_("with too little data"), default=0)
    fallbacks = models.PositiveIntegerField(_("written by the template instead"), default=0)
    tokens = models.PositiveBigIntegerField(_("tokens"), default=0)
    slots_offered = models.PositiveBigIntegerField(_("places for a token the writer had"), default=0)
    slots_used = models.PositiveBigIntegerField(_("places for a token it used"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("writing began"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk job")
        verbose_name_plural = _("bulk jobs")
        ordering = ("-id",)
        indexes = [models.Index(fields=["state"], name="batch_open", condition=Q(state__in=["running", "paused"]))]

    def __str__(self) -> str:
        return f"{_('bulk job')} {self.pk}"

    @property
    def waiting(self) -> int:
        """Drafts of this batch not yet written, failed or cancelled."""
        return max(0, self.total - self.written - self.failed - self.cancelled)

    @property
    def occupancy(self) -> float | None:
        """Share of the decoder's slots in use while this batch was written, 0 to 1; None for writers without slots."""
        return self.slots_used / self.slots_offered if self.slots_offered else None

    def event_key(self) -> str:
        """Key under which events name this batch."""
        return str(self.pk)
