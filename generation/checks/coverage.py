"""Which facts a text mentions, in the same words, in other units or by a known synonym."""

from __future__ import annotations

from generation.checks.analysis import Analysis
from generation.checks.base import Context
from generation.checks.lexicon import lexicon
from generation.checks.normalise import has_cjk, squeeze
from generation.checks.polarity import says_no, says_yes
from generation.checks.quantities import Quantity
from generation.checks.sheet import SheetFact
from generation.checks.support import comparable, holds
from generation.engine import Fact

_WHOLE = frozenset({"attribute", "neutral", "law", "law_ok", "usage"})


def mentioned(text: str, facts: tuple[Fact, ...], language: str) -> list[bool]:
    """For each fact whether the plain ``text`` mentions it."""
    return mentioned_in(Analysis(text, Context(language=language, facts=facts)))


def mentioned_in(analysis: Analysis) -> list[bool]:
    """The same for a text that has been analysed with its facts."""
    lex = lexicon()
    said: set[str] = set()
    denied: set[str] = set()
    keys: set[str] = set()
    for hit in analysis.hits:
        for concept in hit.concepts:
            if concept.kind == "attribute":
                keys.add(concept.name)
            elif concept.kind not in _WHOLE:
                (denied if analysis.negated(hit.start, hit.end) else said).update(lex.closure(concept.name))
    squeezed = squeeze(analysis.text)
    return [_mentions(analysis, row, squeezed, said, denied, keys) for row in analysis.sheet.facts]


def _mentions(
    analysis: Analysis, row: SheetFact, squeezed: str, said: set[str], denied: set[str], keys: set[str]
) -> bool:
    if says_yes(row.value) or says_no(row.value):
        wanted = (row.concepts | row.excluded) or row.attributes
        if wanted:
            return bool(wanted & (said | denied | keys))
        return squeeze(row.key) in squeezed
    value = row.squeezed
    if value and (len(value) > 1 or not value.isascii()) and value in squeezed:
        return True
    quantities = [item for item in row.quantities if item.family]
    if quantities:
        return any(_speaks_of(analysis, item) for item in quantities)
    if row.quantities and any(_speaks_of(analysis, item) for item in row.quantities):
        return True
    lex = lexicon()
    specific = {name for name in row.concepts if lex.concepts[name].kind not in _WHOLE}
    if (specific and specific & said) or (row.excluded and row.excluded & (denied | said)):
        return True
    if len(row.items) > 1:
        found = sum(item in squeezed for item in row.squeezed_items)
        counted = any(
            claim.family == "count" and claim.numbers == (float(len(row.items)),) for claim in analysis.quantities
        )
        return counted or found * 2 >= len(row.items)
    return _overlap(value, squeezed) >= 0.7 if len(value) >= 4 else False


def _speaks_of(analysis: Analysis, item: Quantity) -> bool:
    for claim in analysis.quantities:
        pair = comparable(claim, item, True)
        if pair is not None and holds(*pair):
            return True
    return False


def _overlap(value: str, squeezed: str) -> float:
    """The share of a phrase's pieces (Chinese bigrams, else four-letter pieces) that occur in the text."""
    size = 2 if has_cjk(value) else 4
    pieces = {value[i : i + size] for i in range(len(value) - size + 1)}
    return sum(piece in squeezed for piece in pieces) / len(pieces) if pieces else 0.0
