"""Rows to records: the rows of one product become one ``ProductRecord``, whatever the format. No database here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from products.imports import cells as parse
from products.imports.columns import ATTRIBUTE, Columns
from products.imports.reading import Row, RowError, Table, UnreadableFile
from products.imports.shapes import (
    LANGUAGE_NAMES,
    TEXT_FIELDS,
    ProductRecord,
    VariantRecord,
    category_path,
    measure_of,
    row_options,
    web_address,
)
from products.languages import CODES, guess_language

VARIANT_FIELDS = (
    "sku", "price", "compare_at", "cost", "stock", "barcode", "option1_value", "option2_value", "option3_value",
)  # fmt: skip
MEASURES = {"weight": "Weight", "width": "Width", "height": "Height", "depth": "Depth", "length": "Length"}
STATUSES = {
    "active": "active", "published": "active", "在售": "active", "上架": "active",
    "draft": "draft", "草稿": "draft", "private": "draft", "下架": "draft", "unlisted": "active",
    "archived": "archived", "停售": "archived",
}  # fmt: skip
MAX_ATTRIBUTE_LENGTH = 1000


@dataclass(slots=True)
class _Line:
    """A row with its cells by our field name."""

    row: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        return self.cells.get(name, "")


#: Turns the cells of one row, by our field names, into those every format shares; None leaves the row out.
Translate = Callable[[dict[str, str], int], dict[str, str] | None]

#: Rows kept in memory because the rows of their product are apart in the file.
MOST_SCATTERED_ROWS = 100_000


class RecordReader:
    """Groups the rows of a table into product records. Errors go to ``table.errors``, small remarks to ``notes``.

    ``language`` is that of the file's texts; "" means the file's own column, else a guess per product.
    ``translator`` makes a fresh ``Translate`` for one pass over the file (it may remember rows it has seen).
    """

    def __init__(
        self, table: Table, columns: Columns, language: str = "", translator: Callable[[], Translate] | None = None
    ) -> None:
        self.table = table
        self.columns = columns
        self.language = language
        self.translator = translator
        self.notes: list[RowError] = []
        self._grouped = columns.has("handle") or columns.format == "woocommerce"

    def __iter__(self) -> Iterator[ProductRecord]:
        """Every product of the file once. Products whose rows are apart come last, in the order of their first rows."""
        scattered = self._scattered_keys()
        kept: dict[str, list[_Line]] = {key: [] for key in scattered}
        self.table.errors.clear()
        group: list[_Line] = []
        current = ""
        for key, line in self._lines():
            if key in kept:
                kept[key].append(line)
                continue
            if key != current and group:
                yield from self._records(current, group)
                group = []
            current = key
            group.append(line)
        if group:
            yield from self._records(current, group)
        for key, lines in kept.items():
            yield from self._records(key, lines)

    def _scattered_keys(self) -> dict[str, None]:
        """Keys whose rows do not stand together (a first pass over the file)."""
        seen: set[int] = set()  # hashes: a million keys would weigh too much
        scattered: dict[str, None] = {}
        current, rows = "", 0
        for key, _line in self._lines():
            if key != current:
                if hash(key) in seen:
                    scattered[key] = None
                seen.add(hash(key))
                current = key
            rows += key in scattered
            if rows > MOST_SCATTERED_ROWS:
                raise UnreadableFile(
                    _("Rows of the same product stand far apart. Sort the file by product and try again.")
                )
        return scattered

    def _lines(self) -> Iterator[tuple[str, _Line]]:
        """(key, line) of every row that names a product."""
        translate = self.translator() if self.translator else None
        for row in self.table.rows():
            read = self._cells(row)
            cells = translate(read, row.number) if translate is not None else read
            if cells is None:
                continue
            line = _Line(row.number, cells)
            key = line.get("handle") or line.get("sku")
            if not key or len(key) > 255:
                wanted = "handle" if self.columns.has("handle") else "sku"
                self._error(row.number, wanted, _("Say which product this is, in at most 255 characters."))
                continue
            yield key, line

    def _cells(self, row: Row) -> dict[str, str]:
        cells: dict[str, str] = {}
        for index, name in self.columns.fields.items():
            if index < len(row.cells):
                text = parse.unescape_formula(row.cells[index])
                text = text.replace("\x00", "") if name in TEXT_FIELDS else parse.clean(text)
                cells[name] = "" if text == "NULL" else text
        return cells

    def _records(self, key: str, lines: list[_Line]) -> Iterator[ProductRecord]:
        """The product itself, then one record for each further language its rows hold."""
        first_language = lines[0].get("language")
        main = [line for line in lines if line.get("language") in ("", first_language)]
        record = self._product(key, main)
        if record is not None:
            yield record
        told = {first_language: lines[0].row}
        for line in lines:
            if line in main:
                continue
            language = line.get("language")
            if language in told:
                self._error(
                    line.row,
                    "language",
                    _("Row %(row)s already says this in the same language.") % {"row": told[language]},
                )
                continue
            told[language] = line.row
            translation = self._translation(key, line)
            if translation is not None:
                yield translation

    def _product(self, key: str, lines: list[_Line]) -> ProductRecord | None:
        first = lines[0]
        if not self._grouped:
            for line in lines[1:]:
                self._error(
                    line.row,
                    "sku",
                    _("Row %(row)s already holds this product. Remove one of the two.") % {"row": first.row},
                )
            lines = lines[:1]
        language = self._language(first)
        if language is None:
            return None
        record = ProductRecord(key, first.row, language)
        try:
            self._read_product(record, first)
        except _Refused as refused:
            self._error(first.row, refused.field, refused.message)
            return None
        has_variants = self._read_variants(record, lines)
        if has_variants and not record.variants:
            return None
        self._read_images(record, lines)
        self._read_attributes(record, lines)
        return record

    def _translation(self, key: str, line: _Line) -> ProductRecord | None:
        language = self._language(line)
        if language is None:
            return None
        record = ProductRecord(key, line.row, language, translation=True)
        try:
            self._read_texts(record, line)
        except _Refused as refused:
            self._error(line.row, refused.field, refused.message)
            return None
        return record

    def _language(self, line: _Line) -> str | None:
        """The language of a row; None when the file names one that is not set up (an error was noted)."""
        told = line.get("language")
        if told:
            code = LANGUAGE_NAMES.get(told.casefold().replace("_", "-"))
            if code is None:
                self._error(
                    line.row,
                    "language",
                    _("“%(language)s” is not set up. Known: %(known)s.")
                    % {"language": told, "known": ", ".join(CODES)},
                )
            return code
        return self.language or guess_language(line.get("name"), line.get("description")[:500])

    def _read_product(self, record: ProductRecord, line: _Line) -> None:
        values = record.values
        self._read_texts(record, line)
        for name, longest in (("brand", 120), ("product_type", 255), ("noun", 60)):
            if name in line.cells:
                values[name] = _limited(line.get(name), longest, name)
        if "category" in line.cells:
            values["category"] = category_path(line.get("category") or line.get("product_type"))
        elif line.get("product_type") and not self.columns.has("category"):
            values["category"] = category_path(line.get("product_type"))
        for name, separators in (("tags", ",，;；"), ("keywords", ",，、;；|")):
            if name in line.cells:
                values[name] = [item[:120] for item in parse.split_list(line.get(name), separators)][:50]
        if "selling_points" in line.cells and line.get("selling_points"):
            record.selling_points = [item[:300] for item in parse.split_list(line.get("selling_points"), "|;；\n")][:20]
        self._read_status(record, line)

    def _read_texts(self, record: ProductRecord, line: _Line) -> None:
        if "name" in line.cells:
            record.values["name"] = _limited(line.get("name"), 500, "name")
        for name in TEXT_FIELDS:
            if name in line.cells:
                record.texts[name] = line.get(name)
                record.columns[name] = self.columns.column(name)

    def _read_status(self, record: ProductRecord, line: _Line) -> None:
        told = line.get("status").casefold()
        if told:
            if told not in STATUSES:
                raise _Refused(
                    "status", _("“%(status)s” is no status. Known: active, draft, archived.") % {"status": told[:40]}
                )
            record.values["status"] = STATUSES[told]
        elif "published" in line.cells:
            try:
                shown = parse.yes(line.get("published") or "true")
            except parse.BadCell as error:
                raise _Refused("published", str(error)) from error
            record.values["status"] = "active" if shown else "draft"

    def _read_variants(self, record: ProductRecord, lines: list[_Line]) -> bool:
        """Fill ``record.variants``; returns whether any row was meant to be one."""
        if not self.columns.has(*VARIANT_FIELDS, "grams"):
            return False
        names = ["", "", ""]
        with_options = any(row_options(line.cells, names) for line in lines)
        names = ["", "", ""]
        candidates = 0
        seen: dict[tuple[str, str], int] = {}
        for line in lines:
            options = row_options(line.cells, names)
            empty = not any(line.get(name) for name in VARIANT_FIELDS)
            # With real options around, a row without any is the product itself or only carries an image.
            if empty or (with_options and not options):
                if not empty and line is not lines[0]:
                    self._note(line.row, "price", _("Names no option of the product (a second currency?). Left out."))
                continue
            candidates += 1
            try:
                values = self._variant_values(line)
            except _Refused as refused:
                self._error(line.row, refused.field, refused.message)
                continue
            label = " / ".join(option["value"] for option in options)
            same = (label, "" if label else line.get("sku"))
            if same in seen:
                self._error(
                    line.row,
                    "sku",
                    _("Row %(row)s already holds this variant. Remove one of the two.") % {"row": seen[same]},
                )
                continue
            seen[same] = line.row
            record.variants.append(VariantRecord(line.row, options, values))
        return candidates > 0

    def _variant_values(self, line: _Line) -> dict[str, Any]:
        values: dict[str, Any] = {}
        currency = ""
        for name in ("price", "compare_at", "cost"):
            if name in line.cells:
                text = line.get(name)
                try:
                    values[name], marked = parse.money(text) if text else (None, "")
                except parse.BadCell as error:
                    raise _Refused(name, str(error)) from error
                currency = currency or marked
        if values.get("compare_at") == 0:
            values["compare_at"] = None  # shops write 0 for "no former price"
        if "stock" in line.cells:
            try:
                values["stock"] = parse.whole(line.get("stock")) if line.get("stock") else None
            except parse.BadCell as error:
                raise _Refused("stock", str(error)) from error
        if "currency" in line.cells or currency:
            told = (line.get("currency") or currency).upper()
            if told and not (len(told) == 3 and told.isalpha() and told.isascii()):
                raise _Refused(
                    "currency", _("“%(text)s” is no currency. Write three letters, like CNY.") % {"text": told[:20]}
                )
            values["currency"] = told
        for name, longest in (("sku", 255), ("barcode", 120)):
            if name in line.cells:
                values[name] = _limited(line.get(name), longest, name)
        if line.get("variant_image"):
            values["image"] = web_address(line.get("variant_image"))
        return values

    def _read_images(self, record: ProductRecord, lines: list[_Line]) -> None:
        if not self.columns.has("image"):
            return
        found: list[tuple[float, int, str, str]] = []
        for line in lines:
            for text in line.get("image").replace("|", " ").replace(", ", " ").split():
                address = web_address(text.strip(","))
                if not address:
                    self._note(
                        line.row, "image", _("Not an address of an image, left out: %(text)s") % {"text": text[:80]}
                    )
                    continue
                place = line.get("image_position")
                found.append(
                    (float(place) if place.isdigit() else 1e9, len(found), address, line.get("image_alt")[:512])
                )
        images = dict.fromkeys((address, alt) for _place, _order, address, alt in sorted(found))
        record.images = list(images)

    def _read_attributes(self, record: ProductRecord, lines: list[_Line]) -> None:
        """A value that is the same in all rows belongs to the product, differing ones to their variants."""
        variants = {variant.row: variant for variant in record.variants}
        names = dict.fromkeys(name for line in lines for name in line.cells if name.startswith(ATTRIBUTE))
        for name in names:
            given = {line.row: line.get(name)[:MAX_ATTRIBUTE_LENGTH] for line in lines if line.get(name)}
            self._share(record, variants, name[len(ATTRIBUTE) :], given, blank_clears=name in lines[0].cells)
        for name, attribute in MEASURES.items():
            given = {line.row: measure for line in lines if (measure := measure_of(line.cells, name))}
            self._share(record, variants, attribute, given, blank_clears=False)

    @staticmethod
    def _share(
        record: ProductRecord,
        variants: dict[int, VariantRecord],
        attribute: str,
        given: dict[int, str],
        blank_clears: bool,
    ) -> None:
        distinct = set(given.values())
        if len(distinct) == 1:
            record.attributes[attribute] = distinct.pop()
        elif distinct:
            for row, value in given.items():
                if row in variants:
                    variants[row].attributes[attribute] = value
                elif row == record.row:
                    record.attributes[attribute] = value
        elif blank_clears:
            record.attributes[attribute] = ""

    def _note(self, row: int, name: str, message: str) -> None:
        self.notes.append(RowError(row, self.columns.column(name), message))

    def _error(self, row: int, name: str, message: str) -> None:
        self.table.errors.append(RowError(row, self.columns.column(name) if name else "", message))


class _Refused(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def _limited(text: str, longest: int, name: str) -> str:
    if len(text) > longest:
        raise _Refused(name, _("Too long: at most %(limit)s characters.") % {"limit": longest})
    return text
