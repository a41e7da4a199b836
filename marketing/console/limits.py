"""Channel limits as they hold: the shipped one of each field, and the shop's own correction."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from generation.checks.counting import UNIT_NAMES
from marketing.ad_slots import ad_slots
from marketing.models import FieldLimit
from opsportal.console.views import ConsoleView


class LimitsPage(ConsoleView):
    """Every field of every ad slot with its limit and who says so."""

    title = gettext_lazy("Channel limits")
    permission = "marketing.view_fieldlimit"
    template_name = "marketing/limits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Shipped limits and corrections: one query."""
        own = {(row.ad_slot, row.field): row for row in FieldLimit.objects.all()}
        add = reverse("admin:marketing_fieldlimit_add")
        rows = [
            {
                "ad_slot": slot,
                "spec": spec,
                "own": own.get((slot.key, spec.key)),
                "unit": UNIT_NAMES[(own.get((slot.key, spec.key)) or spec.limit).unit],
                "add": f"{add}?place={slot.key}:{spec.key}&maximum={spec.limit.maximum}&unit={spec.limit.unit}",
            }
            for slot in ad_slots().values()
            for spec in slot.fields.values()
        ]
        return super().get_context_data(rows=rows, may_change=self.actor.can("marketing.change_fieldlimit"), **kwargs)
