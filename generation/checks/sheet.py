"""Facts made comparable: their quantities, concepts and words, worked out once per set of facts."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from generation.checks import figures, polarity
from generation.checks.lexicon import lexicon
from generation.checks.normalise import fold, squeeze
from generation.checks.quantities import Quantity, parse
from generation.checks.units import units
from generation.engine import Fact

_OPTION = re.compile(r"[/,·|]")
_TAGS = re.compile(r"<[^>]*>|&[a-z]+;")
_COUNTED = re.compile(r"[(（]((?:含|不含|连|带|with|without|incl|excl|not incl)[^)）\d]{1,30})[)）]")
_IN_MONTHS = re.compile(r"\d{1,2}m")
_PERIOD_KEY = re.compile(r"期限|开封|保质|pao|period|expir")
_PER_100 = re.compile(r"/\s?100\s?(?:g|克|ml|毫升)")
#: "100,110,120" lists sizes and is no large number.
_NUMBER_LIST = re.compile(r"(?<![\d,.])\d{2,3}(?:,\d{2,3}){2,}(?![\d,])")
_FIGURES = re.compile(r"[\d.,\s/~x×*、;+-]+")
_MEASURE = re.compile(r"\d\s?[x×*~-]\s?\d")
_SPLIT = re.compile(r"\s*(?:[,，、;；|\n]|\s/\s|/(?=[^\d])|(?<=[^\d])/| and |和)\s*")
#: "2.5g×50袋" gives what each holds.
_PER_PIECE = re.compile(
    r"\d\s?(?:g|kg|ml|l|oz|cm|m|克|千克|毫升|升|斤|米|厘米|片|抽|粒|颗)\s?[×x*]\s?\d{1,4}\s?"
    r"(?:[袋包瓶盒支罐条听杯枚块卷]|packs?|bags?|bottles?|sachets?|cans?|tins?|tubes?|rolls?|bars?)(?![a-z])"
)
_NUMBERED = re.compile(r"\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?){2,}")
#: Keys of identity: what they say may be said of anything.
#: What the name alone says the cloth is.
_JEANS = re.compile(r"(?<![a-z])jeans?(?![a-z])|牛仔[裤衣裙衫]|牛仔外套")
_GENERIC = frozenset({"specification", "model", "size", "dimensions", "name"})


@dataclass(frozen=True, slots=True)
class FactQuantity:
    """A quantity of one fact. ``fact`` is its index; ``derived`` when it was counted rather than written; ``alone`` when
    the value is nothing but figures, so that a unit may have been left out."""

    quantity: Quantity
    fact: int
    derived: bool = False
    alone: bool = False


@dataclass(slots=True)
class SheetFact:
    """One fact as the rules see it."""

    fact: Fact
    key: str
    value: str
    display: str
    attributes: frozenset[str]
    concepts: frozenset[str]
    parts: frozenset[str]
    usages: frozenset[str]
    excluded: frozenset[str]
    included: frozenset[str]
    quantities: list[Quantity] = field(default_factory=list)
    items: tuple[str, ...] = ()
    conditions: list[Quantity] = field(default_factory=list)
    sides: dict[str, Quantity] = field(default_factory=dict)
    squeezed: str = ""
    squeezed_items: tuple[str, ...] = ()

    def families(self) -> set[str]:
        """The families of its quantities."""
        return {item.family for item in self.quantities}

    @property
    def generic(self) -> bool:
        """Whether values of this fact have no attribute of their own."""
        return not self.attributes or bool(self.attributes & _GENERIC) or self.fact.in_words


@dataclass(slots=True)
class FactSheet:
    """All facts of a target. ``positive`` and ``negative`` map a concept to the facts that affirm or deny it (-1: the
    name or the background does). ``words`` are those of name and facts, ``known`` those of the background too."""

    facts: list[SheetFact]
    quantities: list[FactQuantity]
    by_family: dict[str, list[FactQuantity]]
    positive: dict[str, set[int]]
    negative: dict[str, set[int]]
    words: str
    known: str
    squeezed: str
    name: str
    background: tuple[str, ...]
    attributes: dict[str, list[int]]
    scopes: dict[str, tuple[str, ...]]
    #: What rules work out once for a set of facts.
    memo: dict[str, Any] = field(default_factory=dict)


def sheet_of(facts: tuple[Fact, ...], name: str, brand: str, noun: str, background: tuple[str, ...] = ()) -> FactSheet:
    """The sheet of these facts (cached)."""
    return _sheet(facts, name, brand, noun, background)


@lru_cache(maxsize=2048)
def _sheet(facts: tuple[Fact, ...], name: str, brand: str, noun: str, background: tuple[str, ...]) -> FactSheet:
    rows = [_row(fact) for fact in facts]
    quantities = [
        FactQuantity(item, index, alone=item not in row.conditions and _stands_alone(row))
        for index, row in enumerate(rows)
        for item in row.quantities
    ]
    for index, row in enumerate(rows):
        quantities.extend(FactQuantity(item, index, True) for item in figures.counted(row.value, row.items))
    lines = tuple(fold(line) for line in background)
    for line in (fold(name), *lines):
        quantities.extend(FactQuantity(item, -1) for item in parse(line))
    by_family: dict[str, list[FactQuantity]] = defaultdict(list)
    for each in quantities:
        by_family[each.quantity.family].append(each)
    positive: dict[str, set[int]] = defaultdict(set)
    negative: dict[str, set[int]] = defaultdict(set)
    lex = lexicon()
    attributes: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        for attribute in row.attributes:
            attributes[attribute].append(index)
        for concept in row.concepts:
            for implied in lex.closure(concept):
                positive[implied].add(index)
        for concept in row.excluded:
            negative[concept].add(index)
    for text in (name, brand, noun):
        for hit in lex.scan_short(fold(text)):
            for named in hit.concepts:
                for implied in lex.closure(named.name):
                    positive[implied].add(-1)
        if _JEANS.search(fold(text)):
            positive["denim"].add(-1)
    for line in lines:
        for hit in lex.scan(line):
            held = negative if polarity.negated(line, hit.start, hit.end) else positive
            for named in hit.concepts:
                for implied in lex.closure(named.name) if held is positive else (named.name,):
                    held[implied].add(-1)
    joined = " \n ".join(
        [name, brand, noun]
        + [f"{row.key} {row.display} {fold(row.fact.condition)} {fold(row.fact.part)}" for row in rows]
    )
    known = " \n ".join([fold(joined), *lines])
    return FactSheet(
        rows, quantities, dict(by_family), dict(positive), dict(negative),
        fold(joined), known, squeeze(known), fold(name), lines, dict(attributes),
        {scope: _options(scope) for scope in {fact.scope for fact in facts} if scope},
    )  # fmt: skip


def _stands_alone(row: SheetFact) -> bool:
    """Whether the value is a figure, a range or a measure that may have lost its unit; of a list each would have one."""
    return _FIGURES.fullmatch(row.value) is not None and (
        len(row.quantities) == 1 or _MEASURE.search(row.value) is not None or any(q.family for q in row.quantities)
    )


def _options(scope: str) -> tuple[str, ...]:
    """The options of a variant's label: "黑色/M" → "黑色", "m"."""
    return tuple(part.strip() for part in _OPTION.split(fold(scope)) if part.strip())


@lru_cache(maxsize=32_768)
def _row(fact: Fact) -> SheetFact:
    lex = lexicon()
    key, value = fold(fact.key), fold(_TAGS.sub(" ", fact.value))
    display = fold(_TAGS.sub(" ", fact.display))
    key_hits, value_hits = lex.scan_short(key.replace("_", " ")), lex.scan_short(display)
    counted = None if fact.condition else _COUNTED.search(display)
    condition = fold(fact.condition) or (counted.group(1) if counted else "")
    condition_hits = lex.scan_short(condition)
    attributes = {concept.name for hit in key_hits for concept in hit.of("attribute")}
    parts = {c.name for hit in key_hits for c in hit.of("part")} | {
        c.name for hit in lex.scan_short(fold(fact.part)) for c in hit.of("part")
    }
    if value == "x" and attributes & {"size", "size_range", "dimensions"}:
        value = "x."  # a size, not the cross of a table that says no
    parts = set().union(*(lex.closure(part) for part in parts))
    denied = polarity.says_no(value) or bool(polarity.DENYING_KEY.search(key)) or _lacks(key, value)
    concepts: set[str] = set()
    excluded: set[str] = set()
    coated = _COATING_KEY.search(key) is not None
    for hit in value_hits:
        names = {concept.name for concept in hit.concepts if concept.kind != "attribute"}
        if hit.of("material") and (
            (attributes & {"colour"} and not attributes & {"material"})
            or coated
            or _SURFACE.match(display, hit.end)
            or _PLATED.search(display, max(0, hit.start - 4), hit.start)
        ):  # oak veneer is no oak, and what is plated with gold is no gold
            names = {plated for name in names for plated in _plated(name)}
        (excluded if polarity.negated(display, hit.start, hit.end) or denied else concepts).update(names)
    for hit in key_hits:
        names = {concept.name for concept in hit.concepts if concept.kind not in ("attribute", "part")}
        free = {concept.name for concept in hit.of("certificate")} if polarity.says_yes(value) else set()
        concepts |= free  # "free of BPA: yes" denies a thing and claims to
        names -= free
        if denied and _TOOL.match(key, hit.end):
            continue  # without a 壁挂架 it can still be hung on a wall
        if denied:
            excluded |= names
        elif polarity.says_yes(value) or not polarity.negated(key, hit.start, hit.end):
            concepts |= names
    if polarity.says_no(value):  # "BPA: 不含" is a claim in itself, and so is "Tools needed: no"
        for wording, kind in (
            (f"不含{key}", "certificate"),
            (f"{key}-free", "certificate"),
            (f"no {_NEEDED.sub('', key)}", "capability"),
        ):
            free = {concept.name for hit in lex.scan_short(wording) for concept in hit.of(kind)}
            if kind == "capability" and not _NEEDED.search(key):
                free -= excluded
            concepts |= free
            excluded -= free
    listed = _NUMBER_LIST.sub(lambda found: found.group().replace(",", "/"), display)
    own = figures.with_shared_units(listed, parse(listed))
    if not denied:
        concepts |= _implied(display, attributes, own)
    included: set[str] = set()
    for hit in condition_hits:
        names = {concept.name for concept in hit.concepts if concept.kind not in ("attribute", "usage")}
        if polarity.negated(condition, hit.start, hit.end):
            excluded |= names
        else:
            included |= names
            concepts |= {concept.name for concept in hit.of("capability", "compatibility", "offer")}
    usages = {c.name for hit in [*condition_hits, *value_hits, *key_hits] for c in hit.of("usage")}
    if _PER_100.search(display):
        usages.add("u_per100")
    if _PER_PIECE.search(display) or _OF_ONE.search(key):
        usages |= {"u_each", "u_perserving"}
    if not denied and _RANGED.search(key) and any(item.low != item.high for item in own):
        concepts |= {"temperature_control"} if "temp" in key or "温" in key else {"adjustable"}
    row = SheetFact(
        fact, key, value, display, frozenset(attributes), frozenset(concepts - excluded), frozenset(parts),
        frozenset(usages), frozenset(excluded), frozenset(included),
        items=tuple(item for item in (value.split("/") if _NUMBERED.fullmatch(value) else _SPLIT.split(value)) if item),
    )  # fmt: skip
    row.conditions = parse(condition)
    own += figures.sums(display) + figures.tolerances(display)
    if _IN_MONTHS.fullmatch(value) and _PERIOD_KEY.search(key):
        own += parse(f"{value.rstrip('m')}个月")
    row.quantities = own + row.conditions + list(figures.of_key(key)) + figures.of_index(display)
    row.sides = figures.sides(key, condition, own)
    row.squeezed = squeeze(row.display)
    row.squeezed_items = tuple(squeeze(item) for item in row.items)
    if "纱" in key:
        row.quantities += [item for figure in own if figure.unit == "支" for item in parse(f"{figure.low:g}支纱")]
    if any(item.family == "" for item in row.quantities):
        trailing = fold(fact.unit) if fold(fact.unit) in units() else ""
        unit = figures.unit_of_key(key) or trailing or ("岁" if "age" in attributes else "")
        if unit:
            row.quantities += parse(re.sub(r"(\d)(?![\d.,])", rf"\1{unit}", value))
    return row


#: "Tools needed: no" is the claim "no tools".
_NEEDED = re.compile(r" (?:needed|required|necessary)$")


_OF_ONE = re.compile(r"^单[条片包个只瓶件]")
#: Keys of what can be set: "Height range", "温度范围".
_RANGED = re.compile(r"(?<![a-z])(?:range|adjustment)(?![a-z])|范围|调节|可调")


def _lacks(key: str, value: str) -> bool:
    """Whether the value says that there is none of what the key names: "弹力: 无弹"."""
    return 1 < len(value) < 4 and value[0] in "无没" and value[1:] in key


_TOOL = re.compile(r"[架器线盒套座钩](?![\u4e00-\u9fff])")
_COATING_KEY = re.compile(r"镀|涂层|贴皮|饰面|(?<![a-z])(?:plat(?:ing|ed)|coat(?:ing|ed)|veneer)")
_SURFACE = re.compile(
    r"[ -]?(?:veneer|plat(?:ed|ing)|effect|look|style|print|pattern|tone|colou?r|finish|贴皮|饰面|纹|色|釉|涂层|镀)"
)
_PLATED = re.compile(r"(?:镀|电镀|仿|贴)$|(?:faux|imitation|mock) $")


def _plated(name: str) -> tuple[str, ...]:
    """What may be said of something plated with a metal."""
    whole = lexicon().closure(name)
    return tuple(plated for metal, plated in _PLATINGS.items() if metal in whole)


#: Rhodium comes as a plating only.
_PLATINGS = {"gold": "gold_plated", "silver": "silver_plated", "rhodium": "rhodium"}


#: Attributes whose values may name a material or colour so briefly that copy could not be searched for it.
_TERSE = frozenset({"material", "composition", "colour", "filling", "specification"})
_WATER_CODE = re.compile(r"(?<![a-z])ip(?:x|\d)\d")
_PURE = (
    ("棉", "pure_cotton"),
    ("cotton", "pure_cotton"),
    ("亚?麻", "pure_linen"),
    ("linen", "pure_linen"),
    ("羊毛", "pure_wool"),
    ("wool", "pure_wool"),
)


def _implied(row_value: str, attributes: set[str], quantities: list[Quantity]) -> set[str]:
    """Concepts that follow from a value without being named in it."""
    lex = lexicon()
    found = {name for attribute in attributes for name in lex.closure(attribute)} - attributes
    if attributes & _TERSE and row_value:
        words = set(re.findall("[a-z]+", row_value))
        found |= {
            concept
            for terse, concept in _terse_names().items()
            if (terse in words if terse.isascii() else terse in row_value)
        }
    if "100%" in row_value or "纯" in row_value or "全" in row_value:
        found |= {
            pure
            for word, pure in _PURE
            if re.search(rf"(?:100%|纯|全)\s*(?:[a-z]+ )?{word}|{word}:?\s*100%", row_value)
        }
    for item in quantities:
        if item.family == "water":
            found |= {"waterproof", "water_resistant"} | ({"swim"} if item.high >= 50 else set())
        elif item.family == "charge":
            found.add("rechargeable")
    if attributes & {"water_rating", "water_resistance"} and any(
        item.family == "length" and item.low >= 50_000 for item in quantities
    ):
        found |= {"waterproof", "water_resistant", "swim"}
    if "3840" in row_value and "2160" in row_value:
        found.add("fourk")
    if "1920" in row_value and "1080" in row_value:
        found.add("full_hd")
    if "2560" in row_value and "1440" in row_value:
        found.add("twok")
    if _WATER_CODE.search(row_value):
        found |= {"waterproof", "water_resistant"}
        if re.search(r"ip[56]", row_value):
            found.add("dustproof")
    return found


@lru_cache(maxsize=1)
def _terse_names() -> dict[str, str]:
    return json.loads(resources.files(__package__).joinpath("data/terse_names.json").read_text("utf-8"))
