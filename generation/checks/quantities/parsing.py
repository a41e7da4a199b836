"""Numbers with their units, read from Chinese and English text."""

from __future__ import annotations

import re

from generation.checks.quantities.joining import bounded, joined
from generation.checks.quantities.quantity import Quantity
from generation.checks.quantities.reading import item_pattern, read
from generation.checks.quantities.special import (
    below_freezing,
    dates,
    eighths,
    feet,
    flows,
    liang,
    metres,
    percents,
    pounds,
    quarters,
    speeds,
)

_TIMES = re.compile(r"(?<=\d)x(?=\d)")
#: A year in Chinese figures, and the month behind it: 二〇二一年五月, 二零一九年十一月.
_YEAR = re.compile(
    r"(?<![一二三四五六七八九十百千万])[一二][〇零一二三四五六七八九]{3}年(?:[一二三四五六七八九]月|十[一二]月)?"
)
_FIGURES = str.maketrans("〇零一二三四五六七八九十", "001234567891")


def parse(text: str) -> list[Quantity]:
    """All quantities of a folded text, in order. Dates are family "date" (low = month * 100 + day, high = year or 0)."""
    text = _YEAR.sub(lambda match: match.group().translate(_FIGURES), _TIMES.sub("×", text))
    found = dates(text) + feet(text) + pounds(text) + quarters(text) + below_freezing(text)
    found += percents(text) + speeds(text) + eighths(text) + liang(text) + metres(text) + flows(text)
    taken = [(item.start, item.end) for item in found]
    raw = []
    for match in item_pattern().finditer(text):
        start = match.start()
        if match.group() and not any(begin <= start < end for begin, end in taken):
            item = read(text, match)
            if item is not None:
                raw.append(item)
    found = [bounded(text, item) if item.unit == "两" else item for item in found]
    found.extend(bounded(text, item) for item in joined(text, raw))
    found.sort(key=lambda item: item.start)
    return found
