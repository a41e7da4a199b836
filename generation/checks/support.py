"""Whether a quantity of the draft is one of the facts': compared by value, with what bounds and rounding allow."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from generation.checks.quantities import CARATS, Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact

_GENERIC_COUNTS = frozenset({"", "piece", "style"})
_OUNCES = frozenset({"oz", "ounce", "ounces", "盎司"})
_OUNCE_MASS, _OUNCE_VOLUME = 28.349523125, 29.5735296
#: Keys and values of ranges every value of which is true.
_CHOSEN = re.compile(
    r"范围|适用|距离|建议|适合|可调|升降|调节|温度|控温|色温|水温|年龄|月龄|人数|体重|身高|尺码|尺寸建议|腰围|胸围|颈围"
    r"|(?<![a-z])(?:range|distance|temp|temperature|ages?|recommended|suit|suitable|fits?|girth|waist|chest|bust|neck"
    r"|torso|back length|head|adjustable|servings|serves|height adjust)"
)
_LOWER, _UPPER = frozenset({"min", "over"}), frozenset({"max", "under"})
#: Keys and conditions whose figure is the most there is.
_MOST = re.compile(r"最[大高长多]|上限|限重|(?<![a-z])(?:max(?:imum)?|up to|limit)(?![a-z])")
_LIMIT_KEY = re.compile(r"(?<![a-z])max|limit|最|耐|上限|up to")
#: Counts that a list can support only when it lists that sort of thing.
SORTS: dict[str, frozenset[str]] = {
    "compartment": frozenset({"compartments"}), "layer": frozenset({"compartments", "material"}),
    "person": frozenset({"servings", "audience"}), "colour": frozenset({"colour", "colour_count"}),
    "size": frozenset({"size_range", "specification", "dimensions"}), "port": frozenset({"ports"}),
}  # fmt: skip
#: Facts whose lists may be counted as so many sorts or pieces; a list of washing rules is no three styles.
_LISTED = {
    "style": frozenset({"colour", "colour_count", "flavour", "pattern", "style_attr", "specification", "size_range"})
    | {"material", "box", "audience", "heat_source", "skin", "ingredients", "compatibility_attr", "connectivity", "scene"}
    | {"storage", "memory", "capacity", "power", "net_content", "model", "series"},
    "piece": frozenset({"box", "pieces", "specification", "ingredients", "net_content", "compartments", "material"}),
}  # fmt: skip
_SIZES = frozenset({"size", "size_range", "specification", "waist"})
_CUPS = frozenset({"cup", "cups", "杯", "个杯"})
_INCH = 25.4
_CALENDAR = 2_000_000.0  # from here on time is months and years, which are no exact number of days


def supporters(
    claim: Quantity, sheet: FactSheet, water: bool = False
) -> tuple[list[FactQuantity], FactQuantity | None]:
    """The fact quantities that make ``claim`` true, and the nearest comparable one.

    ``water``: the claim speaks of resistance to water, where 5 ATM is another way to say 50 m.
    """
    if claim.kind == "port" and "ports" not in sheet.attributes:
        claim = replace(claim, kind="")
    supporting: list[FactQuantity] = []
    nearest: FactQuantity | None = None
    distance = math.inf
    for candidate in _candidates(claim, sheet, water):
        pair = comparable(claim, candidate.quantity, water)
        if pair is None or (candidate.derived and not _derivable(claim, sheet.facts[candidate.fact].attributes)):
            continue
        if claim.kind == "size" and not candidate.derived and not candidate.quantity.family:
            continue  # the 6 of sizes 5, 6, 7 makes no six sizes
        if claim.family and not candidate.quantity.family and not candidate.alone:
            sorts = SORTS.get(claim.kind, frozenset())
            named = (
                candidate.fact >= 0
                and claim.family == "count"
                and _named_by_key(claim, sheet.facts[candidate.fact].key)
            )
            sized = claim.family == "shoe_size" and candidate.fact >= 0
            sorts = frozenset({"size_range", "dimensions"}) if sized else sorts - {"size_range"}
            if not named and (candidate.fact < 0 or not sorts & sheet.facts[candidate.fact].attributes):
                continue  # the 5 of "5号电池" makes no "5厘米" true, but "Pockets: 2 side" does two pockets
        said, known = pair
        if claim.bound and claim.low != known.low and candidate.quantity in _conditions(sheet, candidate):
            continue  # "at least 68 °C" of what starts at 95 °C
        if claim.kind == "age" and candidate.fact >= 0 and "warranty" in sheet.facts[candidate.fact].attributes:
            continue
        aged = candidate.fact >= 0 and claim.family == "time" and "age" in sheet.facts[candidate.fact].attributes
        if aged and claim.bound in _LOWER and claim.low != known.low:
            continue  # "aged two and up" of three and up
        if claim.bound in _LOWER and candidate.fact >= 0 and _is_most(sheet.facts[candidate.fact], known):
            continue  # "from 15 kg up" of a maximum load of 15 kg
        if holds(said, known) or _within_limit(said, known, sheet, candidate) or _inside(said, known, sheet, candidate):
            supporting.append(candidate)
        elif candidate.fact >= 0 and not candidate.derived:
            apart = abs(math.log((abs(said.low) + 1e-9) / (abs(known.low) + 1e-9)))
            if not candidate.quantity.family:
                apart += 100  # a number without a unit is a poor answer to one with
            if apart < distance:
                nearest, distance = candidate, apart
    if claim.family == "count" and claim.kind not in _GENERIC_COUNTS and supporting:
        same = [
            each for each in sheet.by_family.get("count", ()) if each.quantity.kind == claim.kind and not each.derived
        ]
        if same and not any(each in same for each in supporting):
            supporting = []  # three layers and eight patterns make no eight layers
    if not supporting and claim.low != claim.high:
        supporting = _ends(claim, sheet)
    return supporting, nearest


def _conditions(sheet: FactSheet, candidate: FactQuantity) -> list[Quantity]:
    """The quantities of the condition under which the candidate's fact holds."""
    return sheet.facts[candidate.fact].conditions if candidate.fact >= 0 else []


def _is_most(row: SheetFact, known: Quantity) -> bool:
    """Whether the fact gives its figure as the most there is."""
    return not known.bound and _MOST.search(f"{row.key} {row.fact.condition.lower()}") is not None


def _named_by_key(claim: Quantity, key: str) -> bool:
    """Whether the fact counts what the claim counts: "Bulbs: 15 LED" of "fifteen LED bulbs"."""
    if claim.kind == "person" and _PEOPLE.search(key):
        return True
    noun = claim.unit.split()[-1].rstrip("s") if claim.unit and claim.unit.isascii() else ""
    return len(noun) > 2 and re.search(rf"(?<![a-z]){re.escape(noun)}", key) is not None


_PEOPLE = re.compile(r"(?<![a-z])(?:players?|people|persons|capacity|seats)(?![a-z])|人数")


def _inside(claim: Quantity, known: Quantity, sheet: FactSheet, candidate: FactQuantity) -> bool:
    """ "Green tea at 80 °C" of a kettle that heats to 40–100 °C: any value of a range one can choose from."""
    if claim.bound or claim.low != claim.high or not known.low < claim.low < known.high or candidate.fact < 0:
        return False
    row = sheet.facts[candidate.fact]
    return claim.family == known.family != "" and _CHOSEN.search(f"{row.key} {row.value}") is not None


def _within_limit(claim: Quantity, known: Quantity, sheet: FactSheet, candidate: FactQuantity) -> bool:
    """ "Below 45 °C" of what bears at most 45 °C."""
    if not claim.bound and known.bound == "max" and candidate.fact >= 0 and claim.family == known.family == "length":
        inches = bool(claim.numbers) and math.isclose(claim.low, claim.numbers[0] * _INCH)
        fitting = inches and 0.6 * known.high <= claim.low <= known.high  # a 13-inch one in a 15-inch sleeve
        return fitting and "laptop" in sheet.facts[candidate.fact].key
    if claim.bound not in ("under", "max") or candidate.fact < 0 or not _equal(claim, claim.low, known, known.high):
        return False
    return _LIMIT_KEY.search(sheet.facts[candidate.fact].key) is not None


def _derivable(claim: Quantity, attributes: frozenset[str]) -> bool:
    """What is counted or implied supports counts, hours and percentages, not bare figures or "1 day". A count of one
    sort of thing needs a list of that sort: two materials are no two pockets."""
    if claim.family == "count" and claim.kind in SORTS:
        return bool(attributes & SORTS[claim.kind])
    if claim.family == "count" and claim.kind in _LISTED and attributes:
        return bool(attributes & _LISTED[claim.kind])
    return bool(claim.family) and (claim.family != "time" or claim.unit.startswith(("h", "小时", "个小时")))


def _candidates(claim: Quantity, sheet: FactSheet, water: bool) -> list[FactQuantity]:
    if not claim.family or claim.shared:
        return sheet.quantities
    found = sheet.by_family.get(claim.family, []) + sheet.by_family.get("", [])
    if claim.family == "mass" and claim.unit in _OUNCES:
        found = found + sheet.by_family.get("volume", [])
    if claim.family == "volume":
        found = found + [q for q in sheet.by_family.get("mass", []) if q.quantity.unit in _OUNCES]
        found = found + [q for q in sheet.by_family.get("count", []) if claim.unit in ("cup", "cups", "杯")]
    if claim.family in ("degree", "temperature"):
        found = found + sheet.by_family.get("temperature" if claim.family == "degree" else "degree", [])
    if claim.family in ("length", "water") and water:
        found = found + sheet.by_family.get("water", []) + sheet.by_family.get("pressure", [])
        found = found + sheet.by_family.get("length", [])
    if claim.family == "pressure":
        found = found + sheet.by_family.get("water", [])
    if claim.family in ("carat", "karat"):
        found = found + sheet.by_family.get("karat" if claim.family == "carat" else "carat", [])
    if claim.family in ("discount", "percent"):
        found = found + sheet.by_family.get("percent" if claim.family == "discount" else "discount", [])
    if claim.family in ("count", "shoe_size"):
        found = found + sheet.by_family.get("count" if claim.family == "shoe_size" else "volume", [])
        found = [each for each in found if each.quantity.family != "volume" or each.quantity.unit in _CUPS]
    return found


def comparable(claim: Quantity, known: Quantity, water: bool = False) -> tuple[Quantity, Quantity] | None:
    """Both in one measure, or None where they cannot be compared."""
    if claim.family == known.family and claim.family:
        if claim.family == "money" and claim.kind != known.kind:
            return (claim, known) if not claim.kind or not known.kind else None
        if claim.family == "count" and claim.kind != known.kind:
            return (claim, known) if claim.kind in _GENERIC_COUNTS or known.kind in _GENERIC_COUNTS else None
        return claim, known
    if not claim.family or not known.family:
        return _bare(claim), _bare(known)
    pair = (claim.family, known.family)
    if set(pair) == {"carat", "karat"} and claim.low in CARATS:
        return claim, known
    if pair in (("mass", "volume"), ("volume", "mass")):
        if claim.unit in _OUNCES:
            return _scaled(claim, _OUNCE_VOLUME / _OUNCE_MASS), known
        if known.unit in _OUNCES:
            return claim, _scaled(known, _OUNCE_VOLUME / _OUNCE_MASS)
        return None
    if set(pair) <= {"degree", "temperature"}:
        return _bare(claim), _bare(known)  # "a 500-degree oven" of 500 °F
    if set(pair) <= {"discount", "percent"}:
        return claim, known
    if set(pair) == {"water", "length"} and water:
        return (_scaled(claim, 0.001), known) if claim.family == "length" else (claim, _scaled(known, 0.001))
    if set(pair) == {"water", "pressure"}:
        return _bare(claim), _bare(known)
    if set(pair) <= {"count", "volume", "shoe_size"}:
        return _bare(claim), _bare(known)
    return None


def holds(claim: Quantity, known: Quantity) -> bool:
    """Whether ``known`` makes the comparable ``claim`` true."""
    if claim.family == "date" and known.family == "date":
        same_year = not claim.high or not known.high or claim.high == known.high
        month = claim.low % 100 == 0 or known.low % 100 == 0
        return same_year and (claim.low // 100 == known.low // 100 if month else claim.low == known.low)
    if claim.family != known.family and not (claim.family and known.family):
        single = claim.low == claim.high
        if single and "shoe_size" in (claim.family, known.family) and known.low <= claim.low <= known.high:
            return True
        return known.low == claim.low and known.high == claim.high
    if (claim.bound in _LOWER and known.bound in _UPPER) or (claim.bound in _UPPER and known.bound in _LOWER):
        return False  # "no more than 16 %" of at least 16 %
    if claim.bound in ("over", "min") and claim.low == claim.high:
        if _equal(claim, claim.low, known, known.low):
            return claim.bound == "min" or known.bound in ("over", "min")
        if known.bound in ("over", "min") or known.low != known.high:
            return False
        return known.low > claim.low and (claim.low >= 0.6 * known.low or claim.family in ("temperature", "degree"))
    if claim.bound == "far" and claim.low == claim.high:
        return known.high < claim.low
    if claim.bound == "barely" and claim.low == claim.high:
        return claim.low * (1 - 1e-9) <= known.low <= (1.25 if claim.words else 1.08) * claim.low
    if claim.bound == "nearly" and claim.low == claim.high:
        return 0.88 * claim.low <= known.high <= claim.low * (1 + 1e-9)
    if claim.bound == "under" and claim.low == claim.high:
        if _equal(claim, claim.low, known, known.high):
            return known.bound in ("under", "max")
        return known.high < claim.low <= 1.6 * abs(known.high) + 1e-9
    if claim.kind == known.kind == "person" and known.low <= claim.low <= claim.high <= known.high:
        return True  # what serves two to four serves three
    if claim.low == claim.high:
        if known.low == known.high:
            return _equal(claim, claim.low, known, known.low)
        if _equal(claim, claim.low, known, known.low) or _equal(claim, claim.low, known, known.high):
            return True
        inside = known.low < claim.low < known.high
        sizes = "shoe_size" in (claim.family, known.family)
        return inside and sizes and float(claim.low).is_integer()
    return _equal(claim, claim.low, known, known.low) and _equal(claim, claim.high, known, known.high)


def _ends(claim: Quantity, sheet: FactSheet) -> list[FactQuantity]:
    """A range is also true when one fact lists both its ends ("S 34, M 38, L 42")."""
    by_fact: dict[int, list[FactQuantity]] = {}
    if not claim.family:  # "waists 30 to 40" of 30, 32 … 40 in
        for candidate in sheet.quantities:
            if (
                candidate.fact >= 0
                and len(sheet.facts[candidate.fact].items) > 2
                and _SIZES & sheet.facts[candidate.fact].attributes
            ):
                by_fact.setdefault(candidate.fact, []).append(candidate)
        if any(
            {claim.low, claim.high} <= {each.quantity.numbers[0] for each in listed if each.quantity.numbers}
            for listed in by_fact.values()
        ):
            return [
                each
                for listed in by_fact.values()
                for each in listed
                if each.quantity.numbers[:1] in ((claim.low,), (claim.high,))
            ]
        by_fact = {}
    for candidate in sheet.by_family.get(claim.family, []) + sheet.by_family.get("", []):
        by_fact.setdefault(candidate.fact, []).append(candidate)
    for listed in by_fact.values():
        ends = []
        for end in (claim.low, claim.high):
            for candidate in listed:
                pair = comparable(claim, candidate.quantity)
                if (
                    pair
                    and pair[1].low == pair[1].high
                    and _equal(claim, end, pair[1], pair[1].low)
                    and (pair[0] is claim or claim.family in ("", "shoe_size"))
                ):
                    ends.append(candidate)
                    break
        if len(ends) == 2 and ends[0] is not ends[1]:
            return ends
    return []


def _bare(item: Quantity) -> Quantity:
    return Quantity(
        item.start, item.end, item.numbers[0] if item.numbers else item.low,
        item.numbers[-1] if item.numbers else item.high, item.family, item.kind, item.unit, 0.0, item.bound, item.numbers,
    )  # fmt: skip


def _scaled(item: Quantity, factor: float) -> Quantity:
    return Quantity(
        item.start, item.end, item.low * factor, item.high * factor, item.family, item.kind, item.unit,
        item.step * factor, item.bound, item.numbers,
    )  # fmt: skip


def _equal(claim: Quantity, said: float, known: Quantity, value: float) -> bool:
    apart = abs(said - value)
    size = max(abs(said), abs(value))
    if apart <= 1e-12 * size + 1e-9:  # a registration number of ten digits is another one by its last digit
        return True
    if claim.family == "time" and size > _CALENDAR and claim.unit != known.unit:
        days, of_claim, of_known = 86_400.0, _length_of(claim), _length_of(known)
        if min(of_claim, of_known) > 25 * days:
            return apart <= 1e-3 * size  # twelve months to a year
        weeks = {claim.unit.rstrip("s"), known.unit.rstrip("s")} >= {"week", "month"}
        return apart <= (0.085 if weeks else 0.03) * size  # people count four weeks to a month
    if claim.bound in ("over", "under", "min"):
        return False  # a bound is compared as it stands, not as a rounded figure
    rounding = 0.505 * max(claim.step, 0.0)
    if claim.unit != known.unit and _foreign(claim, said, known, value):
        return (
            (apart <= rounding and apart <= 0.08 * size)
            or apart <= min(0.505 * known.step, 0.007 * size)
            or apart <= 0.006 * size
        )
    if claim.words and claim.family != "count" and claim.step > known.step:
        return apart <= rounding and apart <= 0.03 * size  # "five kilos" of 5.1 kg
    if claim.bound == "about":
        return apart <= rounding and claim.step > known.step and apart <= 0.06 * size
    return False


def _length_of(item: Quantity) -> float:
    """How many base units one of its unit is."""
    return item.low / item.numbers[0] if item.numbers and item.numbers[0] else item.low


def _foreign(claim: Quantity, said: float, known: Quantity, value: float) -> bool:
    """Whether the units belong to different systems (inch and cm), so that a conversion must have been rounded."""
    if (
        claim.family not in ("mass", "length", "volume", "area", "temperature", "speed", "fabric_weight")
        or not claim.numbers
        or not known.numbers
    ):
        return False
    if claim.family == "temperature":  # 摄氏度 is another spelling of ℃ and no other scale
        return (claim.low == claim.numbers[0]) != (known.low == known.numbers[0])
    first, second = said / (claim.numbers[0] or 1), value / (known.numbers[0] or 1)
    if first <= 0 or second <= 0:
        return False
    power = math.log10(first / second)
    return abs(power - round(power)) > 1e-6 and not math.isclose(first / second, 500, rel_tol=1e-6)
