"""Writing events. Every service that changes something calls this in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from opsportal.events.models import Event
from opsportal.events.signals import events_recorded


class Acting(Protocol):
    """What an event keeps of whoever acts (``opsportal.access.Actor``)."""

    @property
    def user(self) -> Any: ...
    @property
    def label(self) -> str: ...
    @property
    def via(self) -> str: ...
    @property
    def os_user(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be recorded; either ``target`` or the four ``target_…`` values say what it happened to."""

    kind: str
    target: Model | None = None
    target_type: str = ""
    target_id: int | None = None
    target_key: str = ""
    target_label: str = ""
    before: Any = None
    after: Any = None
    data: dict[str, Any] = field(default_factory=dict)


def record(kind: str, *, actor: Acting, correlation: UUID | None = None, **values: Any) -> Event:
    """Record one event (``values``: fields of ``NewEvent``). Raises outside a transaction."""
    given = {key: value for key, value in values.items() if value is not None}
    return record_many([NewEvent(kind, **given)], actor=actor, correlation=correlation)[0]


def record_many(events: Iterable[NewEvent], *, actor: Acting, correlation: UUID | None = None) -> list[Event]:
    """Record events in one insert. Raises ``TransactionManagementError`` outside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is recorded in the transaction of what happened")
    rows = [_row(event, actor, correlation) for event in events]
    Event.objects.bulk_create(rows, batch_size=500)
    if rows:
        events_recorded.send(Event, count=len(rows))
    return rows


def _row(event: NewEvent, actor: Acting, correlation: UUID | None) -> Event:
    target = event.target
    user = actor.user
    return Event(
        kind=event.kind,
        actor_id=user.pk if user is not None else None,
        actor_label=actor.label[:150],
        via=actor.via,
        os_user=actor.os_user[:100],
        target_type=target._meta.label_lower if target is not None else event.target_type,
        target_id=target.pk if target is not None else event.target_id,
        target_key=(_said(target, "event_key", str(target.pk)) if target is not None else event.target_key)[:255],
        target_label=(_said(target, "event_label", str(target)) if target is not None else event.target_label)[:255],
        before=event.before,
        after=event.after,
        data=event.data,
        correlation=correlation,
    )


def _said(target: Model, method: str, otherwise: str) -> str:
    return str(getattr(target, method)()) if hasattr(target, method) else otherwise
