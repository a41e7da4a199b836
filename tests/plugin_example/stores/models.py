"""The store."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Store(models.Model):
    """A place where customers can walk in. ``story`` is copy: only publishing an approved draft writes it."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    city = models.CharField(_("city"), max_length=100)
    opening_hours = models.CharField(_("opening hours"), max_length=100, help_text=_("As on the door: 10:00 to 20:00"))
    floor_area = models.PositiveIntegerField(_("floor area (m²)"))
    parking = models.BooleanField(_("parking"), default=False)
    story = models.TextField(_("story"), blank=True, editable=False)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def event_key(self) -> str:
        """The key people and commands use for this store."""
        return self.key
