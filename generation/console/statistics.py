"""How drafts are received, without watching anybody: by copy type, writer and template, never by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
#: How long drafts have waited, in whole days from and up to; the last is open.
AGES: tuple[tuple[int, int | None, Any], ...] = (
    (0, 1, _("up to a day")),
    (1, 3, _("1 to 3 days")),
    (3, 7, _("3 to 7 days")),
    (7, None, _("over a week")),
)
T = TypeVar("T")


@dataclass(slots=True)
class Reception:
    """How some drafts were received: those of one copy type by one writer with one template, or of one day.

    ``shown`` and ``acted``: customers who saw the published copy, and of these who acted on it, where somebody counts.
    ``distance`` is the mean share of the text that edits changed, ``hours`` the mean time from draft to decision; None
    where there is none.
    """

    slot: str = ""
    writer: str = ""
    template: str = ""
    unchanged: int = 0
    edited: int = 0
    rejected: int = 0
    shown: int = 0
    acted: int = 0
    distance: float | None = None
    hours: float | None = None
    _took: list[tuple[timedelta, int]] = field(default_factory=list, repr=False)

    @property
    def total(self) -> int:
        """Drafts decided."""
        return self.unchanged + self.edited + self.rejected

    @property
    def response(self) -> float | None:
        """Percent of those who saw published copy and acted on it; None where nobody counts."""
        return round(self.acted * 100 / self.shown, 2) if self.shown else None

    @property
    def share(self) -> int:
        """Percent approved, changed by a person or not."""
        return round((self.unchanged + self.edited) * 100 / self.total) if self.total else 0

    @property
    def shares(self) -> tuple[int, int, int]:
        """Percent approved unchanged, approved after editing, rejected."""
        whole = self.total or 1
        first, second, third = (round(count * 100 / whole) for count in (self.unchanged, self.edited, self.rejected))
        return first, second, third

    @property
    def changed_percent(self) -> float | None:
        """Percent of the text an edit changed, on average."""
        return None if self.distance is None else round(self.distance * 100, 1)

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

    def add(self, row: dict[str, Any]) -> None:
        """Take over a row of counts."""
        if row["state"] == State.REJECTED:
            self.rejected += row["n"]
        else:
            self.unchanged += row["untouched"]
            self.edited += row["n"] - row["untouched"]
        if row["far"] is not None:
            self.distance = row["far"]
        if row["took"] is not None:
            self._took.append((row["took"], row["n"]))
            whole = sum(count for _took, count in self._took)
            seconds = sum(took.total_seconds() * count for took, count in self._took) / whole
            self.hours = round(seconds / 3600, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """Decisions of one day, with what a bar of a chart needs: (kind, from the top, height) in percent of ``most``."""

    day: date
    reception: Reception
    most: int

    @property
    def bars(self) -> tuple[tuple[str, float, float], ...]:
        """The stacked bar, rejected at the bottom."""
        found, bottom = [], 100.0
        one = self.reception
        for kind, count in (("rejected", one.rejected), ("edited", one.edited), ("unchanged", one.unchanged)):
            height = count * 100 / (self.most or 1)
            bottom -= height
            found.append((kind, bottom, height))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the queue."""

    oldest: datetime | None
    decided_a_day: float
    hours_to_decision: float | None


def receptions() -> list[Reception]:
    """What became of the drafts of the last ``DAYS`` days, by copy type, writer and template; the most decided first."""
    return _kept(f"generation.receptions.{get_language()}", _receptions)


def by_writer(found: Iterable[Reception]) -> list[Reception]:
    """The same by copy type and writer only, with what customers did where somebody counts."""
    joined: dict[tuple[str, str], Reception] = {}
    for one in found:
        whole = joined.setdefault((one.slot, one.writer), Reception(one.slot, one.writer))
        whole.unchanged += one.unchanged
        whole.edited += one.edited
        whole.rejected += one.rejected
    for slot, writer, shown, acted in _kept(f"generation.responses.{get_language()}", _responses):
        whole = joined.setdefault((slot, writer), Reception(slot, writer))
        whole.shown += shown
        whole.acted += acted
    return sorted(joined.values(), key=lambda one: -one.total)


def poor_writers(found: Iterable[Reception]) -> list[str]:
    """Writers below ``WORST_SHARE`` over all copy types together."""
    totals: dict[str, Reception] = defaultdict(Reception)
    for one in found:
        whole = totals[one.writer]
        whole.unchanged += one.unchanged
        whole.edited += one.edited
        whole.rejected += one.rejected
    return sorted(writer for writer, whole in totals.items() if whole.is_poor)


def days() -> list[Day]:
    """Decisions of each of the last ``DAYS`` days in the person's time zone, days without any included."""
    zone = timezone.get_current_timezone()
    counts: dict[date, Reception] = _kept(f"generation.days.{zone}", _days)
    today = timezone.localdate()
    listed = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    most = max((one.total for one in counts.values()), default=0)
    return [Day(day, counts.get(day, Reception()), most) for day in listed]


def ages() -> list[tuple[Any, int, int]]:
    """How long what is in review has waited: (words, drafts, percent of all)."""
    now = timezone.now()
    wanted = {}
    for number, (first, last, _words) in enumerate(AGES):
        condition = Q(created_at__lte=now - timedelta(days=first))
        wanted[f"a{number}"] = Count(
            "pk", filter=condition & Q(created_at__gt=now - timedelta(days=last)) if last else condition
        )
    rows = Draft.objects.filter(state=State.IN_REVIEW).order_by()
    counts = _kept("generation.ages", lambda: rows.aggregate(**wanted))
    whole = sum(counts.values()) or 1
    return [
        (words, counts[f"a{number}"], round(counts[f"a{number}"] * 100 / whole))
        for number, (_first, _last, words) in enumerate(AGES)
    ]


def standing() -> Standing:
    """How old the queue is and how fast it is decided."""
    return _kept("generation.standing", _standing)


def _kept(key: str, measure: Callable[[], T]) -> T:
    found: T | None = cache.get(key)
    if found is None:
        found = measure()
        cache.set(key, found, _KEPT)
    return found


def _decided() -> Any:
    since = timezone.now() - timedelta(days=DAYS)
    return Draft.objects.filter(created_at__gte=since, state__in=[*APPROVED, State.REJECTED]).order_by()


def _counted(rows: Any) -> Any:
    return rows.annotate(
        n=Count("pk"),
        untouched=Count("pk", filter=Q(editor_ids=[])),
        far=Avg("edit_distance"),
        took=Avg(F("decided_at") - F("written_at"), filter=Q(written_at__isnull=False, decided_at__isnull=False)),
    )


def _receptions() -> list[Reception]:
    rows = _counted(_decided().values("slot", "writer_used", "template__name", "template__version", "state"))
    titles = {slot.key: str(slot.title) for slot in all_slots()}
    found: dict[tuple[str, str, str], Reception] = {}
    for row in rows:
        writer = row["writer_used"] or "–"
        template = f"{row['template__name']} v{row['template__version']}" if row["template__name"] else ""
        one = Reception(titles.get(row["slot"], row["slot"]), writer, template)
        found.setdefault((row["slot"], writer, template), one).add(row)
    return sorted(found.values(), key=lambda one: -one.total)


def _responses() -> list[tuple[str, str, int, int]]:
    titles = {slot.key: str(slot.title) for slot in all_slots()}
    since = timezone.now() - timedelta(days=DAYS)
    return [
        (titles.get(told.slot, told.slot), told.writer, told.shown, told.acted)
        for source in response_sources.all()
        for told in source().responses(since)
    ]


def _days() -> dict[date, Reception]:
    rows = _counted(
        _decided().filter(decided_at__isnull=False).annotate(day=TruncDate("decided_at")).values("day", "state")
    )
    found: dict[date, Reception] = defaultdict(Reception)
    for row in rows:
        found[row["day"]].add(row)
    return dict(found)


def _standing() -> Standing:
    week = timezone.now() - timedelta(days=7)
    oldest = Draft.objects.filter(state=State.IN_REVIEW).order_by("created_at").values_list("created_at", flat=True)
    decided = (
        _decided()
        .filter(decided_at__gte=week)
        .aggregate(n=Count("pk"), took=Avg(F("decided_at") - F("written_at"), filter=Q(written_at__isnull=False)))
    )
    took = decided["took"]
    return Standing(oldest.first(), round(decided["n"] / 7, 1), round(took.total_seconds() / 3600, 1) if took else None)
