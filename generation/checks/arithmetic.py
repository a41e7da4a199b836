"""Figures that follow from the facts by adding, multiplying, dividing or comparing: "eight pieces" of 2 + 2 + 4.

A sum of what one fact lists needs no word for it; every other sum, share or difference must be called one
(data/arithmetic_cues.json).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.numerals import read_english
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, SheetFact
from generation.checks.support import SORTS
from generation.checks.words import content

_FIRST = re.compile(r"(?<![\d.])(\d{1,3})(?![\d.]|\s?(?:cm|mm|in|ml|g|kg|oz|lb)(?![a-z])|%|\")")
_LAST = re.compile(r"[\u4e00-\u9fff)）]\s?[x×*]?\s?(\d{1,3})[个只件片支条双套盒包袋瓶罐根张块枚把副本台颗]?$")
_WHOLE_NUMBER = re.compile(r"(?<![\d.a-z-])\d{1,3}(?![\d.])")
#: Roundings allowed: a sum is as exact as what it adds, a share of a weight nearly so, one of a price is said roughly.
_EXACT, _NEARLY, _ROUGH = 0.015, 0.03, 0.07
#: What is shared out: a price over the pieces, calories over the servings.
_SHARED = frozenset({"money", "food_energy", "mass"})
_MEASURED = frozenset({"length", "mass", "volume", "power", "energy", "time", "money", "food_energy", "count"})


def follows(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The quantities that ``claim`` follows from by arithmetic its sentence speaks of; empty where it does not follow."""
    if claim.family in _MULTIPLIED:
        return _multiplied(analysis, claim)
    if claim.family == "percent":
        return _whole(analysis, claim)
    if claim.family == "length" and 0 < claim.low < claim.high and not claim.bound:
        return _let_out(analysis, claim)
    if claim.low != claim.high or claim.low <= 0 or (claim.family not in _MEASURED and claim.family):
        return []
    if claim.shared and analysis.folded[claim.end : claim.end + 2].strip()[:1] in _TIMES:
        return []  # a side of a size is stated, not worked out
    if (claim.family in ("count", "time") or claim.unit in _GOES) and (shared := _portions(analysis, claim)):
        return shared
    if claim.family in ("count", "") and (listed := _sum_of_list(analysis, claim) or _of_each(analysis, claim)):
        return listed
    if claim.family in ("count", ""):
        return []
    begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
    # the figure is no factor of itself
    said = analysis.folded[begin : claim.start] + " " * (claim.end - claim.start) + analysis.folded[claim.end : end]
    patterns = cues("arithmetic")
    known = [each for each in analysis.sheet.by_family.get(claim.family, ()) if each.fact >= 0 and not each.derived]
    known = [each for each in known if each.quantity.low == each.quantity.high > 0]
    known = [each for each in known if not analysis.sheet.facts[each.fact].attributes & _LASTING]
    if claim.family == "money":
        known = [each for each in known if each.quantity.kind == claim.kind or not claim.kind]
    if patterns["total"].search(said):
        for size in (2, 3):
            for chosen in combinations(known, size):
                one_size = claim.family == "length" and len({each.fact for each in chosen}) == 1
                if one_size or not _same_sort(analysis, chosen):
                    continue  # the sides of one thing are not added up
                if _makes(claim, sum(each.quantity.low for each in chosen), chosen):
                    return list(chosen)
    # "each tin 250 g" of two tins of 125 g is no total
    each_one = _EACH.search(analysis.folded, max(0, claim.start - 4), claim.start)
    if not each_one and (patterns["total"].search(said) or patterns["instead"].search(said)):
        for many in _counts(analysis, said):
            for each in known:
                if many > 1 and _makes(claim, each.quantity.low * many, (each,)):
                    return [each]
    if _EXTENDED.search(said) and not _BEFORE_THAT.search(said):
        for chosen in combinations(known, 2):
            named = any(
                _EXTENDER.search(f"{row.key} {row.display}")
                for row in (analysis.sheet.facts[each.fact] for each in chosen)
            )
            if named and _makes(claim, sum(each.quantity.low for each in chosen), chosen):
                return list(chosen)
    if claim.family in _SHARED and patterns["share"].search(said) and not _PER_HUNDRED.search(said):
        for many in _counts(analysis, said):
            for each in known:
                if many > 1 and _near(claim, each.quantity.low / many, _NEARLY if claim.family == "mass" else _ROUGH):
                    return [each]
    if patterns["difference"].search(said):
        ranges = [
            each for each in analysis.sheet.by_family.get(claim.family, ()) if each.fact >= 0 and not each.derived
        ]
        for each in ranges:  # "0.75 to 1.25 m: half a metre apart"
            if each.quantity.low < each.quantity.high and _makes(
                claim, each.quantity.high - each.quantity.low, (each,)
            ):
                return [each]
        values = list(known)
        if claim.family == "money" and patterns["pair"].search(said):
            values += [replace(each, quantity=_times(each.quantity, 2)) for each in known]
        for first, second in combinations(values, 2):
            apart = abs(first.quantity.low - second.quantity.low)
            if _same_sort(analysis, (first, second)) and _makes(claim, apart, (first, second)):
                return [first, second]
    return []


def _let_out(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The length and its extender, where the claim is the range they allow: "from 45 to 50 cm" of 45 + 5."""
    known = [each for each in analysis.sheet.by_family.get("length", ()) if each.fact >= 0 and not each.derived]
    starts = [each for each in known if math.isclose(each.quantity.low, claim.low)]
    for extender in known if starts else ():
        row = analysis.sheet.facts[extender.fact]
        reached = math.isclose(claim.low + extender.quantity.low, claim.high)
        if reached and extender is not starts[0] and _EXTENDER.search(f"{row.key} {row.display}"):
            return [starts[0], extender]
    return []


#: What two sides make: square metres of a cover, pixels of a screen.
_MULTIPLIED = frozenset({"area", "pixels"})


def _multiplied(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The sides that a fact gives one after the other and that multiply to the claim: "5.3 m²" of 220 × 240 cm."""
    family = {"area": "length", "pixels": ""}[claim.family]
    known = [each for each in analysis.sheet.by_family.get(family, ()) if each.fact >= 0 and not each.derived]
    for first, second in pairwise(known):
        between = analysis.sheet.facts[first.fact].display[first.quantity.end : second.quantity.start]
        if first.fact != second.fact or between.strip(" 0123456789.cmin") not in _TIMES:
            continue
        made = first.quantity.low * second.quantity.low * (1e-6 if family else 1.0)
        if abs(claim.low - made) <= max(0.505 * claim.step, _EXACT * made):
            return [first, second]
    return []


def _whole(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The shares of one fact that make up a hundred per cent, where the text adds them up: "一麻一棉,凑成百分之百"."""
    begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
    if claim.low != 100 or not _ADDED_UP.search(analysis.folded, begin, end):
        return []
    shares = [each for each in analysis.sheet.by_family.get("percent", ()) if each.fact >= 0 and not each.derived]
    for index in {each.fact for each in shares}:
        own = [each for each in shares if each.fact == index]
        if len(own) > 1 and abs(sum(each.quantity.low for each in own) - 100) < 1e-6:
            return own
    return []


_ADDED_UP = re.compile(
    r"凑[成出足满]|[合加]起来|合在一起|一共|(?<![a-z])(?:add(?:s|ing)? up|together|in all|makes? up)(?![a-z])"
)
_RATIO = re.compile(r"(?<![\d:.])(\d{1,3}) ?[:：] ?(\d{1,3})(?![\d:])")
_SCALE_KEY = re.compile(r"比例|配比|(?<![a-z])(?:scale|ratio)(?![a-z])")


def other_ratios(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """Ratios that are not the one a fact gives: "1:12" of a model in 1:16."""
    rows = [row for row in analysis.sheet.facts if _SCALE_KEY.search(row.key) and _RATIO.search(row.display)]
    if not rows:
        return []
    known = {found.groups() for row in analysis.sheet.facts for found in _RATIO.finditer(row.display)}
    return [(*match.span(), rows[0]) for match in _RATIO.finditer(analysis.folded) if match.groups() not in known]


def _portions(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The fact of which the claim is how many portions it gives: "一次抓三克,一罐能泡四十来回" of 125 g."""
    begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
    many = claim.low / 86400 if claim.family == "time" else claim.low
    if many < 2:
        return []
    for item in analysis.quantities:
        if not begin <= item.start < end or item.family not in _PORTIONED or item.low <= 0 or item.low != item.high:
            continue
        if item.start == claim.start or (item.family == "count" and item.low < 2):
            continue
        for each in analysis.sheet.by_family.get(item.family, ()):
            if each.fact >= 0 and abs(each.quantity.low / item.low - many) <= _PORTION_APART * many:
                return [each]
    return []


#: Periods that two of a thing do not make longer.
_LASTING = frozenset({"warranty", "shelf_life", "age", "battery_life"})


def _of_each(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The count of one, where the claim is that of all: six stones of three on each of a pair, sixteen eyelets of eight a
    panel and two panels."""
    sheet = analysis.sheet
    counts = [
        each for name in ("count", "") for each in sheet.by_family.get(name, ()) if each.fact >= 0 and not each.derived
    ]
    for each in counts:
        row = sheet.facts[each.fact]
        if not _ONE_OF.search(f"{row.key} {row.display} {row.fact.condition}") or each.quantity.low < 2:
            continue
        many = {
            other.quantity.low
            for other in counts
            if other.fact != each.fact and other.quantity.low == other.quantity.high
        }
        many |= {2.0} if _BOTH.search(analysis.folded) else set()
        if any(each.quantity.low * times == claim.low for times in many):
            return [each]
    return []


_ONE_OF = re.compile(r"每|单[个只片包件]|(?<![a-z])(?:per|each)(?![a-z])")
_BOTH = re.compile(r"一对|一双|两[只个]|(?<![a-z])(?:pair|both)(?![a-z])")
_PER_HUNDRED = re.compile(r"每(?:100|一?百)克|per 100 ?(?:g|ml)")
#: "4 (2 hand pockets, 2 inner pockets)" has been added up.
_SUMMED = re.compile(r"\d+ ?[(（]")
#: A chain or strap let out by the length of its extender.
_EXTENDED = re.compile(
    r"(?<![a-z])(?:extend|lengthen|let (?:it |them )?out|at its longest|longest setting)|延长|放长|最长"
)
_BEFORE_THAT = re.compile(r"(?<![a-z])(?:before|without|not)(?![a-z])|不|前")
_EXTENDER = re.compile(r"extend|延长")
_EACH = re.compile(r"每[个只件片支条双套盒包袋瓶罐根张块枚把副份本卷台颗杯]约?$")
_TIMES = frozenset("×x*")
#: Units of how often something can be done.
_GOES = frozenset({"回", "次", "顿", "泡", "趟", "遍", "餐"})
_PORTIONED = frozenset({"mass", "volume", "data", "count", "time"})
_PORTION_APART = 0.13


def _sum_of_list(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The fact whose items add up to the claim: "2 bath towels, 4 washcloths" are six pieces."""
    sheet = analysis.sheet
    counts = sheet.memo.get("sums")
    if counts is None:
        counts = sheet.memo["sums"] = [
            (float(sum(numbers)), index) for index, row in enumerate(sheet.facts) if (numbers := _item_counts(row))
        ]
    if claim.family == "" and not claim.words:
        return []
    for many, index in counts:
        if many == claim.low and many > 1 and _of_sort(analysis, claim, sheet.facts[index]):
            return [FactQuantity(replace(claim, start=0, end=0), index, True)]
    if claim.unit.startswith("piece"):
        single = [each for each in sheet.by_family.get("count", ()) if each.fact >= 0 and not each.derived]
        alone = [
            each for each in sheet.by_family.get("", ()) if each.fact >= 0 and _counts_things(sheet.facts[each.fact])
        ]
        for first, second in combinations([*single, *alone], 2):
            if first.fact != second.fact and first.quantity.low + second.quantity.low == claim.low:
                return [first, second]
    return []


def _of_sort(analysis: Analysis, claim: Quantity, row: SheetFact) -> bool:
    """Whether the claim counts what the list lists, and not only one of its items: "four side pockets" counts some."""
    if not claim.family:
        return True
    if claim.kind in SORTS and not SORTS[claim.kind] & row.attributes:
        return False
    words = content(analysis.folded[claim.start : claim.end])
    own = set(content(f"{row.key} {row.display}"))
    if claim.kind not in SORTS and not claim.unit.startswith(("piece", "item")) and not own & set(words[-1:]):
        return False
    per_item = [set(content(item)) for item in row.items]
    return all(word not in own or all(word in item for item in per_item) for word in words[:-1])


def _counts_things(row: SheetFact) -> bool:
    """ "Marbles: 15, glass": a key in the plural before a bare number."""
    return row.key.endswith("s") and row.value[:1].isdigit()


def _item_counts(row: SheetFact) -> list[int]:
    """How many of each item a value lists: "1 outer pocket, 2 inner pockets" → 1, 2; nothing where no number leads one."""
    if len(row.items) < 2 or len(row.items) > 12 or _SUMMED.match(row.display):
        return []
    leading = [_FIRST.match(item.strip()) or _LAST.search(item.strip()) for item in row.items]
    if not any(leading) or not ("box" in row.attributes or all(leading)):
        return []
    return [int(found.group(1)) if found else 1 for found in leading]


def _counts(analysis: Analysis, said: str) -> Iterator[float]:
    """Numbers of things that a product or a share may be taken of: said in the sentence, or counted by a fact."""
    if cues("arithmetic")["pair"].search(said):
        yield 2.0
    for match in _WHOLE_NUMBER.finditer(said):
        yield float(match.group())
    for match in cues("arithmetic")["number_word"].finditer(said):
        yield float(read_english(match.group()) or 0)
    for index, row in enumerate(analysis.sheet.facts):
        yield from (item.low for item in row.quantities if item.family in ("count", "") and 1 < item.low <= 500)
        if numbers := _item_counts(analysis.sheet.facts[index]):
            yield float(sum(numbers))


def _same_sort(analysis: Analysis, chosen: tuple[FactQuantity, ...]) -> bool:
    """Whether the figures measure the same attribute, so that they can be added or compared."""
    rows = [analysis.sheet.facts[each.fact] for each in chosen]
    first = rows[0]
    return all(row.key == first.key or row.attributes == first.attributes for row in rows)


def _times(item: Quantity, many: float) -> Quantity:
    return replace(item, low=item.low * many, high=item.high * many)


def _makes(claim: Quantity, value: float, chosen: tuple[FactQuantity, ...]) -> bool:
    """Whether the claim is the ``value`` worked out of ``chosen``: to the last digit, unless it was converted or rounded."""
    if claim.bound in ("over", "min", "under", "nearly", "about") or claim.words:
        return _near(claim, value, _EXACT)
    if any(each.quantity.unit != claim.unit and _converted(claim, each.quantity) for each in chosen):
        return _near(claim, value, _EXACT)
    finest = min((each.quantity.step for each in chosen), default=0.0)
    rounding = 0.505 * claim.step if claim.step > 1.01 * finest > 0 else 0.0
    return abs(claim.low - value) <= rounding + 1e-6 * value


def _converted(claim: Quantity, known: Quantity) -> bool:
    """Whether the units are not powers of ten of each other."""
    if not claim.numbers or not known.numbers or not claim.numbers[0] or not known.numbers[0]:
        return True
    factor = abs(claim.low / claim.numbers[0] / (known.low / known.numbers[0] or 1.0))
    return factor <= 0 or abs(math.log10(factor) - round(math.log10(factor))) > 1e-6


def _near(claim: Quantity, value: float, tolerance: float) -> bool:
    if claim.bound in ("over", "min"):
        return claim.low <= value <= claim.low * 1.25
    if claim.bound in ("under", "nearly"):
        return claim.low * 0.88 <= value < claim.low
    rounding = 0.505 * claim.step if claim.bound == "about" or claim.words else 0.0
    return abs(claim.low - value) <= max(tolerance * value, rounding if rounding < 0.1 * value else 0.0)
