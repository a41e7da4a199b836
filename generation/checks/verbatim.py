"""Facts said word for word as the product data have them, key and value: "Water resistance: none", "重量为310克"."""

from __future__ import annotations

import re
from functools import lru_cache

from generation.checks.base import Context
from generation.checks.normalise import fold, has_cjk
from generation.checks.sheet import SheetFact, sheet_of

#: What may stand before a key said as it is: nothing, the end of what came before, a bullet, an article.
_BEFORE = re.compile(r"(?:^|[\n\t.,;:!?，；：！？。、•·|*(（/【】-])\s*(?:(?:the|its) )?$")
_LINK = r"(?:\s*[:：=|]\s*|\s+(?:is|are)\s+|\s?[为是]\s?|\s+|(?<=[\u3400-\u9fff]))"
#: A value goes on in letters, figures, a bracket or a sign that counts on ("20 + drill", "2 years or more").
_AFTER = re.compile(r"\s*(?:$|[\n\t;,；，、。！|]|[.!?](?!\d)|/\s)")


def said_verbatim(text: str, context: Context) -> list[tuple[int, int]]:
    """Start and end of every whole fact, key and value with its condition, that stands in ``text`` (folded) as the data
    have it. A fact of one part or of some variants is none: its key does not say so."""
    sheet = sheet_of(context.facts, context.name, context.brand, context.noun, context.background)
    found = []
    for row in sheet.facts:
        if row.fact.part or row.fact.scope or not row.key or row.key not in text:
            continue
        for match in _said(row.key, _said_value(row)).finditer(text):
            if _BEFORE.search(text, max(0, match.start() - 8), match.start()) and _AFTER.match(text, match.end()):
                found.append(match.span())
    return found


def _said_value(row: SheetFact) -> str:
    condition = fold(row.fact.condition)
    return f"{row.display} ({condition})" if condition else row.display


@lru_cache(maxsize=4096)
def _said(key: str, value: str) -> re.Pattern[str]:
    spelled = re.escape(value.rstrip("。.")).replace(r"\ ", r"\s*").replace(r"\(", r"\s?[(（]").replace(r"\)", "[)）]")
    word = "" if has_cjk(key[:1]) else r"(?<![a-z0-9])"
    return re.compile(rf"{word}{re.escape(key)}{_LINK}{spelled}")
