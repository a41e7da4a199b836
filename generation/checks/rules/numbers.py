"""Every number must be one of the facts'."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import Analysis, analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.quantities import Quantity
from generation.checks.registry import register
from generation.checks.sheet import FactQuantity
from generation.checks.support import supporters

_ORDINAL_BEFORE = re.compile(r"(?:第|step ?|步骤 ?|no\. ?|图 ?|chapter |part |figure |note |tip )$")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th)(?![a-z])|(?:\.|、|\)|）)(?!\d)")
_ORDINAL_ENDING = re.compile(r"(?:st|nd|rd|th)(?![a-z])")
_WATER = re.compile(r"防水|水下|抗水|water|swim|pool|depth|atm|bar")
_SERVINGS = frozenset({"杯", "cup", "斗", "瓶"})
# "一周一充" says seven days of battery, "一天的疲惫" says nothing: one of a span of time counts only beside such words
_SPAN_CUE = re.compile(
    r"充|续航|质保|保修|待机|保质|包换|退换|warrant|guarantee|charge|batter|runtime|lasts?\b|power|shelf|return|cover"
)


@register
class UnsupportedNumber(Check):
    """See ``explanation``."""

    key = "unsupported_number"
    severity = "error"
    title = _("Number or unit not in the product data")
    explanation = _(
        "Every number, with its unit, must be found among the facts. Values are compared, not spellings: 0.5 kg, 500 g "
        "and 一斤 are the same; ranges must be the same range; at least and up to count as part of the number."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Numbers, dates and percentages that no fact supports."""
        analysis = analyse(text, context)
        for claim, supporting, nearest in _judged(analysis):
            if not supporting:
                yield self._unsupported(analysis, claim, nearest)

    def _unsupported(self, analysis: Analysis, claim: Quantity, nearest: FactQuantity | None) -> Finding:
        said = analysis.text[claim.start : claim.end]
        if nearest is None or not claim.family:
            return self.finding(
                _("“%(said)s” is not in the product data"), claim.start, claim.end, params={"said": said}
            )
        fact = analysis.sheet.facts[nearest.fact].fact
        return self.finding(
            _("draft says %(said)s, product data says %(known)s (%(key)s)"), claim.start, claim.end,
            params={"said": said, "known": fact.display, "key": fact.key}, fact=f"{fact.key}: {fact.display}",
            fix=fact.display if len(fact.display) <= 20 else None,
        )  # fmt: skip


def is_claim(analysis: Analysis, item: Quantity) -> bool:
    """Whether a number says something about the product: list marks, ordinals and idioms do not."""
    text = analysis.folded
    before, after = text[max(0, item.start - 8) : item.start], text[item.end : item.end + 4]
    if _ORDINAL_BEFORE.search(before):
        return False
    if not item.family:
        at_line_start = item.start == 0 or text[item.start - 1] in "\n\t"
        if at_line_start and _ORDINAL_AFTER.match(after):
            return False
        return not _ORDINAL_ENDING.match(after)
    if (item.words and item.family == "time" and item.numbers == (1.0,) and "岁" not in item.unit) or (
        item.words and item.numbers == (0.5,)
    ):
        begin, end = max(0, item.start - 24), min(len(text), item.end + 24)
        return item.family != "time" or _SPAN_CUE.search(text[begin:end]) is not None
    if item.words and item.unit == "个" and after.startswith("人"):
        return False
    return not (
        item.words and item.numbers == (1.0,) and (item.family in ("count", "shoe_size") or item.unit in _SERVINGS)
    )


def spoken_of(analysis: Analysis) -> list[tuple[Quantity, list[FactQuantity]]]:
    """The quantities that are claims and supported, each with the fact quantities that support it."""
    return [(claim, supporting) for claim, supporting, _nearest in _judged(analysis) if supporting]


def _judged(analysis: Analysis) -> list[tuple[Quantity, list[FactQuantity], FactQuantity | None]]:
    """Every claim with what supports it and what comes nearest, made once for a text."""
    known = analysis.memo.get("numbers")
    if known is None:
        water = bool(_WATER.search(analysis.folded))
        known = analysis.memo["numbers"] = [
            (claim, *supporters(claim, analysis.sheet, water))
            for claim in analysis.quantities
            if is_claim(analysis, claim)
        ]
    return known
