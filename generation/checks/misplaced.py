"""A value or material that is true of something else than what it is said of."""

from __future__ import annotations

from dataclasses import dataclass

from generation.checks.sheet import SheetFact


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A value that is true elsewhere. ``reason``: attribute, part, variant, circumstance, bound or label."""

    start: int
    end: int
    reason: str
    row: SheetFact | None
