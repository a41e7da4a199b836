"""Rows to CSV or XLSX, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from products.imports.cells import escape_formula

#: What a spreadsheet cell may hold at most.
MOST_XLSX_CHARACTERS = 32_767


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A UTF-8 CSV with BOM (spreadsheets recognise it), formulas escaped."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([escape_formula(cell) for cell in row] for row in rows)


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """An XLSX with everything as text; longer cells than a spreadsheet holds raise ``ValueError``."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("products")
    sheet.append(list(header))
    for number, row in enumerate(rows, 2):
        cells = [escape_formula(cell) for cell in row]
        if any(len(cell) > MOST_XLSX_CHARACTERS for cell in cells):
            raise ValueError(f"row {number} has a cell too long for a spreadsheet")
        sheet.append(cells)
    book.save(path)
