"""The stock ledger, kept only for what is sold in channels whose stock is owned here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import OrderLine
from products.models import Variant


class StockLevel(models.Model):
    """Pieces of a variant: ``on_hand`` lie in the warehouse, ``reserved`` of them are promised to orders."""

    variant = models.OneToOneField(Variant, models.CASCADE, related_name="stock_level", verbose_name=_("variant"))
    on_hand = models.IntegerField(_("on hand"), default=0, editable=False)
    reserved = models.IntegerField(_("reserved"), default=0, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ("variant_id",)
        constraints = [
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
        ]
        permissions = [("count_stock", "Can count and correct stock")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.on_hand}"

    def event_key(self) -> str:
        """Key under which events name this level."""
        return self.variant.identity

    @property
    def available(self) -> int:
        """Pieces nobody was promised yet; below zero only when a count found less than was promised."""
        return self.on_hand - self.reserved


class StockEntry(models.Model):
    """One movement of the ledger. The sums over a level's entries are the level."""

    class Kind(models.TextChoices):
        COUNT = "count", _("counted or corrected")
        RECEIVE = "receive", _("goods received")
        RESERVE = "reserve", _("reserved")
        RELEASE = "release", _("reservation lifted")
        SHIP = "ship", _("shipped")
        RETURN = "return", _("came back")

    level = models.ForeignKey(StockLevel, models.CASCADE, related_name="entries", verbose_name=_("stock level"))
    line = models.ForeignKey(
        OrderLine, models.SET_NULL, null=True, blank=True, related_name="stock_entries", verbose_name=_("order line")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on_hand_change = models.IntegerField(_("change on hand"), default=0)
    reserved_change = models.IntegerField(_("change reserved"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ("-id",)
        indexes = [models.Index(fields=["level", "-id"], name="stock_entries_of_level")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on_hand_change:+d}/{self.reserved_change:+d}"
