"""The month view: when campaigns run, and what would collide."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from marketing.calendar import month, month_of
from marketing.console.base import VIEW
from opsportal.console.views import ConsoleView


class MonthPage(ConsoleView):
    """Campaigns of one month as bars, and as a list."""

    title = gettext_lazy("Campaigns by month")
    permission = VIEW
    template_name = "marketing/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The month of the address ("?month=2026-11"), else the present one."""
        return super().get_context_data(
            month=month(month_of(self.request.GET.get("month", ""))),
            today=timezone.localdate(),
            may_plan=self.actor.can("marketing.add_campaign"),
            **kwargs,
        )
