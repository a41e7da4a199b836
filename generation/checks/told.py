"""What a heading, a verb or a word behind it makes of a value: "Runtime: lasts 350 W", "功率规格：2年", "65 W可选".

``binding`` reads figures beside the name of an attribute of their own kind. Here stand the coarser faults: a value under
the heading of another fact, a figure of a kind that the word beside it never takes, a value in words where a measure is
announced. All of it is told by the product's own facts: without a fact of what is announced nothing is compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.attributes import fits, groups
from generation.checks.cues import cues
from generation.checks.lexicon import Hit, lexicon
from generation.checks.normalise import has_cjk, inside_word
from generation.checks.rules.numbers import spoken_of
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.titles import next_piece

#: Attributes whose values are words and never one of the ``_MEASURES``.
_WORDS_ONLY = frozenset({"colour", "season", "audience", "os", "scent", "flavour", "style", "pattern", "fit", "origin"})
_MEASURES = frozenset({"power", "time", "mass", "volume", "voltage", "charge", "length"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value of ``rows`` stands in the text; ``family`` is "" for a value in words."""

    start: int
    end: int
    rows: tuple[SheetFact, ...]
    family: str = ""


def told_as_another(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every value that is told as one of another fact."""
    places = [*_figures(analysis), *_wordings(analysis)]
    headings = [(found.start(), found.end()) for found in cues("told")["heading"].finditer(analysis.folded)]
    for place in places:
        row = (
            _under_heading(analysis, place, places, headings)
            or _by_attribute(analysis, place)
            or _by_verb(analysis, place)
            or _as_choice(analysis, place)
        )
        if row is not None:
            yield place.start, place.end, row
    yield from _foundings(analysis)


def _foundings(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Years in which the house is said to have been founded that the facts give to something else: "创立于2018年"."""
    founded, founding = _founding()
    for claim, supporting in spoken_of(analysis):
        if claim.family not in ("", "date") or any(each.fact < 0 for each in supporting):
            continue
        rows = [analysis.sheet.facts[each.fact] for each in supporting]
        if founded.search(analysis.folded, max(0, claim.start - 24), claim.start) and not any(
            founding.search(f"{row.key} {row.display}") for row in rows
        ):
            yield claim.start, claim.end, rows[0]


def _figures(analysis: Analysis) -> Iterator[_Place]:
    facts = analysis.sheet.facts
    for claim, supporting in spoken_of(analysis):
        rows = tuple(facts[each.fact] for each in supporting if each.fact >= 0)
        if claim.family and rows and not analysis.is_named(claim.start, claim.end):
            yield _Place(claim.start, claim.end, rows, claim.family)


def _wordings(analysis: Analysis) -> Iterator[_Place]:
    for value, rows in _values(analysis.sheet).items():
        for at, end in analysis.standing(value):
            yield _Place(at, end, rows)


def _values(sheet: FactSheet) -> dict[str, tuple[SheetFact, ...]]:
    """The values in words, each with its facts (once for a sheet)."""
    known: dict[str, tuple[SheetFact, ...]] | None = sheet.memo.get("values_in_words")
    if known is None:
        found: dict[str, tuple[SheetFact, ...]] = {}
        for row in sheet.facts:
            plain = not row.quantities and not polarity.says_yes(row.value) and not polarity.says_no(row.value)
            if plain and not row.fact.in_words and 2 <= len(row.display) <= 40:
                found[row.display] = (*found.get(row.display, ()), row)
        known = sheet.memo["values_in_words"] = found
    return known


def _under_heading(
    analysis: Analysis, place: _Place, places: list[_Place], headings: list[tuple[int, int]]
) -> SheetFact | None:
    """The fact the heading of the line names, where the first value behind it is another's and its own does not follow."""
    text = analysis.folded
    start, end = next(
        (
            (start, end)
            for start, end in reversed(headings)
            if end <= place.start and "\n" not in text[end : place.start]
        ),
        (0, 0),
    )
    if not end or not cues("told")["gap"].fullmatch(text, end, place.start):
        return None
    stop = text.find("\n", place.end)
    stop = len(text) if stop < 0 else stop
    hits = [hit for hit in analysis.hits_within(start, end) if hit.of("attribute")]
    named = [row for row in analysis.sheet.facts if len(row.key) > 1 and row.key in text[start:end]]
    own = _announced(analysis, place, hits, named, heading=True)
    if not own or any(one.start < stop and end <= one.start and _shares(one, own) for one in places):
        return None
    return own[0]


def _by_attribute(analysis: Analysis, place: _Place) -> SheetFact | None:
    """The fact whose name stands right before or behind the value."""
    text = analysis.folded
    if _quoted(text, place) or any(_link_behind(text, row.key, place) is not None for row in place.rows):
        return None  # "扣件材质：锌合金", whatever 材质 is
    hit = _before(analysis, place) or _weighed(analysis, place)
    own = _announced(analysis, place, [hit], []) if hit else _by_word_behind(analysis, place)
    if not own and not place.family:
        keyed = [row for row in analysis.sheet.facts if (_link_behind(text, row.key, place) or "").strip()]
        own = _announced(analysis, place, [], keyed[:1]) if keyed else []
    return own[0] if own else None


def _weighed(analysis: Analysis, place: _Place) -> Hit | None:
    """The one-character cue of a weight, which no word list could hold."""
    if not cues("told")["weight_before"].search(analysis.folded, max(0, place.start - 5), place.start):
        return None
    return Hit.meaning(place.start, place.start, "重", lexicon().concepts[groups().letters["重"]])


def _by_word_behind(analysis: Analysis, place: _Place) -> list[SheetFact]:
    """The facts announced by the word right behind the value: "Black、White功率", "a battery of Android"."""
    text = analysis.folded
    hit = next((one for one in analysis.hits_within(place.end, place.end + 24) if one.start >= place.end), None)
    if hit is None or not hit.of("attribute") or hit.of("neutral") or analysis.in_noun(hit):
        return []
    gap = text[place.end : hit.start]
    if gap.strip(" 的of") or (has_cjk(hit.term) and gap.startswith(" ")):
        return []
    if cues("binding")["next_statement"].match(text[hit.end : hit.end + 3]):
        return []
    if place.family and _names(hit) <= _WORDS_ONLY:
        return []  # "a 1.4-inch colour display"
    own = _announced(analysis, place, [hit], [])
    plain = not place.family and gap == " "
    return [row for row in own if row.quantities] if plain else own  # "solid colours" is no colour called solid


def _link_behind(text: str, key: str, place: _Place) -> str | None:
    """What links the key to the value behind it (" is ", "：", nothing); None where the key does not stand there."""
    at = text.rfind(key, max(0, place.start - len(key) - 12), place.start) if len(key) > 1 else -1
    if at < 0 or (key.isascii() and inside_word(text, at)):
        return None
    found = cues("binding")["link"].fullmatch(text, at + len(key), place.start)
    return found.group() if found else None


def _quoted(text: str, place: _Place) -> bool:
    """Whether the whole value is quoted that the figure is part of: the "1 year" of "5 years frame; 1 year seat"."""
    longer = (row.display for row in place.rows if len(row.display) > place.end - place.start)
    return any(
        (at := text.find(value, max(0, place.end - len(value)), place.start + len(value))) >= 0 and at <= place.start
        for value in longer
    )


def _before(analysis: Analysis, place: _Place) -> Hit | None:
    for hit in reversed(analysis.hits_within(place.start - 30, place.start)):
        if hit.end <= place.start and hit.of("attribute") and not hit.of("neutral"):
            if _COMPARED.search(analysis.folded, hit.end, place.end):
                return None  # "a shade over 14 lb"
            if next_piece(analysis.folded, hit.end, place.start, place.family, hit.families):
                return None
            if not place.family and analysis.folded[hit.end : place.start] == "的":
                return None  # "没有涂层的精铁锅"
            return hit if cues("binding")["link"].fullmatch(analysis.folded, hit.end, place.start) else None
    return None


_COMPARED = re.compile(r"(?<![a-z])(?:over|under|above|below|than|short|shy)(?![a-z])")


def _names(hit: Hit) -> set[str]:
    return {concept.name for concept in hit.of("attribute")} - groups().unbound


def _announced(
    analysis: Analysis, place: _Place, hits: list[Hit], named: list[SheetFact], *, heading: bool = False
) -> list[SheetFact]:
    """The facts that ``hits`` and the keys of ``named`` announce, if the value can be none of theirs; else none. Under a
    ``heading`` a figure of the right kind is compared too."""
    names = set[str]().union(*map(_names, hits))
    families = {family for name in names for family in lexicon().concepts[name].options}
    own = named or [row for name in names for row in _of_attribute(analysis.sheet, name)]
    own = [row for row in own if not polarity.says_yes(row.value) and not polarity.says_no(row.value)]
    if not own or _shares(place, own) or any(row.generic and not named for row in place.rows):
        return []
    if any(fits(names, row) and not row.generic for row in place.rows):
        return []
    if place.family:
        measured = {item.family for row in own for item in row.quantities}
        if heading and place.family in measured and names:
            return own
        if place.family in families | measured or (not families and not named):
            return []
        words_only = names <= _WORDS_ONLY and bool(names)
        return own if place.family in _MEASURES and (words_only or "text" not in families) and names else []
    said = analysis.folded[place.start : place.end]
    if any(said in row.display or row.display in said for row in own):
        return []
    return own if all(row.quantities or names & _WORDS_ONLY or named for row in own) else []


def _of_attribute(sheet: FactSheet, name: str) -> list[SheetFact]:
    return [sheet.facts[index] for index in sheet.attributes.get(name, ())]


def _shares(place: _Place, rows: list[SheetFact]) -> bool:
    return any(one is row for one in place.rows for row in rows)


@lru_cache(maxsize=1)
def _verbs() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    return [(re.compile(row["before"]), frozenset(row["never"])) for row in _told_verbs()["rows"]]


@lru_cache(maxsize=1)
def _any_verb() -> re.Pattern[str]:
    """What tells cheaply whether any of the verbs stands there."""
    return re.compile("|".join(f"(?:{before.pattern})" for before, _never in _verbs()))


@lru_cache(maxsize=1)
def _founding() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a text says when a house was founded, and how the key of such a fact reads."""
    return re.compile(_told_verbs()["founded"]), re.compile(_told_verbs()["founding"])


def _told_verbs() -> dict[str, Any]:
    return json.loads(resources.files(__package__).joinpath("data/told_verbs.json").read_text("utf-8"))


def _by_verb(analysis: Analysis, place: _Place) -> SheetFact | None:
    """The fact of a figure of a kind that the word before it never takes: "rated at 3 years"."""
    if place.family not in _MEASURES:
        return None
    begin = max(0, place.start - 24)
    if not _any_verb().search(analysis.folded, begin, place.start):
        return None
    for before, never in _verbs():
        if place.family in never and before.search(analysis.folded, begin, place.start):
            return place.rows[0]
    return None


def _as_choice(analysis: Analysis, place: _Place) -> SheetFact | None:
    """The fact of a single figure that is offered as a choice: "65 W可选"."""
    text, sheet = analysis.folded, analysis.sheet
    if place.family not in _MEASURES or sheet.scopes or not cues("told")["choice_after"].match(text, place.end):
        return None
    alone = all(len(row.items) == 1 and len(row.quantities) == 1 for row in place.rows)
    among = cues("told")["one_before"].search(text, max(0, place.start - 14), place.start)
    return place.rows[0] if alone and not among else None
