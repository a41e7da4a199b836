"""An order as somebody else tells it: by a file, by the API, by a connector. No database here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.matching import digest
from orders.models import OrderLine, PaymentState, State

ZERO = Decimal(0)


@dataclass(slots=True)
class PersonRecord:
    """Who buys. Known by ``external_id`` in the source; where it has none, by the e-mail."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""

    @property
    def identity(self) -> str:
        """What the source knows the person by; "" for nobody in particular."""
        return self.external_id or (f"email:{digest(self.email.strip().casefold())}" if self.email.strip() else "")


@dataclass(slots=True)
class PlaceRecord:
    """Where something goes."""

    name: str = ""
    phone: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def known(self) -> bool:
        """Whether there is more than a country."""
        return any((self.name, self.phone, self.line1, self.city, self.postal_code))


@dataclass(slots=True)
class LineRecord:
    """One line. ``total`` None is quantity × price - discount. ``row``: where it stands in the file.

    ``shipped``: pieces the source already sent, of an order it sent in part. ``occurrence`` tells equal lines apart where
    the source means both; a file that repeats itself leaves it at 1.
    """

    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal | None = None
    kind: str = OrderLine.Kind.GOODS
    row: int = 0
    occurrence: int = 1
    shipped: int = 0

    @property
    def amount(self) -> Decimal:
        """What the line costs."""
        return self.quantity * self.unit_price - self.discount if self.total is None else self.total

    @property
    def fingerprint(self) -> str:
        """Equal for the same line read again."""
        price = format(self.unit_price.normalize(), "f")
        told = (self.kind, self.sku, self.description[:500], str(self.quantity), price)
        return digest(*told, str(self.occurrence)) if self.occurrence > 1 else digest(*told)


@dataclass(slots=True)
class OrderRecord:
    """An order. None: the source does not say. Then the order waits for review, is paid, has nothing refunded; and what
    is known of it here stays as it is."""

    external_id: str
    placed_at: datetime
    lines: list[LineRecord] = field(default_factory=list)
    number: str = ""
    currency: str = ""
    customer: PersonRecord | None = None
    shipping: PlaceRecord | None = None
    billing: PlaceRecord | None = None
    country: str = ""
    state: State | None = None
    shipped_at: datetime | None = None
    payment_state: PaymentState | None = None
    discount: Decimal = ZERO
    shipping_fee: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal | None = None
    refunded: Decimal | None = None
    customer_note: str = ""
    cancel_reason: str = ""
    source_state: str = ""
    #: What of the order could not be read; it is held then.
    incomplete: str = ""


@dataclass(slots=True)
class CancellationRecord:
    """A line that takes something back; ``quantity`` is positive."""

    external_id: str
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    cancelled_at: datetime
    customer: PersonRecord | None = None
    row: int = 0

    @property
    def fingerprint(self) -> str:
        """Equal for the same line read again."""
        price = format(self.unit_price.normalize(), "f")
        return digest(self.sku, self.description[:500], str(self.quantity), price)
