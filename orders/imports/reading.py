"""Rows to records: consecutive rows of one order become one record, and every row is accounted for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice

from django.utils.translation import gettext as _

from orders.imports import cells
from orders.imports.cells import BadField
from orders.imports.columns import Columns
from orders.imports.dates import Moments, habit_of
from orders.models import OrderLine
from orders.records import CancellationRecord, LineRecord, OrderRecord, PersonRecord
from products.imports import Row, RowError, Table, clean, unescape_formula

#: Lines stored in one transaction, as near as whole orders allow.
CHUNK_LINES = 2_000
#: Dates looked at to find out whether the file writes the day or the month first.
_DATES_LOOKED_AT = 5_000

Cells = dict[str, str]


@dataclass(slots=True)
class Chunk:
    """Whole orders and cancellations from consecutive rows up to ``last_row``, and what could not be used of these rows.

    ``charges``: rows without goods that leave no line behind.
    """

    orders: list[OrderRecord] = field(default_factory=list)
    cancellations: list[CancellationRecord] = field(default_factory=list)
    refused: list[RowError] = field(default_factory=list)
    charges: int = 0
    lines: int = 0
    last_row: int = 0


class OrderReader(ABC):
    """Reads one file of one format. ``after_row``: where an interrupted import goes on."""

    def __init__(self, table: Table, columns: Columns, zone: tzinfo, after_row: int = 0) -> None:
        self.table, self.columns, self.after_row = table, columns, after_row
        self.moments = Moments(habit_of(self._dates()), zone)
        self._chunk = Chunk()

    def _dates(self) -> Iterator[str]:
        index = self.columns.fields.get("placed_at")
        if index is not None:
            for row in islice(self.table.rows(), _DATES_LOOKED_AT):
                if index < len(row.cells):
                    yield row.cells[index]
            self.table.errors.clear()

    def chunks(self, lines: int = CHUNK_LINES) -> Iterator[Chunk]:
        """The file in chunks of about ``lines`` rows, an order never cut unless its rows are far apart."""
        group: list[tuple[int, Cells]] = []
        number = ""
        for row in self.table.rows():
            if row.number <= self.after_row:
                continue
            told = self._cells(row)
            its_number = cells.number_text(told.get("number", ""))
            if group and its_number != number:
                self._close(number, group)
                group = []
                if self._chunk.lines >= lines:
                    yield self._ended(row.number - 1)
            number = its_number
            group.append((row.number, told))
            self._chunk.lines += 1
        if group:
            self._close(number, group)
        yield self._ended(0)

    def _ended(self, last_row: int) -> Chunk:
        chunk, self._chunk = self._chunk, Chunk()
        chunk.last_row = last_row
        chunk.refused += [error for error in self.table.errors if error.row > self.after_row]
        self.table.errors.clear()
        return chunk

    def _cells(self, row: Row) -> Cells:
        width = len(row.cells)
        return {
            name: clean(unescape_formula(row.cells[index]))
            for name, index in self.columns.fields.items()
            if index < width
        }

    def _close(self, number: str, group: list[tuple[int, Cells]]) -> None:
        """Rows of one order number: make records of them."""
        if not number:
            for row, _told in group:
                self._refuse(row, BadField("number", _("The row names no order. Fill in its number.")))
            return
        self.order(number, group)

    @abstractmethod
    def order(self, number: str, group: list[tuple[int, Cells]]) -> None:
        """Add what the rows of one number say to the chunk."""

    def _refuse(self, row: int, error: BadField) -> None:
        label = self.columns.label(error.field) if error.field else ""
        self._chunk.refused.append(RowError(row, label, error.message))

    def _moment(self, told: Cells, name: str) -> datetime:
        text = told.get(name, "")
        if not text:
            raise BadField(name, _("The date is missing. Write it like 2026-03-31 14:05."))
        return cells.read(self.moments.read, text, name)

    def _line(self, row: int, told: Cells) -> LineRecord:
        """A line, its quantity as written. Raises ``BadField``."""
        sku, description = cells.number_text(told.get("sku", "")), told.get("description", "")
        if not sku and not description:
            raise BadField("sku", _("The line says neither which SKU nor what it is."))
        quantity = cells.read(cells.pieces, told.get("quantity", ""), "quantity")
        if quantity == 0:
            raise BadField("quantity", _("The quantity is zero. Write how many pieces were ordered."))
        discount = abs(cells.read(cells.amount, told.get("line_discount", ""), "line_discount"))
        total = told.get("line_total", "")
        charge = cells.is_charge(sku or description, self.columns.format)
        return LineRecord(
            sku=sku,
            description=description,
            quantity=quantity,
            unit_price=cells.read(cells.amount, told.get("unit_price", ""), "unit_price"),
            discount=discount,
            tax=cells.read(cells.amount, told.get("line_tax", ""), "line_tax"),
            total=cells.read(cells.amount, total, "line_total") if total else None,
            kind=OrderLine.Kind.CHARGE if charge else OrderLine.Kind.GOODS,
            row=row,
        )

    def _taken_back(
        self, number: str, line: LineRecord, moment: datetime, customer: PersonRecord | None
    ) -> CancellationRecord:
        return CancellationRecord(
            external_id=number,
            sku=line.sku,
            description=line.description,
            quantity=abs(line.quantity),
            unit_price=line.unit_price,
            cancelled_at=moment,
            customer=customer,
            row=line.row,
        )


def incomplete(refused: list[RowError]) -> str:
    """What a reviewer is told of an order whose rows could not all be read."""
    return "; ".join(
        _("row %(row)s, %(column)s: %(message)s")
        % {"row": error.row, "column": error.column or "–", "message": error.message}
        for error in refused[:3]
    )
