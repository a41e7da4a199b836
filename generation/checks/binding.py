"""Whose value it is: a true value said of another attribute, part, variant or circumstance is false."""

from __future__ import annotations

import re

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.announced import announced
from generation.checks.attributes import fits, groups
from generation.checks.circumstances import circumstance, of_another, other_segment, variant
from generation.checks.cues import cues
from generation.checks.labels import mislabelled, misnamed, named_with
from generation.checks.lexicon import Hit, lexicon
from generation.checks.materials import misplaced_materials, swapped_shares
from generation.checks.misplaced import Misplaced
from generation.checks.normalise import fold, has_cjk, inside_word
from generation.checks.own_key import behind_keys
from generation.checks.own_noun import beside_nouns
from generation.checks.parts import elsewhere
from generation.checks.quantities import FINENESS, Quantity
from generation.checks.rules.numbers import spoken_of
from generation.checks.segments import of_other_label, swapped
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact
from generation.checks.sides import other_measures
from generation.checks.support import holds
from generation.checks.titles import next_piece
from generation.checks.told import told_as_another


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
        known.extend(misplaced_materials(analysis))
        known.extend(
            Misplaced(start, end, "part", row)
            for start, end, row in elsewhere(analysis, spoken_of(analysis))
            if not any(item.start < end and start < item.end for item in known)
        )
        known.extend(swapped_shares(analysis))
        known.extend(
            Misplaced(start, end, "attribute", row)
            for start, end, row in [
                *told_as_another(analysis),
                *other_measures(analysis, spoken_of(analysis)),
                *behind_keys(analysis, spoken_of(analysis)),
                *beside_nouns(analysis, spoken_of(analysis)),
                *announced(analysis),
            ]
            if not any(item.start < end and start < item.end for item in known)
        )
        known.extend(
            Misplaced(start, end, "part", row)
            for start, end, row in swapped(analysis)
            if not any(item.start < end and start < item.end for item in known)
        )
        known.extend(
            Misplaced(start, end, "label", row)
            for start, end, row in misnamed(analysis)
            if not any(item.start < end and start < item.end for item in known)
        )
        known = [item for item in known if not _told_as_given(analysis, item)] if known else known
        analysis.memo["binding"] = known
    return known


#: A word that makes the key behind it another one: the "material" of "material type".
_OF_LONGER_KEY = re.compile(r"(?<![a-z])(?!(?:the|its?|an?|with|and|has|have|of)\b)[a-z\d]+[ -]?$|[\u4e00-\u9fff]$")
_GIVEN = re.compile(r"(?: is| are)?[ :：为是]*")


def _told_as_given(analysis: Analysis, item: Misplaced) -> bool:
    """Whether the text only quotes the product data here: a fact's whole key and value ("Blade length: 19.9 mm"), or the
    whole values of two facts side by side, as titles string them together."""
    text = analysis.folded
    if item.reason not in ("attribute", "part", "label"):
        return False
    for row in analysis.sheet.facts:
        value = text.rfind(row.display, max(0, item.start - len(row.display)), item.end)
        ends = value + len(row.display)
        if 0 <= value <= item.start < ends and any(
            text.startswith(f" {other.display}", ends) and item.end <= ends + 1 + len(other.display)
            for other in analysis.sheet.facts
        ):
            return True  # values strung together in a title: "spring ring clasp 45 cm"
        at = text.rfind(row.key, max(0, item.start - len(row.key)), item.end) if len(row.key) > 2 else -1
        link = _GIVEN.match(text, at + len(row.key)) if at >= 0 else None
        if link and row is not item.row and text.startswith(row.display, link.end()):
            return item.end <= link.end() + len(row.display) and not _OF_LONGER_KEY.search(text[:at])
    return False


def _quantity(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> Misplaced | None:
    sheet = analysis.sheet
    rows = [sheet.facts[each.fact] for each in supporting if each.fact >= 0]
    if (claim.start, claim.end) in analysis.memo.get("followed", ()) or claim.numbers in FINENESS:
        return None  # worked out, so what it holds for is said by what it is worked out of; "plated over 925 silver"
    if len(rows) < len(supporting):
        return None  # the product's own name says it
    bound = _attribute_before(analysis, claim) or _attribute_after(analysis, claim) or _letter_before(analysis, claim)
    if bound and (
        _quoted(analysis, bound.start, bound.end)
        or any(bound.term in fold(row.fact.condition) and not row.sides for row in rows)
    ):
        bound = None  # "单只48×74" of the size of each
    if bound and bound.term.startswith("measur") and claim.family == "length":
        bound = None  # "the sleeve measures 25 inches" of any length
    if bound and any(named_with(analysis.folded, bound, row) for row in rows):
        bound = None  # "laptop size: 15 inches" of "Fits laptop"
    if bound and claim.shared and analysis.folded[claim.start - 1] == "(" and analysis.folded[bound.end] != "(":
        bound = None  # "6 cm deep (5.5 × 2.8 × 2.4 in)" gives all sides again
    if bound and next_piece(analysis.folded, bound.end, claim.start, claim.family, bound.families):
        bound = None
    if bound and claim.family == "charge" and bound.term in ("capacity", "容量"):
        bound = None  # a battery has one too: "a battery with a capacity of 5.2 Ah"
    if bound and not _measures(sheet, bound, claim):
        bound = None
    if (letter := _letter_before(analysis, claim)) and (sided := _own_side(sheet, letter, claim, rows)):
        return _both(letter, claim, sided)
    row = _key_before(analysis, claim) or _key_after(analysis, claim)
    if (
        row
        and all(row.key != other.key and row.key not in other.display for other in rows)
        and (
            bound is None
            or len(row.key) > len(bound.term)
            or (row.key == bound.term and any(item.family == claim.family for item in row.quantities))
        )
    ):
        return Misplaced(claim.start, claim.end, "attribute", row)
    if bound:
        wanted = {concept.name for concept in bound.of("attribute")}
        families = {family for concept in bound.of("attribute") for family in concept.options}
        possible = not claim.family or not families or claim.family in families or "text" in families
        fitting = [
            row
            for row in rows
            if (fits(wanted, row) and (possible or not row.generic))
            or (bound.term.startswith("充一次") and "charging_time" in row.attributes)
            or ("age" in wanted and _CHILDREN.search(row.display) is not None)
            or ("thickness" in wanted and row.attributes & {"plating", "coating"})
            or (has_cjk(bound.term) and bound.term in row.display)
            or row.key == bound.term
        ]
        for row in rows:  # of a size given as W×D×H the height must be the height
            side = next((row.sides[name] for name in wanted if name in row.sides), None)
            alike = side is not None and side.family == claim.family
            if side is not None and alike and all(other is row for other in rows) and not holds(claim, side):
                return _both(bound, claim, row)
        if not fitting:
            own = [sheet.facts[index] for name in wanted for index in sheet.attributes.get(name, ())]
            if own or claim.family not in families or claim.family == "":
                if claim.family or own:
                    return _both(bound, claim, own[0] if own else rows[0])
            elif all(not row.generic and not (claim.family == "length" and len(row.items) > 1) for row in rows):
                return _both(bound, claim, rows[0])  # of "charger, 1.5 m cable" the length may be one of a part
        else:
            rows = fitting
    if _TOTAL.search(analysis.folded, max(0, claim.start - 8), claim.start) and all(_of_one(row) for row in rows):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])  # "两瓶加起来1斤" of 500 g each
    clause = polarity.clause(analysis.folded, claim.start, claim.end)
    whole = claim.family == "time" and _WHOLE.search(analysis.folded, *clause) is not None
    if whole and all(_of_part_only(row) for row in rows):
        return Misplaced(claim.start, claim.end, "part", rows[0])
    of_facts = [each for each in supporting if each.fact >= 0]
    if (labelled := of_other_label(analysis, claim, of_facts)) is not None:
        return Misplaced(claim.start, claim.end, "attribute", labelled)
    if other_segment(analysis, claim, of_facts) or of_another(analysis, claim, of_facts):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    if any(each.quantity in sheet.facts[each.fact].conditions for each in supporting):
        return variant(analysis, claim, rows)
    lower = any(each.quantity.bound in ("min", "over") for each in supporting)
    return variant(analysis, claim, rows) or circumstance(analysis, claim, rows, lower)


_CHILDREN = re.compile(r"(?<![a-z])(?:children|kids|toddlers|babies|adults|years?)(?![a-z])|儿童|宝宝|成人|岁")
_TOTAL = re.compile(
    r"(?:加起来|合计|总共|一共|总重|合起来|加一块儿?)(?:是|有|约|重|足足|才|就)*$"
    r"|(?<![a-z])(?:in total|altogether|combined),? ?$"
)
_OF_EACH = re.compile(r"每|单[个只片瓶包条件]|(?<![a-z])(?:each|per)(?![a-z])")


def _of_one(row: SheetFact) -> bool:
    """Whether the fact gives its figure for one of several."""
    return _OF_EACH.search(f"{row.key} {row.fact.condition}".lower()) is not None


#: "a two-year guarantee on the whole boot", "整机五年质保"
_WHOLE = re.compile(
    r"(?<![a-z])(?:on|for|of|covers?|covering|across) (?:the|your) (?:whole|entire|complete|full) (?:[a-z]+)(?![a-z])"
    r"|整机|全机|整车|整件|整只|整双|整台"
)
_PART_ONLY = re.compile(r"(?<![a-z])(?:on|for|of) (?:the )?[a-z]+$|(?<![a-z])only(?![a-z])|限|仅")
_PERIOD_KEY = re.compile(
    r"^(?:product |limited |manufacturer'?s? |full )?(?:warranty|guarantee)(?: period| term)?$|^整机"
)


def _of_part_only(row: SheetFact) -> bool:
    """Whether a fact's period holds for a part: "2 years on the sole", "Motor warranty"."""
    if "warranty" not in row.attributes:
        return False
    limited = f"{row.display} {row.fact.condition}".lower().strip()
    if row.parts or row.fact.part or _PART_ONLY.search(limited):
        return _WHOLE.search(f"{row.key} {row.fact.part} {limited}") is None
    return row.key.isascii() and not _PERIOD_KEY.search(row.key)


def _measures(sheet: FactSheet, bound: Hit, claim: Quantity) -> bool:
    """Whether a figure of this family can belong to the attribute: of a plating, a fit or a use there are no years."""
    names = bound.of("attribute")
    if not claim.family or any(set(concept.options) - {"text"} for concept in names):
        return True
    rows = [sheet.facts[index] for concept in names for index in sheet.attributes.get(concept.name, ())]
    return any(item.family == claim.family for row in rows for item in row.quantities)


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


_SIDES = re.compile(r"[长宽高厚深]{1,2}$")


def _letter_before(analysis: Analysis, claim: Quantity) -> Hit | None:
    """The one-character cues 长宽高厚重深, which no word list could hold: "厚1.8厘米"."""
    found = cues("binding")["letter"].search(analysis.folded, max(0, claim.start - 4), claim.start)
    if not found or found.end() != claim.start or claim.words:
        return None
    if _SIDES.search(analysis.folded, max(0, found.start() - 2), found.start()):
        return None  # "长宽高167×89×82毫米" names all three
    concept = lexicon().concepts[groups().letters[found.group(1)]]
    return Hit.meaning(found.start(1), found.end(1), found.group(1), concept)


def _own_side(sheet: FactSheet, letter: Hit, claim: Quantity, rows: list[SheetFact]) -> SheetFact | None:
    """The fact of the side a letter names ("宽183厘米"), where it has a figure of its own and the claim is another's."""
    wanted = {concept.name for concept in letter.of("attribute")}
    own = [sheet.facts[index] for name in wanted for index in sheet.attributes.get(name, ())]
    own = [row for row in own if row.key.startswith(letter.term) and len(row.key) < 4]
    if not own or any(row in own for row in rows) or not all(len(row.key) < 4 for row in rows):
        return None
    return own[0] if any(item.family == claim.family for item in own[0].quantities) else None


def _key_before(analysis: Analysis, claim: Quantity) -> SheetFact | None:
    """The fact whose key stands right before the claim."""
    text, sheet = analysis.folded, analysis.sheet
    measured: list[SheetFact] | None = sheet.memo.get("measured")
    if measured is None:
        measured = sheet.memo["measured"] = [row for row in sheet.facts if len(row.key) >= 2 and row.quantities]
    for row in measured:
        at = text.rfind(row.key, max(0, claim.start - len(row.key) - 6), claim.start)
        if at < 0 or (row.key.isascii() and inside_word(text, at)):
            continue
        if not cues("binding")["link"].fullmatch(text, at + len(row.key), claim.start):
            continue
        if next_piece(text, at + len(row.key), claim.start, claim.family, row.families):
            continue
        if not _quoted(analysis, at, at + len(row.key)) and not _left_out(text, at):
            return row
    return _piece_before(analysis, claim, measured)


def _piece_before(analysis: Analysis, claim: Quantity, measured: list[SheetFact]) -> SheetFact | None:
    """The fact that alone has the two or three characters before the claim in its key: 前置 of 前置摄像头."""
    stems: list[tuple[SheetFact, str]] | None = analysis.sheet.memo.get("stems")
    if stems is None:
        stems = [(row, _SUFFIX.sub("", row.key)) for row in measured]
        stems = analysis.sheet.memo["stems"] = [(row, stem) for row, stem in stems if stem != row.key and len(stem) > 2]
    for row, stem in stems:
        if analysis.folded.endswith(stem, 0, claim.start):
            return row
    before = _LINKED.sub("", analysis.folded[max(0, claim.start - 6) : claim.start])[-4:]
    for size in (3, 2):
        piece = before[-size:]
        if not _PIECE.fullmatch(piece) or has_cjk(before[: -len(piece)][-1:]):
            continue  # the 体重 of "整体重320克" is none
        named = [row for row in measured if row.key.startswith(piece) or row.key.endswith(piece)]
        if len(named) == 1 and len(named[0].key) > size and named[0].key.count(piece) == 1:
            row = named[0]
            alike = any(
                other is not row and item.family == claim.family for other in measured for item in other.quantities
            )
            elsewhere = any(
                piece in other.display
                or (other.display == analysis.folded[claim.start : claim.end] and piece[0] in other.key)
                for other in measured
                if other is not row
            )  # the 单号 of a parcel is no 订单号
            if alike and not elsewhere and any(item.family == claim.family for item in row.quantities):
                return row
    return None


_LINKED = re.compile(r"(?:是|为|约|达|[:：]){1,2}$")
_SUFFIX = re.compile(r"(?:角度|尺寸|长度|宽度|高度|重量|时长|时间|功率|容量|温度|数量|距离|范围|材质)$")
_PIECE = re.compile(r"[\u4e00-\u9fff]{2,3}")


#: "不算锅盖三斤一两"
_LEFT_OUT = re.compile(r"(?:不算|不含|不连|除去?|去掉)(?:上|了)?$|(?<![a-z])(?:without|excluding|minus)(?: the)? $")


def _left_out(text: str, at: int) -> bool:
    return _LEFT_OUT.search(text, max(0, at - 14), at) is not None


def _key_after(analysis: Analysis, claim: Quantity) -> SheetFact | None:
    """The fact whose key stands right behind the claim and measures the same: "36% crude fat"."""
    rows: list[SheetFact] = analysis.sheet.memo.get("measured", [])
    text, at = analysis.folded, claim.end + analysis.folded.startswith((" ", "的"), claim.end)
    if claim.family == "percent" and (word := _SHARE_OF.match(text, claim.end)):
        named = [row for row in rows if row.key == word[1] or row.key.endswith(f" {word[1]}")]
        if len(named) == 1 and named[0].quantities[0].family == "percent":
            return named[0]
    for row in rows:
        end = at + len(row.key)
        if not text.startswith(row.key, at) or _quoted(analysis, at, end):
            continue
        if any(item.family == claim.family for item in row.quantities) and not _NEXT.match(text, end):
            return row
    return None


#: "36% fat" of "Crude fat"
_SHARE_OF = re.compile(r" (?:of )?([a-z]{3,})(?![a-z])")
_NEXT = re.compile(r"\s?[:：=]|(?:约|为|是|达)| (?:is|are|of) ")


def _attribute_after(analysis: Analysis, claim: Quantity) -> Hit | None:
    text = analysis.folded
    for hit in analysis.hits_within(claim.end, claim.end + 21):
        if hit.start >= claim.end:
            if not hit.of("attribute") or analysis.in_noun(hit):
                return None
            if not cues("binding")["back_link"].fullmatch(text, claim.end, hit.start):
                return None
            # "7天续航" but not "7天 重量：19克": there the attribute begins the next statement
            return None if cues("binding")["next_statement"].match(text[hit.end : hit.end + 3]) else hit
    return None
