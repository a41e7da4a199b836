"""The event: what happened to which object, by whom, from where, with the values before and after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """Someone tried to change or delete a row of the record."""


class EventQuerySet(models.QuerySet["Event"]):
    """Reading only; the outbox marks deliveries through ``mark_dispatched``."""

    def update(self, **values: Any) -> int:
        """Refused: raises ``AppendOnly``."""
        raise AppendOnly("events cannot be changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: raises ``AppendOnly``."""
        raise AppendOnly("events cannot be deleted")

    def mark_dispatched(self, moment: Any) -> int:
        """Note that subscribers got these events; not part of what happened, so allowed."""
        return super().update(dispatched_at=moment)


class Event(models.Model):
    """One thing that happened. Rows are never changed; only ``dispatched_at`` is written later, by the outbox."""

    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("what"), max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    actor_label = models.CharField(_("name at the time"), max_length=150, blank=True)
    via = models.CharField(_("from"), max_length=10, blank=True)
    os_user = models.CharField(_("system user"), max_length=100, blank=True)
    target_type = models.CharField(_("kind of object"), max_length=100, blank=True)
    target_id = models.BigIntegerField(_("object id"), null=True, blank=True)
    target_key = models.CharField(_("object key"), max_length=255, blank=True)
    target_label = models.CharField(_("object"), max_length=255, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    correlation = models.UUIDField(_("belongs together"), null=True, blank=True, db_index=True)
    dispatched_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-id",)
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["kind", "-id"], name="event_by_kind"),
            models.Index(fields=["target_type", "target_id", "-id"], name="event_by_target"),
            models.Index(fields=["actor", "-id"], name="event_by_actor"),
            models.Index(fields=["id"], name="event_outbox", condition=models.Q(dispatched_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_label}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; raises ``AppendOnly`` for a row that exists."""
        if self.pk is not None and not self._state.adding:
            raise AppendOnly("events cannot be changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: raises ``AppendOnly``."""
        raise AppendOnly("events cannot be deleted")


class HeldEvent(models.Model):
    """An event that waits for one subscriber, which failed on it or on one before it; the others got it."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="+", verbose_name=_("event"))
    subscriber = models.CharField(_("subscriber"), max_length=80)
    held_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("held event")
        verbose_name_plural = _("held events")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="held_once")]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.event_id}"
