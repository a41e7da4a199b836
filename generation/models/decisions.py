"""What people decided: approvals, acknowledgements, silenced alarms; and the policies that bind them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.models.drafts import Draft, StoredFinding


class RejectReason(models.TextChoices):
    """Why a reviewer rejects; the order is that of the digit keys."""

    WRONG_FACT = "wrong_fact", _("states a wrong fact")
    DATA_WRONG = "data_wrong", _("product data are wrong")
    OFF_TONE = "off_tone", _("wrong tone")
    TOO_LONG = "too_long", _("too long")
    NOT_ALLOWED = "not_allowed", _("not allowed")
    DULL = "dull", _("dull")
    OTHER = "other", _("other")


class Approval(models.Model):
    """One person's signature under exactly one text. Void once text or facts changed."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="approvals", verbose_name=_("draft"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    value_hash = models.CharField(_("hash of the copy"), max_length=64)
    facts_fingerprint = models.CharField(_("facts fingerprint"), max_length=80)
    in_bulk = models.BooleanField(_("in bulk"), default=False)
    created_at = models.DateTimeField(_("approved at"), auto_now_add=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_reason = models.CharField(_("void because"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "user"], condition=Q(voided_at__isnull=True), name="one_valid_approval_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} · {self.user_id}"


class FindingAcknowledgement(models.Model):
    """A person took responsibility for a finding: confirmed a warning, or attested a claim with evidence."""

    finding = models.OneToOneField(
        StoredFinding, models.CASCADE, related_name="acknowledgement", verbose_name=_("finding")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmed by"))
    attested = models.BooleanField(_("confirmed with proof"), default=False)
    evidence = models.TextField(_("proof"), blank=True)
    created_at = models.DateTimeField(_("confirmed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self) -> str:
        return f"{self.finding_id} · {self.user_id}"


class Opening(models.Model):
    """A person had a draft open: what the sample before a bulk approval counts, and who has which draft open now.

    Opening claims the draft for a few minutes (``services.desk``): nobody is refused, but the others are told.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="openings", verbose_name=_("draft"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("opened by"))
    draft_version = models.PositiveIntegerField(_("version"))
    opened_at = models.DateTimeField(_("opened at"), auto_now=True)

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [models.UniqueConstraint(fields=["draft", "user"], name="one_opening_per_person")]
        indexes = [models.Index(fields=["user", "-opened_at"], name="opening_latest")]

    def __str__(self) -> str:
        return f"{self.draft_id} · {self.user_id}"


class Silence(models.Model):
    """A false alarm switched off for one category: this rule, about exactly these words. Never deleted: lifted.

    One that hides an error hides a warning too, not the other way round: a rule graded up later speaks again. Blank
    ``category``: what has none; ``everywhere``: all categories. Words are compared by ``words_digest``.
    """

    rule = models.CharField(_("rule"), max_length=80)
    severity = models.CharField(_("severity"), max_length=10, choices=StoredFinding.Severity)
    slot = models.CharField(_("copy type"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=500, blank=True)
    everywhere = models.BooleanField(_("in all categories"), default=False)
    words = models.TextField(_("words"))
    words_digest = models.CharField(_("digest of the words"), max_length=64, editable=False)
    reason = models.TextField(_("reason"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("silenced by")
    )
    created_at = models.DateTimeField(_("silenced at"), auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("switched on again by"),
    )
    lifted_at = models.DateTimeField(_("switched on again at"), null=True, blank=True)

    class Meta:
        verbose_name = _("silenced alarm")
        verbose_name_plural = _("silenced alarms")
        ordering = ("-id",)
        permissions = [("silence_error", "Can silence alarms that block approval")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "severity", "slot", "category", "everywhere", "words_digest"],
                condition=Q(lifted_at__isnull=True),
                name="one_silence_per_words",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.words[:80]}"


class RuleGrade(models.Model):
    """A rule graded otherwise than it grades itself, switched off or set up, for one copy type (blank: for all).

    ``settings`` are those the rule names in its ``options``; blank ``severity`` leaves the grade to the rule.
    """

    class Severity(models.TextChoices):
        ERROR = "error", _("must fix")
        WARNING = "warning", _("please confirm")
        OFF = "off", _("off")

    rule = models.CharField(_("rule"), max_length=80)
    slot = models.CharField(_("copy type"), max_length=100, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("rule setting")
        verbose_name_plural = _("rule settings")
        ordering = ("rule", "slot")
        constraints = [models.UniqueConstraint(fields=["rule", "slot"], name="one_grade_per_rule")]

    def __str__(self) -> str:
        return f"{self.rule} · {self.slot or '*'}: {self.severity}"


class ReviewPolicy(models.Model):
    """What approving and publishing needs, per copy type and category (blank: any). The closest match counts."""

    class Publish(models.TextChoices):
        BY_HAND = "by_hand", _("by hand")
        ON_APPROVAL = "on_approval", _("when approved")
        AT_TIME = "at_time", _("when approved, at a time of day")

    slot = models.CharField(_("copy type"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=500, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(
        _("approvals needed"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    four_eyes = models.BooleanField(_("approver is neither requester nor editor"), default=False)
    attested_needs_second = models.BooleanField(_("second signature for confirmed claims"), default=False)
    bulk_allowed = models.BooleanField(_("may be approved in bulk"), default=True)
    sample_percent = models.PositiveSmallIntegerField(
        _("sample before bulk approval, percent"), default=5, validators=[MaxValueValidator(100)]
    )
    sample_minimum = models.PositiveSmallIntegerField(_("sample, at least"), default=10)
    publish = models.CharField(_("publish"), max_length=12, choices=Publish, default=Publish.BY_HAND)
    publish_time = models.TimeField(_("time of day"), null=True, blank=True)

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        ordering = ("slot", "category")
        constraints = [
            models.UniqueConstraint(fields=["slot", "category"], name="one_policy_per_place"),
            models.CheckConstraint(
                condition=~Q(publish="at_time") | Q(publish_time__isnull=False), name="publish_time_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot or '*'} · {self.category or '*'}"
