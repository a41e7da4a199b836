"""CSV records as they were written: cells can be replaced while every other character stays what it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(slots=True)
class RawRecord:
    """One record: its cells as written (quotes and all), and the line end after them."""

    cells: list[str]
    end: str


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    plain = f"[^{re.escape(delimiter)}\\r\\n]*"
    return re.compile(f'"(?:[^"]|"")*+"{plain}|(?!"){plain}')


def records(lines: Iterable[str], delimiter: str) -> Iterator[RawRecord]:
    """Records of a file read with its line ends; joined again with ``written`` they give back the same text.

    A quotation mark that is never closed makes one last record of all that follows it, with a single cell at its end.
    """
    pattern = _cell(delimiter)
    pending = ""
    for line in lines:
        pending += line
        record = _split(pending, pattern, delimiter)
        if record is not None:
            yield record
            pending = ""
    if pending:
        yield RawRecord([pending], "")


def _split(text: str, pattern: re.Pattern[str], delimiter: str) -> RawRecord | None:
    """The record ``text`` is, or None when a quoted cell goes on in the next line."""
    cells: list[str] = []
    at = 0
    while True:
        match = pattern.match(text, at)
        if match is None:
            return None
        cells.append(match.group())
        at = match.end()
        if text.startswith(delimiter, at):
            at += 1
            continue
        return RawRecord(cells, text[at:])


def value(cell: str) -> str:
    """What a raw cell says."""
    if not cell.startswith('"'):
        return cell
    close = re.match(r'"((?:[^"]|"")*+)"', cell)
    return close[1].replace('""', '"') + cell[close.end() :] if close else cell


def raw(text: str, like: str, delimiter: str) -> str:
    """``text`` as a cell, quoted where the cell it replaces (``like``) was, or where it must be."""
    needs = like.startswith('"') or any(mark in text for mark in (delimiter, '"', "\r", "\n")) or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if needs else text


def edited(record: RawRecord, changes: Mapping[int, str], delimiter: str) -> str:
    """The record's text with cells replaced by index; a record too short for an index is filled up."""
    cells = list(record.cells)
    for index, text in changes.items():
        while len(cells) <= index:
            cells.append("")
        cells[index] = raw(text, cells[index], delimiter)
    return delimiter.join(cells) + record.end


def written(record: RawRecord, delimiter: str) -> str:
    """The record's text as it was."""
    return delimiter.join(record.cells) + record.end
