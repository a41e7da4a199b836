"""Results in the console: what every variant brought, what that allows to say, and the winner a person promotes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing import services
from marketing.console.base import CampaignView, complain
from marketing.models import CopyVariant
from marketing.results import METRICS, PlacementResults, VariantResult, results_of
from marketing.services.results import UnreadableFile
from opsportal.console.views import ConsoleView
from opsportal.plugins import DomainError

METRIC_NAMES = {"clicks": gettext_lazy("clicks"), "conversions": gettext_lazy("orders")}
#: Files up to this size are read while one waits; larger ones are for ``manage.py import_results``.
MOST_BYTES = 10_000_000
#: Errors shown on the page.
MOST_ERRORS = 100
# The chart, in its own units: names on the left, the scale on the right of them.
WIDTH, LEFT, LINE = 640, 60, 34


@dataclass(frozen=True, slots=True)
class Mark:
    """One variant in the chart: its interval and rate as positions."""

    result: VariantResult
    y: int
    low: float
    high: float
    rate: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Intervals of all variants on one scale; ``ticks`` are positions with the rate they stand for."""

    height: int
    marks: list[Mark]
    ticks: list[tuple[float, float]]


class ResultsPage(CampaignView):
    """Rate, interval and verdict for every placement."""

    template_name = "marketing/results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Results by clicks, or by orders where asked for."""
        campaign = self.campaign
        told = self.request.GET.get("metric", "")
        metric = next((metric for metric in METRICS if metric == told), METRICS[0])
        found = results_of(campaign.placements.order_by("position", "id"), metric)
        return super().get_context_data(
            title=_("Results of “%(name)s”") % {"name": campaign.name},
            campaign=campaign,
            metric=metric,
            metric_name=METRIC_NAMES[metric],
            metrics=METRIC_NAMES.items(),
            results=[(one, chart_of(one)) for one in found],
            may_promote=self.actor.can("marketing.promote_variant") and self.actor.is_person,
            may_import=self.actor.can("marketing.import_results"),
            **kwargs,
        )


class PromoteVariant(ConsoleView):
    """A person says that this variant won."""

    permission = "marketing.promote_variant"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it all traffic."""
        variant = get_object_or_404(CopyVariant.objects.select_related("placement"), pk=pk)
        try:
            services.promote_variant(self.actor, variant)
        except DomainError as error:
            complain(request, error)
        else:
            messages.success(request, _("Variant %(label)s takes all traffic now.") % {"label": variant.label})
        return redirect("console:marketing_results", pk=variant.placement.campaign_id)


class ImportResultsPage(ConsoleView):
    """Upload a channel's figures: looked at first, recorded when asked to."""

    title = gettext_lazy("Import results")
    permission = "marketing.import_results"
    template_name = "marketing/import_results.html"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read the file and say row by row what became of it."""
        upload = request.FILES.get("file")
        context: dict[str, Any] = {}
        if not isinstance(upload, UploadedFile):
            context["problem"] = _("Choose a file first.")
        elif (upload.size or 0) > MOST_BYTES:
            context["problem"] = _("The file is larger than 10 MB: import it with “manage.py import_results”.")
        else:
            try:
                outcome = self._read(upload, dry_run="record" not in request.POST)
            except (DomainError, UnreadableFile) as error:
                context["problem"] = str(error)
            else:
                context |= {"outcome": outcome.to_json(), "errors": outcome.errors[:MOST_ERRORS], "name": upload.name}
        status = 400 if "problem" in context else 200
        return render(request, self.template_name, self.get_context_data(**context), status=status)

    def _read(self, upload: UploadedFile, *, dry_run: bool) -> services.ResultsOutcome:
        suffix = Path(upload.name or "").suffix.lower() or ".csv"
        with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
            kept.flush()
            return services.import_results(self.actor, Path(kept.name), dry_run=dry_run)


def chart_of(found: PlacementResults) -> Chart | None:
    """The chart of a placement; None without figures."""
    seen = [result for result in found.variants if result.impressions]
    if not seen:
        return None
    most = max(result.high for result in seen) * 1.05
    scale = (WIDTH - LEFT - 20) / most

    def place(rate: float) -> float:
        return round(LEFT + rate * scale, 1)

    marks = [
        Mark(result, 22 + number * LINE, place(result.low), place(result.high), place(result.rate))
        for number, result in enumerate(seen)
    ]
    ticks = [(place(most * part / 4), most * part / 4 * 100) for part in range(5)]
    return Chart(20 + len(seen) * LINE + 20, marks, ticks)
