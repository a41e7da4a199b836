"""How often: so many times a day are not so many a week."""

from __future__ import annotations

import re

from generation.checks.analysis import Analysis
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, SheetFact

_BEFORE = re.compile(
    r"(?:[每一][个]?|按)(?P<zh>天|日|晚|周|星期|礼拜|月|年|小时|分钟)(?:最多|至少|不超过|用|敷|喂|洗|刷|吃|喝|约|建议|只|就|都|要)*$"
    r"|(?<![a-z])(?P<en>daily|weekly|monthly|yearly)[:,]? $"
)
_AFTER = re.compile(
    r"\s?(?:[/／每]\s?(?P<zh>天|日|晚|周|星期|月|年|小时|分钟))"
    r"|(?: times?)? (?:a|an|per|each|every) (?P<en>day|night|week|month|year|hour|minute)(?![a-z])"
    r"|(?: times?)? (?P<ly>daily|weekly|monthly|yearly)(?![a-z])"
)
_SAME = {
    "天": "day", "日": "day", "晚": "day", "night": "day", "daily": "day", "周": "week", "星期": "week", "礼拜": "week",
    "weekly": "week", "月": "month", "monthly": "month", "年": "year", "yearly": "year", "小时": "hour", "分钟": "minute",
}  # fmt: skip


def period(text: str, start: int, end: int) -> str:
    """The period in which the count at the span happens ("day", "week" …), or nothing where none is said."""
    found = _AFTER.match(text, end) or _BEFORE.search(text, max(0, start - 14), start)
    said = next(filter(None, found.groups()), "") if found else ""
    return _SAME.get(said, said)


def of_another_period(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> bool:
    """Whether every fact that gives this count gives it for another period: "2 times a day" of 2 times a week."""
    if claim.family != "count":
        return False
    said = period(analysis.folded, claim.start, claim.end)
    return (
        bool(said)
        and bool(supporting)
        and all(
            each.fact >= 0 and (known := _known(analysis.sheet.facts[each.fact], each.quantity)) and known != said
            for each in supporting
        )
    )


def _known(row: SheetFact, item: Quantity) -> str:
    return period(row.display, item.start, item.end) if item.end <= len(row.display) else ""
