"""Figures that stand in the product data as they are said: in a name, or where no rule reads a quantity of that unit."""

from __future__ import annotations

import re
from functools import lru_cache

from generation.checks.analysis import Analysis
from generation.checks.normalise import squeeze
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.support import supporters

_SEGMENT_END = re.compile(r"[;；。\n]")


def stands_in_data(sheet: FactSheet, claim: Quantity) -> bool:
    """Whether each figure of ``claim`` stands in one fact's value, spelled alike, with the same unit behind it: the 6 cm of
    "mouth 11.5 × height 6 × foot 5 cm". A value laid out in a way unknown here is read in the wrong places, so that its
    figures raise a question and no alarm. Figures in words and bounds ("over 6 cm") are never found so."""
    if claim.words or claim.bound or not claim.numbers or not claim.family or supporters(claim, sheet)[0]:
        return False  # what is read as a quantity of that unit and yet does not hold is of something else
    return any(all(_in_value(row, number, claim) for number in claim.numbers) for row in sheet.facts)


def _in_value(row: SheetFact, number: float, claim: Quantity) -> bool:
    for match in _spelled(f"{number:g}").finditer(row.display):
        stop = _SEGMENT_END.search(row.display, match.end())
        until = stop.start() if stop else len(row.display)
        behind = [item for item in row.quantities if item.family and item.numbers and match.start() < item.end <= until]
        if _alike(behind[:1], claim):
            return True
    return False


def _alike(items: list[Quantity], claim: Quantity) -> bool:
    """Whether the quantity is in the unit of the claim (of the same family and size)."""
    return any(
        (item.family, item.kind) == (claim.family, claim.kind)
        and item.low * claim.numbers[0] == claim.low * item.numbers[0]
        for item in items
    )


@lru_cache(maxsize=4096)
def _spelled(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)")


_STANDARD = re.compile(r"(?<![a-z0-9])[a-z]{3,8} ?$")
_YEAR = re.compile(r"(?:19|20)\d\d(?=款)")
_FIGURES = re.compile(r"\d+(?![\d.,])")


def part_of_name(analysis: Analysis, item: Quantity) -> bool:
    """Whether the number belongs to a name that the data spell together with it: the "PCIe 3.0" of "PCIe3.0*4", the
    "2022款" of "Book Pro 14 2022", the "Shaver 5000 pairs …" of a Rotary Shaver 5000."""
    text, sheet = analysis.folded, analysis.sheet
    if item.unit == "款":
        year = _YEAR.match(text, item.start)
        return year is not None and re.search(rf"(?<!\d){year.group()}(?![\d.])", sheet.known) is not None
    if item.family not in ("", "count") or item.words:
        return False
    name = _STANDARD.search(text, max(0, item.start - 9), item.start)
    if name is None:
        return False
    if not item.family:
        return squeeze(text[name.start() : item.end]) in sheet.squeezed
    figures = _FIGURES.match(text, item.start)
    return figures is not None and re.search(rf"{name.group()}{figures.group()}(?!\d)", sheet.name) is not None
