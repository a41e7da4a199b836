"""What the words between and around numbers make of them: ranges, rows that share a unit, "at least" and "up to"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from generation.checks.cues import cues
from generation.checks.quantities.quantity import Quantity
from generation.checks.units import units

_SHARED_GAP = re.compile(
    r"(?!，\s?$)\s?(?:[×x*]\s?(?:[长宽高深厚底口内外直上下]{1,2}[径度口]?|口径)|[-~/、,&×*+x±]|至|到|to|or|and|by|和|或者?|及|±|正负"
    r"|[,，、]?\s?(?:最[高大长多重宽厚]|一路)?(?:可以?|能)?[升摇调降放拉站坐伸缩]?(?:着|到|至|为|是)?)\s?"
)
_RANGE_GAP = re.compile(r"\s?(?:-|~|至|到|to|一路[升摇调降放拉]?到|[调升]到)\s?")
#: Parts of a thousand that are silver or gold.
FINENESS = ((925.0,), (950.0,), (999.0,))
#: Parts of gold in 24, which the British call carats.
CARATS = frozenset({8.0, 9.0, 10.0, 14.0, 18.0, 22.0, 24.0})
_FAHRENHEIT = frozenset(
    spelling for spelling, unit in units().items() if (unit.family, unit.kind) == ("temperature", "f")
)
_FEET, _INCH = frozenset({"ft", "foot", "feet"}), 25.4
#: "51-20-145" is a row of three, no range.
_OF_THREE, _THIRD = re.compile(r"\d\s?-\s?$"), re.compile(r"\s?-\s?\d")
#: No shop counts so far; a figure without a unit from here on is a number of an order or parcel.
_IDENTIFIER = 1e8
_BOUNDS = ("far", "nearly", "barely", "about", "min", "over", "max", "under")


def joined(text: str, items: list[Quantity]) -> list[Quantity]:
    """Ranges and rows: "3-5天" becomes one quantity, "30×20×10cm" three that share the unit."""
    result: list[Quantity] = []
    for item in items:
        if result:
            last = result[-1]
            gap = text[last.end : item.start]
            if (
                item.family
                and not last.family
                and (_RANGE_GAP.fullmatch(gap) if last.words else _SHARED_GAP.fullmatch(gap))
                and not (item.words and not last.words and "," in gap)  # "Standard 100, two-year", "龙井43,一级"
            ):
                self_factor = item.low / item.numbers[0] if item.numbers[0] and item.family != "temperature" else 1.0
                back = len(result) - 1
                while back >= 0:  # the unit at the end belongs to the whole row
                    bare = result[back]
                    following = result[back + 1].start if back + 1 < len(result) else item.start
                    if (
                        bare.family
                        or (bare.words and back + 1 < len(result))
                        or not _SHARED_GAP.fullmatch(text[bare.end : following])
                    ):
                        break
                    low, high = bare.low * self_factor, bare.high * self_factor
                    if item.family == "temperature" and item.unit in _FAHRENHEIT:
                        low, high = (low - 32) / 1.8, (high - 32) / 1.8
                    result[back] = replace(
                        bare,
                        low=low,
                        high=high,
                        family=item.family,
                        kind=item.kind,
                        unit=item.unit,
                        step=bare.step * self_factor,
                        shared=True,
                    )
                    back -= 1
                result[back + 1 :] = [_unsigned(each) for each in result[back + 1 :]]
                last = result[-1]
            if last.unit in _FEET and not item.family and gap == " " and item.low < 12:  # "5 ft 9"
                inches = item.low * _INCH
                result[-1] = replace(
                    last, end=item.end, low=last.low + inches, high=last.high + inches, step=_INCH, numbers=()
                )
                continue
            between = gap == " and " and text.endswith("between ", 0, last.start)
            if (
                (between or _RANGE_GAP.fullmatch(gap))
                and not _OF_THREE.search(text, max(0, last.start - 4), last.start)
                and not _THIRD.match(text, item.end)
                and last.family == item.family
                and last.kind == item.kind
                and last.low < item.low
            ):
                result[-1] = replace(
                    last,
                    end=item.end,
                    high=item.high,
                    unit=item.unit,
                    step=max(last.step, item.step),
                    numbers=(last.numbers[0], item.numbers[-1]),
                    shared=False,
                )
                continue
        result.append(item)
    return [_unsigned(item) for item in result if item.family or not item.words or item.unit]


def _unsigned(item: Quantity) -> Quantity:
    """A dash before anything but a temperature is a dash."""
    if item.low >= 0 or item.family in ("temperature", "degree"):
        return item
    return replace(item, start=item.start + 1, low=-item.low, high=abs(item.high), numbers=(-item.numbers[0],))


def bounded(text: str, item: Quantity) -> Quantity:
    """``item`` with what the words around it make of it."""
    some_before, before_patterns, some_after, after_patterns = _bound_patterns()
    before = text[max(0, item.start - 16) : item.start]
    for bound, pattern in before_patterns if some_before.search(before) else ():
        if found := pattern.search(before):
            if bound == "over" and (item.family == "frequency" or item.numbers in FINENESS):
                return item  # "over 5 GHz" names the way, "plated over 925 silver" what is under it
            if bound == "under" and item.family in ("carat", "karat") and item.low in CARATS:
                return item  # "silver under 18 ct gold"
            if bound == "under" and not item.unit and item.low >= _IDENTIFIER:
                return item  # a parcel's number: "your return under 412077369676"
            if bound in ("about", "nearly") and item.bound:
                return item
            if bound == "about" and (more := dict(after_patterns)["over"].match(text, item.end)):
                return replace(item, bound="over", end=more.end())  # "约半米多"
            start = item.start - (len(before) - found.start())
            return replace(item, bound=bound, start=item.start if bound in ("about", "nearly") else start)
    after = text[item.end : item.end + 12]
    for bound, pattern in after_patterns if some_after.match(after) else ():
        if found := pattern.match(after):
            return replace(item, bound=bound, end=item.end + found.end() if bound != "about" else item.end)
    return item


_Named = tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _bound_patterns() -> tuple[re.Pattern[str], _Named, re.Pattern[str], _Named]:
    """The patterns before and after a number, each with one that tells cheaply whether any of them can match."""
    known = cues("number")
    before = tuple((bound, known[f"before_{bound}"]) for bound in _BOUNDS)
    after = tuple((bound, known[f"after_{bound}"]) for bound in _BOUNDS if f"after_{bound}" in known)
    loose = "|".join(pattern.pattern.removesuffix("$").removesuffix("\\s?") for _, pattern in before)
    return re.compile(loose), before, re.compile("|".join(pattern.pattern for _, pattern in after)), after
