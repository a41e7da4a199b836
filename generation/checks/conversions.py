"""A fact's measure said in another one: gigabytes as "12G", 480 ml as a pound of water, British pints, pounds of money."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from generation.checks.analysis import Analysis
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity
from generation.checks.support import supporters
from generation.checks.units import units

PER_TIME = re.compile(r"/\s?\d+\s?h")
PINTS = frozenset({"pint", "pints", "gallon", "gallons", "quart", "quarts"})
_WATER_AFTER = re.compile(r"的?水(?![果杯壶管])| of water")
_SYSTEM = re.compile(r"(?<![a-z])(?:uk|eu|us)(?![a-z])")
#: Units that are money as well as weight.
POUNDS = frozenset({"pound", "pounds"})


def of_data(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The gigabytes that "12G" of memory are."""
    byte = units()["gb"]
    said = replace(claim, low=claim.low * byte.factor, high=claim.high * byte.factor, family="data", kind="", unit="gb")
    return supporters(said, analysis.sheet)[0] if "data" in analysis.sheet.by_family else []


def of_water(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The volume that so much water has: "一斤水" of 480 ml."""
    if not _WATER_AFTER.match(analysis.folded, claim.end):
        return []
    litre = units()["l"].factor
    return [
        each
        for each in analysis.sheet.by_family.get("volume", ())
        if abs(each.quantity.low / litre * 1000 - claim.low) <= 0.06 * claim.low
    ]


def imperial(claim: Quantity) -> Quantity:
    """An American measure taken for the British one of its name (568 ml to the pint, not 473)."""
    factor = 568.26125 / 473.176473
    return replace(claim, low=claim.low * factor, high=claim.high * factor, step=claim.step * factor)


def sterling(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The price that so many pounds are, to the next whole one: "for eight pounds and change" of £8.99."""
    if not claim.numbers:
        return []
    said = claim.numbers[0]
    prices = [each for each in analysis.sheet.by_family.get("money", ()) if each.quantity.kind == "gbp"]
    return [
        each
        for each in prices
        if said in (each.quantity.low, math.floor(each.quantity.low), math.ceil(each.quantity.low))
    ]


def inside_sizes(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The range of sizes the number lies in: "a UK 6, 7 or 8" of UK 6-8."""
    before = analysis.folded[max(0, claim.start - 16) : claim.start]
    if not _SYSTEM.search(before):
        return []
    return [
        each
        for each in analysis.sheet.by_family.get("", ())
        if each.quantity.low < claim.low < each.quantity.high
        and _SYSTEM.search(analysis.sheet.facts[each.fact].display)
    ]


#: What is said of a metal's fineness, in per cent and in what the data say: 925 silver is 92.5 %.
_FINENESS = {92.5: "925", 99.9: "999", 95.0: "950", 75.0: "18k", 58.5: "14k", 58.3: "14k", 37.5: "9k"}
_OF_METAL = re.compile(r" ?(?:pure )?(?:silver|gold|platinum)|的?(?:纯?银|纯?金|铂)")


def of_fineness(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The fact of the fineness that the claim gives as a share: "92.5% silver" of 925 silver."""
    fine = _FINENESS.get(claim.low)
    if fine is None or not _OF_METAL.match(analysis.folded, claim.end):
        return []
    return [FactQuantity(claim, index, True) for index, row in enumerate(analysis.sheet.facts) if fine in row.squeezed]
