"""Handing published copy out: which file, with what in it, and the deliveries it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generation.slots import get_slot
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from products.exports.original import find_edits, write_original
from products.exports.portal import PortalTable
from products.exports.selection import note_deliveries
from products.exports.shopify import ShopifyTable
from products.exports.tables import write_csv, write_xlsx
from products.languages import CODES
from products.models import Channel, LiveCopy, Product
from products.services.importing import ImportSpec, open_import
from products.slots import SLOT_OF_FIELD

EXPORT = "products.export_products"
FORMATS = ("portal", "shopify", "original")
Progress = Callable[[int], None] | None


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """What to hand out. ``language`` "" means every product's own (portal, original) or English (Shopify).

    ``filter``: the product list's filters. ``like``: the operator's own file (format original), ``mapping`` its columns,
    ``fields`` the copy columns to fill (our names; empty: all it has). ``block``: Shopify body only inside the marked block.
    """

    format: str
    language: str = ""
    channel: str = ""
    filter: dict[str, str] = field(default_factory=dict)
    copy_only: bool = False
    spreadsheet: bool = False
    block: bool = False
    like: Path | None = None
    mapping: dict[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class ExportResult:
    """What went into the file: products, live texts, new deliveries, keys left out (with why, in ``note``)."""

    format: str
    products: int = 0
    texts: int = 0
    deliveries: int = 0
    left_out: Sequence[str] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """As printed by ``export_products --json``."""
        return {
            "format": self.format,
            "products": self.products,
            "texts": self.texts,
            "deliveries": self.deliveries,
            "left_out": list(self.left_out)[:1000],
            "note": self.note,
        }


def suffix(spec: ExportSpec) -> str:
    """The file name suffix an export gets: ".csv" or ".xlsx"."""
    if spec.format == "original" and spec.like is not None:
        return spec.like.suffix or ".csv"
    return ".xlsx" if spec.spreadsheet and spec.format == "portal" else ".csv"


def export_products(
    actor: Actor,
    spec: ExportSpec,
    target: Path,
    *,
    file_name: str = "",
    progress: Callable[[int], None] | None = None,
) -> ExportResult:
    """Write the file to ``target`` and a Delivery for every published text in it; ``progress`` hears of rows written.

    Raises ``Invalid`` for settings that do not fit, ``UnreadableFile`` when the operator's own file cannot be read.
    """
    actor.require(EXPORT)
    check(spec)
    if spec.format == "original":
        result, carried = _original(spec, target)
    elif spec.format == "shopify":
        result, carried = _shopify(spec, target, progress)
    else:
        result, carried = _portal(spec, target, progress)
    result.texts = len(carried)
    destination = spec.channel or f"{spec.format} file"
    name = file_name or target.name
    with transaction.atomic():
        result.deliveries = note_deliveries(actor, carried, destination, name)
        events.record(
            "products.exported",
            actor=actor,
            data={"file": name, "format": spec.format, "products": result.products, "texts": result.texts},
        )
    return result


def check(spec: ExportSpec) -> None:
    """Raise ``Invalid`` for settings that do not fit together."""
    if spec.format not in FORMATS:
        raise Invalid(
            _("“%(format)s” is not a format of export. Known: %(known)s.")
            % {"format": spec.format, "known": ", ".join(FORMATS)}
        )
    if spec.language and spec.language not in CODES:
        raise Invalid(_("The language “%(code)s” is not set up.") % {"code": spec.language}, "unknown_language")
    if spec.channel and not Channel.objects.filter(code=spec.channel).exists():
        raise Invalid(_("There is no channel “%(code)s”.") % {"code": spec.channel}, "unknown_channel")
    unknown = set(spec.fields) - set(SLOT_OF_FIELD)
    if unknown:
        raise Invalid(
            _("“%(field)s” is no copy column. Known: %(known)s.")
            % {"field": ", ".join(sorted(unknown)), "known": ", ".join(SLOT_OF_FIELD)}
        )
    if spec.format == "original" and spec.like is None:
        raise Invalid(_("The format “original” needs the file to fill (--like FILE)."), "no_file")


def _rows(spec: ExportSpec) -> QuerySet[Product]:
    return get_slot("products.description").targets(spec.filter)


def _portal(spec: ExportSpec, target: Path, progress: Progress) -> tuple[ExportResult, list[LiveCopy]]:
    table = PortalTable(_rows(spec), spec.channel, spec.language, spec.copy_only)
    try:
        (write_xlsx if spec.spreadsheet else write_csv)(target, table.header, _heard(table.rows(), progress))
    except ValueError as error:
        raise Invalid(_("A text is too long for a spreadsheet. Export as CSV."), "too_long") from error
    return ExportResult("portal", table.count), table.carried


def _shopify(spec: ExportSpec, target: Path, progress: Progress) -> tuple[ExportResult, list[LiveCopy]]:
    table = ShopifyTable(_rows(spec), spec.channel, spec.language or "en", spec.block)
    write_csv(target, table.header, _heard(table.rows(), progress))
    note = ""
    if table.left_out:
        note = _("Left out, because a blank cell would clear a text in the shop: import the shop's file first.")
    return ExportResult("shopify", table.count, left_out=table.left_out, note=note), table.carried


def _heard(rows: Iterable[Sequence[str]], progress: Progress) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows, 1):
        yield row
        if progress is not None and number % 500 == 0:
            progress(number)


def _original(spec: ExportSpec, target: Path) -> tuple[ExportResult, list[LiveCopy]]:
    assert spec.like is not None
    opened = open_import(ImportSpec(spec.like, mapping=spec.mapping))
    if opened.table.path != spec.like:
        raise Invalid(_("A feed cannot be filled. Give a CSV or XLSX file."), "no_table")
    edits = find_edits(opened.table, opened.columns, spec.channel, spec.language, spec.fields or None)
    write_original(opened.table, edits, target)
    return ExportResult("original", len(edits.products)), edits.carried
