"""What happened: one append-only row is audit entry and outbox message at once.

``record`` and ``record_many`` write events in the caller's transaction; ``subscribers`` is where plugins react, and at
``event_titles`` they say what their kinds of events are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opsportal.events.subscribing import Subscriber, subscribers
from opsportal.events.titles import EventTitle, event_titles

if TYPE_CHECKING:
    from opsportal.events.recording import NewEvent, record, record_many

__all__ = ["EventTitle", "NewEvent", "Subscriber", "event_titles", "record", "record_many", "subscribers"]


def __getattr__(name: str) -> Any:
    # Recording needs the models, which Django allows only once all apps are there; plugins import this package earlier.
    if name in __all__:
        from opsportal.events import recording

        return getattr(recording, name)
    raise AttributeError(name)
