"""What the pages need that is no part of an order: who has it open, and what customers were told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.orders import Order


class OrderClaim(models.Model):
    """Who has an order open for review, until when: it tells the others and refuses nobody (the workflow does that)."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="claim", verbose_name=_("order"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("open order")
        verbose_name_plural = _("open orders")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id}: {self.user_id}"


class Situation(models.TextChoices):
    """What a customer is told about an order."""

    SHIPPED = "shipped", pgettext_lazy("notice", "shipped")
    DELAYED = "delayed", pgettext_lazy("notice", "delayed")
    HELD = "held", pgettext_lazy("notice", "on hold")
    CANCELLED = "cancelled", pgettext_lazy("notice", "cancelled")
    RETURNED = "returned", pgettext_lazy("notice", "coming back")
    REFUND = "refund", pgettext_lazy("notice", "refund")


class ToldNotice(models.Model):
    """A notice that went out, or is about to: made before the messenger is called, so that nothing is said twice.

    ``occasion`` tells one such situation from the next ("shipment:7"). A row without ``sent_at`` was cut off: whether
    the customer got it is unknown, and a person settles the delivery.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="notices", verbose_name=_("order"))
    situation = models.CharField(_("situation"), max_length=10, choices=Situation)
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=20)
    messenger = models.CharField(_("sent by"), max_length=60)
    draft_number = models.BigIntegerField(_("draft number"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice to a customer")
        verbose_name_plural = _("notices to customers")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["order", "situation", "occasion"], name="told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.get_situation_display()}"


class PushReceipt(models.Model):
    """A push of a carrier that was taken in: the same one again changes nothing (``digest`` is of all that was sent)."""

    carrier = models.CharField(_("carrier"), max_length=60)
    digest = models.CharField(_("digest"), max_length=64)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("push of a carrier")
        verbose_name_plural = _("pushes of carriers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["carrier", "digest"], name="one_push")]
        indexes = [models.Index(fields=["received_at"], name="push_received")]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.digest[:12]}"
