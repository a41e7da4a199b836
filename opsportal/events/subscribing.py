"""Subscribers: code that reacts to events after they were committed, in order, at least once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar

from opsportal.plugins import ExtensionPoint

if TYPE_CHECKING:
    from opsportal.events.models import Event


class Subscriber(ABC):
    """Reacts to events whose kind matches one of ``kinds`` (``*`` wildcards). Must bear being told twice."""

    key: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]

    @classmethod
    def wants(cls, kind: str) -> bool:
        """Whether events of this kind are for the subscriber."""
        return any(fnmatchcase(kind, pattern) for pattern in cls.kinds)

    @abstractmethod
    def handle(self, events: Sequence[Event]) -> None:
        """React. After an exception the events are held for this subscriber and come again, in order, every minute."""


subscribers: ExtensionPoint = ExtensionPoint(
    "events.subscribers", module="subscribers", base=Subscriber, doc="Code that reacts to events."
)
