"""Campaigns on the first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketing.models import Campaign, Status
from marketing.progress import progress_of
from opsportal.console import Card, dashboard

#: Campaigns named on the card; the list has them all.
MOST = 6
#: Those that need someone come first.
ORDER = (Status.PAUSED, Status.LIVE, Status.SCHEDULED, Status.REVIEW, Status.PLAN)


@dashboard.register
class RunningCampaigns(Card):
    """What is live, what stopped and why, what is missing before the next ones can run."""

    key = "marketing.campaigns"
    title = _("Campaigns")
    template = "marketing/cards/campaigns.html"
    permission = "marketing.view_campaign"
    order = 40

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """The campaigns that are not over, those that stopped first; no card without any campaign. Three queries."""
        open_ones = Campaign.objects.exclude(status=Status.ENDED)
        rows = sorted(open_ones.order_by("starts_at", "id")[:200], key=lambda row: ORDER.index(Status(row.status)))
        if not rows:
            return None
        progress = progress_of([row.pk for row in rows[:MOST]])
        return {
            "rows": [
                (row, progress[row.pk], progress[row.pk].total - progress[row.pk].published) for row in rows[:MOST]
            ],
            "live": sum(row.status == Status.LIVE for row in rows),
            "stale": sum(row.pause_reason == Campaign.PauseReason.STALE for row in rows),
            "more": max(0, len(rows) - MOST),
        }
