"""Copy: what the shop's files said (source), and what a person approved and published here (live)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from products.models.catalogue import Product


class CopyField(models.TextChoices):
    """The places for copy a shop file has, besides the name."""

    DESCRIPTION = "description", _("description")
    HIGHLIGHTS = "highlights", _("highlights")
    SEO_TITLE = "seo_title", _("search title")
    SEO_DESCRIPTION = "seo_description", _("search description")


class SourceText(models.Model):
    """Text as it stood in an imported file. Untrusted: shown escaped, mined for facts, never published from here."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="source_texts", verbose_name=_("product"))
    field = models.CharField(_("field"), max_length=20, choices=CopyField)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    text = models.TextField(_("text"), blank=True)
    imported_at = models.DateTimeField(_("imported"), auto_now=True)

    class Meta:
        verbose_name = _("imported text")
        verbose_name_plural = _("imported texts")
        ordering = ("product_id", "field", "language", "channel")
        constraints = [
            models.UniqueConstraint(fields=["product", "field", "language", "channel"], name="one_source_text")
        ]

    def __str__(self) -> str:
        return f"{self.field} · {self.language}"


class LiveCopy(models.Model):
    """The published value of a slot; blank ``channel`` is for every channel that has none of its own."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="live_copy", verbose_name=_("product"))
    slot = models.CharField(_("copy type"), max_length=100)
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    value = models.JSONField(_("copy"))
    content_hash = models.CharField(_("hash of the copy"), max_length=64)
    draft_number = models.BigIntegerField(_("draft number"), null=True, blank=True)
    updated_at = models.DateTimeField(_("published"), auto_now=True)

    class Meta:
        verbose_name = _("live copy")
        verbose_name_plural = _("live copy")
        ordering = ("product_id", "slot", "language", "channel")
        constraints = [models.UniqueConstraint(fields=["product", "slot", "language", "channel"], name="one_live_copy")]
        indexes = [models.Index(fields=["slot", "language", "product"], name="live_copy_of_slot")]

    def __str__(self) -> str:
        return f"{self.slot} · {self.language}"
