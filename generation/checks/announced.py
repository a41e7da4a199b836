"""Values behind words that announce another sort: "产自GB/T 29606", "保质期2024年春季", "certified to Portugal"."""

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
from generation.checks.normalise import has_cjk, inside_word
from generation.checks.sheet import FactSheet, SheetFact

_CODE = re.compile(r"[a-z]+[-/ ]?\d|\d[a-z]")


@dataclass(frozen=True, slots=True)
class _Rule:
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    attributes: frozenset[str]
    fits: re.Pattern[str]
    only: str

    def holds(self, row: SheetFact) -> bool:
        """Whether the rule's words may announce a value of this fact."""
        return bool(row.attributes & self.attributes) or self.fits.search(f"{row.key} {row.display}") is not None


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return json.loads(resources.files(__package__).joinpath("data/announced.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            re.compile(row["before"]) if "before" in row else None,
            re.compile(row["after"]) if "after" in row else None,
            frozenset(row["attributes"]),
            re.compile(row["fits"]),
            row["only"],
        )
        for row in _data()["rows"]
    )


@lru_cache(maxsize=1)
def _made_into() -> re.Pattern[str]:
    return re.compile(_data()["made_into"])


@lru_cache(maxsize=1)
def _link() -> re.Pattern[str]:
    return re.compile(_data()["link"])


def announced(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every whole value of the facts behind words that announce another fact's."""
    for value, rows in _values(analysis.sheet).items():
        for at, end in analysis.standing(value):
            row = _told(analysis, at, end, rows)
            if row and not _quoted(analysis.folded, at, end, row) and not analysis.negated(at, end):
                yield at, end, row


def _values(sheet: FactSheet) -> dict[str, tuple[SheetFact, ...]]:
    """The values worth looking for, each with its facts (once for a set of facts)."""
    known: dict[str, tuple[SheetFact, ...]] | None = sheet.memo.get("announced")
    if known is None:
        known = sheet.memo["announced"] = {}
        for row in sheet.facts:
            plain = not polarity.says_yes(row.value) and not polarity.says_no(row.value) and not row.fact.in_words
            if plain and 2 <= len(row.display) <= 40 and not row.display.isdigit():
                known[row.display] = (*known.get(row.display, ()), row)
    return known


def _told(analysis: Analysis, at: int, end: int, rows: tuple[SheetFact, ...]) -> SheetFact | None:
    """The fact that is announced there, or the value's own where there is none; None where the value is in its place."""
    text, facts = analysis.folded, analysis.sheet.facts
    measured = any(item.family not in ("", "count", "date") for row in rows for item in row.quantities)
    for rule in _rules():
        if rule.only == "words" and measured:
            continue
        if rule.only == "figures" and not measured and not all(_CODE.search(row.display) for row in rows):
            continue
        before = rule.before and rule.before.search(text, max(0, at - 20), at)
        if not before and not (rule.after and rule.after.match(text, end)):
            continue
        if not any(rule.holds(row) for row in rows):
            return next((row for row in facts if rule.holds(row)), rows[0])
    if (into := _made_into().match(text, end)) and not any(row.key.startswith(into["key"][:2]) for row in rows):
        own = [row for row in facts if row.key == into["key"][: len(row.key)] and len(row.key) > 1]
        if own and all(row.display != text[at:end] for row in own):
            return own[0]
    return None if measured else _under_key(analysis, at, rows)


def _under_key(analysis: Analysis, at: int, rows: tuple[SheetFact, ...]) -> SheetFact | None:
    """The measured fact whose key stands right before the value in words: "含绒量白鸭绒", "保质期2024年春季"."""
    text = analysis.folded
    for key, row in _measured(analysis.sheet):
        start = text.rfind(key, max(0, at - len(key) - 16), at)
        if start < 0 or row in rows or (key.isascii() and inside_word(text, start)):
            continue
        link = text[start + len(key) : at]
        if link == " " and has_cjk(key):
            continue  # the next piece of a title
        if (has_cjk(key) or link) and _link().fullmatch(link) and not any(key in own.key for own in rows):
            return row
    return None


def _measured(sheet: FactSheet) -> list[tuple[str, SheetFact]]:
    """The keys of facts that hold a measure, and what the longer Chinese ones end in where no other key does."""
    known: list[tuple[str, SheetFact]] | None = sheet.memo.get("measured_keys")
    if known is None:
        rows = [row for row in sheet.facts if any(item.family not in ("", "count") for item in row.quantities)]
        known = [(row.key, row) for row in rows if len(row.key) > 1 and not row.fact.scope]
        for row in rows:
            tail = row.key[-2:]
            if len(row.key) > 3 and has_cjk(tail) and sum(tail in other.key for other in sheet.facts) == 1:
                known.append((tail, row))
        sheet.memo["measured_keys"] = known
    return known


def _quoted(text: str, at: int, end: int, row: SheetFact) -> bool:
    """Whether the value is only a piece of what the announced fact says itself."""
    begin = max(0, end - len(row.display))
    return begin <= text.find(row.display, begin, at + len(row.display)) <= at
