"""What generation listens to: changed facts of any object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation import freshness
from generation.console import telling  # noqa: F401  (registers who is told what)
from generation.services import corrections
from opsportal.events import Subscriber, subscribers

if TYPE_CHECKING:
    from opsportal.events.models import Event


@subscribers.register
class FactsChanged(Subscriber):
    """Compares the drafts that used an object whose facts changed; marks those that no longer fit."""

    key = "generation.facts_changed"
    kinds = ("*.facts_changed",)

    def handle(self, events: Sequence[Event]) -> None:
        """Compare once per object, however many events name it; then have written again what was wrong because of it."""
        changed = {(event.target_type, event.target_id) for event in events if event.target_id}
        freshness.compare_targets(changed)
        corrections.rewrite_corrected(changed)
