"""Background work of orders: imports in slices, exports in one go, a look at parcels that do not move."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsportal.jobs import Continue, Done, JobKind, JobRun, Schedule, job_kinds, schedules
from opsportal.plugins.errors import Invalid
from orders.imports.result import ImportResult
from orders.models import OrderExport, OrderImport
from orders.services import runs
from orders.services.exporting import ExportSpec, export_orders
from orders.services.importing import finish, open_import, store_chunk
from orders.services.watching import forget_receipts, surface_stuck
from products.imports import UnreadableFile
from products.uploads import path_of

WATCH = "orders.watch_parcels"


@job_kinds.register
class ImportOrders(JobKind):
    """Imports an uploaded file. Each slice reads the file again and goes on after the rows that were stored."""

    key = runs.IMPORT_JOB
    cluster = "bulk"
    permission = "orders.import_orders"
    title = _("Import orders")

    def run(self, run: JobRun) -> Continue | Done:
        """Chunks until time is up; errors and counts travel in the cursor. A chunk stored twice changes nothing."""
        row = OrderImport.objects.get(pk=run.payload["run"])
        cursor = run.cursor or {"after": 0}
        try:
            opened = open_import(runs.spec_of(row), cursor["after"])
            told = cursor.get("result")
            result = (
                ImportResult.from_json(told, opened.columns.format) if told else ImportResult(opened.columns.format)
            )
            for chunk in opened.reader.chunks():
                store_chunk(run.actor, opened, chunk, result)
                run.progress(result.rows)
                if chunk.last_row and (run.cancelled() or run.time_left() <= 0):
                    return Continue({"after": chunk.last_row, "result": result.to_json(most=2_000)})
            finish(run.actor, opened, result)
        except UnreadableFile as error:
            OrderImport.objects.filter(pk=row.pk).update(state=OrderImport.State.FAILED, finished_at=timezone.now())
            raise Invalid(str(error), "unreadable") from error
        runs.finish_import(run.actor, row, result)
        told = result.to_json(most=0)
        return Done({"orders": told["orders"], "lines": told["lines"]})


@job_kinds.register
class ExportOrders(JobKind):
    """Writes an export file. Running it again writes the same file anew."""

    key = runs.EXPORT_JOB
    cluster = "bulk"
    permission = "orders.export_orders"
    title = _("Export orders")

    def run(self, run: JobRun) -> Continue | Done:
        """The whole file; every 1,000 rows the job shows that it is alive."""
        row = OrderExport.objects.get(pk=run.payload["run"])
        stored = f"order-exports/{row.pk}.csv"
        target = path_of(stored)
        target.parent.mkdir(parents=True, exist_ok=True)
        spec = ExportSpec(row.what, row.filters)
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            count = export_orders(run.actor, spec, file, reference=runs.reference_of(row), progress=run.progress)
        OrderExport.objects.filter(pk=row.pk).update(
            state=OrderExport.State.DONE, file=stored, result={"rows": count}, finished_at=timezone.now()
        )
        return Done({"rows": count})


@job_kinds.register
class WatchParcels(JobKind):
    """Marks parcels that have not moved for days (data/parcels.toml), so that somebody asks the carrier."""

    key = WATCH
    permission = "orders.ship_order"
    title = _("Look for parcels that do not move")

    def run(self, run: JobRun) -> Continue | Done:
        """Every state that has a limit; the rest comes with the next hour."""
        return Done({"stuck": surface_stuck(run.actor), "receipts_forgotten": forget_receipts()})


schedules.register(Schedule(WATCH, enqueues=WATCH, every=timedelta(hours=1)))
