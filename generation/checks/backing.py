"""What makes a figure of the text true: a fact's own, converted, worked out, shared out, or counted among what it lists."""

from __future__ import annotations

import re
from dataclasses import replace

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.arithmetic import follows
from generation.checks.conversions import (
    PER_TIME,
    PINTS,
    POUNDS,
    imperial,
    inside_sizes,
    of_data,
    of_fineness,
    of_water,
    sterling,
)
from generation.checks.counts import counted_alike
from generation.checks.english_counts import counts_alike
from generation.checks.listed import sizes
from generation.checks.numerals import read_chinese, read_english
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity
from generation.checks.support import supporters

_TIMES = re.compile(
    r"(?<![a-z\d])(\d{1,2}|two|three|four|five|six|eight|ten|(?:a )?dozen)(?:(?: [a-z]+){1,2} of (?:about )?| )$"
    r"|([两三四五六八])(?:杯|份|次|顿|碗|瓶|罐)[^，。；,]{0,3}$"
)
_PER_100 = re.compile(r"\s?(?:/|每|per )\s?100")
_REST = re.compile(r"其余|剩下|余下|另外|果干|辅料|其他|(?<![a-z])(?:rest|remaining|other|remainder)")
_OPPOSITE = {"max": "min", "under": "min", "min": "max", "over": "max"}
#: Behind a bound or a size: that it is not for these.
DECLINED = re.compile(
    r"[^，。；,]{0,12}(?:别|不[要能可宜建适推]|勿|禁|免)|[^。；;\n]{0,20}?(?:不在[^，。]{0,8}(?:内|范围)|就?不(?:予|保|赔|算))"
    r"|[a-z ]{0,24}(?:shouldn't|should not|must not|not for)"
)


def backing(analysis: Analysis, claim: Quantity, water: bool) -> tuple[list[FactQuantity], FactQuantity | None]:
    """What supports the claim, and the nearest figure where nothing does: as it is, converted, worked out, or as many times
    it as the text says ("three mugs of 300 ml" of 900 ml). ``water``: see ``supporters``."""
    supporting, nearest = supporters(claim, analysis.sheet, water)
    if supporting and _END_BEFORE.search(analysis.folded, max(0, claim.start - 12), claim.start):
        supporting = [each for each in supporting if not _inside(claim, each.quantity)]  # "down to 45 °C" of 40 to 100
    if not supporting and claim.unit in POUNDS:
        supporting = sterling(analysis, claim)
    if not supporting and claim.bound in _OPPOSITE and DECLINED.match(analysis.folded, claim.end):
        # "under twelves had better not" of 12 and up
        supporting = supporters(replace(claim, bound=_OPPOSITE[claim.bound]), analysis.sheet, water)[0]
    if not supporting and claim.bound == "over" and claim.family == "time":  # "10,000 g over 24 hours" of g/24 h
        rated = _DURING.search(analysis.folded, max(0, claim.start - 40), claim.start) or [
            row for row in analysis.sheet.facts if PER_TIME.search(row.display)
        ]
        supporting = supporters(replace(claim, bound=""), analysis.sheet)[0] if rated else []
    if not supporting and claim.unit in PINTS:
        supporting = supporters(imperial(claim), analysis.sheet)[0]
    if not supporting and claim.unit == "块":
        priced = replace(claim, family="money", kind="cny", unit="元")
        supporting = [each for each in supporters(priced, analysis.sheet)[0] if each.quantity.family == "money"]
    if not supporting and claim.family in ("energy", "food_energy", "percent", "mass"):
        supporting = _portion(analysis, claim)
    if not supporting and not claim.family:
        supporting = _with_unit_said(analysis, claim, water) or inside_sizes(analysis, claim)
    if not supporting and claim.family == "count":
        supporting = counted_alike(analysis, claim) or _options(analysis, claim)
        supporting = supporting or counts_alike(analysis, claim)
        if not supporting and claim.shared:  # "256和512两种存储"
            supporting = supporters(replace(claim, family="", kind="", unit=""), analysis.sheet)[0]
    if not supporting and claim.family == "mass":
        supporting = of_data(analysis, claim) if claim.unit == "g" else of_water(analysis, claim)
    if not supporting and (supporting := _unlabelled(analysis, claim, follows(analysis, claim))):
        analysis.memo.setdefault("followed", []).append((claim.start, claim.end))
    if (
        supporting
        or not claim.family
        or not (times := _TIMES.search(analysis.folded, max(0, claim.start - 24), claim.start))
    ):
        return supporting, nearest
    word = next(filter(None, times.groups()), "")
    dozen = 12.0 if word.endswith("dozen") else 0.0
    many = float(word) if word.isdecimal() else dozen or read_chinese(word) or read_english(word) or 0.0
    whole = replace(claim, low=claim.low * many, high=claim.high * many, numbers=())
    return supporters(whole, analysis.sheet, water)[0], nearest


def _options(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The list of which "选项有两个" says how many it holds."""
    if claim.kind == "size":  # "ear tips in three sizes" of S/M/L
        return [
            FactQuantity(replace(claim, start=0, end=0), index, True)
            for index, row in enumerate(analysis.sheet.facts)
            if claim.low > 1 and len(sizes(row.display)) == claim.low
        ]
    if claim.unit != "个" or not _OPTIONS.search(analysis.folded, max(0, claim.start - 8), claim.start):
        return []
    return supporters(replace(claim, kind="style", unit="种"), analysis.sheet)[0]


_OPTIONS = re.compile(r"(?:选项|选择|款式|规格|版本|口味|颜色)(?:有|共|一共|总共|分|是)+$")
#: "Top it up over four hours": not in more than four.
_DURING = re.compile(
    r"(?<![a-z])(?:top|charg|recharg|fill|refill|spread|steep|brew|drip|cool|dry|cook|bak|soak)[a-z]*(?: [a-z]+){0,4} $"
)
#: What makes a figure the end of a range.
_END_BEFORE = re.compile(
    r"(?<![a-z])(?:down to|from|as (?:low|high) as|starting at)(?: an?| about)? (?:[a-z]+ )?$"
    r"|(?:[低小短少高大长多](?:可?[到至]|可以?到|能上)|从|最[低高小大])$"
)


def _inside(claim: Quantity, known: Quantity) -> bool:
    return claim.low == claim.high and known.low < claim.low < known.high and claim.family == known.family


def _unlabelled(analysis: Analysis, claim: Quantity, reckoned: list[FactQuantity]) -> list[FactQuantity]:
    """``reckoned`` unless the claim stands under the name of a fact that gives the figure: "链长45厘米" of 40 + 5."""
    before = analysis.folded[max(0, claim.start - 16) : claim.start].rstrip(" :：是为约")
    rows = [analysis.sheet.facts[each.fact] for each in reckoned if each.fact >= 0]
    return [] if len(rows) > 1 and any(before.endswith(row.key) for row in rows) else reckoned


def _with_unit_said(analysis: Analysis, claim: Quantity, water: bool) -> list[FactQuantity]:
    """What supports a bare number with the unit its sentence has said: "80 °C for green tea, 93 for coffee"."""
    begin, end = polarity.sentence(analysis.folded, claim.start, claim.end)
    beside = [item for item in analysis.quantities if item.family and item.numbers and begin <= item.start < end]
    before = [item for item in beside if item.end <= claim.start]
    for like in [*reversed(before), *(item for item in beside if item.start >= claim.end)]:
        factor = like.low / like.numbers[0] if like.numbers[0] and like.family != "temperature" else 1.0
        whole = replace(
            claim, low=claim.low * factor, high=claim.high * factor, family=like.family, kind=like.kind, unit=like.unit,
            step=claim.step * factor,
        )  # fmt: skip
        if supporting := supporters(whole, analysis.sheet, water)[0]:
            return supporting
    return []


def _portion(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """What a fact gives for 100 g, said of another amount ("30 g is about 186 kcal"), or what is left of a hundred."""
    sheet, found = analysis.sheet, []
    if claim.family == "percent":
        rest = _REST.search(analysis.folded, *polarity.clause(analysis.folded, claim.start, claim.end))
        return [
            each for each in sheet.by_family.get("percent", ())
            if rest and each.fact >= 0 and abs(100 - each.quantity.low - claim.low) < 1e-6
        ] + of_fineness(analysis, claim)  # fmt: skip
    amounts = [item.low for item in analysis.quantities if item.family == "mass"]
    amounts += [each.quantity.low for each in sheet.by_family.get("mass", ())]
    for each in sheet.by_family.get(claim.family, ()):
        if each.fact >= 0 and _PER_100.search(sheet.facts[each.fact].display, each.quantity.end):
            wanted = [each.quantity.low * amount / 100 for amount in amounts if amount != 100]
            over = 1.25 if claim.bound == "over" else 1.03
            if any(claim.low * 0.97 <= share <= claim.low * over for share in wanted):
                found.append(each)
    return found
