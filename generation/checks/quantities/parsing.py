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


def parse(text: str) -> list[Quantity]:
    """All quantities of a folded text, in order. Dates are family "date" (low = month * 100 + day, high = year or 0)."""
    text = _TIMES.sub("×", text)
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
