"""Materials said of another part than the facts give them to, and shares that are swapped."""

from __future__ import annotations

import re

from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.lexicon import Hit, lexicon
from generation.checks.misplaced import Misplaced
from generation.checks.quantities import Quantity
from generation.checks.sheet import SheetFact
from generation.checks.titles import closes_piece

_AFTER_SHARE = ("", " ", " pure ", "的")
_AFTER_MATERIAL = ("", " ", "-", "的", "材质", "材质的", "制", "制的")
_BEFORE_SHARE = ("", " ", ": ", ":", "：", "占", "占了", "占到", "占比", "达", "有", "含量", "含量为", "含量达")


def misplaced_materials(analysis: Analysis) -> list[Misplaced]:
    """A material said of a part, where the facts give it to another part only."""
    found = []
    text, sheet, lex = analysis.folded, analysis.sheet, lexicon()
    for hit in analysis.hits_of("material"):
        materials = {concept.name for concept in hit.of("material")}
        if not any(name in sheet.positive for name in materials) or analysis.is_named(hit.start, hit.end):
            continue
        if plating := _other_plating(analysis, hit, materials):
            found.append(Misplaced(hit.start, hit.end, "part", plating))
            continue
        part = _part_of(text, hit, *analysis.beside(hit))
        if part is None and (keyed := _keyed_part(analysis, hit, materials)):
            found.append(Misplaced(hit.start, hit.end, "part", keyed))
        if part is None or analysis.negated(hit.start, hit.end):
            continue
        parts = {concept.name for concept in part.of("part")}
        rows = [row for row in sheet.facts if any(lex.closure(name) & materials for name in row.concepts)]
        own = [
            row for row in sheet.facts if row.parts & parts and row.attributes & {"material", "composition", "colour"}
        ]
        if other := next((row for row in rows if _of_other_item(row, part.term, materials)), None):
            found.append(Misplaced(min(hit.start, part.start), max(hit.end, part.end), "part", other))
            continue
        if any(row.parts & parts or part.term in row.display or part.term in row.key for row in rows):
            continue
        if any(not row.parts for row in rows) and not own:
            continue
        if rows:
            found.append(Misplaced(min(hit.start, part.start), max(hit.end, part.end), "part", (own or rows)[0]))
    return found


_PLATED_WITH = re.compile(
    r"(?<![a-z])(?:plated|coated|dipped) (?:in|with)(?: (?:an?|the|pure|real|genuine|fine|thin))* $"
)


def _other_plating(analysis: Analysis, hit: Hit, materials: set[str]) -> SheetFact | None:
    """The fact of the plating, where the text plates with what the facts give to something else."""
    rows = [row for row in analysis.sheet.facts if row.attributes & {"plating", "coating"}]
    if not rows or not _PLATED_WITH.search(analysis.folded, max(0, hit.start - 32), hit.start):
        return None
    words = hit.term.split()
    if any(hit.term in row.display or all(word in row.display for word in words) for row in rows):
        return None
    plated = {f"{name}_plated" for material in materials for name in lexicon().closure(material)}
    return None if any((materials | plated) & row.concepts for row in rows) else rows[0]


def _of_other_item(row: SheetFact, part: str, materials: set[str]) -> bool:
    """Whether a row of several items names the part with another material: "TPU frame, polycarbonate back"."""
    lex = lexicon()
    items = [item for item in row.items if part in item] if len(row.items) > 1 else []
    own = {concept.name for item in items for hit in lex.scan_short(item) for concept in hit.of("material")}
    return bool(own) and not any(lex.closure(name) & materials for name in own)


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


def _part_of(text: str, hit: Hit, before: Hit | None, after: Hit | None) -> Hit | None:
    """The part the material is said of: the term before it, or the one after."""
    before = before if before and before.of("part") else None
    gap = text[before.end : hit.start] if before else ""
    said = before is not None and cues("binding")["part_gap"].fullmatch(gap) is not None
    if before and gap == " " and closes_piece(text, before.start, before.end):
        said = False
    if said and gap:
        return before
    if after and after.of("part"):
        gap = text[hit.end : after.start]
        if gap in _AFTER_MATERIAL or cues("binding")["material_gap"].fullmatch(gap):
            return after
    return before if said else None


def swapped_shares(analysis: Analysis) -> list[Misplaced]:
    """ "羊毛30%，聚酯纤维70%" of a cloth that has them the other way round."""
    found: list[Misplaced] = _terse_shares(analysis)
    said = _percentages(analysis.folded, analysis.hits_of("material"), analysis.quantities)
    if not said:
        return found
    lex = lexicon()
    known: dict[str, list[tuple[float, SheetFact]]] = {}
    for row in analysis.sheet.facts:
        materials = [hit for hit in lex.scan_short(row.display) if hit.of("material")]
        for concepts, value, _start, _end in _percentages(row.display, materials, row.quantities):
            for name in concepts:
                for implied in lex.closure(name):
                    known.setdefault(implied, []).append((value, row))
    for concepts, value, start, end in said:
        rows = [entry for name in concepts for entry in known.get(name, ())]
        if rows and all(abs(share - value) > 1e-6 for share, _row in rows):
            found.append(Misplaced(start, end, "attribute", rows[0][1]))
    return found


_TERSE_SHARE = re.compile(
    r"(?<![\u4e00-\u9fff])([棉麻毛丝])(?:占|含|有)? ?(\d{1,3}(?:\.\d)?)%"
    r"|(\d{1,3}(?:\.\d)?)% ?的?([棉麻毛丝])(?![\u4e00-\u9fff])"
)


def _terse_shares(analysis: Analysis) -> list[Misplaced]:
    """The same for fibres called by one character, which no word list holds: "棉55%" of 45%棉."""
    known: dict[str, tuple[set[str], SheetFact]] | None = analysis.sheet.memo.get("terse_shares")
    if known is None:
        known = analysis.sheet.memo["terse_shares"] = {}
        for row in analysis.sheet.facts:
            for match in _TERSE_SHARE.finditer(row.display):
                known.setdefault(match[1] or match[4], (set(), row))[0].add(match[2] or match[3])
    return [
        Misplaced(*match.span(), "attribute", known[fibre][1])
        for match in (_TERSE_SHARE.finditer(analysis.folded) if known else ())
        if (fibre := match[1] or match[4]) in known and (match[2] or match[3]) not in known[fibre][0]
    ]


def _percentages(text: str, named: list[Hit], quantities: list[Quantity]) -> list[tuple[set[str], float, int, int]]:
    """Materials with the percentage beside them: before it in Chinese, on either side in English."""
    near: list[tuple[int, int, int]] = []
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
