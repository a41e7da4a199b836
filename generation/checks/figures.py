"""Quantities that follow from a fact's key and value beside those that are written out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from generation.checks.lexicon import lexicon
from generation.checks.quantities import Quantity, parse
from generation.checks.units import units

_PIECES = re.compile(
    r"(?<=[a-z一-鿿)）])\s?[*×x]\s?(\d{1,2})(?![\d.a-z%])|(?<![\d.×x*])(\d{1,2})\s?[×x*]\s?(?=[a-z一-鿿])(?!x?l(?![a-z]))"
)
_TOLERANCE = re.compile(
    r"(\d+(?:\.\d+)?)\s?([a-z℃%°]{0,4}|[克米毫厘升分度]{0,2})\s?[(（]?\s?(?:±|\+/-|正负)\s?(\d+(?:\.\d+)?)\s?"
    r"([a-z℃%°]{0,4}|[克米毫厘升分度]{0,2})"
)
_SUM = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s?\+\s?(\d+(?:\.\d+)?)(\s?[a-z]{1,4}|厘米|毫米|米)(?![a-z])")
_INDEX = re.compile(r"(?<![a-z])(?:ra|cri|upf|spf)[ -]?(\d{1,3}(?:\.\d)?)(?![a-z\d])")
_KEY_UNIT = re.compile(r"[\s_(\[]([a-z°℃㎡/0-9]{1,6}|[一-鿿]{1,3})[)\]]?$")
#: "1x USB-C": so many of it, so the items are no count.
_COUNTED_ITEM = re.compile(r"(\d{1,2})\s?[x×]\s?[a-z]")
#: A ratio of two parts that make ten or a hundred.
_RATIO = re.compile(r"(\d{1,2})\s?:\s?(\d{1,2})")
_TWIN = re.compile(r"双(?:设备|卡|频|系统|头|插|电池|层|面|人|温|控|核)|(?<![a-z])dual[ -]")
_PLUS = re.compile(r"(\d{1,3})\+(\d{1,2})[档挡级个件]?")


def of_index(display: str) -> list[Quantity]:
    """The figure of an index whose name touches it: "Ra95", "SPF50+"."""
    found = []
    for match in _INDEX.finditer(display):
        value = float(match.group(1))
        found.append(Quantity(*match.span(1), value, value, numbers=(value,)))
    return found


_ORDER = re.compile(
    r"(?<![a-z])([wdhl])\s?[×x*]\s?([wdhl])(?:\s?[×x*]\s?([wdhl]))?(?![a-z])|([长宽高深厚])[×x*]?([长宽高深厚])[×x*]?([长宽高深厚])?"
)
_SIDES = {
    "w": "width",
    "d": "depth",
    "h": "height",
    "l": "length",
    "宽": "width",
    "深": "depth",
    "高": "height",
    "长": "length",
    "厚": "thickness",
}


def sides(key: str, condition: str, quantities: list[Quantity]) -> dict[str, Quantity]:
    """Which figure is which side, where the key or the condition says the order: "size (W×D×H)"."""
    named = condition.split("+")
    if len(named) == len(quantities) > 1:  # "3GB+64GB (运行内存+机身存储)"
        concepts = [[c.name for hit in lexicon().scan_short(name) for c in hit.of("attribute")] for name in named]
        return {name: item for names, item in zip(concepts, quantities, strict=True) for name in names}
    order = _ORDER.search(key)
    letters = [group for group in order.groups() if group] if order else []
    lengths = [item for item in quantities if item.family == "length" and item.low == item.high]
    return (
        {_SIDES[letter]: item for letter, item in zip(letters, lengths, strict=False)}
        if len(letters) == len(lengths)
        else {}
    )


def sums(display: str) -> list[Quantity]:
    """A chain of 40+5 cm can be worn at 45 cm."""
    found = []
    for match in _SUM.finditer(display):
        for item in parse(f"{float(match.group(1)) + float(match.group(2)):g}{match.group(3)}"):
            found.append(replace(item, start=match.start(), end=match.end()))
    return found


def tolerances(display: str) -> list[Quantity]:
    """290±3 mm is 287 to 293 mm, either end and the range."""
    found = []
    for match in _TOLERANCE.finditer(display):
        value, apart = float(match.group(1)), float(match.group(3))
        unit = match.group(2) or match.group(4) or ""
        low, high = f"{value - apart:.4g}", f"{value + apart:.4g}"
        for wording in (low + unit, high + unit, f"{low}-{high}{unit}"):
            found += [replace(item, start=match.start(), end=match.end()) for item in parse(wording)]
    return found


def with_shared_units(display: str, items: list[Quantity]) -> list[Quantity]:
    """Figures without a unit, also with the one given once for several: a range has that of the only other figures
    ("128cm(96-128)"), the labelled lengths of a segment that of the last ("shoulder 45 chest 104 sleeve 62 cm")."""
    found = list(items)
    kinds = {(item.family, item.kind, item.unit) for item in items if item.family}
    for at, item in enumerate(items):
        if item.family or not item.numbers:
            continue
        if item.low != item.high and len(kinds) == 1:
            found.append(_like(item, next(other for other in items if other.family)))
        elif _LABELLED.search(display, 0, item.start):
            like = next((other for other in items[at + 1 :] if other.family), None)
            if like and like.family == "length" and _LABELS_ONLY.fullmatch(display, item.end, like.start):
                found.append(_like(item, like))
    return found


#: A label right before a figure, and what may stand between two labelled figures of one segment.
_LABELLED = re.compile(r"[a-z\u4e00-\u9fff)）] ?[:：]? ?$")
_LABELS_ONLY = re.compile(r"(?:[ ,，、/|×x*~-]*[a-z\u4e00-\u9fff()（） ]{1,20}[:：]? ?(?:\d+(?:\.\d+)?)?)*")


def _like(item: Quantity, like: Quantity) -> Quantity:
    """The bare figure in the unit of another one."""
    factor = like.low / like.numbers[0] if like.numbers and like.numbers[0] and like.family != "temperature" else 1.0
    return replace(
        item, low=item.low * factor, high=item.high * factor, family=like.family, kind=like.kind, unit=like.unit
    )


@lru_cache(maxsize=4096)
def of_key(key: str) -> tuple[Quantity, ...]:
    """The quantities a key states: "cable 2 m", two of "双设备连接"."""
    twin = (Quantity(0, 0, 2.0, 2.0, "count", "", "", numbers=(2.0,)),) if _TWIN.search(key) else ()
    return (*parse(key), *twin)


def unit_of_key(key: str) -> str:
    """The unit that a key carries: "weight (g)", "capacity_ml"."""
    found = _KEY_UNIT.search(key)
    return found.group(1) if found and found.group(1) in units() else ""


_PAIR = re.compile(r"[×x*]\s?(\d{1,2})\s?(?:对|双|pairs?(?![a-z]))|(?<![\d.])(\d{1,2})\s?(?:对|pairs?(?![a-z]))")


def counted(value: str, items: tuple[str, ...]) -> list[Quantity]:
    """What follows from a value without being written in it: how many are listed, that "all day" is 24 hours."""
    derived: list[Quantity] = []
    for pair in _PAIR.finditer(value):  # a pair of sleeves is two
        many = 2.0 * float(pair.group(1) or pair.group(2))
        derived.append(Quantity(0, 0, many, many, "count", "piece", "", numbers=(many,)))
    for pieces in _PIECES.finditer(value):
        many = float(pieces.group(1) or pieces.group(2))
        derived.append(Quantity(0, 0, many, many, "count", "", "", numbers=(many,)))
    if parts := _PLUS.fullmatch(value):  # "18+1" gears are nineteen
        many = float(parts.group(1)) + float(parts.group(2))
        derived.append(Quantity(0, 0, many, many, "count", "", "", numbers=(many,)))
    of_each = [found for item in items if (found := _COUNTED_ITEM.match(item))]
    if of_each and len(of_each) == len(items):
        many = float(sum(int(found.group(1)) for found in of_each))
        derived.append(Quantity(0, 0, many, many, "count", "", "", numbers=(many,)))
    for piece in value.split(";") if ";" in value else ():
        listed = [item for item in piece.split(",") if item.strip()]
        if len(listed) > 1:
            derived.append(
                Quantity(0, 0, float(len(listed)), float(len(listed)), "count", "", "", numbers=(float(len(listed)),))
            )
    count = len(items)
    if count > 1 and len(value) < 200 and len(of_each) < count:
        derived.append(Quantity(0, 0, float(count), float(count), "count", "", "", numbers=(float(count),)))
    if (ratio := _RATIO.fullmatch(value)) and (whole := int(ratio.group(1)) + int(ratio.group(2))) in (10, 100):
        for part in map(int, ratio.groups()):
            share = 100.0 * part / whole
            derived.append(Quantity(0, 0, share, share, "percent", "", "%", numbers=(share,)))
    if re.search(r"全天|all[ -]day|24/7|around the clock", value):
        derived.append(Quantity(0, 0, 86400.0, 86400.0, "time", "", "h", numbers=(24.0,)))
    if re.search(r"纯[棉毛银麻羊]|全[棉麻羊]|纯羊|纯亚麻|pure|真丝|桑蚕丝", value) and "%" not in value:
        derived.append(Quantity(0, 0, 100.0, 100.0, "percent", "", "%", numbers=(100.0,)))
    return derived
