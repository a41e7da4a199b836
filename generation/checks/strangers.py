"""A row of things some of which the product data list, and one they do not: "fig, cedar and rose" of fig and cedar.

No list of things is needed: who names some of a fact's items and goes on with another claims that it belongs to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.normalise import has_cjk
from generation.checks.numerals import read_english
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.units import is_unit
from generation.checks.words import affirmed, content, root, roots_of

_HAN = "\u4e00-\u9fff"
_ROW = re.compile(rf"[{_HAN}]{{2,12}}、(?:[{_HAN}]{{2,8}}、)+[{_HAN}]{{2,12}}")
#: "鸡肉、鸭肉双拼": a row of two that says it is all.
_PAIR = re.compile(
    rf"(?<![{_HAN}、])([{_HAN}]{{2,5}})[、和与]([{_HAN}]{{2,5}}?)(?:双拼|双色|两色|两种|两味|两款|混纺|混搭|拼接|二选一)"
)
_THING = re.compile(rf"[{_HAN}]+")
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
#: The most words a thing is named by.
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class Stranger:
    """The span of the thing no fact knows, and the fact whose items stand beside it."""

    start: int
    end: int
    row: SheetFact


def strangers(analysis: Analysis) -> Iterator[Stranger]:
    """Every unknown thing in a row with items of a fact."""
    text, sheet = analysis.folded, analysis.sheet
    if has_cjk(text):
        yield from _chinese(analysis)
        yield from _chinese_pairs(analysis)
        return
    listed = _listed(sheet)
    if not listed:
        return
    for pieces in _rows(text):
        owners = [_owner(listed, text[start:end]) for start, end in pieces]
        row = next((owner for owner in owners if owner is not None), None)
        if row is None:
            continue
        for (start, end), owner in zip(pieces, owners, strict=True):
            if owner is None and _strange(analysis, sheet, start, end, row):
                yield Stranger(start, end, row)


def _chinese(analysis: Analysis) -> Iterator[Stranger]:
    """The unknown piece of a row "A、B、C" two pieces of which one fact lists."""
    text, sheet = analysis.folded, analysis.sheet
    for match in _ROW.finditer(text):
        pieces = [(piece.start(), piece.end()) for piece in _THING.finditer(text, *match.span())]
        for row in sheet.facts:
            if len(row.items) < 2 or row.attributes & _NO_LISTS or polarity.DENYING_KEY.search(row.key):
                continue
            own = [_listed_by(row, text[start:end]) for start, end in pieces]
            if sum(own) < 2:
                continue
            # the first and the last piece hold what leads up to the row and what follows it
            for (start, end), known in [*zip(pieces, own, strict=True)][1:-1]:
                if not known and _unknown(analysis, start, end):
                    yield Stranger(start, end, row)
            break


def _chinese_pairs(analysis: Analysis) -> Iterator[Stranger]:
    """The unknown one of two that the text says are all: "鸡肉、鸭肉双拼" of chicken and salmon."""
    for match in _PAIR.finditer(analysis.folded):
        for row in analysis.sheet.facts:
            if row.attributes & _NO_LISTS or polarity.DENYING_KEY.search(row.key):
                continue
            known = [_listed_by(row, match.group(side)) for side in (1, 2)]
            if any(known) and not all(known):
                start, end = match.span(1 + known.index(False))
                if _unknown(analysis, start, end):
                    yield Stranger(start, end, row)
                break


def _listed_by(row: SheetFact, piece: str) -> bool:
    return any(len(item) > 1 and (item in piece or piece in item) for item in row.items)


def _unknown(analysis: Analysis, start: int, end: int) -> bool:
    """Whether no fact knows two characters in a row of the piece, and no word of it."""
    piece, sheet = analysis.folded[start:end], analysis.sheet
    if any(affirmed(sheet, piece[at : at + 2]) for at in range(len(piece) - 1)) or analysis.negated(start, end):
        return False
    return not any(
        concept.name in sheet.positive for hit in analysis.hits_within(start, end) for concept in hit.concepts
    )


def _listed(sheet: FactSheet) -> list[tuple[frozenset[str], str, SheetFact]]:
    """Roots, last root and fact of every item that facts list by name (once for a sheet)."""
    known: list[tuple[frozenset[str], str, SheetFact]] | None = sheet.memo.get("listed")
    if known is None:
        known = sheet.memo["listed"] = []
        for row in sheet.facts:
            if row.attributes & _NO_LISTS or not (row.attributes & _LISTS or row.parts or len(row.items) > 1):
                continue
            for item in row.items:
                words = content(cues("strangers")["aside"].sub(" ", item))
                words = [word for word in words if not word[0].isdigit()]
                if 0 < len(words) <= _LONGEST:
                    known.append((frozenset(words), words[-1], row))
    return known


#: Facts that list what nobody would go on with another thing of its kind.
_NO_LISTS = frozenset(
    {
        "care",
        "storage_method",
        "storage",
        "closure",
        "fit_attr",
        "function",
        "scene",
        "season",
        "audience",
        "style_attr",
        "excluded",
        "warranty",
        "name",
    }
)


#: Facts whose only item may have company in copy.
_LISTS = frozenset(
    {"origin", "material", "composition", "filling", "colour", "ingredients", "flavour", "box", "gem_attr"}
)


def _rows(text: str) -> Iterator[list[tuple[int, int]]]:
    """The things of every row that "and" or "or" ends: "fig, cedar and a soft rose". Two things have no comma between."""
    patterns = cues("strangers")
    for stretch in patterns["stretch"].finditer(text):
        gaps = [gap.span() for gap in patterns["gap"].finditer(text, *stretch.span())]
        pieces: list[tuple[int, int]] = []
        closes = False
        for index, (at, end) in enumerate(gaps):
            if closes:  # "gas or electric and wait" has said its row
                closes = False
                continue
            stop = gaps[index + 1][0] if index + 1 < len(gaps) else stretch.end()
            if not pieces:
                pieces = [(_after_lead(text, gaps[index - 1][1] if index else stretch.start(), at), at)]
            thing = patterns["thing"].match(text, end, stop)
            if thing is None:
                pieces = []
                continue
            pieces.append(thing.span("said"))
            closes = len(text[at:end].strip(", ")) > 1
            if closes and (len(pieces) > 2 or text[at] != ","):
                yield pieces
            if closes or thing.end() < stop:
                pieces = []


def _after_lead(text: str, begin: int, stop: int) -> int:
    """Where the first thing of a row begins, after what leads up to it."""
    for lead in cues("strangers")["lead"].finditer(text, begin, stop):
        begin = lead.end()
    while begin < stop and text[begin] == " ":
        begin += 1
    return begin


def _owner(listed: list[tuple[frozenset[str], str, SheetFact]], piece: str) -> SheetFact | None:
    words = content(piece)
    if not words or len(words) > _LONGEST:
        return None
    said = set(words)
    for roots, last, row in listed:
        if words[-1] in roots and roots <= said and len(said) <= len(roots) + 2:
            return row
        if words[-1] == last and "box" in row.attributes and last not in _VAGUE_HEADS:
            return row
    return None


_LIGHT = re.compile(r"(?:just|only|even|also|plus) ")
_VAGUE_HEADS = frozenset(
    map(root, ("size", "colour", "fabric", "piece", "set", "bag", "box", "part", "finish", "version"))
)


def _strange(analysis: Analysis, sheet: FactSheet, start: int, end: int, row: SheetFact) -> bool:
    """Whether the words name a thing, and none of them is known but what the facts call all of ``row``'s items."""
    piece = analysis.folded[start:end]
    words = _WORD.findall(piece)
    if not 0 < len(words) <= _LONGEST or any(char.isdigit() for char in piece):
        return False
    text, patterns = analysis.folded, cues("strangers")
    if patterns["verb_after"].match(text, end) or patterns["scene_before"].search(text, max(0, start - 24), start):
        return False
    if patterns["no_thing"].search(piece) or analysis.negated(start, end) or analysis.is_named(start, end):
        return False
    if any(is_unit(word) or read_english(word) for word in words):
        return False
    roots = content(piece)
    if row.items and len(row.items) > 1:
        roots = [word for word in roots if word not in content(row.key)] or roots
    heads = {words[-1] for item in row.items if len(words := content(item)) > 1}
    if len(roots) > 1 and roots[-1] in heads and not _LIGHT.match(piece):
        roots = roots[:-1]  # the tracks of "Brio, Bigjigs and LEGO tracks"
    known = roots_of(sheet)
    if not roots or any(word in known or root(f"{word}os") in known for word in roots):
        return False
    return not any(
        concept.name in sheet.positive for hit in analysis.hits_within(start, end) for concept in hit.concepts
    )
