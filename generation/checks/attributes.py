"""Which attributes may stand for each other: a width is also one of the dimensions (data/attribute_groups.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from generation.checks.sheet import SheetFact


@dataclass(frozen=True, slots=True)
class Groups:
    """``relatives`` of an attribute share a group with it; ``letters`` are one-character cues such as 重."""

    sizes: frozenset[str]
    general_sizes: frozenset[str]
    unbound: frozenset[str]
    relatives: dict[str, frozenset[str]]
    letters: dict[str, str]


@lru_cache(maxsize=1)
def groups() -> Groups:
    """The shipped groups."""
    rows = json.loads(resources.files(__package__).joinpath("data/attribute_groups.json").read_text("utf-8"))
    relatives: dict[str, frozenset[str]] = {}
    for group in rows["related"]:
        for name in group:
            relatives[name] = relatives.get(name, frozenset()) | frozenset(group)
    return Groups(
        frozenset(rows["sizes"]),
        frozenset(rows["general_sizes"]),
        frozenset(rows["unbound"]),
        relatives,
        rows["letters"],
    )


def fits(wanted: set[str], row: SheetFact) -> bool:
    """Whether what is said of the attributes ``wanted`` may be a value of this fact."""
    known = groups()
    if row.generic or wanted & row.attributes or wanted & known.unbound:
        return True
    if wanted & known.sizes and row.attributes & known.sizes:
        return bool(row.attributes & known.general_sizes or wanted & known.general_sizes)
    return any(not known.relatives.get(name, frozenset()).isdisjoint(row.attributes) for name in wanted)
