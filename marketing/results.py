"""Results of placements: figures per variant, intervals, a verdict, and the days behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import Sum
from django.utils.translation import gettext as _

from marketing.models import CopyVariant, DailyResult, Placement
from marketing.proportions import Counts, Verdict, judge, rate_interval, settings

#: What is compared: clicks or orders of those who saw it. Orders of those who clicked would compare other people.
Metric = Literal["clicks", "conversions"]
METRICS: tuple[Metric, ...] = ("clicks", "conversions")
FIGURES = ("impressions", "clicks", "conversions", "spend", "revenue")


@dataclass(slots=True)
class VariantResult:
    """Figures of one variant; ``rate`` with its interval is of the metric asked for."""

    variant: CopyVariant
    impressions: int = 0
    clicks: int = 0
    conversions: int = 0
    spend: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)
    rate: float = 0.0
    low: float = 0.0
    high: float = 1.0

    @property
    def return_on_spend(self) -> Decimal | None:
        """Revenue for one unit of spend; None without spend."""
        return self.revenue / self.spend if self.spend else None


@dataclass(slots=True)
class PlacementResults:
    """Results of one placement; ``days`` holds the metric's rate per day and variant label, for a chart."""

    placement: Placement
    metric: Metric
    variants: list[VariantResult] = field(default_factory=list)
    verdict: Verdict = field(default_factory=lambda: Verdict("one_variant"))
    days: dict[date, dict[str, float]] = field(default_factory=dict)

    def sentence(self) -> str:
        """The verdict in one plain sentence."""
        return sentence(self.verdict)


def results_of(placements: Iterable[Placement], metric: Metric = "clicks") -> list[PlacementResults]:
    """Results of each placement, in the order given; three queries for all of them."""
    listed = list(placements)
    variants: dict[int, list[CopyVariant]] = defaultdict(list)
    for variant in CopyVariant.objects.filter(placement__in=listed).order_by("label"):
        variants[variant.placement_id].append(variant)
    rows = DailyResult.objects.filter(variant__placement__in=listed)
    totals = {
        row["variant_id"]: row
        for row in rows.values("variant_id").annotate(**{name: Sum(name) for name in FIGURES}).order_by()
    }
    days: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    by_day = rows.values("variant_id", "day").annotate(seen=Sum("impressions"), done=Sum(metric)).order_by("day")
    for row in by_day:
        days[row["variant_id"]].append((row["day"], row["seen"], row["done"]))
    return [_of_placement(placement, metric, variants[placement.pk], totals, days) for placement in listed]


def sentence(verdict: Verdict) -> str:
    """What a verdict means, in one plain sentence of the active language."""
    if verdict.code == "one_variant":
        return _("There is only one variant: nothing to compare.")
    if verdict.code == "better":
        return _("%(winner)s is better than the others: between %(low)s and %(high)s points more.") % {
            "winner": verdict.winner,
            "low": _points(verdict.low),
            "high": _points(verdict.high),
        }
    if verdict.code == "no_difference":
        return _("The variants do equally well; a difference that matters would have shown.")
    if verdict.more:
        return _("Not enough data yet: about %(more)s more views a variant are needed to tell.") % {
            "more": f"{verdict.more:,}"
        }
    return _("Not enough data yet to tell.")


def _of_placement(
    placement: Placement,
    metric: Metric,
    variants: Sequence[CopyVariant],
    totals: Mapping[int, Mapping],
    days: Mapping[int, Sequence[tuple[date, int, int]]],
) -> PlacementResults:
    made = PlacementResults(placement, metric)
    counts: dict[str, Counts] = {}
    for variant in variants:
        figures = {name: totals[variant.pk][name] for name in FIGURES} if variant.pk in totals else {}
        result = VariantResult(variant, **figures)
        counted = Counts(result.impressions, getattr(result, metric))
        result.rate = counted.rate
        result.low, result.high = rate_interval(counted, settings().confidence)
        counts[variant.label] = counted
        made.variants.append(result)
        for day, seen, done in days.get(variant.pk, ()):
            made.days.setdefault(day, {})[variant.label] = done / seen if seen else 0.0
    made.days = dict(sorted(made.days.items()))
    made.verdict = judge(counts)
    return made


def _points(difference: float) -> str:
    return f"{difference * 100:.2f}"
