"""Facts that give several things a value each, and a value said of another of them: "made in Rotterdam" of what was only
designed there, "筷子来自景德镇" of bowls from there and chopsticks from elsewhere.

A label is what a stretch of a value says its value of ("饭碗:景德镇;筷子:福建", "designed in Rotterdam, made in Vietnam",
"aluminium base, polycarbonate arm"), or a key whose fact names a place ("Fabric woven in").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.lexicon import lexicon
from generation.checks.normalise import has_cjk
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact
from generation.checks.support import holds
from generation.checks.words import content, root

_SPLIT = re.compile(r"[;；]|[,，](?![^(（]*[)）])")
_MAJOR = re.compile(r"[;；]")
_LABELLED = re.compile(r"\s*([^:：;；,，。\d]{1,16}?)\s*[:：]\s*(.+?)\s*")
_LABELS = re.compile(r"[、和与及/&]| and ")
_PLACED = re.compile(r"\s*((?:[a-z]+[ -]){0,3}?[a-z]+) (?:in|from|at) (?:the )?([a-z]+(?: [a-z]+)?(?:, [a-z]+)?)\s*")
_PLACE_KEY = re.compile(r"(?:^|(.+) )([a-z]+) (?:in|from)")
_NAME = re.compile(r"[a-z]+(?: [a-z]+)?")
_MADE = frozenset(
    {"made", "sewn", "woven", "knitted", "spun", "designed", "assembled", "grown", "roasted", "printed", "cut"}
)
_WORD = re.compile(r"[a-z]{3,}")
#: Words that say of which thing nothing: "assembled by hand in".
_EMPTY = frozenset(
    {"hand", "handmade", "with", "care", "proudly", "are", "was", "from", "and", "the", "country", "region"}
)
_TOUCHING = ("", " ", "-", "的")
#: How far from a value what it is said of may stand, in characters.
_NEAR = 40


@dataclass(frozen=True, slots=True)
class _Segment:
    """One value and the wordings it is given to (roots of words, or Chinese nouns)."""

    value: str
    labels: frozenset[str]
    row: SheetFact


def swapped(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every value said of a thing that has another one in the same fact or a like one."""
    text = analysis.folded
    for group in _groups(analysis.sheet):
        for segment in group:
            at = text.find(segment.value)
            while at >= 0:
                end = at + len(segment.value)
                if _whole(text, at, end) and not analysis.is_named(at, end) and not analysis.negated(at, end):
                    found = _said_of(text, at, end, group)
                    if found and not segment.labels & found[2].labels and found[2].value != segment.value:
                        yield min(at, found[0]), max(end, found[1]), found[2].row
                at = text.find(segment.value, end)


def of_other_label(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> SheetFact | None:
    """The fact that gives another figure to the label right before ``claim``: "肩宽104厘米" of "肩宽45 胸围104"."""
    text = analysis.folded
    for each in supporting:
        if each.fact < 0 or each.derived:
            return None
        row = analysis.sheet.facts[each.fact]
        figures = _figures(analysis.sheet, row)
        label = next((label for label in figures if _stands_before(text, label, claim.start)), "")
        if not label or any(holds(claim, own) for own in figures[label]):
            return None
    return analysis.sheet.facts[supporting[0].fact] if supporting else None


def _figures(sheet: FactSheet, row: SheetFact) -> dict[str, list[Quantity]]:
    """The lengths that a value gives under labels, longest label first (once for a fact); none where it gives one only."""
    known: dict[int, dict[str, list[Quantity]]] = sheet.memo.setdefault("labelled_figures", {})
    if id(row) not in known:
        found: dict[str, list[Quantity]] = {}
        for item in row.quantities:
            label = _LABEL_BEFORE.search(row.display, 0, item.start) if item.family == "length" else None
            if label and item.end <= len(row.display):
                found.setdefault(label[1], []).append(item)
        known[id(row)] = dict(sorted(found.items(), key=lambda pair: -len(pair[0]))) if len(found) > 1 else {}
    return known[id(row)]


_LABEL_BEFORE = re.compile(r"([\u4e00-\u9fff]{1,4}|(?<![a-z])[a-z]{3,}) ?[:：]? ?$")


def _stands_before(text: str, label: str, start: int) -> bool:
    """Whether the label ends right before ``start``, as a word of its own: the 高 of 座高 is none."""
    at = text.rfind(label, max(0, start - len(label) - 8), start)
    if at < 0 or not cues("binding")["link"].fullmatch(text, at + len(label), start):
        return False
    before = text[at - 1 : at] if at else ""
    return not before.isalpha() if label.isascii() else len(label) > 1 or not has_cjk(before) or before in "的是"


def _said_of(text: str, start: int, end: int, group: tuple[_Segment, ...]) -> tuple[int, int, _Segment] | None:
    """Start, end and segment of the label right behind the value, or else the nearest before it in its clause."""
    begin, stop = polarity.clause(text, start, end)
    begin, stop = max(begin, start - _NEAR), min(stop, end + _NEAR)
    places = [
        (at, at + length, segment) for segment in group for at, length in _mentions(text, begin, stop, segment.labels)
    ]
    touching = [place for place in places if text[end : place[0]] in _TOUCHING and place[0] >= end]
    if touching:
        return touching[0]  # "a TPU frame around a polycarbonate back"
    before = [place for place in places if place[1] <= start]
    return max(before, key=lambda place: place[1]) if before else None


def _mentions(text: str, begin: int, stop: int, labels: frozenset[str]) -> Iterator[tuple[int, int]]:
    for label in labels:
        if has_cjk(label):
            at = text.find(label, begin, stop)
            while at >= 0:
                yield at, len(label)
                at = text.find(label, at + len(label), stop)
    if any(not has_cjk(label) for label in labels):
        for word in _WORD.finditer(text, begin, stop):
            if root(word.group()) in labels:
                yield word.start(), len(word.group())


def _whole(text: str, start: int, end: int) -> bool:
    if not text[start].isascii():
        return True
    return not text[start - 1 : start].isalpha() and not text[end : end + 1].isalpha()


def _groups(sheet: FactSheet) -> tuple[tuple[_Segment, ...], ...]:
    """The facts with several labelled values, and the places of keys that name what was done there (once for a sheet)."""
    known: tuple[tuple[_Segment, ...], ...] | None = sheet.memo.get("segments")
    if known is None:
        groups = [_of_row(row) for row in sheet.facts]
        groups.append([found for row in sheet.facts if (found := _of_place_key(row))])
        known = sheet.memo["segments"] = tuple(tuple(group) for group in groups if _tells_apart(group))
    return known


def _tells_apart(group: list[_Segment]) -> bool:
    """Whether there are several values, none of them part of another."""
    values = [segment.value for segment in group]
    return len(set(values)) > 1 and not any(one != other and one in other for one in values for other in values)


def _of_row(row: SheetFact) -> list[_Segment]:
    if polarity.says_no(row.value) or polarity.DENYING_KEY.search(row.key):
        return []
    pieces = _MAJOR.split(row.display) if _MAJOR.search(row.display) else _SPLIT.split(row.display)
    if len(pieces) < 2:
        return []
    labelled = [match for piece in pieces if (match := _LABELLED.fullmatch(piece))]
    if len(labelled) == len(pieces):
        return [
            _Segment(value, _roots(match[1]), row)
            for match in labelled
            if len(value := _SPLIT.split(match[2])[0].strip()) > 1 and not any(char.isdigit() for char in value)
        ]
    placed = [match for piece in pieces if (match := _PLACED.fullmatch(piece)) and _is_place(match[2])]
    if len(placed) > 1:
        return [_Segment(match[2].split(",")[0], _roots(match[1]), row) for match in placed]
    return [segment for piece in pieces if (segment := _of_material(piece.strip(), row))]


def _of_material(piece: str, row: SheetFact) -> _Segment | None:
    """ "aluminium base", "滚轮橡胶": a material and the part it makes."""
    hits = [hit for hit in lexicon().scan_short(piece) if hit.of("material")]
    if len(hits) != 1 or not row.attributes & {"material", "composition"} or any(char.isdigit() for char in piece):
        return None
    value = piece[hits[0].start : hits[0].end]
    if has_cjk(piece):
        label = piece[: hits[0].start].strip()
        return _Segment(value, frozenset({label}), row) if hits[0].end == len(piece) and 2 <= len(label) <= 4 else None
    label = piece[hits[0].end :].strip()
    words = label.split()
    return _Segment(value, _roots(words[-1]), row) if hits[0].start == 0 and 1 <= len(words) <= 2 else None


def _of_place_key(row: SheetFact) -> _Segment | None:
    """A fact whose key says what was done in the place its value names: "Sewn in: Portugal"."""
    key = _PLACE_KEY.fullmatch(row.key)
    named = key is not None and (key[2] in _MADE or _is_place(row.display)) and _NAME.fullmatch(row.display)
    return _Segment(row.display, _roots(key[2]), row) if key and named else None


def _is_place(words: str) -> bool:
    return any(concept.kind == "place" for hit in lexicon().scan_short(words) for concept in hit.concepts)


def _roots(label: str) -> frozenset[str]:
    found: set[str] = set()
    for part in _LABELS.split(label):
        if has_cjk(part):
            found.add(part.strip())
        else:
            found |= {word for word in content(part) if word not in _EMPTY and len(word) > 2}
    return frozenset(found)
