"""Campaigns and what they offer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from generation.models import Batch
from products.languages import in_language
from products.models import Product


class Goal(models.TextChoices):
    """What a campaign is for."""

    LAUNCH = "launch", _("launch")
    SALES = "sales", _("sales")
    CLEARANCE = "clearance", _("clearance")
    PRESALE = "presale", _("pre-sale")
    TRAFFIC = "traffic", _("traffic")
    RETENTION = "retention", _("repeat purchases")


class Status(models.TextChoices):
    """Where a campaign is in its life; ``marketing.workflow`` holds the only ways from one to another."""

    PLAN = "plan", _("being planned")
    REVIEW = "review", _("copy in review")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class Campaign(models.Model):
    """One campaign: what for, for whom, when, for how much.

    ``brand_voice``, ``goal`` and ``audience`` reach the writer as a note; ``tone`` is the tone of its copy.
    ``signatures`` name the sender of SMS per language. ``lowest_price_rule``: sold in the EU, so that a price cut
    shows the lowest price of the 30 days before it. ``version`` grows with every change of status.
    """

    class PauseReason(models.TextChoices):
        BY_HAND = "by_hand", _("paused by hand")
        STALE = "stale", _("copy no longer true")
        NOT_READY = "not_ready", _("not ready when it should have started")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    names = models.JSONField(_("name per language"), default=dict, blank=True)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal, default=Goal.SALES)
    audience = models.CharField(_("audience"), max_length=300, blank=True)
    brand_voice = models.TextField(_("brand voice"), max_length=1000, blank=True)
    tone = models.CharField(_("tone"), max_length=20, choices=Batch.Tone, default=Batch.Tone.PLAIN)
    languages = models.JSONField(_("languages"), default=list)
    signatures = models.JSONField(_("sender of SMS per language"), default=dict, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    budget = models.DecimalField(_("budget"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    lowest_price_rule = models.BooleanField(
        _("sold in the EU"),
        default=False,
        help_text=_("A quoted price cut shows the lowest price of the 30 days before it."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLAN, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    pause_reason = models.CharField(
        _("why it is paused"), max_length=20, choices=PauseReason, blank=True, editable=False
    )
    pause_note = models.CharField(_("paused because"), max_length=500, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("scheduled by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    went_live_at = models.DateTimeField(_("went live"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="campaign_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "starts_at"], name="campaign_to_start"),
            models.Index(fields=["status", "ends_at"], name="campaign_to_end"),
        ]
        permissions = [
            ("schedule_campaign", "Can schedule, resume and end campaigns"),
            ("promote_variant", "Can promote the winner of a test"),
            ("import_results", "Can import results"),
            ("export_campaigns", "Can export campaign copy"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The campaign's board in the console; "" where there is no console."""
        try:
            return reverse("console:marketing_board", args=[self.pk])
        except NoReverseMatch:
            return ""

    def event_key(self) -> str:
        """Key under which events name this campaign."""
        return self.key

    def event_label(self) -> str:
        """Label under which events name this campaign."""
        return self.name

    def name_in(self, language: str) -> str:
        """The name in ``language``, else as it was planned."""
        return in_language(self.name, self.names, language)


class OfferKind(models.TextChoices):
    """How an offer saves the customer something."""

    PERCENT = "percent", _("percent off")
    AMOUNT = "amount", _("amount off")
    THRESHOLD = "threshold", _("amount off from a threshold")
    GIFT = "gift", _("gift")
    BUNDLE = "bundle", _("bundle price")


class Offer(models.Model):
    """What a campaign gives: numbers here are facts that copy is checked against.

    ``percent`` is what is taken off (20 is "20% off", 8折). ``amount`` is what is taken off, ``threshold`` the order
    value from which (also for a gift). A bundle is ``quantity`` pieces for ``bundle_price``. A pre-sale has a
    ``deposit``, optionally worth ``deposit_counts`` of the final payment, and ends at ``presale_ends_at``.
    Products are those listed, or those matching ``product_filter`` (a filter of the product list); none of both: all.
    ``quotes_price``: copy may say prices, so a changed price makes copy that says it stale.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="offers", verbose_name=_("campaign"))
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=OfferKind)
    percent = models.DecimalField(_("percent off"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount off"), max_digits=14, decimal_places=2, null=True, blank=True)
    threshold = models.DecimalField(_("from an order of"), max_digits=14, decimal_places=2, null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(_("pieces"), null=True, blank=True)
    bundle_price = models.DecimalField(_("bundle price"), max_digits=14, decimal_places=2, null=True, blank=True)
    gift = models.CharField(_("gift"), max_length=120, blank=True)
    gifts = models.JSONField(_("gift per language"), default=dict, blank=True)
    code = models.CharField(_("code"), max_length=40, blank=True)
    quotes_price = models.BooleanField(_("copy may quote prices"), default=False)
    deposit = models.DecimalField(_("deposit"), max_digits=14, decimal_places=2, null=True, blank=True)
    deposit_counts = models.DecimalField(_("deposit counts as"), max_digits=14, decimal_places=2, null=True, blank=True)
    presale_ends_at = models.DateTimeField(_("pre-sale ends"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, help_text=_("Blank: with the campaign."))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Blank: with the campaign."))
    products = models.ManyToManyField(Product, blank=True, related_name="offers", verbose_name=_("products"))
    product_filter = models.JSONField(_("product filter"), default=dict, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("campaign_id", "position", "id")
        indexes = [models.Index(fields=["campaign", "position"], name="offer_of_campaign")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position} {self.get_kind_display()}"

    @property
    def changes_price(self) -> bool:
        """Whether it lowers what a product costs: two such offers on one product at one time are a conflict."""
        return self.kind != OfferKind.GIFT

    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when to when: its own dates, else the campaign's."""
        return self.starts_at or self.campaign.starts_at, self.ends_at or self.campaign.ends_at

    def gift_in(self, language: str) -> str:
        """The gift in ``language``, else as it was planned."""
        return in_language(self.gift, self.gifts, language)

    def event_key(self) -> str:
        """Key under which events name this offer."""
        return str(self.pk)

    def event_label(self) -> str:
        """Label under which events name this offer."""
        return f"{self.campaign} · {self.get_kind_display()}"[:255]
