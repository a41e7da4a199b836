"""Background work of products: imports in slices, exports in one go."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsportal.jobs import Continue, Done, JobKind, JobRun, job_kinds
from opsportal.plugins.errors import Invalid
from products.imports.reading import UnreadableFile
from products.imports.result import ImportResult
from products.imports.storing import chunks, store_chunk
from products.models import ExportRun, ImportRun
from products.services import runs
from products.services.exporting import export_products, suffix
from products.services.importing import finish, fresh_result, open_import

if TYPE_CHECKING:
    from opsportal.jobs.models import Job


@job_kinds.register
class ImportProducts(JobKind):
    """Imports an uploaded file. Each slice reads the file again and goes on after the products that were stored."""

    key = runs.IMPORT_JOB
    cluster = "bulk"
    permission = "products.import_products"
    title = _("Import products")

    def run(self, run: JobRun) -> Continue | Done:
        """Chunks of products until time is up; errors and counts travel in the cursor."""
        row = ImportRun.objects.get(pk=run.payload["run"])
        try:
            opened = open_import(runs.spec_of(row))
            cursor = run.cursor or {"stored": 0}
            told = cursor.get("result")
            result = ImportResult.from_json(told) if told else fresh_result(opened, dry_run=False)
            stored = cursor["stored"]
            for chunk in chunks(islice(opened.reader, stored, None)):
                store_chunk(run.actor, chunk, result, opened.channel)
                stored += len(chunk)
                run.progress(stored)
                if run.cancelled() or run.time_left() <= 0:
                    return Continue({"stored": stored, "result": result.to_json(most=2_000)})
            finish(opened, result)
        except UnreadableFile as error:
            ImportRun.objects.filter(pk=row.pk).update(state=ImportRun.State.FAILED, finished_at=timezone.now())
            raise Invalid(str(error), "unreadable") from error
        runs.finish_import(run.actor, row, result)
        return Done({"products": dict(result.products), "errors": result.error_count})

    def result_url(self, job: Job) -> str:
        """The page of the import."""
        return reverse("console:products_import_run", args=[job.payload["run"]])


@job_kinds.register
class ExportProducts(JobKind):
    """Writes an export file. Running it again writes the same file anew."""

    key = runs.EXPORT_JOB
    cluster = "bulk"
    permission = "products.export_products"
    title = _("Export products")

    def run(self, run: JobRun) -> Continue | Done:
        """The whole file; every 500 rows the job shows that it is alive."""
        row = ExportRun.objects.get(pk=run.payload["run"])
        spec = runs.export_spec_of(row)
        stored = f"exports/{row.pk}{suffix(spec)}"
        target = runs.path_of(stored)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            result = export_products(run.actor, spec, target, file_name=runs.reference_of(row), progress=run.progress)
        except UnreadableFile as error:
            ExportRun.objects.filter(pk=row.pk).update(state=ExportRun.State.FAILED, finished_at=timezone.now())
            raise Invalid(str(error), "unreadable") from error
        ExportRun.objects.filter(pk=row.pk).update(
            state=ExportRun.State.DONE, file=stored, result=result.to_json(), finished_at=timezone.now()
        )
        return Done(result.to_json() | {"left_out": len(result.left_out)})

    def result_url(self, job: Job) -> str:
        """The list of exports, with the file."""
        return reverse("console:products_export")
