"""The month view: when campaigns run, and what would collide."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from marketing.calendar import month, month_of
from marketing.conflicts import PriceConflict, conflicts_among
from marketing.console.base import VIEW
from marketing.models import Campaign, Status
from opsportal.console.views import ConsoleView

#: Overlapping pairs of offers a month looks at: six queries.
MOST_PAIRS = 300


class MonthPage(ConsoleView):
    """Campaigns of one month as bars, and as a list."""

    title = gettext_lazy("Campaigns by month")
    permission = VIEW
    template_name = "marketing/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The month of the address ("?month=2026-11"), else the present one."""
        shown = month(month_of(self.request.GET.get("month", "")))
        open_ones = [campaign for campaign in shown.campaigns if campaign.status != Status.ENDED]
        conflicting: dict[int, list[tuple[Campaign, PriceConflict]]] = defaultdict(list)
        for conflict in conflicts_among(open_ones, MOST_PAIRS):
            conflicting[conflict.offer.campaign_id].append((conflict.other.campaign, conflict))
            if conflict.other.campaign_id != conflict.offer.campaign_id:
                conflicting[conflict.other.campaign_id].append((conflict.offer.campaign, conflict))
        return super().get_context_data(
            month=shown,
            rows=[(campaign, conflicting.get(campaign.pk, [])) for campaign in shown.campaigns],
            conflicting=dict(conflicting),
            today=timezone.localdate(),
            may_plan=self.actor.can("marketing.add_campaign"),
            **kwargs,
        )
