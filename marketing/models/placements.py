"""Where a campaign appears, in which variants, and the text of every field."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.engine.counting import UNITS
from marketing.models.campaigns import Campaign, Offer
from products.models import Product

#: The kind of object of campaign drafts: a ``CopyText``.
TARGET = "marketing.copytext"


class Placement(models.Model):
    """One place a campaign is shown (投放位): an ad slot of a channel, when, for which share of the budget.

    ``ad_slot`` is a key of ``data/ad_slots.toml``, which says its channel and fields. ``offer`` blank: the campaign's
    first. ``products`` are those it shows; none: the campaign as a whole. ``languages`` empty: the campaign's.
    ``utm`` overrides parts of the tracking address that is built from ``landing_url`` (``marketing.utm``).
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="placements", verbose_name=_("campaign"))
    key = models.SlugField(_("key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    channel = models.CharField(_("channel"), max_length=40, editable=False)
    ad_slot = models.CharField(_("ad slot"), max_length=60)
    offer = models.ForeignKey(
        Offer, models.SET_NULL, null=True, blank=True, related_name="placements", verbose_name=_("offer")
    )
    products = models.ManyToManyField(Product, blank=True, related_name="placements", verbose_name=_("products shown"))
    languages = models.JSONField(_("languages"), default=list, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, help_text=_("Blank: with the campaign."))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Blank: with the campaign."))
    budget_share = models.DecimalField(_("share of the budget (%)"), max_digits=5, decimal_places=2, default=0)
    landing_url = models.URLField(_("landing page"), max_length=1000, blank=True)
    utm = models.JSONField(_("UTM values"), default=dict, blank=True)
    paths = models.JSONField(_("shown path"), default=list, blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ("campaign_id", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="placement_key"),
            models.CheckConstraint(
                condition=Q(budget_share__gte=0, budget_share__lte=100), name="placement_budget_share"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when to when: its own dates, else the campaign's."""
        return self.starts_at or self.campaign.starts_at, self.ends_at or self.campaign.ends_at

    def event_key(self) -> str:
        """Key under which events name this placement."""
        return f"{self.campaign.key}/{self.key}"[:255]

    def event_label(self) -> str:
        """Label under which events name this placement."""
        return f"{self.campaign} · {self.key}"[:255]


class CopyVariant(models.Model):
    """One of the alternatives a placement shows: A, B … ``split`` is its share of the traffic in percent.

    A person promotes the winner of a test: it takes all traffic, the others keep their texts and results.
    """

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="variants", verbose_name=_("placement"))
    label = models.CharField(_("variant"), max_length=10)
    split = models.PositiveSmallIntegerField(_("share of traffic (%)"), default=100)
    promoted_at = models.DateTimeField(_("promoted"), null=True, blank=True, editable=False)
    promoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("promoted by"),
    )

    class Meta:
        verbose_name = _("copy variant")
        verbose_name_plural = _("copy variants")
        ordering = ("placement_id", "label")
        constraints = [
            models.UniqueConstraint(fields=["placement", "label"], name="variant_label"),
            models.CheckConstraint(condition=Q(split__lte=100), name="variant_split"),
        ]

    def __str__(self) -> str:
        return self.label

    def event_key(self) -> str:
        """Key under which events name this variant."""
        return f"{self.placement.event_key()}/{self.label}"[:255]

    def event_label(self) -> str:
        """Label under which events name this variant."""
        return f"{self.placement.event_label()} · {self.label}"[:255]


class CopyText(models.Model):
    """One text to be written: a field of a variant in one language. Its drafts have this row as their target.

    ``value`` is what was published; only publishing an approved draft writes it, and the draft that is in the state
    "published" says whether it still is true. ``slot`` is the copy type of the
    field, ``position`` tells several texts of one field apart (headline 1 to 15). ``campaign`` repeats the placement's.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="texts", verbose_name=_("campaign"))
    variant = models.ForeignKey(CopyVariant, models.CASCADE, related_name="texts", verbose_name=_("copy variant"))
    field = models.CharField(_("field"), max_length=40)
    position = models.PositiveSmallIntegerField(_("number"), default=1)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    slot = models.CharField(_("copy type"), max_length=100)
    key = models.CharField(_("key"), max_length=255, unique=True)
    value = models.JSONField(_("copy"), null=True, blank=True, editable=False)
    content_hash = models.CharField(_("hash of the copy"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("campaign text")
        verbose_name_plural = _("campaign texts")
        ordering = ("variant_id", "field", "position", "language")
        constraints = [
            models.UniqueConstraint(fields=["variant", "field", "position", "language"], name="one_campaign_text")
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="text_of_campaign"),
            models.Index(fields=["slot", "language", "id"], name="text_of_slot"),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        """The board of the campaign this text belongs to."""
        return self.campaign.get_absolute_url()

    def event_key(self) -> str:
        """Key under which events name this text."""
        return self.key


class FieldLimit(models.Model):
    """A shop's correction of a channel's limit; without one the shipped limit of ``data/ad_slots.toml`` holds."""

    ad_slot = models.CharField(_("ad slot"), max_length=60)
    field = models.CharField(_("field"), max_length=40)
    maximum = models.PositiveIntegerField(_("at most"))
    unit = models.CharField(_("counted in"), max_length=30, choices=[(unit, unit) for unit in UNITS])
    hard = models.BooleanField(_("the channel refuses more"), default=True)
    source = models.CharField(_("source"), max_length=300)
    checked_on = models.DateField(_("checked on"))

    class Meta:
        verbose_name = _("channel limit")
        verbose_name_plural = _("channel limits")
        ordering = ("ad_slot", "field")
        constraints = [models.UniqueConstraint(fields=["ad_slot", "field"], name="one_limit_per_field")]

    def __str__(self) -> str:
        return f"{self.ad_slot}.{self.field}"

    def event_key(self) -> str:
        """Key under which events name this limit."""
        return f"{self.ad_slot}.{self.field}"
