"""Whose value it is: a true value said of another attribute, part, variant or circumstance is false."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.lexicon import Hit, lexicon
from generation.checks.normalise import has_cjk, squeeze
from generation.checks.quantities import Quantity
from generation.checks.rules.numbers import spoken_of
from generation.checks.sheet import FactQuantity, SheetFact
from generation.checks.support import holds

# words that may stand between an attribute and its value
_LINK = re.compile(
    r"[ \t]*(?:[:：\t=]|的?(?:时间|时长|参数|数值|规格)?(?:约为|约|为|是|达到|达|可达|长达|高达|有|仅为|仅|只有|只要|只需|可|不过|能到|能|大约|最长|最高|最大|控制在|做到|在|用的是|采用|共|来自|选用)*"
    r"|(?: (?:of|is|are|at|for|about|around|only|just|up to|lasts|to|in|by|takes|runs|a|the|measuring|with|as|low|high|little|much|reaches|over|under|comes|from|rated|than|less|more|approximately|roughly))*)[ \t]*[(（]?[ \t]*$"
)
_BACK_LINK = re.compile(r"[ -]*(?:的|超长|of |in |(?:of )?(?:the |its |total |net |maximum |max ))? *$")
_LETTERS = {"长": "length", "宽": "width", "高": "height", "厚": "thickness", "重": "weight", "深": "depth"}
_LETTER = re.compile(r"(?<![最可够升提增延时不也还有多加超更调])([长宽高厚重深])(?:约|仅|只有|为|是)?(?=\d|$)")
_SIZES = frozenset(
    ["height", "width", "length", "depth", "thickness", "diameter", "dimensions", "screen_size", "cable_length", "chain_length", "waist", "bust", "heel", "driver_size", "range", "size_range", "specification"]
)
_RELATED = (
    frozenset({"capacity", "net_content", "specification"}),
    frozenset({"weight", "net_content", "specification", "fabric_weight"}),
    frozenset({"pieces", "servings", "net_content", "specification", "box", "compartments", "keys", "ports"}),
    frozenset({"memory", "storage", "specification"}),
    frozenset({"colour", "colour_count"}),
    frozenset({"water_rating", "depth", "pressure"}),
    frozenset({"material", "composition", "shell", "filling", "ingredients"}),
    frozenset({"speed_settings", "sport_modes", "function", "compartments", "temperature"}),
    frozenset({"price", "discount"}),
    frozenset({"temperature", "wash_temperature", "care", "storage_method"}),
    frozenset({"noise", "noise_reduction"}),
    frozenset({"brightness", "light"}),
    frozenset({"power", "interface", "specification", "charging_time"}),
    frozenset({"certification", "water_rating"}),
    frozenset({"function", "sensors", "connectivity"}),
    frozenset({"compatibility_attr", "os", "connectivity"}),
    frozenset({"shelf_life", "storage_method"}),
    frozenset({"dimensions", "size_range", "specification", "screen_size", "capacity"}),
    frozenset({"camera_pixels", "resolution"}),
    frozenset({"battery_life", "charging_time", "function"}) - {"charging_time"},
    frozenset({"pressure", "power"}),
)
_NONE: frozenset[str] = frozenset()
_RELATIVES = {
    name: frozenset().union(*(group for group in _RELATED if name in group)) for group in _RELATED for name in group
}
_UNBOUND = frozenset({"name", "model", "specification", "function", "excluded", "scene", "brand_attr"})
_NEXT_STATEMENT = re.compile(r"\s*(?:[:：=\t]|约|为|是|达|仅|只)|\s*\d")
_MATERIAL_GAP = re.compile(r" [a-z]{3,10} ")
_PART_GAP = re.compile(
    r"(?:材质|面料)?(?:是|为|采用|选用|使用|用的是|用|：|:)的?|(?: is| are)(?: made)?(?: of| from)? | (?:made )?(?:of|from|in) |: ?"
)
_ALWAYS = frozenset({"u_typical", "u_single"})
_INCLUDING = re.compile(
    r"含|包含|连同|连着|连|带着?|加上|算上|with|including|incl\.?|includes|inclusive of|counting|plus"
)
_AFTER_INCLUDING = re.compile(r"\s*(?:在内|计入|都算|一起|included|and all|counted)")


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A value that is true elsewhere. ``reason``: attribute, part, variant, circumstance, bound or label."""

    start: int
    end: int
    reason: str
    row: SheetFact | None


def misplaced(analysis: Analysis) -> list[Misplaced]:
    """All values said of what they are not true of (made once for a text)."""
    known = analysis.memo.get("binding")
    if known is None:
        known = list(_labels(analysis))
        taken = [(item.start, item.end) for item in known]
        for claim, supporting in spoken_of(analysis):
            if any(begin <= claim.start < end for begin, end in taken):
                continue
            found = _quantity(analysis, claim, supporting)
            if found:
                known.append(found)
        known.extend(_materials(analysis))
        analysis.memo["binding"] = known
    return known


def _quantity(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> Misplaced | None:
    sheet = analysis.sheet
    rows = [sheet.facts[each.fact] for each in supporting if each.fact >= 0]
    if len(rows) < len(supporting):
        return None  # the product's own name says it
    bound = _attribute_before(analysis, claim) or _attribute_after(analysis, claim) or _letter_before(analysis, claim)
    if bound is None and (row := _key_before(analysis, claim)) and all(row.key != other.key for other in rows):
        return Misplaced(claim.start, claim.end, "attribute", row)
    if bound:
        wanted = {concept.name for concept in bound.of("attribute")}
        families = {family for concept in bound.of("attribute") for family in concept.options}
        possible = not claim.family or not families or claim.family in families or "text" in families
        fitting = [row for row in rows if _fits(wanted, row) and (possible or not row.generic)]
        if not fitting:
            own = [sheet.facts[index] for name in wanted for index in sheet.attributes.get(name, ())]
            if own or claim.family not in families or claim.family == "":
                if claim.family or own:
                    return _both(bound, claim, own[0] if own else rows[0])
            elif all(not row.generic for row in rows):
                return _both(bound, claim, rows[0])
        else:
            rows = fitting
    lower = any(each.quantity.bound in ("min", "over") for each in supporting)
    return _variant(analysis, claim, rows) or _circumstance(analysis, claim, rows, lower)


def _both(bound: Hit, claim: Quantity, row: SheetFact) -> Misplaced:
    return Misplaced(min(bound.start, claim.start), max(bound.end, claim.end), "attribute", row)


def _fits(wanted: set[str], row: SheetFact) -> bool:
    if row.generic or wanted & row.attributes or wanted & _UNBOUND:
        return True
    if wanted & _SIZES and row.attributes & _SIZES:
        general = {"dimensions", "length", "specification", "size_range"}
        return bool(row.attributes & general or wanted & general)
    return any(not _RELATIVES.get(name, _NONE).isdisjoint(row.attributes) for name in wanted)


def _attribute_before(analysis: Analysis, claim: Quantity) -> Hit | None:
    text = analysis.folded
    for hit in reversed([hit for hit in analysis.hits if hit.end <= claim.start and hit.end > claim.start - 40]):
        if hit.of("attribute") and not hit.of("neutral"):
            return hit if _LINK.fullmatch(text, hit.end, claim.start) else None
        if not hit.of("usage", "part", "capability", "quality"):
            return None
    return None


def _letter_before(analysis: Analysis, claim: Quantity) -> Hit | None:
    """The one-character cues 长宽高厚重深, which no word list could hold: "厚1.8厘米"."""
    found = _LETTER.search(analysis.folded, max(0, claim.start - 4), claim.start)
    if not found or found.end() != claim.start or claim.words:
        return None
    concept = lexicon().concepts[_LETTERS[found.group(1)]]
    return Hit(found.start(1), found.end(1), found.group(1), (concept,))


def _key_before(analysis: Analysis, claim: Quantity) -> SheetFact | None:
    """The fact whose key stands right before the claim."""
    text = analysis.folded
    for row in analysis.sheet.facts:
        if len(row.key) >= 2 and row.quantities:
            at = text.rfind(row.key, max(0, claim.start - len(row.key) - 6), claim.start)
            if at >= 0 and _LINK.fullmatch(text, at + len(row.key), claim.start):
                return row
    return None


def _attribute_after(analysis: Analysis, claim: Quantity) -> Hit | None:
    text = analysis.folded
    for hit in analysis.hits:
        if hit.start >= claim.end:
            if hit.start > claim.end + 20 or not hit.of("attribute"):
                return None
            if not _BACK_LINK.fullmatch(text, claim.end, hit.start):
                return None
            # "7天续航" but not "7天 重量：19克": there the attribute begins the next statement
            return None if _NEXT_STATEMENT.match(text[hit.end : hit.end + 3]) else hit
    return None


def _variant(analysis: Analysis, claim: Quantity, rows: list[SheetFact]) -> Misplaced | None:
    scopes = analysis.sheet.scopes
    if not scopes or not rows or any(not row.fact.scope for row in rows):
        return None
    text = analysis.folded
    begin, _end = polarity.clause(text, claim.start, claim.end)
    before = text[begin : claim.start]
    said = {scope for scope, options in scopes.items() if _names(before, options)}
    if said and not said & {row.fact.scope for row in rows}:
        return Misplaced(claim.start, claim.end, "variant", rows[0])
    return None


def _names(text: str, options: tuple[str, ...]) -> bool:
    """Whether ``text`` names one of a variant's options ("黑色", "m")."""
    for part in options:
        at = text.find(part)
        while at >= 0:
            before, after = text[at - 1 : at], text[at + len(part) : at + len(part) + 1]
            if not any(char.isascii() and char.isalnum() for char in (before, after) if char):
                return True
            at = text.find(part, at + 1)
    return False


def _circumstance(analysis: Analysis, claim: Quantity, rows: list[SheetFact], lower: bool) -> Misplaced | None:
    if not rows:
        return None
    if (
        claim.bound == "min"
        and not lower
        and all(row.usages or any(item.bound in ("max", "about") for item in row.quantities) for row in rows)
    ):
        return Misplaced(claim.start, claim.end, "bound", rows[0])
    begin, end = _surroundings(analysis, claim)
    said: set[str] = set()
    for hit in analysis.hits:
        if hit.end <= begin or hit.start >= end:
            continue
        said.update(concept.name for concept in hit.of("usage"))
        for concept in hit.of("part", "accessory"):
            if all(concept.name in row.excluded for row in rows) and _includes(analysis, hit):
                return Misplaced(hit.start, hit.end, "circumstance", rows[0])
            if all(concept.name in row.included for row in rows) and analysis.negated(hit.start, hit.end):
                return Misplaced(hit.start, hit.end, "circumstance", rows[0])
    for other in analysis.quantities:
        if other is not claim and begin <= other.start < end:
            stated = [item for row in rows for item in row.conditions if item.family and item.family == other.family]
            if stated and all(row.conditions for row in rows) and not any(holds(other, item) for item in stated):
                return Misplaced(
                    other.start, claim.end if claim.end > other.start else other.end, "circumstance", rows[0]
                )
    alone = sum(begin <= other.start < end for other in analysis.quantities if other.family) == 1
    for other_row in analysis.sheet.facts if alone else ():
        wording = other_row.fact.condition.strip().lower()
        if len(wording) > 2 and other_row not in rows and wording in analysis.folded[begin:end]:
            if all(wording not in row.fact.condition.lower() for row in rows):
                return Misplaced(claim.start, claim.end, "circumstance", other_row)
    strange = said - _ALWAYS
    if strange and claim.family and not any(strange & row.usages for row in rows) and _uses(rows, strange, analysis):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    return None


def _uses(rows: list[SheetFact], strange: set[str], analysis: Analysis) -> bool:
    """Whether the circumstance said matters to these facts: it is in no fact's words of the same value."""
    words = {name for row in rows for name in row.concepts}
    timed = any(
        item.family in ("time", "mass", "length", "temperature", "count", "food_energy")
        for row in rows
        for item in row.quantities
    )
    return timed and not strange & words


def _surroundings(analysis: Analysis, claim: Quantity) -> tuple[int, int]:
    """The clause of the quantity, and the next one when it has no figure of its own ("19 g, strap included")."""
    text = analysis.folded
    begin, end = polarity.clause(text, claim.start, claim.end)
    for other in analysis.quantities:
        if other is claim or other.family == "":
            continue
        if begin <= other.start < claim.start:
            begin = max(begin, other.end)
        elif claim.end <= other.start < end:
            end = other.start
    if text[end : end + 1] in (",", "，") and end < len(text):
        _, following = polarity.clause(text, end + 2, end + 2)
        if not any(end < other.start < following for other in analysis.quantities) and following - end < 40:
            end = following
    return begin, end


def _includes(analysis: Analysis, hit: Hit) -> bool:
    if analysis.negated(hit.start, hit.end):
        return False
    text = analysis.folded
    return bool(
        _INCLUDING.search(text[max(0, hit.start - 14) : hit.start])
        or _AFTER_INCLUDING.match(text, hit.end, hit.end + 12)
    )


def _materials(analysis: Analysis) -> list[Misplaced]:
    """A material said of a part, where the facts give it to another part only."""
    found = []
    text, sheet, lex = analysis.folded, analysis.sheet, lexicon()
    hits = analysis.hits
    for index, hit in enumerate(hits):
        materials = {concept.name for concept in hit.of("material")}
        if not materials or not any(name in sheet.positive for name in materials):
            continue
        part = _part_of(text, hits, index)
        if part is None or analysis.negated(hit.start, hit.end):
            continue
        parts = {concept.name for concept in part.of("part")}
        rows = [row for row in sheet.facts if any(lex.closure(name) & materials for name in row.concepts)]
        own = [
            row for row in sheet.facts if row.parts & parts and row.attributes & {"material", "composition", "colour"}
        ]
        if any(row.parts & parts or part.term in row.display for row in rows):
            continue
        if any(not row.parts for row in rows) and not own:
            continue
        if rows:
            found.append(Misplaced(min(hit.start, part.start), max(hit.end, part.end), "part", (own or rows)[0]))
    return found


def _part_of(text: str, hits: list[Hit], index: int) -> Hit | None:
    hit = hits[index]
    if index + 1 < len(hits) and hits[index + 1].of("part"):
        gap = text[hit.end : hits[index + 1].start]
        if gap in ("", " ", "-", "的", "材质", "材质的", "制", "制的") or _MATERIAL_GAP.fullmatch(gap):
            return hits[index + 1]
    if index and hits[index - 1].of("part"):
        gap = text[hits[index - 1].end : hit.start]
        if _PART_GAP.fullmatch(gap):
            return hits[index - 1]
    return None


_SEPARATOR = re.compile(r"\s?(?:[:：\t]\s?|(?<=[一-鿿])(?:为|是)(?![否不])| (?:is|are) )")
_VALUE_END = re.compile(r"[\n。；;！\t]|, |，|\. |\.$")


def _labels(analysis: Analysis) -> list[Misplaced]:
    """ "产地：雾蓝": after the name of an attribute must stand that attribute's value."""
    found = []
    text, sheet = analysis.folded, analysis.sheet
    if not sheet.facts:
        return found
    for start, end, own, separator in _labelled(analysis):
        value_end = _VALUE_END.search(text, separator.end())
        stop = min(value_end.start() if value_end else len(text), separator.end() + 60)
        value = text[separator.end() : stop].strip()
        if len(value) < 2 and not value.isdigit():
            continue
        strict = text[separator.start() : separator.end()].strip() in (":", "：", "")
        row = _wrong_value(analysis, value, separator.end(), stop, own, strict)
        if row is not None:
            found.append(Misplaced(start, stop, "label", row))
    return found


def _labelled(analysis: Analysis) -> list[tuple[int, int, list[SheetFact], re.Match[str]]]:
    """Where names of attributes stand before a separator, with the facts under that name."""
    text, sheet = analysis.folded, analysis.sheet
    places: dict[int, tuple[int, int, list[SheetFact], re.Match[str]]] = {}
    for hit in analysis.hits:
        names = {concept.name for concept in hit.of("attribute")} - _UNBOUND - {"box"}
        if names and (separator := _SEPARATOR.match(text, hit.end)):
            own = [row for row in sheet.facts if row.attributes & names or row.key == hit.term]
            related = [row for row in sheet.facts if _fits(names, row) and not row.generic]
            places[hit.end] = (hit.start, hit.end, own or related, separator)
    for row in sheet.facts:
        if len(row.key) < 2 or row.attributes:
            continue
        at = text.find(row.key)
        while at >= 0:
            end = at + len(row.key)
            if separator := _SEPARATOR.match(text, end):
                places[end] = (at, end, [other for other in sheet.facts if other.key == row.key], separator)
            at = text.find(row.key, end)
    return list(places.values())


def _wrong_value(
    analysis: Analysis, value: str, start: int, stop: int, own: list[SheetFact], strict: bool
) -> SheetFact | None:
    """The fact to show when ``value`` is not one of ``own``'s but another attribute's, or plainly something else."""
    squeezed = squeeze(value)
    if not squeezed:
        return None
    if any(_is_value_of(row, squeezed, analysis, start, stop) for row in own):
        return None
    for row in analysis.sheet.facts:
        if row in own or (row.generic and not own):
            continue
        whole = row.squeezed
        if len(whole) >= 2 and (squeezed.startswith(whole) or whole == squeezed) and not row.generic:
            return own[0] if own else row
        if any(len(item) >= 2 and squeezed.startswith(item) for item in row.squeezed_items) and not row.generic:
            return own[0] if own else row
    if strict and own and not any(item.start >= start and item.end <= stop for item in analysis.quantities):
        comparable = [
            row
            for row in own
            if (row.quantities or has_cjk(row.display) == has_cjk(value)) and not polarity.says_yes(row.value)
        ]
        return comparable[0] if comparable and len(comparable) == len(own) else None
    return None


def _is_value_of(row: SheetFact, squeezed: str, analysis: Analysis, start: int, stop: int) -> bool:
    whole = row.squeezed
    if whole and (whole in squeezed or squeezed in whole):
        return True
    if any(len(item) >= 2 and item in squeezed for item in row.squeezed_items):
        return True
    closure = lexicon().closure
    for hit in analysis.hits:
        if start <= hit.start and hit.end <= stop:
            said = {concept.name for concept in hit.concepts}
            if any(said & closure(name) for name in row.concepts | row.excluded | row.usages):
                return True
    for claim, supporting in spoken_of(analysis):
        if (
            start <= claim.start + 4
            and claim.end <= stop
            and any(each.fact >= 0 and analysis.sheet.facts[each.fact] is row for each in supporting)
        ):
            return True
    size = 2 if has_cjk(whole) else 4
    pieces = {whole[i : i + size] for i in range(len(whole) - size + 1)}
    return bool(pieces) and sum(piece in squeezed for piece in pieces) >= 0.5 * min(
        len(pieces), max(1, len(squeezed) - size + 1)
    )
