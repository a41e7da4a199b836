"""Variants with their prices and mirrored stock, and how prices changed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from products.models.catalogue import Product


class Variant(models.Model):
    """What is actually bought. A product without choices has one variant without options.

    ``identity`` tells variants of a product apart: the SKU, else the option values joined by " / ".
    ``options`` keeps the shop's order: ``[{"name": "Color", "value": "Black", "names": {…}, "values": {…}}]``.
    ``stock`` mirrors the shop; the portal does not count it.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", verbose_name=_("product"))
    identity = models.CharField(_("identity"), max_length=400, editable=False)
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    barcode = models.CharField(_("barcode"), max_length=120, blank=True)
    options = models.JSONField(_("options"), default=list, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, null=True, blank=True)
    compare_at = models.DecimalField(_("compare-at price"), max_digits=14, decimal_places=4, null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    stock = models.IntegerField(_("stock in the shop"), null=True, blank=True)
    stock_synced_at = models.DateTimeField(_("stock read at"), null=True, blank=True)
    image = models.URLField(_("image"), max_length=2000, blank=True)
    position = models.PositiveIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering = ("product_id", "position", "id")
        constraints = [models.UniqueConstraint(fields=["product", "identity"], name="variant_identity")]
        indexes = [
            models.Index(fields=["sku"], name="variant_sku"),
            models.Index(fields=["barcode"], name="variant_barcode"),
        ]

    def __str__(self) -> str:
        return self.label or self.sku or self.identity

    @property
    def label(self) -> str:
        """The option values as a customer sees them: "Black / M"; "" without options."""
        return " / ".join(option["value"] for option in self.options)

    def label_in(self, language: str) -> str:
        """The option values in ``language`` where known."""
        return " / ".join(option.get("values", {}).get(language) or option["value"] for option in self.options)

    def event_key(self) -> str:
        """Key under which events name this variant."""
        return self.identity

    def event_label(self) -> str:
        """Label under which events name this variant."""
        return str(self)[:255]


def variant_identity(sku: str, options: list[dict[str, Any]]) -> str:
    """What tells a variant from its siblings: its SKU, else its option values; "" for the only one."""
    return (sku or " / ".join(option["value"] for option in options))[:400]


class PriceChange(models.Model):
    """A price as it was from a moment on; the first row of a variant is its first known price."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="price_changes", verbose_name=_("variant"))
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, null=True, blank=True)
    compare_at = models.DecimalField(_("compare-at price"), max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price history")
        ordering = ("-since", "-id")
        indexes = [models.Index(fields=["variant", "-since"], name="price_history")]

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"
