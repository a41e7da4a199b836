"""Order review: what a rule said of an order, what people decided, and what tunes the rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order
from orders.review import review_rules


class Hold(models.Model):
    """Why an order was stopped: one row a rule, with the numbers the rule saw.

    ``reason`` is the rule's sentence when it fired; ``numbers`` let it say so again in the reader's language. The
    outcome tells later whether the rule was right: its precision is (confirmed + regretted) / all with an outcome.
    """

    class Verdict(models.TextChoices):
        HOLD = "hold", _("look at it")
        REJECT = "reject", _("proposes to cancel")

    class Outcome(models.TextChoices):
        PENDING = "", _("not decided")
        CLEARED = "cleared", _("released, no trouble since")
        CONFIRMED = "confirmed", _("cancelled because of it")
        REGRETTED = "regretted", _("released, then cancelled or returned")

    order = models.ForeignKey(Order, models.CASCADE, related_name="holds", verbose_name=_("order"))
    rule = models.CharField(_("rule"), max_length=100)
    verdict = models.CharField(_("proposal"), max_length=10, choices=Verdict, default=Verdict.HOLD)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    numbers = models.JSONField(_("numbers"), default=dict, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING, blank=True)
    opened_at = models.DateTimeField(_("on hold since"))
    closed_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["order", "rule"], condition=Q(closed_at__isnull=True), name="one_open_hold_per_rule"
            )
        ]
        indexes = [models.Index(fields=["rule", "outcome"], name="hold_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.order_id}"

    @property
    def explanation(self) -> str:
        """Why, in the reader's language; as it was said then when the rule is gone or a person gave the reason."""
        return review_rules.get(self.rule).explain(self.numbers) if self.rule in review_rules else self.reason


class Decision(models.Model):
    """What was decided here about an order and has to be told to the system that owns it.

    ``handed_over_at``: the decision went out, in the export ``handed_over_in`` or through the API.
    """

    class Kind(models.TextChoices):
        APPROVE = "approve", _("ship")
        HOLD = "hold", _("put on hold")
        RELEASE = "release", _("release")
        CANCEL = "cancel", _("cancel order")
        ACCEPT_RETURN = "accept_return", _("accept return")
        REFUSE_RETURN = "refuse_return", _("refuse return")
        REFUND = "refund", _("refund")

    order = models.ForeignKey(Order, models.CASCADE, related_name="decisions", verbose_name=_("order"))
    kind = models.CharField(_("decision"), max_length=20, choices=Kind)
    automatic = models.BooleanField(_("by rule"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    made_at = models.DateTimeField(_("decided at"))
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    handed_over_in = models.CharField(_("handed over in"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-id",)
        indexes = [models.Index(fields=["id"], name="decision_waiting", condition=Q(handed_over_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.order_id}"


class RuleSetting(models.Model):
    """A shop's own setting of one review rule; a parameter that is not here has the value of ``data/rules.toml``."""

    key = models.CharField(_("rule"), max_length=100, unique=True)
    active = models.BooleanField(_("active"), default=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("review rule setting")
        verbose_name_plural = _("review rule settings")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    def event_key(self) -> str:
        """Key under which events name this setting."""
        return self.key


class BlockedEntry(models.Model):
    """A buyer's e-mail, phone, address, number or country that orders are stopped for. ``key`` is the digest compared."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        ADDRESS = "address", _("address")
        CUSTOMER = "customer", _("customer number")
        COUNTRY = "country", _("country")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = models.CharField(_("value"), max_length=500)
    key = models.CharField(_("digest"), max_length=32, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reject = models.BooleanField(_("propose to cancel"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("blocked entry")
        verbose_name_plural = _("blocked list")
        ordering = ("kind", "value")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="blocked_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    def event_key(self) -> str:
        """Key under which events name this entry: never personal data."""
        return f"{self.kind}:{self.key}"

    def event_label(self) -> str:
        """Label under which events name this entry: never personal data."""
        return self.get_kind_display()
