"""The draft, its candidates, what the writer knew, and what the checks found."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generation.models.batches import Batch
from generation.models.setup import PromptTemplate


class State(models.TextChoices):
    """Where a draft is in its life; ``generation.workflow`` holds the only ways from one to another."""

    QUEUED = "queued", _("waiting")
    WRITING = "writing", _("being written")
    FAILED = "failed", _("failed")
    IN_REVIEW = "in_review", _("to review")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    REVERTED = "reverted", _("undone")
    REPLACED = "replaced", _("replaced")
    REJECTED = "rejected", _("rejected")
    SUPERSEDED = "superseded", _("drafted again")
    CANCELLED = "cancelled", _("cancelled")


#: States in which a draft still holds its address.
OPEN_STATES = (State.QUEUED, State.WRITING, State.FAILED, State.IN_REVIEW, State.APPROVED)


class StoredBrief(models.Model):
    """What a writer was told, stored once per content: the brief and the specification rows beside it.

    ``background`` is what the writer was not told and the checks may take as evidence (see ``FactSheet``).
    """

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    brief = models.JSONField(_("copy brief"))
    spec_rows = models.JSONField(_("specification"), default=list)
    background = models.JSONField(_("the owner's own words"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("copy brief")
        verbose_name_plural = _("copy briefs")

    def __str__(self) -> str:
        return self.digest[:12]


class Draft(models.Model):
    """A proposed value for an address (target, slot, language, channel). Never deleted: closed, later archived.

    ``value`` is what would be published: that of the chosen candidate. ``value_hash`` covers address and value;
    approvals are bound to it. ``errors``/``warnings`` count what still stands against the value (attested and
    acknowledged findings and silenced rules left out). ``version`` grows with every change.
    """

    slot = models.CharField(_("copy type"), max_length=100)
    target_type = models.CharField(_("kind of object"), max_length=100)
    target_id = models.BigIntegerField(_("object id"))
    target_key = models.CharField(_("object key"), max_length=255)
    target_label = models.CharField(_("object"), max_length=500)
    target_category = models.CharField(_("category"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=20)
    channel = models.CharField(_("channel"), max_length=60, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    version = models.PositiveIntegerField(_("version"), default=1)
    value = models.JSONField(_("copy"), null=True, blank=True)
    value_hash = models.CharField(_("hash of the copy"), max_length=64, blank=True)
    chosen_index = models.PositiveSmallIntegerField(_("chosen candidate"), null=True, blank=True)
    errors = models.PositiveSmallIntegerField(_("must fix"), default=0)
    warnings = models.PositiveSmallIntegerField(_("please confirm"), default=0)

    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="drafts", verbose_name=_("bulk job")
    )
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", verbose_name=_("drafted again from")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    editor_ids = models.JSONField(_("edited by"), default=list, blank=True)
    #: Share of the text a person changed, 0 to 1: the distance to the nearest text a writer proposed. None: not edited.
    edit_distance = models.FloatField(_("share changed by hand"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=50)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.CharField(_("lease"), max_length=32, blank=True)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)

    brief = models.ForeignKey(
        StoredBrief, models.PROTECT, null=True, blank=True, related_name="drafts", verbose_name=_("copy brief")
    )
    template = models.ForeignKey(
        PromptTemplate, models.PROTECT, null=True, blank=True, related_name="drafts", verbose_name=_("prompt template")
    )
    writer = models.CharField(_("writer asked for"), max_length=60)
    writer_used = models.CharField(_("written by"), max_length=120, blank=True)
    writer_version = models.CharField(_("writer version"), max_length=200, blank=True)
    fallback_reason = models.CharField(_("why the template wrote it"), max_length=40, blank=True)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    note = models.TextField(_("note to the writer"), blank=True)
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)
    seconds = models.FloatField(_("seconds"), default=0.0)
    thin = models.BooleanField(_("too little data"), default=False)
    error_code = models.CharField(_("cause of failure"), max_length=40, blank=True)
    error = models.CharField(_("failure"), max_length=500, blank=True)

    facts_fingerprint = models.CharField(_("facts fingerprint"), max_length=80, blank=True)
    live_hash = models.CharField(_("hash of the live copy"), max_length=64, blank=True)
    #: ``Slot.digests`` just before the facts were read; blank where the slot has none.
    sources_digest = models.CharField(_("digest of the sources"), max_length=64, blank=True)
    ruleset_version = models.CharField(_("rules"), max_length=80, blank=True)
    stale_since = models.DateTimeField(_("product changed since"), null=True, blank=True)
    stale_reason = models.CharField(_("what changed"), max_length=40, blank=True)
    publish_after = models.DateTimeField(_("publish at"), null=True, blank=True)

    reject_reason = models.CharField(_("reject reason"), max_length=20, blank=True)
    reject_note = models.TextField(_("reject note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ("id",)
        permissions = [
            ("draft_copy", "Can have copy drafted"),
            ("review_draft", "Can approve and reject drafts"),
            ("publish_draft", "Can publish approved drafts"),
            ("revert_draft", "Can undo published copy"),
            ("confirm_delivery", "Can confirm what is live in the shop"),
            ("erase_target", "Can erase what drafts say about an object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id", "slot", "language", "channel"],
                condition=Q(state__in=[state.value for state in OPEN_STATES]),
                name="one_open_draft_per_address",
            ),
        ]
        indexes = [
            # Not partial: SQLite cannot tell that a bound parameter meets an index's condition, and would sort the queue.
            models.Index(fields=["state", "priority", "batch", "id"], name="draft_to_write"),
            models.Index(fields=["state", "id"], name="draft_by_state"),
            models.Index(fields=["state", "slot", "language", "id"], name="draft_by_slot"),
            models.Index(fields=["state", "target_category", "id"], name="draft_by_category"),
            models.Index(fields=["batch", "state", "id"], name="draft_of_batch"),
            models.Index(fields=["target_type", "target_id", "slot", "language", "channel"], name="draft_of_target"),
            models.Index(
                fields=["assigned_to", "state", "id"], name="draft_assigned", condition=Q(assigned_to__isnull=False)
            ),
            models.Index(fields=["closed_at"], name="draft_closed", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["publish_after"], name="draft_to_publish", condition=Q(publish_after__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.target_label} · {self.slot} · {self.language}"

    @property
    def address(self) -> tuple[str, str, int, str, str]:
        """(slot, target type, target id, language, channel): one open draft each."""
        return (self.slot, self.target_type, self.target_id, self.language, self.channel)

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands against the value: no error, no unacknowledged warning."""
        return not self.errors and not self.warnings

    def event_key(self) -> str:
        """Key under which events name this draft: that of its target, for people to read."""
        return self.target_key

    def event_label(self) -> str:
        """Label under which events name this draft."""
        return f"{self.target_label} · {self.slot} · {self.language}"[:255]


class DraftSource(models.Model):
    """One object whose facts the brief of a draft used; when it changes, the draft is compared again."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sources", verbose_name=_("draft"))
    target_type = models.CharField(_("kind of object"), max_length=100)
    target_id = models.BigIntegerField(_("object id"))

    class Meta:
        verbose_name = _("source of a draft")
        verbose_name_plural = _("sources of drafts")
        constraints = [
            models.UniqueConstraint(fields=["draft", "target_type", "target_id"], name="one_source_per_draft")
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="source_target")]

    def __str__(self) -> str:
        return f"{self.target_type} {self.target_id}"


class Candidate(models.Model):
    """One value a draft had or could have: from the writer, the template instead of it, or a person's edit."""

    class Origin(models.TextChoices):
        WRITER = "writer", _("writer")
        FALLBACK = "fallback", _("template instead")
        EDIT = "edit", _("edited by a person")

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="candidates", verbose_name=_("draft"))
    index = models.PositiveSmallIntegerField(_("number"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.WRITER)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    raw = models.TextField(_("as written"), blank=True)
    value = models.JSONField(_("copy"), null=True, blank=True)
    value_hash = models.CharField(_("hash of the copy"), max_length=64, blank=True)
    finish_reason = models.CharField(_("why it ended"), max_length=10, blank=True)
    writer = models.CharField(_("writer"), max_length=120, blank=True)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)
    seconds = models.FloatField(_("seconds"), default=0.0)
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)
    #: Key of the check run whose findings stand (facts fingerprint and ruleset); blank when not checked yet.
    checked_key = models.CharField(_("checked against"), max_length=170, blank=True)
    errors = models.PositiveSmallIntegerField(_("must fix"), default=0)
    warnings = models.PositiveSmallIntegerField(_("please confirm"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ("draft_id", "index")
        constraints = [models.UniqueConstraint(fields=["draft", "index"], name="candidate_number")]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.index}"


class StoredFinding(models.Model):
    """What a rule said about a candidate's value. ``lapsed`` ones belong to an earlier text, facts or rules."""

    class Severity(models.TextChoices):
        ERROR = "error", _("must fix")
        WARNING = "warning", _("please confirm")

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="findings", verbose_name=_("candidate"))
    rule = models.CharField(_("rule"), max_length=80)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    message = models.TextField(_("message"))
    params = models.JSONField(_("parameters"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    start = models.PositiveIntegerField(_("from character"), default=0)
    end = models.PositiveIntegerField(_("to character"), default=0)
    fact = models.TextField(_("nearest fact"), blank=True)
    fix = models.TextField(_("correction"), null=True, blank=True)  # noqa: DJ001  (no fix is not an empty fix)
    #: What hides it; a draft that was approved keeps it also when the silence is lifted.
    silence = models.ForeignKey(
        "generation.Silence",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("silenced by"),
    )
    lapsed = models.BooleanField(_("lapsed"), default=False)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ("candidate_id", "start", "id")
        indexes = [models.Index(fields=["rule", "id"], name="finding_of_rule", condition=Q(lapsed=False))]

    def __str__(self) -> str:
        return f"{self.rule} {self.start}–{self.end}"

    def text(self) -> str:
        """The message in the active language."""
        return gettext(self.message) % self.params if self.params else gettext(self.message)

    def to_json(self) -> dict[str, Any]:
        """The same shape as ``generation.checks.base.Finding.to_json``."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.text(),
            "start": self.start,
            "end": self.end,
            "fact": self.fact,
            "fix": self.fix,
        }
