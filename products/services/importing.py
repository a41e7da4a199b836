"""Importing a file: open, map, read, compare, store; in one go, or slice by slice in a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from products.imports.columns import Columns, map_columns
from products.imports.reading import Limits, Table, open_table
from products.imports.records import RecordReader
from products.imports.result import MOST_KEPT, ImportResult
from products.imports.storing import chunks, store_chunk
from products.imports.translating import open_feed, translator_for
from products.languages import CODES
from products.models import Channel

IMPORT = "products.import_products"


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """What to import and how. ``mapping``: their header to our field. ``language`` "" reads or guesses it per product."""

    path: Path
    format: str = "auto"
    channel: str = ""
    language: str = ""
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OpenImport:
    """A file understood: its table, its columns and the reader of its products."""

    table: Table
    columns: Columns
    reader: RecordReader
    channel: Channel | None

    def sample(self, rows: int = 10) -> list[list[str]]:
        """The first rows as they stand in the file."""
        found: list[list[str]] = []
        for row in self.table.rows():
            found.append([cell[:120] for cell in row.cells])
            if len(found) == rows:
                break
        self.table.errors.clear()
        return found


def open_import(spec: ImportSpec) -> OpenImport:
    """Open and understand a file. Raises ``UnreadableFile`` when it cannot be read at all, ``Invalid`` for the rest."""
    if spec.language and spec.language not in CODES:
        raise Invalid(_("The language “%(code)s” is not set up.") % {"code": spec.language}, "unknown_language")
    channel = None
    if spec.channel:
        channel = Channel.objects.filter(code=spec.channel).first()
        if channel is None:
            known = ", ".join(Channel.objects.values_list("code", flat=True)) or "–"
            raise Invalid(
                _("There is no channel “%(code)s”. Known: %(known)s.") % {"code": spec.channel, "known": known},
                "unknown_channel",
            )
    feed = open_feed(spec.path, Limits.installed())
    table = feed or open_table(spec.path, Limits.installed())
    format = "google" if feed is not None and spec.format == "auto" else spec.format
    columns = map_columns(table.header, format, spec.mapping)
    reader = RecordReader(table, columns, spec.language, translator_for(columns))
    return OpenImport(table, columns, reader, channel)


def import_products(
    actor: Actor,
    spec: ImportSpec,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Import a whole file. Good rows land, bad ones are told with row, column and remedy.

    ``progress`` is called with the number of products stored after each chunk. Raises ``UnreadableFile``.
    """
    actor.require(IMPORT)
    opened = open_import(spec)
    result = fresh_result(opened, dry_run)
    stored = 0
    for chunk in chunks(opened.reader):
        store_chunk(actor, chunk, result, opened.channel)
        stored += len(chunk)
        if progress is not None:
            progress(stored)
    finish(opened, result)
    return result


def fresh_result(opened: OpenImport, dry_run: bool) -> ImportResult:
    """An empty result that knows the file's columns."""
    return ImportResult(
        format=opened.columns.format,
        dry_run=dry_run,
        ignored=opened.columns.ignored,
        mapped=dict(opened.columns.labels),
    )


def finish(opened: OpenImport, result: ImportResult) -> None:
    """Take over what reading the file had to say."""
    result.rows = opened.table.row_count
    for error in opened.table.errors:
        result.refuse(error.row, error.column, error.message)
    result.notes = opened.reader.notes[:MOST_KEPT]
