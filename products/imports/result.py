"""What an import did, counted; the shape ``import_products --json`` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from products.imports.reading import RowError

Outcome = Literal["created", "updated", "unchanged"]
#: Errors, conflicts and remarks kept of one import; all are counted.
MOST_KEPT = 10_000
MOST_CHANGES_SHOWN = 50


@dataclass(slots=True)
class ImportResult:
    """Counts, errors and conflicts of one import (or of one that was only tried: ``dry_run``).

    ``conflicts``: texts of the file that differ from copy published here, which stays as it is. ``confirmed``: published
    copy the file shows to be live in the shop. ``changes``: the first differences, for a preview.
    """

    format: str = ""
    dry_run: bool = False
    rows: int = 0
    products: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    conflict_count: int = 0
    notes: list[RowError] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    mapped: dict[str, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    confirmed: int = 0

    def refuse(self, row: int, column: str, message: str) -> None:
        """Note an error."""
        self.error_count += 1
        if len(self.errors) < MOST_KEPT:
            self.errors.append(RowError(row, column, message))

    def conflict(self, **told: Any) -> None:
        """Note a text that differs from what was published here."""
        self.conflict_count += 1
        if len(self.conflicts) < MOST_KEPT:
            self.conflicts.append(told)

    def change(self, key: str, field: str, before: Any, after: Any) -> None:
        """Note one difference for the preview."""
        if len(self.changes) < MOST_CHANGES_SHOWN:
            self.changes.append({"key": key, "field": field, "before": shortened(before), "after": shortened(after)})

    def to_json(self, most: int = MOST_KEPT) -> dict[str, Any]:
        """Plain JSON with at most ``most`` errors, conflicts and notes each."""
        told: dict[str, Any] = {
            "format": self.format,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "products": {name: self.products[name] for name in ("created", "updated", "unchanged")},
            "variants": {name: self.variants[name] for name in ("created", "updated", "unchanged")},
            "errors": [error.to_json() for error in sorted(self.errors, key=lambda error: error.row)[:most]],
            "error_count": self.error_count,
            "conflicts": self.conflicts[:most],
            "conflict_count": self.conflict_count,
            "notes": [note.to_json() for note in self.notes[:most]],
            "ignored": list(self.ignored),
            "mapped": self.mapped,
            "confirmed": self.confirmed,
        }
        if self.dry_run:
            told["changes"] = self.changes
        return told

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> ImportResult:
        """Inverse of ``to_json``, as far as that kept everything."""
        return cls(
            format=told["format"],
            dry_run=told["dry_run"],
            rows=told["rows"],
            products=Counter(told["products"]),
            variants=Counter(told["variants"]),
            errors=[RowError(**error) for error in told["errors"]],
            error_count=told["error_count"],
            conflicts=told["conflicts"],
            conflict_count=told["conflict_count"],
            notes=[RowError(**note) for note in told["notes"]],
            ignored=tuple(told["ignored"]),
            mapped=told["mapped"],
            confirmed=told["confirmed"],
        )


def shortened(content: Any) -> str:
    """A value as a preview shows it."""
    text = "" if content is None else str(content)
    return text if len(text) <= 200 else text[:200] + "…"
