"""Devices by number and tier: what fits an iPhone 15 Pro does not fit an iPhone 15."""

from __future__ import annotations

import re

from generation.checks.analysis import Analysis

_TIER = r"(?: ?(?:pro max|pro\+|pro|plus|max|mini|ultra|air|lite|fe)(?![a-z]))?"
_FAMILY = r"iphone|galaxy s|galaxy a|galaxy note|pixel|ipad|macbook|mate|redmi note|redmi k|小米|华为mate|荣耀"
_ROW = re.compile(
    rf"(?<![a-z])(?P<family>{_FAMILY}) ?(?P<first>\d{{1,2}}{_TIER})"
    rf"(?P<rest>(?:\s?(?:[/、,，和与及&]|and|or)\s?(?:(?:{_FAMILY}) ?)?\d{{1,2}}{_TIER})*)(?![\da-z])"
)
_ONE = re.compile(rf"(?<![\d.])(\d{{1,2}})({_TIER})")
#: Facts that go on to later or other models.
_OPEN = re.compile(r"以上|及更新|更高|系列|全系|(?<![a-z])(?:later|newer|series|up|all)(?![a-z])")


def other_models(analysis: Analysis) -> list[tuple[int, int]]:
    """Spans of devices whose number the facts name with other tiers only."""
    known: set[tuple[str, str, str]] | None = analysis.sheet.memo.get("models")
    if known is None:
        known = analysis.sheet.memo["models"] = set()
        if not _OPEN.search(analysis.sheet.known):
            known.update(model for model, _start, _end in _models(analysis.sheet.known))
    if not known:
        return []
    numbers = {(family, number) for family, number, _tier in known}
    return [
        (start, end)
        for model, start, end in _models(analysis.folded)
        if model not in known and model[:2] in numbers and not analysis.negated(start, end)
    ]


def _models(text: str) -> list[tuple[tuple[str, str, str], int, int]]:
    """Family, number and tier of every device, with its span: of "iphone 15/15 pro" both."""
    found = []
    for row in _ROW.finditer(text):
        for one in _ONE.finditer(text, row.start("first"), row.end()):
            start = row.start() if one.start() == row.start("first") else one.start()
            found.append(((row["family"], one[1], one[2].strip()), start, one.end()))
    return found
