"""Export in the console: choose what goes out, download it, say when it is live in the shop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from generation.models import Delivery
from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError
from products.imports.columns import parse_mapping
from products.imports.reading import UnreadableFile
from products.languages import CODES
from products.models import Category, Channel, ExportRun
from products.services import runs
from products.services.exporting import FORMATS, ExportSpec
from products.slots import SLOT_OF_FIELD


class ExportPage(ConsoleView):
    """Ask for a file; the files so far."""

    template_name = "products/export.html"
    title = gettext_lazy("Export copy")
    permission = "products.export_products"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The last exports, each with how many of its texts still wait to be confirmed."""
        listed = list(ExportRun.objects.select_related("created_by")[:30])
        marks = {runs.reference_of(run): run for run in listed}
        waiting: dict[int, int] = {}
        for mark in Delivery.objects.filter(reference__in=marks, state=Delivery.State.EXPORTED).values_list(
            "reference", flat=True
        ):
            waiting[marks[mark].pk] = waiting.get(marks[mark].pk, 0) + 1
        return super().get_context_data(
            rows=[(run, waiting.get(run.pk, 0)) for run in listed],
            formats=FORMATS,
            languages=CODES,
            channels=Channel.objects.all(),
            categories=Category.objects.all()[:500],
            fields=list(SLOT_OF_FIELD),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Queue the export and show its job."""
        given = request.POST
        category = given.get("category", "")
        try:
            spec = ExportSpec(
                format=given.get("format", "portal"),
                language=given.get("language", ""),
                channel=given.get("channel", ""),
                filter={"category": category} if category else {},
                copy_only="copy_only" in given,
                spreadsheet="spreadsheet" in given,
                block="block" in given,
                mapping=parse_mapping(line for line in given.get("mapping", "").splitlines() if line.strip()),
                fields=tuple(given.getlist("fields")),
            )
            like = request.FILES.get("like") if spec.format == "original" else None
            run = runs.start_export(self.actor, spec, like)
        except (DomainError, UnreadableFile) as error:
            messages.error(request, str(error))
            return redirect("console:products_export")
        return redirect("console:job", pk=run.job_id)


class ExportDownload(ConsoleView):
    """The finished file."""

    permission = "products.export_products"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Download it."""
        run = get_object_or_404(ExportRun, pk=kwargs["pk"])
        try:
            return FileResponse(runs.open_for_download(run), as_attachment=True, filename=run.file_name)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("console:products_export")


class ExportConfirm(ConsoleView):
    """The operator says that the shop took the file up."""

    permission = "products.export_products"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm what the file carried."""
        try:
            outcome = runs.confirm_export(self.actor, get_object_or_404(ExportRun, pk=pk))
            messages.success(request, _("%(count)s texts are live in the shop now.") % {"count": len(outcome.done)})
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("console:products_export")


class NeedsData(View):
    """The product list, narrowed to products with too few facts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Go there."""
        return redirect(reverse("admin:products_product_changelist") + "?needs_data=true")
