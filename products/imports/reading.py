"""Files to rows: encodings, delimiters, spreadsheets, and the limits on what we are willing to read.

Rows stream; a file is never held in memory. Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook

DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most. Sizes in bytes, ``ratio`` is unpacked to packed size of a spreadsheet."""

    bytes: int = 200 * 1024 * 1024
    rows: int = 1_000_000
    cell_characters: int = 200_000
    columns: int = 2_000
    unpacked_bytes: int = 1024 * 1024 * 1024
    shared_strings_bytes: int = 100 * 1024 * 1024
    ratio: int = 200

    @classmethod
    def installed(cls) -> Limits:
        """The limits of this installation (settings ``UPLOAD_MAX_…``)."""
        return cls(
            bytes=settings.UPLOAD_MAX_BYTES,
            rows=settings.UPLOAD_MAX_ROWS,
            cell_characters=settings.UPLOAD_MAX_CELL_CHARACTERS,
        )


class UnreadableFile(Exception):
    """The file cannot be read at all; the message says why and what to do."""


@dataclass(slots=True)
class RowError:
    """What is wrong in one row; ``column`` is the file's own name for it ("" for the whole row)."""

    row: int
    column: str
    message: str

    def to_json(self) -> dict[str, object]:
        """As printed by ``import_products --json``."""
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass(slots=True)
class Row:
    """One data row. ``cells`` may be shorter than the header: what is not there is not "blank"."""

    number: int
    cells: list[str]


@dataclass(slots=True)
class Table:
    """An open file: its header, its rows, and how it is written (for handing it back unchanged).

    ``errors`` collects what is wrong with rows that could not be yielded; ``row_count`` counts rows as they pass.
    """

    path: Path
    kind: str
    header: list[str]
    encoding: str = ""
    delimiter: str = ""
    limits: Limits = field(default_factory=Limits)
    errors: list[RowError] = field(default_factory=list)
    row_count: int = 0
    #: Something that must live as long as the table (a temporary folder).
    holds: object = None

    def rows(self) -> Iterator[Row]:
        """Every data row that is not entirely blank, streaming. Raises ``UnreadableFile`` beyond the row limit."""
        source = _xlsx_rows(self.path) if self.kind == "xlsx" else self._csv_rows()
        width = len(self.header)
        self.row_count = 0
        for number, cells in source:
            if number == 1 or not any(cells):
                continue
            self.row_count += 1
            if self.row_count > self.limits.rows:
                raise UnreadableFile(
                    _("The file has more than %(limit)s rows. Split it into smaller files.")
                    % {"limit": f"{self.limits.rows:,}"}
                )
            if any(cells[width:]):
                self.errors.append(
                    RowError(
                        number, "", _("The row has more cells than the header. Check quotation marks and separators.")
                    )
                )
                continue
            too_long = next(
                (i for i, cell in enumerate(cells[:width]) if len(cell) > self.limits.cell_characters), None
            )
            if too_long is not None:
                self.errors.append(
                    RowError(
                        number,
                        self.header[too_long],
                        _("The cell has more than %(limit)s characters. Shorten it.")
                        % {"limit": f"{self.limits.cell_characters:,}"},
                    )
                )
                continue
            if self.kind == "xlsx" and len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            yield Row(number, cells[:width])

    def _csv_rows(self) -> Iterator[tuple[int, list[str]]]:
        with open_text(self.path, self.encoding) as file:
            lines = _Recorder(file)
            reader = csv.reader(lines, delimiter=self.delimiter)
            number = 0
            pending: tuple[int, list[str]] | None = None
            try:
                for cells in reader:
                    if number == 0 and _is_separator_hint(cells):
                        lines.record.clear()
                        continue
                    number += 1
                    if pending is not None:
                        yield pending
                    pending = (number, cells)
                    lines.previous, lines.record = lines.record, []
            except csv.Error:
                if pending is not None:
                    yield pending
                self.errors.append(RowError(number + 1, "", _never_closed()))
                return
            # Only the last record can hold a quotation mark that is never closed; it would swallow what follows.
            if pending is not None:
                if _left_open(lines.previous, self.delimiter):
                    self.errors.append(RowError(pending[0], "", _never_closed()))
                else:
                    yield pending


def open_table(path: Path, limits: Limits | None = None) -> Table:
    """Open a CSV or XLSX file and read its header. Raises ``UnreadableFile``."""
    limits = limits or Limits()
    csv.field_size_limit(max(limits.cell_characters * 4, 131_072))
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UnreadableFile(_("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}) from error
    if size == 0:
        raise UnreadableFile(_("The file is empty."))
    if size > limits.bytes:
        raise UnreadableFile(
            _("The file is larger than %(limit)s MB. Split it into smaller files.")
            % {"limit": limits.bytes // (1024 * 1024)}
        )
    if start[:4] == b"PK\x03\x04":
        return _open_xlsx(path, limits)
    if start[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFile(_("This is an old Excel file (.xls). Save it as .xlsx or CSV and try again."))
    encoding = detect_encoding(path)
    delimiter = _sniff_delimiter(path, encoding)
    table = Table(path, "csv", [], encoding, delimiter, limits)
    first = next(iter(table._csv_rows()), None)
    if first is None or not any(cell.strip() for cell in first[1]):
        raise UnreadableFile(_("The file has no header row."))
    table.errors.clear()
    table.header = _trimmed([cell.strip().strip("﻿") for cell in first[1]])
    _check_columns(table)
    return table


def open_text(path: Path, encoding: str) -> IO[str]:
    """The file as text with its line ends untouched."""
    return path.open(encoding=encoding, newline="")


def detect_encoding(path: Path) -> str:
    """UTF-8 (with or without BOM), UTF-16 or GB18030. Raises ``UnreadableFile`` for anything else."""
    with path.open("rb") as file:
        start = file.read(4096)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding
    if b"\x00" in start:
        even, odd = start[0::2].count(0), start[1::2].count(0)
        if odd > len(start) // 5 and even == 0:
            return "utf-16-le"
        if even > len(start) // 5 and odd == 0:
            return "utf-16-be"
        raise UnreadableFile(_("This is not a text file. Save the table as CSV or .xlsx and try again."))
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise UnreadableFile(_("The file's encoding is not known. Save it as CSV UTF-8 and try again."))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sniff_delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts the header into most cells; an Excel line ``sep=;`` decides by itself."""
    with open_text(path, encoding) as file:
        head = file.read(65_536).lstrip("﻿")
    first = head.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    counts = {}
    for delimiter in DELIMITERS:
        try:
            counts[delimiter] = len(next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), []))
        except csv.Error:
            counts[delimiter] = 0
    best = max(counts.values())
    return next(delimiter for delimiter in DELIMITERS if counts[delimiter] == best)


def _is_separator_hint(cells: list[str]) -> bool:
    text = "".join(cells).strip("﻿").lower()
    return text.startswith("sep=") and len(text) <= 5


class _Recorder:
    """Passes lines on and keeps those of the record being read."""

    def __init__(self, lines: IO[str]) -> None:
        self.lines = lines
        self.record: list[str] = []
        self.previous: list[str] = []

    def __iter__(self) -> _Recorder:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        # A NUL would end the cell early in some readers and is no text anyway.
        line = line.replace("\x00", "")
        self.record.append(line)
        return line


def _left_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _never_closed() -> str:
    return _("A quotation mark is opened in this row and never closed. Rows after it were not read.")


def _open_xlsx(path: Path, limits: Limits) -> Table:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(_("The spreadsheet is damaged. Save it again and try once more.")) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    strings = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
    too_big = unpacked > limits.unpacked_bytes or strings > limits.shared_strings_bytes
    if too_big or len(entries) > 5_000 or (unpacked > 20 * 1024 * 1024 and unpacked / packed > limits.ratio):
        raise UnreadableFile(_("The spreadsheet unpacks to far more than its size. Save it as CSV and try again."))
    if not any(entry.filename.lower() == "[content_types].xml" for entry in entries):
        raise UnreadableFile(_("This archive is not a spreadsheet. Save the table as CSV or .xlsx and try again."))
    first = next(iter(_xlsx_rows(path)), None)
    if first is None or not any(first[1]):
        raise UnreadableFile(_("The file has no header row."))
    table = Table(path, "xlsx", _trimmed([cell.strip() for cell in first[1]]), limits=limits)
    _check_columns(table)
    return table


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of the first sheet; formulas give their last computed value."""
    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets errors of every parser below it through
        raise UnreadableFile(_("The spreadsheet is damaged. Save it again and try once more.")) from error
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [cell_text(value) for value in values]
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile(_("The spreadsheet is damaged. Save it again and try once more.")) from error
    finally:
        workbook.close()


def cell_text(value: object) -> str:
    """A spreadsheet value as it would stand in a CSV: whole numbers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _trimmed(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    return header


def _check_columns(table: Table) -> None:
    if len(table.header) > table.limits.columns:
        raise UnreadableFile(
            _("The file has more than %(limit)s columns. Leave out those that are not needed.")
            % {"limit": table.limits.columns}
        )
