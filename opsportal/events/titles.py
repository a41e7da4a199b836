"""Kinds of events in people's words, for the event log: each app names its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from opsportal.plugins import ExtensionPoint


@dataclass(frozen=True, slots=True)
class EventTitle:
    """What a kind of event ("draft.approved") is called: a few words that go with the object's name."""

    kind: str
    title: str | Promise

    @property
    def key(self) -> str:
        """Unique name at the extension point."""
        return self.kind


event_titles: ExtensionPoint = ExtensionPoint(
    "events.titles", module="event_titles", base=EventTitle, doc="Kinds of events in people's words."
)


def title_of(kind: str) -> str:
    """The kind in words; the kind itself where no app names it."""
    return str(event_titles.get(kind).title) if kind in event_titles else kind
