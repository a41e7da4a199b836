"""What an import did, counted; the shape ``import_orders --json`` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from products.imports import RowError

#: What can become of a row. Every row of a file is exactly one of these.
LINE_OUTCOMES = ("imported", "cancellation", "non_product", "duplicate", "refused")
ORDER_OUTCOMES = ("created", "held", "cancelled")
MOST_KEPT = 10_000


@dataclass(slots=True)
class ImportResult:
    """Counts and errors of one import (or of one that was only tried: ``dry_run``).

    ``orders``: created, and of all orders touched those that were held and those that were cancelled (an order can be
    both). ``lines`` add up to ``rows``.
    """

    format: str = ""
    dry_run: bool = False
    orders: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    ignored: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Data rows of the file."""
        return sum(self.lines.values())

    def refuse(self, row: int, column: str, message: str) -> None:
        """A row could not be used."""
        self.lines["refused"] += 1
        if len(self.errors) < MOST_KEPT:
            self.errors.append(RowError(row, column, message))

    def to_json(self, most: int = MOST_KEPT) -> dict[str, Any]:
        """``{"rows": n, "orders": {…}, "lines": {…}, "errors": […]}``; at most ``most`` errors, all are counted."""
        return {
            "rows": self.rows,
            "orders": {name: self.orders[name] for name in ORDER_OUTCOMES},
            "lines": {name: self.lines[name] for name in LINE_OUTCOMES},
            "errors": [error.to_json() for error in sorted(self.errors, key=lambda error: error.row)[:most]],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any], format: str) -> ImportResult:
        """What ``to_json`` gave, to be gone on with."""
        errors = [RowError(error["row"], error["column"], error["message"]) for error in told["errors"]]
        return cls(format, False, Counter(told["orders"]), Counter(told["lines"]), errors)
