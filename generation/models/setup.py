"""What an installation sets up: writers and prompt templates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsportal.plugins.errors import Conflict


class WriterProfile(models.Model):
    """A writer this shop may use: a kind and its settings, under a name. One profile is the default."""

    name = models.SlugField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    measured = models.JSONField(_("measured figures"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("writer")
        verbose_name_plural = _("writers")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_writer"),
        ]

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        """Key under which events name this writer."""
        return self.name


class PromptTemplate(models.Model):
    """The shop's own words around a brief. Once a draft was made with it, its text never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("in preparation")
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(_("version"), default=1)
    slot = models.CharField(_("copy type"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    used_at = models.DateTimeField(_("first used"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("prompt template")
        verbose_name_plural = _("prompt templates")
        ordering = ("name", "-version")
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="template_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; raises ``Conflict`` when what writers see of a used template would change."""
        if self.pk:
            kept = type(self).objects.filter(pk=self.pk, used_at__isnull=False)
            kept = kept.exclude(text=self.text, slot=self.slot, language=self.language, name=self.name)
            if kept.exists():
                raise Conflict(
                    str(_("Copy was already drafted with this template. Save it as a new version instead.")),
                    "template_used",
                )
        super().save(*args, **kwargs)
