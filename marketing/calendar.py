"""A month of campaigns: weeks of days, and in each week one bar a campaign, packed into lanes."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from marketing.models import Campaign, Status

#: Bars of a month at most; a shop with more sees the earliest.
MOST_CAMPAIGNS = 200


@dataclass(frozen=True, slots=True)
class Bar:
    """The part of a campaign that lies in one week. Columns count from 1; ``opens``/``closes``: its own first, last day."""

    campaign: Campaign
    first: int
    span: int
    opens: bool
    closes: bool


@dataclass(slots=True)
class Week:
    """Seven days (None outside the month is not used: neighbours are shown) and the lanes of bars below them."""

    days: list[date]
    lanes: list[list[Bar]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """One month as the page shows it."""

    first: date
    weeks: list[Week]
    campaigns: list[Campaign]
    undated: list[Campaign]

    @property
    def previous(self) -> date:
        """The month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def following(self) -> date:
        """The month after."""
        return (self.first + timedelta(days=32)).replace(day=1)


def month_of(text: str) -> date:
    """The first day of a month written "2026-11"; of the present one for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return timezone.localdate().replace(day=1)


def month(first: date) -> Month:
    """The month that begins on ``first``, in the active time zone: two queries."""
    days = calendar.Calendar().monthdatescalendar(first.year, first.month)
    begins, ends = _moment(days[0][0]), _moment(days[-1][-1] + timedelta(days=1))
    rows = Campaign.objects.select_related("owner")
    campaigns = list(_between(rows, begins, ends).order_by("starts_at", "id")[:MOST_CAMPAIGNS])
    undated = list(
        rows.filter(starts_at=None, status__in=(Status.PLAN, Status.REVIEW)).order_by("-id")[:MOST_CAMPAIGNS]
    )
    return Month(first, [_week(week, campaigns) for week in days], campaigns, undated)


def days_of(campaign: Campaign) -> tuple[date, date]:
    """First and last day of a dated campaign in the active time zone; an end at midnight does not touch the new day."""
    assert campaign.starts_at is not None
    first = timezone.localtime(campaign.starts_at).date()
    if campaign.ends_at is None:
        return first, date.max
    last = timezone.localtime(campaign.ends_at - timedelta(microseconds=1)).date()
    return first, max(first, last)


def _between(rows: QuerySet[Campaign], begins: datetime, ends: datetime) -> QuerySet[Campaign]:
    return rows.filter(starts_at__lt=ends).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=begins))


def _week(days: list[date], campaigns: Iterable[Campaign]) -> Week:
    week = Week(days)
    for campaign in campaigns:
        first, last = days_of(campaign)
        if first > days[-1] or last < days[0]:
            continue
        start, end = max(first, days[0]), min(last, days[-1])
        bar = Bar(campaign, (start - days[0]).days + 1, (end - start).days + 1, first >= days[0], last <= days[-1])
        lane = next((lane for lane in week.lanes if lane[-1].first + lane[-1].span <= bar.first), None)
        if lane is None:
            week.lanes.append([bar])
        else:
            lane.append(bar)
    return week


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
