"""Line-per-item files of an ERP: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from orders.imports import cells
from orders.imports.cells import BadField
from orders.imports.reading import Cells, OrderReader, incomplete
from orders.records import LineRecord, OrderRecord, PersonRecord

#: An invoice that takes something back: "C536379".
_CANCELLATION = re.compile(r"^C-?\d", re.IGNORECASE)


class LineFile(OrderReader):
    """Every row is a line with all there is to know. Negative pieces and ``C…`` invoices take something back."""

    def order(self, number: str, group: list[tuple[int, Cells]]) -> None:
        """One invoice: an order, cancellations, or both."""
        record: OrderRecord | None = None
        first_refused = len(self._chunk.refused)
        customer = self._customer(group)
        for row, told in group:
            try:
                line = self._line(row, told)
                moment = self._moment(told, "placed_at")
            except BadField as error:
                self._refuse(row, error)
                continue
            if line.quantity < 0 or _CANCELLATION.match(number):
                self._chunk.cancellations.append(self._taken_back(number, line, moment, customer))
                continue
            if record is None:
                country = next((told["country"] for _number, told in group if told.get("country")), "")
                record = OrderRecord(external_id=number, placed_at=moment, customer=customer, country=country)
            record.lines.append(line)
        if record is not None:
            record.incomplete = incomplete(self._chunk.refused[first_refused:])
            self._chunk.orders.append(record)

    def _customer(self, group: list[tuple[int, Cells]]) -> PersonRecord | None:
        for _number, told in group:
            number = cells.number_text(told.get("customer", ""))
            if number:
                return PersonRecord(external_id=number, country=told.get("country", ""))
        return None

    def _line(self, row: int, told: Cells) -> LineRecord:
        if not told.get("sku"):
            raise BadField("sku", _("The line has no stock code. Fill it in."))
        return super()._line(row, told)
