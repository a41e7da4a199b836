"""The operator's own file with only its copy cells replaced; everything else byte for byte as it was.

Two passes: the first reads the file as an import does and decides which cell gets which text, the second copies the
file and puts the texts in.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import IO

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from products.exports import rawcsv
from products.exports.selection import read_copy, text_of
from products.imports.cells import clean, escape_formula, unescape_formula
from products.imports.columns import Columns
from products.imports.reading import Row, Table, UnreadableFile
from products.imports.shapes import LANGUAGE_NAMES
from products.languages import CODES
from products.models import LiveCopy, Product, Variant
from products.slots import SLOT_OF_FIELD

CHUNK = 500
_SHEET_LIMIT = 400 * 1024 * 1024
_ROW = re.compile(r"<(?P<p>(?:\w+:)?)row\b(?P<attributes>[^>]*?)(?:/>|>(?P<cells>.*?)</(?P=p)row>)", re.DOTALL)
_C = re.compile(r"<(?P<p>(?:\w+:)?)c\b(?P<attributes>[^>]*?)(?:/>|>(?P<content>.*?)</(?P=p)c>)", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(slots=True)
class Edits:
    """Texts by row number and column index, and the live copy they are."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    carried: list[LiveCopy] = field(default_factory=list)
    products: set[int] = field(default_factory=set)


def find_edits(
    table: Table, columns: Columns, channel: str, language: str, fields: Collection[str] | None = None
) -> Edits:
    """Which cells of the file get published copy. ``fields``: our names of the copy columns (None: all of the file).

    A product's copy goes into its first row (of a language, where the file has several).
    """
    wanted = {
        index: SLOT_OF_FIELD[name]
        for index, name in columns.fields.items()
        if name in SLOT_OF_FIELD and (fields is None or name in fields)
    }
    if not wanted:
        raise UnreadableFile(_("The file has no column for copy. Map one: their header=description."))
    edits = Edits()
    seen: set[tuple[int, str]] = set()
    chunk: list[tuple[Row, str, str]] = []
    for row in table.rows():
        cells = {
            name: clean(unescape_formula(row.cells[i])) for i, name in columns.fields.items() if i < len(row.cells)
        }
        key = cells.get("handle") or cells.get("sku", "")
        told = LANGUAGE_NAMES.get(cells.get("language", "").casefold().replace("_", "-"), "")
        if key:
            chunk.append((row, key, told))
        if len(chunk) >= CHUNK:
            _decide(chunk, wanted, channel, language, edits, seen)
            chunk = []
    _decide(chunk, wanted, channel, language, edits, seen)
    return edits


def _decide(
    chunk: list[tuple[Row, str, str]],
    wanted: dict[int, str],
    channel: str,
    language: str,
    edits: Edits,
    seen: set[tuple[int, str]],
) -> None:
    keys = {key for _row, key, _told in chunk}
    products = {product.key: product for product in Product.objects.filter(key__in=keys)}
    for variant in Variant.objects.filter(sku__in=keys - set(products)).select_related("product"):
        products.setdefault(variant.sku, variant.product)
    copy = read_copy([product.pk for product in products.values()], channel, CODES)
    for row, key, told in chunk:
        product = products.get(key)
        if product is None or (told and language and told != language):
            continue
        spoken = told or language or product.language
        if (product.pk, spoken) in seen:
            continue
        seen.add((product.pk, spoken))
        for index, slot in wanted.items():
            live = copy.live.get((product.pk, spoken, slot))
            if live is None:
                continue
            text = escape_formula(_FORBIDDEN.sub("", text_of(live.value)))
            edits.carried.append(live)
            edits.products.add(product.pk)
            present = row.cells[index] if index < len(row.cells) else ""
            if present != text:
                edits.cells.setdefault(row.number, {})[index] = text


def write_original(table: Table, edits: Edits, target: Path) -> None:
    """Copy the file to ``target`` with the edits in. Raises ``UnreadableFile`` for a spreadsheet too large to edit."""
    if table.kind == "xlsx":
        _write_xlsx(table.path, edits, target)
    else:
        _write_csv(table, edits, target)


def _write_csv(table: Table, edits: Edits, target: Path) -> None:
    """Bytes are read one to one as characters where the encoding allows it, so that nothing is written anew."""
    wide = table.encoding.startswith("utf-16")
    encoding = _wide_encoding(table) if wide else "latin-1"
    with (
        table.path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        # A byte order mark is no part of the first cell.
        mark = "\ufeff" if wide else "\xef\xbb\xbf"
        if source.read(len(mark)) == mark:
            out.write(mark)
        else:
            source.seek(0)
        number = 0
        for record in rawcsv.records(source, table.delimiter):
            if number == 0 and _is_hint(record):
                out.write(rawcsv.written(record, table.delimiter))
                continue
            number += 1
            changes = edits.cells.get(number)
            if not changes:
                out.write(rawcsv.written(record, table.delimiter))
                continue
            texts = changes if wide else {index: _as_bytes(text, table.encoding) for index, text in changes.items()}
            out.write(rawcsv.edited(record, texts, table.delimiter))


def _as_bytes(text: str, encoding: str) -> str:
    return text.encode("utf-8" if encoding == "utf-8-sig" else encoding).decode("latin-1")


def _wide_encoding(table: Table) -> str:
    if table.encoding != "utf-16":
        return table.encoding
    with table.path.open("rb") as file:
        return "utf-16-be" if file.read(2) == codecs.BOM_UTF16_BE else "utf-16-le"


def _is_hint(record: rawcsv.RawRecord) -> bool:
    text = "".join(record.cells).lower()
    return text.startswith("sep=") and len(text) <= 5


def _write_xlsx(source: Path, edits: Edits, target: Path) -> None:
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as out:
        sheet = first_sheet(archive)
        for entry in archive.infolist():
            if entry.filename != sheet:
                with archive.open(entry) as reading, out.open(_like(entry), "w") as writing:
                    _copy(reading, writing)
                continue
            if entry.file_size > _SHEET_LIMIT:
                raise UnreadableFile(_("The sheet is too large to be edited. Save it as CSV and try again."))
            text = archive.read(entry).decode("utf-8")
            out.writestr(_like(entry), edit_sheet(text, edits.cells).encode("utf-8"))


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
    copy.compress_type, copy.external_attr = entry.compress_type, entry.external_attr
    return copy


def _copy(reading: IO[bytes], writing: IO[bytes]) -> None:
    while block := reading.read(1 << 20):
        writing.write(block)


def first_sheet(archive: zipfile.ZipFile) -> str:
    """The archive path of the workbook's first sheet."""
    names = {"r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships"}
    book = fromstring(archive.read("xl/workbook.xml"))
    sheet = next(element for element in book.iter() if element.tag.endswith("}sheet"))
    wanted = sheet.get(f"{{{names['r']}}}id")
    for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Id") == wanted:
            path = relation.get("Target", "")
            return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    raise UnreadableFile(_("The spreadsheet is damaged. Save it again and try once more."))


def edit_sheet(xml: str, cells: dict[int, dict[int, str]]) -> str:
    """A sheet's XML with texts put into cells (row number to column index to text); all else stays as written."""
    parts: list[str] = []
    at = previous = 0
    for row in _ROW.finditer(xml):
        told = re.search(r'\br="(\d+)"', row["attributes"])
        number = int(told[1]) if told else previous + 1
        previous = number
        if number not in cells:
            continue
        parts.append(xml[at : row.start()])
        prefix = row["p"]
        inner = _edit_row(row["cells"] or "", prefix, number, cells[number])
        parts.append(f"<{prefix}row{row['attributes'].rstrip()}>{inner}</{prefix}row>")
        at = row.end()
    parts.append(xml[at:])
    return "".join(parts)


def _edit_row(xml: str, prefix: str, number: int, texts: dict[int, str]) -> str:
    waiting = dict(sorted(texts.items()))
    parts: list[str] = []
    at = 0
    place = -1
    for cell in _C.finditer(xml):
        told = re.search(r'\br="([A-Z]+)\d+"', cell["attributes"])
        place = _index(told[1]) if told else place + 1
        for index in [index for index in waiting if index < place]:
            parts += [xml[at : cell.start()], _cell(prefix, number, index, waiting.pop(index), "")]
            at = cell.start()
        if place in waiting:
            style = re.search(r'\bs="\d+"', cell["attributes"])
            parts += [
                xml[at : cell.start()],
                _cell(prefix, number, place, waiting.pop(place), f" {style[0]}" if style else ""),
            ]
            at = cell.end()
    parts.append(xml[at:])
    parts += [_cell(prefix, number, index, text, "") for index, text in waiting.items()]
    return "".join(parts)


def _cell(prefix: str, row: int, index: int, text: str, style: str) -> str:
    said = escape(text, quote=False)
    return (
        f'<{prefix}c r="{_letters(index)}{row}"{style} t="inlineStr"><{prefix}is>'
        f'<{prefix}t xml:space="preserve">{said}</{prefix}t></{prefix}is></{prefix}c>'
    )


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
