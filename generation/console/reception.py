"""The page of review statistics: how drafts are received, how old the queue is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from generation.console import statistics
from opsportal.console.views import ConsoleView


class StatisticsPage(ConsoleView):
    """Decisions a day, what became of drafts by copy type, writer and template, and how long the others have waited."""

    title = gettext_lazy("Review statistics")
    permission = "generation.view_draft"
    template_name = "generation/statistics.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All figures; each is kept for a while."""
        found = statistics.receptions()
        return super().get_context_data(
            rows=found,
            answered=[one for one in statistics.by_writer(found) if one.shown],
            days=statistics.days(),
            day_count=statistics.DAYS,
            ages=statistics.ages(),
            standing=statistics.standing(),
            poor=statistics.poor_writers(found),
            worst_share=statistics.WORST_SHARE,
            **kwargs,
        )
