"""Sides said in one breath ("140 by 78 cm") must be sides of one thing: each may be true of another and the measure false."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks.analysis import Analysis
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, SheetFact
from generation.checks.support import comparable, holds

_BY = re.compile(r" ?(?:[x×*]|by|乘以?) ?(?:[长宽高深厚]{1,2})?")


def other_measures(
    analysis: Analysis, spoken: list[tuple[Quantity, list[FactQuantity]]]
) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact that comes nearest, for every measure whose sides no fact gives together.

    ``spoken`` are the claims with what supports each. Sides that facts give one by one (width, depth, height) are left alone.
    """
    for row in _measures(analysis, spoken):
        facts = {each.fact for _, supporting in row for each in supporting}
        sized = [analysis.sheet.facts[index] for index in facts if index >= 0 and len(_sides(analysis, index)) > 1]
        together = [fact for fact in sized if _covers(fact, [claim for claim, _ in row])]
        partly = [fact for fact in sized if any(_covers(fact, [claim]) for claim, _ in row)]
        if partly and not together and -1 not in facts:
            yield row[0][0].start, row[-1][0].end, partly[0]


def _measures(
    analysis: Analysis, spoken: list[tuple[Quantity, list[FactQuantity]]]
) -> Iterator[list[tuple[Quantity, list[FactQuantity]]]]:
    """Runs of two or three lengths with "by" between them."""
    run: list[tuple[Quantity, list[FactQuantity]]] = []
    for claim, supporting in spoken:
        joined = run and _BY.fullmatch(analysis.folded, run[-1][0].end, claim.start)
        if claim.family == "length" and joined:
            run.append((claim, supporting))
            continue
        if len(run) > 1:
            yield run
        run = [(claim, supporting)] if claim.family == "length" else []
    if len(run) > 1:
        yield run


def _sides(analysis: Analysis, index: int) -> list[Quantity]:
    return [item for item in analysis.sheet.facts[index].quantities if item.family == "length"] if index >= 0 else []


def _covers(fact: SheetFact, claims: list[Quantity]) -> bool:
    """Whether each claim is another figure of the fact."""
    left = [item for item in fact.quantities if item.family in ("length", "")]
    for claim in claims:
        found = next((item for item in left if (pair := comparable(claim, item)) and holds(*pair)), None)
        if found is None:
            return False
        left.remove(found)
    return True
