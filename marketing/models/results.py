"""What a campaign brought: counts per variant and day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketing.models.placements import CopyVariant


class DailyResult(models.Model):
    """Results of one variant on one day as the channel reports them; reported again, they replace what was there.

    ``language`` blank: all languages together. Money is in the campaign's currency.
    """

    variant = models.ForeignKey(CopyVariant, models.CASCADE, related_name="results", verbose_name=_("copy variant"))
    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=20, blank=True)
    impressions = models.PositiveBigIntegerField(_("impressions"), default=0)
    clicks = models.PositiveBigIntegerField(_("clicks"), default=0)
    conversions = models.PositiveBigIntegerField(_("conversions"), default=0)
    spend = models.DecimalField(_("spend"), max_digits=16, decimal_places=4, default=0)
    revenue = models.DecimalField(_("revenue"), max_digits=16, decimal_places=4, default=0)
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        verbose_name = _("daily result")
        verbose_name_plural = _("daily results")
        ordering = ("variant_id", "day", "language")
        constraints = [
            models.UniqueConstraint(fields=["variant", "day", "language"], name="one_result_per_day"),
            models.CheckConstraint(condition=Q(clicks__lte=F("impressions")), name="result_clicks"),
            # Not of clicks: channels also count orders after an ad that was only seen.
            models.CheckConstraint(condition=Q(conversions__lte=F("impressions")), name="result_conversions"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.day}"
