"""The table of units (data/units.txt)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Unit:
    """What a spelling means: ``factor`` base units of ``family``; ``attached``: only when it touches the number."""

    family: str
    factor: float
    kind: str
    attached: bool


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """Every spelling of every unit (lower case)."""
    table: dict[str, Unit] = {}
    family = ""
    for line in resources.files(__package__).joinpath("data/units.txt").read_text("utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            family = line.strip("[]")
            continue
        head, _, spellings = line.partition(" : ")
        factor, _, kind = head.partition(" =")
        for spelling in spellings.split(" / "):
            spelling = spelling.strip()
            unit = Unit(family, float(factor), kind.strip(), spelling.startswith("!"))
            spelling = spelling.lstrip("!").lower()
            table.setdefault(spelling, unit)
            if spelling.isascii() and len(spelling) > 2 and spelling[-1].isalpha() and not spelling.endswith("s"):
                table.setdefault(spelling + "s", unit)
    return table


def is_unit(word: str) -> bool:
    """Whether a folded word spells a unit."""
    return word in units()
