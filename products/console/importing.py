"""Import in the console: upload, preview with the columns as understood, background job, result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsportal.console.views import ConsoleView
from opsportal.plugins.errors import DomainError
from products.imports.columns import ATTRIBUTE, FORMATS, IGNORE, our_fields
from products.imports.reading import UnreadableFile
from products.languages import CODES
from products.models import Channel, ImportRun
from products.services import runs


class ImportPage(ConsoleView):
    """Upload a file; the imports so far."""

    template_name = "products/import.html"
    title = gettext_lazy("Import products")
    permission = "products.import_products"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The last imports and what the form offers."""
        return super().get_context_data(
            runs=ImportRun.objects.select_related("created_by")[:30],
            formats=FORMATS,
            languages=CODES,
            channels=Channel.objects.all(),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file and go on to its preview."""
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, _("Choose a file first."))
            return redirect("console:products_import")
        try:
            run = runs.upload_import(
                self.actor,
                upload,
                format=request.POST.get("format", "auto"),
                channel=request.POST.get("channel", ""),
                language=request.POST.get("language", ""),
            )
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("console:products_import")
        return redirect("console:products_import_run", pk=run.pk)


class ImportRunPage(ConsoleView):
    """One import: its preview while it waits, its outcome when it is done."""

    template_name = "products/import_run.html"
    permission = "products.import_products"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Preview or result."""
        run = get_object_or_404(ImportRun, pk=self.kwargs["pk"])
        context: dict[str, Any] = {"run": run, "title": run.original_name}
        if run.state == ImportRun.State.UPLOADED:
            context |= self._preview(run)
        return super().get_context_data(**context | kwargs)

    def _preview(self, run: ImportRun) -> dict[str, Any]:
        choices = [IGNORE, "attr:*", *sorted(our_fields())]
        try:
            opened, result = runs.preview(run)
        except (UnreadableFile, DomainError) as error:
            header = runs.header_of(run)
            columns = [{"name": name, "field": run.mapping.get(name, ""), "sample": ""} for name in header]
            return {"problem": str(error), "columns": columns, "choices": choices}
        sample = opened.sample()
        columns = [
            {
                "name": name,
                "field": opened.columns.fields.get(index, IGNORE),
                "sample": next((row[index] for row in sample if index < len(row) and row[index]), ""),
            }
            for index, name in enumerate(opened.table.header)
            if name
        ]
        return {
            "result": result.to_json(most=20),
            "format_name": opened.columns.format,
            "columns": columns,
            "choices": choices,
            "attribute": ATTRIBUTE,
            "previewed": runs.PREVIEWED,
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take over the columns as chosen; start the import when asked to."""
        run = get_object_or_404(ImportRun, pk=pk)
        header = runs.header_of(run)
        chosen = {name: request.POST.get(f"column-{index}", "") for index, name in enumerate(header)}
        mapping = {name: field for name, field in chosen.items() if name and field}
        try:
            runs.configure_import(self.actor, run, mapping=mapping)
            if "start" in request.POST:
                run = runs.start_import(self.actor, run)
                return redirect("console:job", pk=run.job_id)
        except (DomainError, UnreadableFile) as error:
            messages.error(request, str(error))
        return redirect("console:products_import_run", pk=pk)


class ImportErrors(ConsoleView):
    """The error report as a file."""

    permission = "products.import_products"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Download it."""
        run = get_object_or_404(ImportRun.objects.exclude(error_file=""), pk=kwargs["pk"])
        name = f"{run.original_name.rsplit('.', 1)[0]}-errors.csv"
        return FileResponse(runs.path_of(run.error_file).open("rb"), as_attachment=True, filename=name)
