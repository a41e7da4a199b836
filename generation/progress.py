"""The counters of batches, moved in the transaction of the drafts they count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F
from django.utils import timezone

from generation.models import Batch
from opsportal import events
from opsportal.access import Actor


class Tally:
    """Collects what changed for each batch while a transaction runs; ``save`` writes it, one UPDATE a batch."""

    def __init__(self) -> None:
        self._counts: dict[int, Counter[str]] = defaultdict(Counter)

    def add(self, batch_id: int | None, **counts: int) -> None:
        """Add to counters of a batch by field name; a draft of no batch is not counted."""
        if batch_id is not None:
            self._counts[batch_id].update(counts)

    def save(self) -> None:
        """Write the counters and close the batches that are through."""
        for batch_id in sorted(self._counts):
            changes = {name: F(name) + count for name, count in self._counts[batch_id].items() if count}
            if changes:
                Batch.objects.filter(pk=batch_id).update(**changes)
        settle(self._counts)
        self._counts.clear()


def settle(batch_ids: Iterable[int]) -> None:
    """Mark running batches finished that have nothing left to write, and tell who listens."""
    through = Batch.objects.filter(
        pk__in=list(batch_ids),
        state=Batch.State.RUNNING,
        expanded=True,
        total__lte=F("written") + F("failed") + F("cancelled"),
    )
    for batch in through:
        moved = Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING).update(
            state=Batch.State.FINISHED, finished_at=timezone.now()
        )
        if moved:
            events.record("batch.finished", actor=Actor.system(), target=batch, data=summary(batch))


def summary(batch: Batch) -> dict[str, int]:
    """The counters of a batch as events and reports show them."""
    return {name: getattr(batch, name) for name in ("total", "written", "failed", "cancelled", "skipped", "thin")}
