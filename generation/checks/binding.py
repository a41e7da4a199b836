"""Whose value it is: a true value said of another attribute, part, variant or circumstance is false."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.attributes import fits, groups
from generation.checks.conditions import counts_in, excluded_nouns
from generation.checks.cues import cues
from generation.checks.labels import mislabelled
from generation.checks.lexicon import Hit, lexicon
from generation.checks.parts import elsewhere
from generation.checks.quantities import Quantity
from generation.checks.rules.numbers import spoken_of
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact
from generation.checks.support import holds

#: Circumstances that matter only to what is given for the other one.
_OPPOSITES = {
    "u_full": "u_empty", "u_empty": "u_full", "u_pair": "u_each", "u_each": "u_pair", "u_point": "u_even",
    "u_even": "u_point",
}  # fmt: skip
_AFTER_SHARE = ("", " ", " pure ", "的")
_BEFORE_SHARE = ("", " ", ": ", ":", "：", "占", "含量")
_ALWAYS = frozenset({"u_typical", "u_single"})
_PLACES = frozenset({"u_indoor", "u_outdoor"})


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
        known = [Misplaced(start, stop, "label", row) for start, stop, row in mislabelled(analysis)]
        taken = [(item.start, item.end) for item in known]
        for claim, supporting in spoken_of(analysis):
            if any(begin <= claim.start < end for begin, end in taken):
                continue
            found = _quantity(analysis, claim, supporting)
            if found:
                known.append(found)
        known.extend(_materials(analysis))
        known.extend(
            Misplaced(start, end, "part", row)
            for start, end, row in elsewhere(analysis, spoken_of(analysis))
            if not any(item.start < end and start < item.end for item in known)
        )
        known.extend(_shares(analysis))
        analysis.memo["binding"] = known
    return known


def _quantity(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> Misplaced | None:
    sheet = analysis.sheet
    rows = [sheet.facts[each.fact] for each in supporting if each.fact >= 0]
    if len(rows) < len(supporting):
        return None  # the product's own name says it
    bound = _attribute_before(analysis, claim) or _attribute_after(analysis, claim) or _letter_before(analysis, claim)
    if bound and _quoted(analysis, bound.start, bound.end):
        bound = None
    if bound and not _measures(sheet, bound, claim):
        bound = None
    row = _key_before(analysis, claim)
    if row and all(row.key != other.key for other in rows) and (bound is None or len(row.key) > len(bound.term)):
        return Misplaced(claim.start, claim.end, "attribute", row)
    if bound:
        wanted = {concept.name for concept in bound.of("attribute")}
        families = {family for concept in bound.of("attribute") for family in concept.options}
        possible = not claim.family or not families or claim.family in families or "text" in families
        fitting = [row for row in rows if fits(wanted, row) and (possible or not row.generic)]
        for row in rows:  # of a size given as W×D×H the height must be the height
            side = next((row.sides[name] for name in wanted if name in row.sides), None)
            if side is not None and all(other is row for other in rows) and not holds(claim, side):
                return _both(bound, claim, row)
        if not fitting:
            own = [sheet.facts[index] for name in wanted for index in sheet.attributes.get(name, ())]
            if own or claim.family not in families or claim.family == "":
                if claim.family or own:
                    return _both(bound, claim, own[0] if own else rows[0])
            elif all(not row.generic for row in rows):
                return _both(bound, claim, rows[0])
        else:
            rows = fitting
    if _other_segment(analysis, claim, [each for each in supporting if each.fact >= 0]):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    lower = any(each.quantity.bound in ("min", "over") for each in supporting)
    return _variant(analysis, claim, rows) or _circumstance(analysis, claim, rows, lower)


def _measures(sheet: FactSheet, bound: Hit, claim: Quantity) -> bool:
    """Whether a figure of this family can belong to the attribute: of a plating, a fit or a use there are no years."""
    names = bound.of("attribute")
    if not claim.family or any(set(concept.options) - {"text"} for concept in names):
        return True
    rows = [sheet.facts[index] for concept in names for index in sheet.attributes.get(concept.name, ())]
    return any(item.family == claim.family for row in rows for item in row.quantities)


def _other_segment(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> bool:
    """Whether the circumstance said is another figure's of the same fact: "40 h on low, 4 h on high"."""
    begin, end = polarity.clause(analysis.folded, claim.start, claim.end)
    said = {concept.name for hit in analysis.hits_within(begin, end) for concept in hit.of("usage")} - _ALWAYS
    if not said or not supporting:
        return False
    for each in supporting:
        row = analysis.sheet.facts[each.fact]
        if len(row.usages) < 2 or each.derived or each.quantity.end > len(row.display):
            return False
        start, stop = polarity.clause(row.display, each.quantity.start, each.quantity.end)
        cut = row.display.find(",", each.quantity.end, stop)
        segment = row.display[start : cut if cut >= 0 else stop]
        own = {concept.name for hit in lexicon().scan_short(segment) for concept in hit.of("usage")}
        if not own or said & own or not said & row.usages:
            return False
    return True


def _quoted(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the span lies inside a longer value or condition that the text quotes: "3 pieces" names no attribute."""
    quotes = analysis.memo.get("quotes")
    if quotes is None:
        quotes = analysis.memo["quotes"] = []
        wordings = {row.display for row in analysis.sheet.facts}
        wordings |= {row.fact.condition.strip().lower() for row in analysis.sheet.facts}
        for wording in wordings:
            at = analysis.folded.find(wording) if len(wording) > 2 else -1
            while at >= 0:
                quotes.append((at, at + len(wording)))
                at = analysis.folded.find(wording, at + len(wording))
    return any(begin <= start and end <= stop and stop - begin > end - start for begin, stop in quotes)


def _both(bound: Hit, claim: Quantity, row: SheetFact) -> Misplaced:
    return Misplaced(min(bound.start, claim.start), max(bound.end, claim.end), "attribute", row)


def _attribute_before(analysis: Analysis, claim: Quantity) -> Hit | None:
    text = analysis.folded
    for hit in reversed(analysis.hits_within(claim.start - 39, claim.start)):
        if hit.end > claim.start:
            continue
        if hit.of("attribute") and not hit.of("neutral"):
            return hit if cues("binding")["link"].fullmatch(text, hit.end, claim.start) else None
        if not hit.of("usage", "part", "capability", "quality"):
            return None
    return None


def _letter_before(analysis: Analysis, claim: Quantity) -> Hit | None:
    """The one-character cues 长宽高厚重深, which no word list could hold: "厚1.8厘米"."""
    found = cues("binding")["letter"].search(analysis.folded, max(0, claim.start - 4), claim.start)
    if not found or found.end() != claim.start or claim.words:
        return None
    concept = lexicon().concepts[groups().letters[found.group(1)]]
    return Hit(found.start(1), found.end(1), found.group(1), (concept,))


def _key_before(analysis: Analysis, claim: Quantity) -> SheetFact | None:
    """The fact whose key stands right before the claim."""
    text = analysis.folded
    for row in analysis.sheet.facts:
        if len(row.key) >= 2 and row.quantities:
            at = text.rfind(row.key, max(0, claim.start - len(row.key) - 6), claim.start)
            linked = at >= 0 and cues("binding")["link"].fullmatch(text, at + len(row.key), claim.start)
            if linked and not _quoted(analysis, at, at + len(row.key)):
                return row
    return None


def _attribute_after(analysis: Analysis, claim: Quantity) -> Hit | None:
    text = analysis.folded
    for hit in analysis.hits_within(claim.end, claim.end + 21):
        if hit.start >= claim.end:
            if not hit.of("attribute"):
                return None
            if not cues("binding")["back_link"].fullmatch(text, claim.end, hit.start):
                return None
            # "7天续航" but not "7天 重量：19克": there the attribute begins the next statement
            return None if cues("binding")["next_statement"].match(text[hit.end : hit.end + 3]) else hit
    return None


def _variant(analysis: Analysis, claim: Quantity, rows: list[SheetFact]) -> Misplaced | None:
    scopes = analysis.sheet.scopes
    if not scopes or not rows or any(not row.fact.scope for row in rows):
        return None
    text = analysis.folded
    begin, _end = polarity.clause(text, claim.start, claim.end)
    before = text[begin : claim.start]
    said = {scope for scope, options in scopes.items() if _names(before, options)}
    sizes = set(cues("binding")["size"].findall(before))
    if sizes and not said and all(cues("binding")["size"].search(row.fact.scope.lower()) for row in rows):
        return Misplaced(claim.start, claim.end, "variant", rows[0])
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
    for row in rows:
        for noun in excluded_nouns(row):
            if all(noun in excluded_nouns(other) for other in rows) and counts_in(analysis.folded[begin:end], noun):
                return Misplaced(claim.start, claim.end, "circumstance", row)
    for row in rows:
        if _undone(row, analysis.folded[begin:end]):
            return Misplaced(claim.start, claim.end, "circumstance", row)
    said: set[str] = set()
    for hit in analysis.hits_within(begin, end):
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
        elsewhere = len(wording) > 2 and other_row not in rows and wording in analysis.folded[begin:end]
        if elsewhere and all(wording not in row.fact.condition.lower() for row in rows):
            return Misplaced(claim.start, claim.end, "circumstance", other_row)
    strange = said - _ALWAYS
    if not any("u_gross" in row.usages for row in rows):
        strange.discard("u_net")
    if not any(row.usages & _PLACES for row in rows):
        strange -= _PLACES  # where a thing is used changes no figure that was not measured somewhere
    for name, opposite in _OPPOSITES.items():
        if name in strange and not any(opposite in row.usages for row in rows):
            strange.discard(name)
    if strange and claim.family and not any(strange & row.usages for row in rows) and _uses(rows, strange, analysis):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    return None


def _undone(row: SheetFact, around: str) -> bool:
    """Whether the text does what the condition says has not been done: "未下水" and "下过水", "unwashed" and "washed"."""
    wording = f"{row.display} {row.fact.condition}".lower()
    return any(done.search(around) and not undone.search(around) for done, undone in _not_done(wording))


@lru_cache(maxsize=8192)
def _not_done(wording: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """For each thing the wording says has not been done, what says it has and what says it has not."""
    found = []
    for match in _NOT_DONE.finditer(wording):
        if word := match.group(2):
            found.append((rf"(?<![a-z]){word}(?![a-z])", rf"un{word}|not {word}|n't {word}"))
        else:
            first, rest = match.group(1)[0], match.group(1)[1:]
            done = rf"(?<![未不没无]){first}(?:(?:过|了|完)?{rest}(?:了|过|之?后)|过{rest})"
            found.append((done, rf"[未不没无](?:有|要|能)?{first}过?{rest}"))
    return tuple((re.compile(done), re.compile(undone)) for done, undone in found)


_NOT_DONE = re.compile(
    r"(?:未|没有|没|不曾)([\u4e00-\u9fff]{2})|(?<![a-z])un((?:washed|opened|worn|used|damaged|wrapped|loaded|folded))(?![a-z])"
)


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
    if (begin > 2 and text[begin - 2 : begin] in (", ", "，")) or text[begin - 1 : begin] in (",", "，"):
        earlier, _ = polarity.clause(text, begin - 2, begin - 2)
        if begin - earlier < 40 and not any(earlier <= other.start < begin for other in analysis.quantities):
            begin = earlier
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
        cues("binding")["including"].search(text[max(0, hit.start - 14) : hit.start])
        or cues("binding")["after_including"].match(text, hit.end, hit.end + 12)
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
        if part is None and (keyed := _keyed_part(analysis, hit, materials)):
            found.append(Misplaced(hit.start, hit.end, "part", keyed))
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


def _keyed_part(analysis: Analysis, hit: Hit, materials: set[str]) -> SheetFact | None:
    """The fact whose key stands before the material, if it gives that thing another one: "the saucer is stoneware"."""
    lex = lexicon()
    for row in analysis.sheet.facts:
        own = {name for name in row.concepts if name in lex.concepts and lex.concepts[name].kind == "material"}
        if not own or len(row.key) < 2 or row.attributes or any(lex.closure(name) & materials for name in own):
            continue
        at = analysis.folded.rfind(row.key, max(0, hit.start - len(row.key) - 16), hit.start)
        if at >= 0 and cues("binding")["part_gap"].fullmatch(analysis.folded, at + len(row.key), hit.start):
            return row
    return None


def _part_of(text: str, hits: list[Hit], index: int) -> Hit | None:
    hit = hits[index]
    if index + 1 < len(hits) and hits[index + 1].of("part"):
        gap = text[hit.end : hits[index + 1].start]
        if gap in ("", " ", "-", "的", "材质", "材质的", "制", "制的") or cues("binding")["material_gap"].fullmatch(
            gap
        ):
            return hits[index + 1]
    if index and hits[index - 1].of("part"):
        gap = text[hits[index - 1].end : hit.start]
        if cues("binding")["part_gap"].fullmatch(gap):
            return hits[index - 1]
    return None


def _shares(analysis: Analysis) -> list[Misplaced]:
    """ "羊毛30%，聚酯纤维70%" of a cloth that has them the other way round."""
    found: list[Misplaced] = []
    said = _percentages(analysis.folded, analysis.hits, analysis.quantities)
    if not said:
        return found
    lex = lexicon()
    known: dict[str, list[tuple[float, SheetFact]]] = {}
    for row in analysis.sheet.facts:
        for concepts, value, _start, _end in _percentages(
            row.display, list(lex.scan_short(row.display)), row.quantities
        ):
            for name in concepts:
                for implied in lex.closure(name):
                    known.setdefault(implied, []).append((value, row))
    for concepts, value, start, end in said:
        rows = [entry for name in concepts for entry in known.get(name, ())]
        if rows and all(abs(share - value) > 1e-6 for share, _row in rows):
            found.append(Misplaced(start, end, "attribute", rows[0][1]))
    return found


def _percentages(text: str, hits: list[Hit], quantities: list[Quantity]) -> list[tuple[set[str], float, int, int]]:
    """Materials with the percentage beside them: before it in Chinese, on either side in English."""
    near: list[tuple[int, int, int]] = []
    named = [hit for hit in hits if hit.of("material")]
    shares = [item for item in quantities if item.family == "percent" and item.low == item.high] if named else []
    for at, item in enumerate(shares):
        for index, hit in enumerate(named):
            after = text[item.end : hit.start] if hit.start >= item.end else None
            before = text[hit.end : item.start] if hit.end <= item.start else None
            if after in _AFTER_SHARE or before in _BEFORE_SHARE:
                near.append((len(before or after or ""), at, index))
    pairs: list[tuple[set[str], float, int, int]] = []
    paired: set[int] = set()
    taken: set[int] = set()
    for _gap, at, index in sorted(near):  # the closest belong together
        if at not in paired and index not in taken:
            paired.add(at)
            taken.add(index)
            item, hit = shares[at], named[index]
            materials = {concept.name for concept in hit.of("material")}
            pairs.append((materials, item.low, min(item.start, hit.start), max(item.end, hit.end)))
    return pairs
