"""What the checks of this shop know beside the rules: its glossary, and an index of texts that are alike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.drafts import Draft


class GlossaryTerm(models.Model):
    """A word the shop writes otherwise, or never. Blank ``channel`` and ``language`` mean all of them."""

    term = models.CharField(_("term"), max_length=100)
    preferred = models.CharField(
        _("write instead"), max_length=100, blank=True, help_text=_("Leave blank for a term that must not be used.")
    )
    language = models.CharField(_("language"), max_length=20, choices=settings.LANGUAGES, blank=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ("term", "language", "channel")
        constraints = [
            models.UniqueConstraint(fields=["term", "language", "channel"], name="one_glossary_term_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.preferred}" if self.preferred else self.term

    def event_key(self) -> str:
        """Key under which events name this term."""
        return self.term


class TextBand(models.Model):
    """One band of the min-hash signature of a draft's text: texts that are alike share some (``generation.similar``)."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="bands", verbose_name=_("draft"))
    key = models.BigIntegerField(_("band"))

    class Meta:
        verbose_name = _("band of a text")
        verbose_name_plural = _("bands of texts")
        indexes = [models.Index(fields=["key", "draft"], name="text_band")]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.key}"
