"""Imports and exports as the console and the API run them: files kept, settings confirmed, work in the background."""

from __future__ import annotations

import csv
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid
from orders.imports.columns import IGNORE, our_fields
from orders.imports.result import ImportResult
from orders.models import OrderExport, OrderImport
from orders.services.exporting import ExportSpec, matching_orders
from orders.services.handover import EXPORT
from orders.services.importing import ImportSpec, OpenImport, import_orders, open_import
from orders.services.mirroring import IMPORT
from products.imports import Limits, UnreadableFile, open_table
from products.uploads import Upload, keep, path_of

IMPORT_JOB = "orders.import"
EXPORT_JOB = "orders.export"
#: A file of at most this many bytes is tried out for its preview; a larger one only shows its first rows.
MOST_TRIED_BYTES = 500_000


def upload_import(
    actor: Actor, upload: Upload, *, format: str = "auto", source: str = "", channel: str = ""
) -> OrderImport:
    """Keep an uploaded file and make sure it can be read. Nothing is imported yet. Raises ``Invalid``."""
    actor.require(IMPORT)
    run = OrderImport(
        file=keep(upload, "order-imports"),
        original_name=(upload.name or "")[:255],
        format=format,
        source=source,
        channel=channel,
        created_by=actor.user,
    )
    try:
        open_import(spec_of(run))
    except UnreadableFile as error:
        # Columns can still be mapped by hand; a file without a header is of no use.
        if not header_of(run):
            path_of(run.file).unlink(missing_ok=True)
            raise Invalid(str(error), "unreadable") from error
    run.save()
    return run


def spec_of(run: OrderImport) -> ImportSpec:
    """The settings of a run. Raises ``Conflict`` when its file is gone: it is deleted once it was imported."""
    if not run.file:
        raise Conflict(_("This import is over; its file was deleted."), "gone")
    return ImportSpec(path_of(run.file), run.format, run.source, run.channel, run.mapping)


def header_of(run: OrderImport) -> list[str]:
    """The header of a run's file; empty when there is none to be read."""
    try:
        return open_table(path_of(run.file), Limits.installed()).header
    except UnreadableFile:
        return []


def preview(run: OrderImport) -> tuple[OpenImport, ImportResult | None]:
    """The file understood, and for a small one what importing it would change. Raises ``UnreadableFile``."""
    spec = spec_of(run)
    opened = open_import(spec)
    small = spec.path.stat().st_size <= MOST_TRIED_BYTES
    return opened, import_orders(Actor.system(), spec, dry_run=True) if small else None


def configure_import(actor: Actor, run: OrderImport, **fields: Any) -> OrderImport:
    """Change format, mapping, source or channel before the import starts."""
    actor.require(IMPORT)
    if run.state != OrderImport.State.UPLOADED:
        raise Conflict(_("This import was started already."), "started")
    known = {*our_fields(), IGNORE}
    unknown = [name for name in fields.get("mapping", {}).values() if name not in known]
    if unknown:
        raise Invalid(_("“%(field)s” is not a field of ours.") % {"field": unknown[0]}, "unknown_field")
    for name in ("format", "mapping", "source", "channel"):
        if name in fields:
            setattr(run, name, fields[name])
    run.save()
    return run


@transaction.atomic
def start_import(actor: Actor, run: OrderImport) -> OrderImport:
    """Queue the import. Raises ``Conflict`` when it was started already."""
    actor.require(IMPORT)
    waiting = OrderImport.objects.filter(pk=run.pk, state=OrderImport.State.UPLOADED)
    if not waiting.update(state=OrderImport.State.QUEUED):
        raise Conflict(_("This import was started already."), "started")
    job = jobs.enqueue(IMPORT_JOB, actor=actor, payload={"run": run.pk})
    OrderImport.objects.filter(pk=run.pk).update(job_id=job.pk)
    events.record("orders.import_started", actor=actor, target=run, data={"file": run.original_name})
    run.refresh_from_db()
    return run


def finish_import(actor: Actor, run: OrderImport, result: ImportResult) -> None:
    """Keep the outcome and the report of all errors; delete the file, which is full of personal data."""
    stored = ""
    if result.errors:
        stored = f"order-imports/{run.pk}-errors.csv"
        with path_of(stored).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_("row"), _("column"), _("message")])
            for error in sorted(result.errors, key=lambda error: error.row):
                writer.writerow([error.row, error.column, error.message])
    told = result.to_json(most=200)
    with transaction.atomic():
        OrderImport.objects.filter(pk=run.pk).update(
            state=OrderImport.State.DONE, result=told, error_file=stored, file="", finished_at=timezone.now()
        )
        counts = {"rows": told["rows"], "orders": told["orders"], "lines": told["lines"]}
        events.record("orders.imported", actor=actor, target=run, data=counts)
    path_of(run.file).unlink(missing_ok=True)


@transaction.atomic
def start_export(actor: Actor, spec: ExportSpec) -> OrderExport:
    """Queue an export. Raises ``Invalid`` for filters that cannot be used."""
    actor.require(EXPORT)
    matching_orders(spec.filters)
    run = OrderExport.objects.create(
        what=spec.what,
        filters=dict(spec.filters),
        file_name=f"{spec.what}-{timezone.localdate():%Y-%m-%d}.csv",
        created_by=actor.user,
    )
    job = jobs.enqueue(EXPORT_JOB, actor=actor, payload={"run": run.pk})
    OrderExport.objects.filter(pk=run.pk).update(job_id=job.pk)
    run.job_id = job.pk
    return run


def reference_of(run: OrderExport) -> str:
    """What decisions handed over in an export are marked with."""
    return f"{run.pk}: {run.file_name}"[:200]


def open_for_download(run: OrderExport) -> IO[bytes]:
    """The finished file. Raises ``Conflict`` while there is none."""
    if run.state != OrderExport.State.DONE or not run.file:
        raise Conflict(_("The file is not ready."), "not_ready")
    return path_of(run.file).open("rb")
