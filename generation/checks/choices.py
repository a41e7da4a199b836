"""Things that exclude each other: the facts say relaxed, so the copy must not say slim."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from generation.checks.analysis import Analysis
from generation.checks.sheet import SheetFact

_ROW = re.compile(r"[a-z]+(?:, [a-z]+)*,? (?:and|or) [a-z]+(?![a-z])")
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    """For each group a pattern of all its wordings, and which option a wording means."""
    rows = json.loads(resources.files(__package__).joinpath("data/choices.json").read_text("utf-8"))
    found = []
    for options in rows.values():
        meaning = {wording: index for index, option in enumerate(options) for wording in option}
        wordings = sorted(meaning, key=len, reverse=True)
        found.append((re.compile("|".join(_wording(wording) for wording in wordings)), meaning))
    return tuple(found)


def _wording(wording: str) -> str:
    return rf"(?<![a-z]){re.escape(wording)}(?![a-z])" if wording.isascii() else re.escape(wording)


def other_choices(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every choice the facts make otherwise."""
    found = []
    for pattern, meaning, said, row in _made(analysis):
        for match in pattern.finditer(analysis.folded):
            if meaning[match.group()] not in said and not analysis.negated(*match.span()):
                found.append((*match.span(), row))
    return found + _other_colours(analysis)


def _made(analysis: Analysis) -> list[tuple[re.Pattern[str], dict[str, int], set[int], SheetFact]]:
    """The groups in which the facts make a choice, which one, and the fact that makes it (once for a set of facts)."""
    sheet = analysis.sheet
    made = sheet.memo.get("choices")
    if made is None:
        made = sheet.memo["choices"] = []
        for pattern, meaning in _groups():
            said = {meaning[match.group()] for match in pattern.finditer(sheet.words)}
            rows = (
                [row for row in sheet.facts if pattern.search(row.display) or pattern.search(row.key)] if said else []
            )
            if rows:
                made.append((pattern, meaning, said, rows[0]))
    return made


def _other_colours(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """Names in a row of colours that are none of the product's: "Clear, Smoke and Rose"."""
    found = []
    sheet, text = analysis.sheet, analysis.folded
    for row in (sheet.facts[index] for index in sheet.attributes.get("colour", ())):
        names = {item.strip() for item in row.items if item.isascii() and item.isalpha()}
        if len(names) < 2:
            continue
        for match in _ROW.finditer(text):
            words = [word for word in _WORD.finditer(text, *match.span()) if word.group() not in ("and", "or")]
            known = sum(word.group() in names for word in words)
            if known >= 2 or (known == 1 and len(words) == 2):
                shown = [w for w in words if w.group() not in sheet.words and analysis.text[w.start()].isupper()]
                found += [(*word.span(), row) for word in shown]
    return found
