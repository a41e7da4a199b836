"""A value without the condition it is true under."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks import polarity
from generation.checks.analysis import Analysis, analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.conditions import condition_of, traced
from generation.checks.cues import cues
from generation.checks.normalise import fold
from generation.checks.quantities import Quantity
from generation.checks.registry import register
from generation.checks.rules.numbers import spoken_of
from generation.checks.sheet import FactQuantity, SheetFact

#: Conditions limit what is measured; how many there are, what it costs and which size it is stay true without.
_MEASURED = frozenset(
    ["time", "mass", "length", "volume", "temperature", "power", "energy", "charge", "sound", "brightness", "light",
     "area", "speed", "flow", "pressure", "percent", "brew", "water", "food_energy", "rotation"]
)  # fmt: skip


#: "whether or not the crown is screwed down": the condition is named, and is said not to matter.
_WAIVED = re.compile(
    r"(?<![a-z])(?:whether or not|even (?:if|with|when|after|once)|regardless of|no matter(?: if| whether| how)?)"
    r"(?P<en>[^.,;\n]+)"
    r"|(?:哪怕|即便|即使|就算|不管|无论|不论)(?P<zh>[^，。；\n]+)"
)


@register
class DroppedCondition(Check):
    """See ``explanation``."""

    key = "dropped_condition"
    severity = "warning"
    grounding = True
    title = _("Condition left out")
    explanation = _(
        "“19 g” of what weighs 19 g without the strap, “7 days” of what lasts up to 7 days: a value should keep the "
        "condition it is true under, in whatever words. Said of every case (even, always, 任何, 也能) it is an error. "
        "Rows of a table are not looked at."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Values whose condition leaves no trace in their sentence."""
        if not context.facts:
            return
        analysis = analyse(text, context)
        for claim, supporting in spoken_of(analysis):
            if claim.family and not (claim.words and claim.numbers == (1.0,)) and _limited(analysis, supporting):
                begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
                if "\t" in text[begin:end]:
                    continue
                waived = _waived(analysis, supporting, begin, end)
                if waived is not None:
                    start, stop, row = waived
                    yield self.finding(
                        _("“%(said)s” holds only under a condition: %(condition)s"), min(claim.start, start),
                        max(claim.end, stop), severity="error", fact=f"{row.fact.key}: {row.fact.display}",
                        params={"said": text[claim.start : claim.end], "condition": row.fact.condition},
                    )  # fmt: skip
                    continue
                dropped = _dropped(analysis, claim, supporting, analysis.folded[begin:end])
                if dropped is not None:
                    condition, row = dropped
                    always = cues("condition")["always"].search(analysis.folded, begin, end)
                    if not always and claim.family not in _MEASURED:
                        continue
                    yield self.finding(
                        _("“%(said)s” holds only under a condition: %(condition)s"), claim.start, claim.end,
                        params={"said": text[claim.start : claim.end], "condition": condition},
                        fact=f"{row.fact.key}: {row.fact.display}",
                        severity="error" if always and row.fact.condition else self.severity,
                    )  # fmt: skip


def _limited(analysis: Analysis, supporting: list[FactQuantity]) -> bool:
    """Whether any fact behind the claim has a condition or an upper bound, so that one can have been left out."""
    return any(
        each.quantity.bound == "max" or condition_of(analysis.sheet.facts[each.fact], each.quantity)
        for each in supporting
        if each.fact >= 0
    )


def _waived(
    analysis: Analysis, supporting: list[FactQuantity], begin: int, end: int
) -> tuple[int, int, SheetFact] | None:
    """Where the sentence says that the condition of every fact behind the claim does not matter, and the first of them."""
    match = _WAIVED.search(analysis.folded, begin, end)
    rows = [analysis.sheet.facts[each.fact] for each in supporting if each.fact >= 0 and not each.derived]
    if match is None or not rows or not all(row.fact.condition for row in rows):
        return None
    said = match["en"] or match["zh"]
    if analysis.negated(match.start(), match.start() + 1) or not all(
        traced(said, fold(row.fact.condition), row) for row in rows
    ):
        return None
    return match.start(), match.end(), rows[0]


def _dropped(
    analysis: Analysis, claim: Quantity, supporting: list[FactQuantity], sentence: str
) -> tuple[str, SheetFact] | None:
    """The condition that every fact behind the claim has and the sentence does not show, with the first of them."""
    first: tuple[str, SheetFact] | None = None
    for each in supporting:
        if each.fact < 0 or each.derived:
            return None
        row = analysis.sheet.facts[each.fact]
        condition = condition_of(row, each.quantity)
        if each.quantity in row.conditions:
            return None
        if condition and not traced(sentence, condition, row):
            first = first or (condition, row)
        elif each.quantity.bound == "max" and not claim.bound and row.fact.value and not traced(sentence, "最大", row):
            first = first or (row.display, row)
        else:
            return None
    return first
