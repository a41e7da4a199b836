"""Imports and exports as the console and the API run them: files kept, settings confirmed, work in the background."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Delivery
from generation.services import Outcome, confirm_deliveries
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid
from products.imports.columns import is_field
from products.imports.reading import Limits, UnreadableFile, open_table
from products.imports.result import ImportResult
from products.imports.storing import chunks, store_chunk
from products.imports.translating import open_feed
from products.models import ExportRun, ImportRun
from products.services.exporting import EXPORT, ExportSpec, check, suffix
from products.services.importing import IMPORT, ImportSpec, OpenImport, fresh_result, open_import
from products.uploads import Upload, keep, path_of

IMPORT_JOB = "products.import"
EXPORT_JOB = "products.export"
#: Products the preview of an upload compares with the catalogue.
PREVIEWED = 200


def upload_import(
    actor: Actor, upload: Upload, *, format: str = "auto", channel: str = "", language: str = ""
) -> ImportRun:
    """Keep an uploaded file and make sure it can be read. Nothing is imported yet. Raises ``Invalid``."""
    actor.require(IMPORT)
    run = ImportRun(
        file=keep(upload, "imports"),
        original_name=(upload.name or "")[:255],
        format=format,
        channel=channel,
        language=language,
        created_by=actor.user,
    )
    try:
        open_import(spec_of(run))
    except UnreadableFile as error:
        # A header without a key can still be mapped by hand; anything else is of no use.
        if not header_of(run):
            path_of(run.file).unlink(missing_ok=True)
            raise Invalid(str(error), "unreadable") from error
    run.save()
    return run


def header_of(run: ImportRun) -> list[str]:
    """The header of a run's file; empty when there is none to be read."""
    path = path_of(run.file)
    try:
        return (open_feed(path, Limits.installed()) or open_table(path, Limits.installed())).header
    except UnreadableFile:
        return []


def spec_of(run: ImportRun) -> ImportSpec:
    """The settings of a run."""
    return ImportSpec(path_of(run.file), run.format, run.channel, run.language, run.mapping)


def preview(run: ImportRun) -> tuple[OpenImport, ImportResult]:
    """The file understood, and what importing its first products would change. Raises ``UnreadableFile``."""
    opened = open_import(spec_of(run))
    result = fresh_result(opened, dry_run=True)
    for chunk in chunks(opened.reader, PREVIEWED):
        store_chunk(Actor.system(), chunk, result, opened.channel)
        break
    for error in opened.table.errors:
        result.refuse(error.row, error.column, error.message)
    opened.table.errors.clear()
    return opened, result


def configure_import(actor: Actor, run: ImportRun, **fields: Any) -> ImportRun:
    """Change format, mapping, channel or language before the import starts."""
    actor.require(IMPORT)
    if run.state != ImportRun.State.UPLOADED:
        raise Conflict(_("This import was started already."), "started")
    unknown = [name for name in fields.get("mapping", {}).values() if not is_field(name)]
    if unknown:
        raise Invalid(_("“%(field)s” is not a field of ours.") % {"field": unknown[0]}, "unknown_field")
    for name in ("format", "mapping", "channel", "language"):
        if name in fields:
            setattr(run, name, fields[name])
    run.save()
    return run


@transaction.atomic
def start_import(actor: Actor, run: ImportRun) -> ImportRun:
    """Queue the import. Raises ``Conflict`` when it was started already."""
    actor.require(IMPORT)
    if not ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.UPLOADED).update(state=ImportRun.State.QUEUED):
        raise Conflict(_("This import was started already."), "started")
    job = jobs.enqueue(IMPORT_JOB, actor=actor, payload={"run": run.pk})
    ImportRun.objects.filter(pk=run.pk).update(job_id=job.pk)
    events.record("products.import_started", actor=actor, target=run, data={"file": run.original_name})
    run.refresh_from_db()
    return run


def finish_import(actor: Actor, run: ImportRun, result: ImportResult) -> None:
    """Keep the outcome and, when there are errors, the report of all of them."""
    stored = ""
    if result.errors or result.conflicts:
        stored = f"imports/{run.pk}-errors.csv"
        with path_of(stored).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_("row"), _("column"), _("message")])
            for error in sorted(result.errors, key=lambda error: error.row):
                writer.writerow([error.row, error.column, error.message])
            writer.writerows([told["row"], told["column"], told["message"]] for told in result.conflicts)
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.DONE,
            result=result.to_json(most=200),
            error_file=stored,
            finished_at=timezone.now(),
        )
        counts = {"products": dict(result.products), "variants": dict(result.variants), "errors": result.error_count}
        events.record("products.imported", actor=actor, target=run, data=counts)


@transaction.atomic
def start_export(actor: Actor, spec: ExportSpec, like: Upload | None = None) -> ExportRun:
    """Queue an export; ``like`` is the operator's own file for the format original."""
    actor.require(EXPORT)
    stored = keep(like, "exports") if like is not None else ""
    if stored:
        spec = ExportSpec(**{**asdict(spec), "like": path_of(stored), "fields": tuple(spec.fields)})
    check(spec)
    options = {name: value for name, value in asdict(spec).items() if name not in ("format", "like")}
    name = Path(like.name or "").stem if like is not None else f"{spec.format}-{timezone.localdate():%Y-%m-%d}"
    run = ExportRun.objects.create(
        format=spec.format,
        options=options,
        like_file=stored,
        file_name=f"{name[:200]}{suffix(spec)}",
        created_by=actor.user,
    )
    job = jobs.enqueue(EXPORT_JOB, actor=actor, payload={"run": run.pk})
    ExportRun.objects.filter(pk=run.pk).update(job_id=job.pk)
    run.job_id = job.pk
    return run


def export_spec_of(run: ExportRun) -> ExportSpec:
    """The settings of an export."""
    options = {**run.options, "fields": tuple(run.options.get("fields", ()))}
    return ExportSpec(format=run.format, like=path_of(run.like_file) if run.like_file else None, **options)


def reference_of(run: ExportRun) -> str:
    """What deliveries of an export are marked with."""
    return f"{run.pk}: {run.file_name}"[:200]


def confirm_export(actor: Actor, run: ExportRun) -> Outcome:
    """The operator says that the file was taken up by the shop: its texts are live there."""
    waiting = Delivery.objects.filter(reference=reference_of(run), state=Delivery.State.EXPORTED)
    outcome = confirm_deliveries(actor, list(waiting.values_list("pk", flat=True)))
    ExportRun.objects.filter(pk=run.pk).update(confirmed_at=timezone.now())
    return outcome


def open_for_download(run: ExportRun) -> IO[bytes]:
    """The finished file. Raises ``Conflict`` while there is none."""
    if run.state != ExportRun.State.DONE or not run.file:
        raise Conflict(_("The file is not ready."), "not_ready")
    return path_of(run.file).open("rb")
