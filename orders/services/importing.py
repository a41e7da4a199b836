"""Importing a file of orders: open, map, read, store; in one go, or slice by slice in a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from orders.imports.columns import Columns, map_columns
from orders.imports.lines import LineFile
from orders.imports.reading import CHUNK_LINES, Chunk, OrderReader
from orders.imports.result import ImportResult
from orders.imports.tables import PortalFile, ShopifyFile
from orders.models import CancellationLine
from orders.services.cancelling import mirror_cancellations, settle_waiting
from orders.services.mirroring import IMPORT, mirror_orders
from products.imports import Limits, Table, open_table
from products.models import Channel

READERS: dict[str, type[OrderReader]] = {"portal": PortalFile, "shopify": ShopifyFile, "lines": LineFile}


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """What to import and how. ``source``: the system the orders belong to; "" is the channel's code, else the format."""

    path: Path
    format: str = "auto"
    source: str = ""
    channel: str = ""
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OpenImport:
    """A file understood."""

    table: Table
    columns: Columns
    reader: OrderReader
    source: str
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


def open_import(spec: ImportSpec, after_row: int = 0) -> OpenImport:
    """Open and understand a file. Raises ``UnreadableFile`` when it cannot be read at all, ``Invalid`` for the rest."""
    channel = None
    if spec.channel:
        channel = Channel.objects.filter(code=spec.channel).first()
        if channel is None:
            known = ", ".join(Channel.objects.values_list("code", flat=True)) or "–"
            raise Invalid(
                _("There is no channel “%(code)s”. Known: %(known)s.") % {"code": spec.channel, "known": known},
                "unknown_channel",
            )
    table = open_table(spec.path, Limits.installed())
    columns = map_columns(table.header, spec.format, spec.mapping)
    reader = READERS[columns.format](table, columns, timezone.get_default_timezone(), after_row)
    return OpenImport(table, columns, reader, spec.source or spec.channel or columns.format, channel)


def import_orders(
    actor: Actor, spec: ImportSpec, *, dry_run: bool = False, progress: Callable[[int], None] | None = None
) -> ImportResult:
    """Import a whole file. Good rows land, bad ones are told with row, column and remedy; each chunk lands or does not.

    ``dry_run`` does everything in one transaction and takes it back. ``progress`` is called with the rows done after each
    chunk. Raises ``UnreadableFile``.
    """
    actor.require(IMPORT)
    opened = open_import(spec)
    result = ImportResult(opened.columns.format, dry_run, ignored=opened.columns.ignored)
    if not dry_run:
        _store_all(actor, opened, result, progress)
        return result
    with transaction.atomic():
        _store_all(actor, opened, result, progress)
        transaction.set_rollback(True)
    return result


def _store_all(actor: Actor, opened: OpenImport, result: ImportResult, progress: Callable[[int], None] | None) -> None:
    for chunk in opened.reader.chunks():
        store_chunk(actor, opened, chunk, result)
        if progress is not None:
            progress(result.rows)
    finish(actor, opened, result)


def store_chunk(actor: Actor, opened: OpenImport, chunk: Chunk, result: ImportResult) -> None:
    """Store a chunk and count what became of it: its orders in one transaction, then its cancellations in one.

    Two, because the second locks orders of any age, which must not happen once a transaction has recorded events. A
    death in between is mended by reading the chunk again.
    """
    done = mirror_orders(actor, opened.source, chunk.orders, opened.channel)
    back = mirror_cancellations(actor, opened.source, chunk.cancellations)
    result.orders["created"] += len(done.created)
    result.orders["held"] += len(done.held)
    result.orders["cancelled"] += len(done.cancelled) + len(back.cancelled)
    result.lines["imported"] += len(done.imported)
    result.lines["cancellation"] += len(back.stored)
    result.lines["non_product"] += len(done.charges) + chunk.charges
    result.lines["duplicate"] += len(done.duplicate) + len(back.duplicate)
    for error in chunk.refused:
        result.refuse(error.row, error.column, error.message)


def finish(actor: Actor, opened: OpenImport, result: ImportResult) -> None:
    """Cancellations that came before their orders: now that all is there, they are matched."""
    waiting = CancellationLine.objects.filter(source=opened.source, line__isnull=True).order_by()
    skus = set(waiting.values_list("sku", flat=True).distinct())
    result.orders["cancelled"] += len(settle_waiting(actor, opened.source, skus))


__all__ = ["CHUNK_LINES", "ImportSpec", "OpenImport", "finish", "import_orders", "open_import", "store_chunk"]
