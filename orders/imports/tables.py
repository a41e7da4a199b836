"""Tables in which an order's own cells stand on its first line: the portal's own, and Shopify's order export."""

from __future__ import annotations

from decimal import Decimal

from orders.imports import cells
from orders.imports.cells import BadField
from orders.imports.reading import Cells, OrderReader, incomplete
from orders.models import PaymentState, State
from orders.records import OrderRecord, PersonRecord, PlaceRecord

_PLACE = ("name", "phone", "company", "line1", "line2", "city", "region", "postal_code", "country")


class PortalFile(OrderReader):
    """The portal's own columns, or any table whose columns are mapped to them."""

    def order(self, number: str, group: list[tuple[int, Cells]]) -> None:
        """One order; a cell of the order counts where it is first filled."""
        head: Cells = {}
        for _row, told in group:
            for name, text in told.items():
                if text and name not in head:
                    head[name] = text
        try:
            record = self._head(number, head)
        except BadField as error:
            # Without its own cells an order cannot be judged: none of its lines can be used.
            for row, _told in group:
                self._refuse(row, error)
            return
        first_refused = len(self._chunk.refused)
        self._lines(record, group)
        if record.lines:
            record.incomplete = incomplete(self._chunk.refused[first_refused:])
            self._chunk.orders.append(record)

    def _lines(self, record: OrderRecord, group: list[tuple[int, Cells]]) -> None:
        for row, told in group:
            try:
                line = self._line(row, told)
            except BadField as error:
                self._refuse(row, error)
                continue
            if line.quantity < 0:
                self._chunk.cancellations.append(
                    self._taken_back(record.external_id, line, record.placed_at, record.customer)
                )
            else:
                record.lines.append(line)

    def _head(self, number: str, head: Cells) -> OrderRecord:
        state = cells.read(cells.state, head.get("state", ""), "state")
        payment = cells.read(cells.payment, head.get("payment", ""), "payment")
        record = self._common(number, head)
        record.state = None if state in (State.AWAITING_REVIEW, State.PENDING_PAYMENT) else state
        unpaid = {None: None, State.PENDING_PAYMENT: PaymentState.PENDING}.get(state, PaymentState.PAID)
        record.payment_state = payment or unpaid
        record.source_state = head.get("state", "")
        return record

    def _common(self, number: str, head: Cells) -> OrderRecord:
        total = head.get("total", "")
        return OrderRecord(
            external_id=number,
            placed_at=self._moment(head, "placed_at"),
            currency=head.get("currency", "").upper()[:3],
            customer=self._person(head),
            shipping=_place(head, "ship"),
            billing=_place(head, "bill"),
            discount=abs(self._amount(head, "discount")),
            shipping_fee=self._amount(head, "shipping_fee"),
            tax=self._amount(head, "tax"),
            total=self._amount(head, "total") if total else None,
            refunded=abs(self._amount(head, "refunded")) if head.get("refunded") else None,
            customer_note=head.get("note", ""),
            cancel_reason=head.get("cancel_reason", ""),
            shipped_at=self._moment(head, "shipped_at") if head.get("shipped_at") else None,
        )

    def _person(self, head: Cells) -> PersonRecord | None:
        person = PersonRecord(
            external_id=cells.number_text(head.get("customer", "")),
            name=head.get("customer_name", "") or head.get("bill_name", "") or head.get("ship_name", ""),
            email=head.get("email", ""),
            phone=head.get("phone", "") or head.get("ship_phone", ""),
            language=head.get("language", "") if head.get("language", "") in ("en", "zh-hans") else "",
            country=head.get("bill_country", "") or head.get("ship_country", ""),
        )
        return person if person.identity else None

    def _amount(self, head: Cells, name: str) -> Decimal:
        return cells.read(cells.amount, head.get(name, ""), name)


class ShopifyFile(PortalFile):
    """Shopify's order export: one row a line item, everything else on the first row of an order only."""

    def _head(self, number: str, head: Cells) -> OrderRecord:
        payment = cells.read(cells.payment, head.get("payment", ""), "payment") or PaymentState.PAID
        record = self._common(number, head)
        record.payment_state = payment
        record.source_state = " / ".join(text for text in (head.get("payment"), head.get("fulfilment")) if text)
        fulfilment = head.get("fulfilment", "").casefold()
        if head.get("cancelled_at"):
            self._moment(head, "cancelled_at")
            record.state = State.CANCELLED
        elif fulfilment == "fulfilled":
            record.state = State.SHIPPED
        elif fulfilment == "partial":
            record.state = State.PART_SHIPPED
        elif payment == PaymentState.VOIDED:
            record.state = State.CANCELLED
        elif payment == PaymentState.REFUNDED:
            record.state = State.CLOSED
        return record

    def _lines(self, record: OrderRecord, group: list[tuple[int, Cells]]) -> None:
        goods = []
        for row, told in group:
            if told.get("quantity") or told.get("description") or told.get("sku"):
                goods.append((row, told))
            else:
                # A further payment or refund of the order: no line at all.
                self._chunk.charges += 1
        super()._lines(record, goods)
        seen: dict[str, int] = {}
        shipped = {row for row, told in goods if told.get("line_fulfilment", "").casefold() == "fulfilled"}
        for line in record.lines:
            # Equal items of one order (engraved differently, say) are items of their own here.
            fingerprint = line.fingerprint
            seen[fingerprint] = line.occurrence = seen.get(fingerprint, 0) + 1
            if record.state == State.PART_SHIPPED and line.row in shipped:
                line.shipped = line.quantity


def _place(head: Cells, kind: str) -> PlaceRecord | None:
    # Shopify writes an apostrophe before postal codes, so that a spreadsheet leaves their zeros.
    told = {name: head.get(f"{kind}_{name}", "").lstrip("'") for name in _PLACE}
    place = PlaceRecord(**told)
    return place if any(told.values()) else None
