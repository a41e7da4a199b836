"""How drafts are received, without watching anybody: by copy type and writer, never by person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from generation.models import Draft, State
from generation.points import response_sources
from generation.slots import all_slots

#: Days looked back, and seconds a result is kept: the figures change slowly, the rows are many.
DAYS = 30
_KEPT = 120
#: A writer of whose drafts fewer than this share is approved does more harm than good, once enough were decided.
WORST_SHARE = 40
ENOUGH = 20

APPROVED = (State.APPROVED, State.PUBLISHED, State.REVERTED, State.REPLACED)


@dataclass(slots=True)
class Reception:
    """How the drafts of one copy type by one writer were received, by reviewers and, where known, by customers."""

    slot: str
    writer: str
    unchanged: int = 0
    edited: int = 0
    rejected: int = 0
    shown: int = 0
    acted: int = 0

    @property
    def response(self) -> float | None:
        """Percent of those who saw published copy and acted on it; None where nobody counts."""
        return round(self.acted * 100 / self.shown, 2) if self.shown else None

    @property
    def total(self) -> int:
        """Drafts decided."""
        return self.unchanged + self.edited + self.rejected

    @property
    def share(self) -> int:
        """Percent approved, changed by a person or not."""
        return round((self.unchanged + self.edited) * 100 / self.total) if self.total else 0

    @property
    def is_poor(self) -> bool:
        """Whether this writer should be looked at."""
        return self.total >= ENOUGH and self.share < WORST_SHARE

    @property
    def bars(self) -> tuple[tuple[str, float, float], ...]:
        """(kind, from, width) in percent, for a bar."""
        whole = self.total or 1
        first, second, third = (count * 100 / whole for count in (self.unchanged, self.edited, self.rejected))
        return (("unchanged", 0, first), ("edited", first, second), ("rejected", first + second, third))


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the queue."""

    oldest: datetime | None
    decided_a_day: float
    hours_to_decision: float | None


def receptions() -> list[Reception]:
    """What became of the drafts of the last ``DAYS`` days, the most decided first."""
    found: list[Reception] | None = cache.get("generation.receptions")
    if found is None:
        found = _receptions()
        cache.set("generation.receptions", found, _KEPT)
    return found


def _receptions() -> list[Reception]:
    rows = (
        Draft.objects.filter(
            created_at__gte=timezone.now() - timedelta(days=DAYS), state__in=[*APPROVED, State.REJECTED]
        )
        .values("slot", "writer_used", "state")
        .annotate(n=Count("pk"), untouched=Count("pk", filter=Q(editor_ids=[])))
        .order_by()
    )
    titles = {slot.key: str(slot.title) for slot in all_slots()}
    found: dict[tuple[str, str], Reception] = {}
    for row in rows:
        writer = row["writer_used"] or "–"
        one = found.setdefault((row["slot"], writer), Reception(titles.get(row["slot"], row["slot"]), writer))
        if row["state"] == State.REJECTED:
            one.rejected += row["n"]
        else:
            one.unchanged += row["untouched"]
            one.edited += row["n"] - row["untouched"]
    for source in response_sources.all():
        for told in source().responses(timezone.now() - timedelta(days=DAYS)):
            fresh = Reception(titles.get(told.slot, told.slot), told.writer)
            one = found.setdefault((told.slot, told.writer), fresh)
            one.shown += told.shown
            one.acted += told.acted
    return sorted(found.values(), key=lambda one: -one.total)


def poor_writers(found: list[Reception]) -> list[str]:
    """Writers below ``WORST_SHARE`` over all copy types together."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        totals[one.writer][0] += one.unchanged + one.edited
        totals[one.writer][1] += one.total
    return sorted(
        writer for writer, (good, total) in totals.items() if total >= ENOUGH and good * 100 < WORST_SHARE * total
    )


def standing() -> Standing:
    """How old the queue is and how fast it is decided."""
    found: Standing | None = cache.get("generation.standing")
    if found is None:
        found = _standing()
        cache.set("generation.standing", found, _KEPT)
    return found


def _standing() -> Standing:
    week = timezone.now() - timedelta(days=7)
    oldest = Draft.objects.filter(state=State.IN_REVIEW).order_by("created_at").values_list("created_at", flat=True)
    decided = Draft.objects.filter(
        created_at__gte=timezone.now() - timedelta(days=DAYS),
        state__in=[*APPROVED, State.REJECTED],
        decided_at__gte=week,
    ).aggregate(n=Count("pk"), took=Avg(F("decided_at") - F("written_at"), filter=Q(written_at__isnull=False)))
    took = decided["took"]
    return Standing(oldest.first(), round(decided["n"] / 7, 1), round(took.total_seconds() / 3600, 1) if took else None)
