"""The product's own parts, as its facts name them, and values said of another one: "the pages are linen".

A part is named by a fact's part field, by its key without the attribute ("桌面材质", "Base fabric"), or by a piece of its
value ("桌架5年,桌面1年"). No list of parts is needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.guarantees import only_part
from generation.checks.lexicon import Hit, lexicon
from generation.checks.normalise import fold, has_cjk
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact
from generation.checks.titles import closes_piece
from generation.checks.words import content

_CODE = re.compile(r"(?<![a-z\d])(?:\d+[a-z]|[a-z]+\d)[a-z\d]*(?![a-z\d])")
_PIECE = re.compile(r"[^,，;；、。]+")
_HEAD = re.compile(r"\s*([\u4e00-\u9fff]{2,4}?|[a-z]{3,}(?: [a-z]{3,})?)\s*[:：]?\s*(?=\d)")
#: "25 years on the body", "corozo buttons (cover)"
_SAID_OF = re.compile(r"\d[^,;]{0,20} (?:on|for) (?:the )?([a-z]{4,})(?![a-z])|[a-z] \(([a-z]{4,})\)")
_TRIM = re.compile(
    r"[\s()（）_:：/·.-]+|(?<![a-z])(?:max|min|per|the|of|w|d|h|overall|item|net|total|main|main)(?![a-z])|[的每约单]|指数|等级|系数"
)
#: Keys that name no part but what is said of the whole thing.
_WHOLE = frozenset((
    "material", "composition", "colour", "origin", "brand_attr", "model", "specification", "name", "certification",
    "compatibility_attr", "box", "excluded", "ingredients", "flavour", "pattern", "style_attr", "season", "audience",
    "scene", "care", "storage_method", "size_range", "dimensions", "pieces", "function", "warranty", "price", "discount",
    "weight", "age",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """``rows`` of each part's noun; ``nouns`` of each row; ``pieces`` are nouns of stretches of a row's value, and
    ``features`` what these say of each of them."""

    rows: dict[str, frozenset[int]]
    nouns: dict[int, frozenset[str]]
    pieces: dict[int, tuple[tuple[int, int, str], ...]]
    features: dict[int, dict[str, str]]

    def of(self, each: FactQuantity) -> frozenset[str]:
        """The nouns of what this quantity is said of."""
        for start, end, noun in self.pieces.get(each.fact, ()):
            if start <= each.quantity.start and each.quantity.end <= end:
                return frozenset((noun,))
        return self.nouns.get(each.fact, frozenset())


def parts_of(sheet: FactSheet, product: str) -> Parts:
    """The parts these facts name (once for a sheet); ``product`` are its own names, which are no parts."""
    known: Parts | None = sheet.memo.get("parts")
    if known is None:
        known = sheet.memo["parts"] = _parts(sheet, product)
    return known


def _parts(sheet: FactSheet, product: str) -> Parts:
    rows: dict[str, set[int]] = defaultdict(set)
    pieces: dict[int, tuple[tuple[int, int, str], ...]] = {}
    whole = set(content(product))
    for index, row in enumerate(sheet.facts):
        found = {fold(row.fact.part).strip(), _of_key(row)}
        parted = tuple(
            (piece.start(), piece.end(), head.group(1))
            for piece in _PIECE.finditer(row.display)
            if (head := _HEAD.match(piece.group())) and not _names_attribute(head.group(1))
        )
        if len(parted) > 1:
            pieces[index] = parted
            found |= {noun for _start, _end, noun in parted}
        found |= {match.group(1) or match.group(2) for match in _SAID_OF.finditer(row.display)}
        for noun in found:
            plain = noun.rstrip("s") if noun.isascii() else noun
            if (
                len(noun) < (2 if has_cjk(noun) else 3)
                or noun in _SMALL_WORDS
                or (
                    any(word.endswith(noun) for word in product.split())
                    if has_cjk(noun)
                    else set(content(noun)) <= whole
                )
            ):
                continue
            rows[plain].add(index)
    for noun in [noun for noun in rows if noun.isascii() and " " in noun]:
        last = noun.split()[-1]  # "Lid knob" is the knob, "Heel-to-toe drop" the drop
        alike = [other for other in rows if other.split()[-1] == last]
        if len(last) > 3 and len(alike) == 1 and last not in _SMALL_WORDS and last not in content(product):
            rows[last] = set(rows[noun])
    nouns: dict[int, set[str]] = defaultdict(set)
    for noun, indexes in rows.items():
        for index in indexes:
            nouns[index].add(noun)
    features = {index: said for index, row in enumerate(sheet.facts) if (said := _features(row.display, rows))}
    return Parts(
        {noun: frozenset(found) for noun, found in rows.items()},
        {index: frozenset(found) for index, found in nouns.items()},
        pieces,
        features,
    )


#: "拖头尺寸(长×宽)"
_BRACKETED = re.compile(r"[(（][^()（）]*×[^()（）]*[)）]$")


def _of_key(row: SheetFact) -> str:
    """The key without the words that name an attribute: "桌面材质" → "桌面"."""
    key = _BRACKETED.sub("", row.key)
    for hit in reversed(lexicon().scan_short(key)):
        if hit.of("attribute") and (hit.end - hit.start < len(key.strip())):
            key = key[: hit.start] + " " + key[hit.end :]
    if key == row.key and row.attributes & _WHOLE:
        return ""
    return " ".join(_TRIM.sub(" ", key).split()) if not has_cjk(key) else "".join(_TRIM.sub("", key).split())


_SMALL_WORDS = frozenset(
    ("set", "box", "kit", "one", "bag", "fit", "age", "all", "per", "any", "use", "not", "for", "max", "top")
)
#: Between a material and the part it is said of.
_TOUCHING = ("", " ", "-", "的", "材质的", "材质")


def elsewhere(
    analysis: Analysis, claims: list[tuple[Quantity, list[FactQuantity]]]
) -> list[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every material or measure that is true of another part than the one it is said of."""
    sheet = analysis.sheet
    parts = parts_of(sheet, f"{sheet.name} {fold(analysis.context.noun)}")
    found = _covered_in_part(analysis, claims)
    if not parts.rows:
        return found
    places = sorted(_places(analysis.folded, parts))
    for order, (start, end, noun) in enumerate(places):
        if _MOVED.search(analysis.folded, max(0, start - 4), start):
            continue  # "合上笔帽长13.8厘米" is the pen's length
        following = places[order + 1][0] if order + 1 < len(places) else len(analysis.folded)
        if (hit := _material_at(analysis, start, end)) and (row := _other_material(sheet, parts, noun, hit)):
            found.append((min(start, hit.start), max(end, hit.end), row))
        if other_colour := _other_colour(analysis, parts, noun, start):
            found.append((other_colour[0], end, other_colour[1]))
        if other := _other_feature(analysis, parts, noun, end):
            found.append((start, *other))
        if other := _other_code(analysis, parts, noun, end):
            found.append((start, *other))
        counted = [
            pair
            for pair in claims
            if pair[0].end <= start and analysis.folded[pair[0].end : start] in ("", " ", "的", " of ")
        ]
        if counted:  # the figure in front is this part's ("6 mm drop and 4 mm lugs"), not the one behind
            found += [
                (claim.start, end, row)
                for claim, own in counted
                if (row := _in_front(analysis, parts, noun, claim, own))
            ]
            continue
        for claim, supporting in claims:
            if end <= claim.start < min(following, end + 40) and (
                row := _other_measure(analysis, parts, noun, end, claim, supporting)
            ):
                found.append((start, claim.end, row))
                break
    return found


_MOVED = re.compile(r"(?:合上|盖上|套上|摘[了下掉]|拔[下掉出]|打开|取下|去掉|拧开|翻开|拆下)$")
_ENTIRE = re.compile(
    r"整[车机件套台床屋]|全[车机套]|(?<![a-z])(?:whole|entire|complete|everything|every part|all parts|alike)(?![a-z])"
)
#: A condition that keeps a warranty to some parts: "on shell and wheels", "frame only".
_PARTLY = re.compile(
    r"(?<![a-z])(?:on (?:the )?[a-z]+|[a-z]+ only)(?![a-z])|仅限?[\u4e00-\u9fff]+|[\u4e00-\u9fff]{2,}部分"
)


def _covered_in_part(
    analysis: Analysis, claims: list[tuple[Quantity, list[FactQuantity]]]
) -> list[tuple[int, int, SheetFact]]:
    """Where the warranty of a part is said of the whole: "整车质保两年" of "车架2年"."""
    text, facts = analysis.folded, analysis.sheet.facts
    found = []
    for match in _ENTIRE.finditer(text):
        for claim, supporting in claims:
            begin, end = polarity.clause(text, claim.start, claim.end)
            if claim.family != "time" or not begin <= match.start() < end:
                continue
            own = [each for each in supporting if each.fact >= 0 and "warranty" in facts[each.fact].attributes]
            if own and all(_of_part(facts[each.fact], each) for each in own):
                found.append((min(match.start(), claim.start), max(match.end(), claim.end), facts[own[0].fact]))
    return found


def _of_part(row: SheetFact, each: FactQuantity) -> bool:
    """Whether the fact gives this figure for a part it names before it: "frame 2 years"."""
    limit = f"{row.fact.part} {row.fact.condition}".lower()
    if not _ENTIRE.search(limit) and (row.fact.part or _PARTLY.search(limit) or only_part(row)):
        return True
    for piece in _PIECE.finditer(row.display):
        if piece.start() <= each.quantity.start < piece.end():
            head = _HEAD.match(piece.group())
            return head is not None and not _ENTIRE.search(head.group(1)) and not _names_attribute(head.group(1))
    return False


def _names_attribute(words: str) -> bool:
    return any(hit.of("attribute") for hit in lexicon().scan_short(words))


def _places(text: str, parts: Parts) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for noun in sorted(parts.rows, key=len, reverse=True):
        at = text.find(noun)
        while at >= 0:
            end = at + len(noun)
            if noun.isascii():
                end += text[end : end + 1] == "s"
                whole = not text[at - 1 : at].isalpha() and not text[end : end + 1].isalpha()
            else:
                whole = True
            if whole and not any(begin < end and at < stop for begin, stop, _noun in found):
                found.append((at, end, noun))
            at = text.find(noun, at + len(noun))
    return found


def _material_at(analysis: Analysis, start: int, end: int) -> Hit | None:
    """The material said of the part at the span: right after it ("pages are linen") or right before ("linen pages")."""
    text = analysis.folded
    for hit in analysis.hits_within(end, end + 24):
        if hit.start >= end and hit.of("material"):
            if text[end : hit.start] == " " and closes_piece(text, start, end):
                break
            if cues("binding")["own_part_gap"].fullmatch(text, end, hit.start):
                return hit
            break
    for hit in analysis.hits_within(max(0, start - 24), start):
        if hit.end <= start and hit.of("material") and text[hit.end : start] in _TOUCHING:
            return hit
    return None


def _other_material(sheet: FactSheet, parts: Parts, noun: str, hit: Hit) -> SheetFact | None:
    said = {concept.name for concept in hit.of("material")}
    own = parts.rows[noun]
    closure = lexicon().closure
    supporting = {index for name in said for index in sheet.positive.get(name, ())}
    if not supporting or supporting & own:
        return None
    for index in own:
        if hit.term in sheet.facts[index].display or any(said & closure(name) for name in sheet.facts[index].concepts):
            return None
    if any(_same(noun, other) for index in supporting if index >= 0 for other in parts.nouns.get(index, ())):
        return None
    of_own = [index for index in own if _names_material(sheet.facts[index])]
    if not of_own and any(index < 0 or not parts.nouns.get(index) for index in supporting):
        return None
    return sheet.facts[min(of_own or own)]


def _other_colour(analysis: Analysis, parts: Parts, noun: str, start: int) -> tuple[int, SheetFact] | None:
    """Where a colour stands right before the part, and its fact, when that gives it another: "burgundy cartridges"."""
    for hit in analysis.hits_within(max(0, start - 16), start):
        if not hit.of("colour") or analysis.folded[hit.end : start] not in _TOUCHING:
            continue
        said = {name for concept in hit.of("colour") for name in lexicon().closure(concept.name)}
        for index in parts.rows[noun]:
            row = analysis.sheet.facts[index]
            own = {c.name for found in lexicon().scan_short(row.display) for c in found.of("colour")}
            known = {name for concept in own for name in lexicon().closure(concept)}
            if own and not said & known and not own & said and hit.term in analysis.sheet.known:
                return hit.start, row
    return None


def _names_material(row: SheetFact) -> bool:
    return any(hit.of("material") for hit in lexicon().scan_short(row.display))


def _other_code(analysis: Analysis, parts: Parts, noun: str, end: int) -> tuple[int, SheetFact] | None:
    """End and fact, when a code ("210d") is said of a part whose fact has another one."""
    text, sheet = analysis.folded, analysis.sheet
    for code in analysis.codes:
        if not end <= code.start <= end + 24 or not cues("binding")["own_part_gap"].fullmatch(text, end, code.start):
            continue
        own = [sheet.facts[index] for index in parts.rows[noun]]
        there = any(code.text in row.display for row in sheet.facts)
        if there and all(code.text not in row.display and _CODE.search(row.display) for row in own):
            return code.end, own[0]
    return None


def _same(noun: str, other: str) -> bool:
    """ "cover" may be the duvet cover."""
    return noun in other or other in noun or (other[1:] == "身" and noun[-1] == other[0])  # 水桶 has the 桶身


def _other_measure(
    analysis: Analysis, parts: Parts, noun: str, end: int, claim: Quantity, supporting: list[FactQuantity]
) -> SheetFact | None:
    """The fact of ``noun`` when every fact that makes the claim true speaks of other parts."""
    between = analysis.folded[end : claim.start]
    if not claim.family or claim.family in ("count", "percent", "date") or any(each.fact < 0 for each in supporting):
        return None
    if has_cjk(noun) and " " in between:
        return None  # the next piece of a title
    if any(
        not nouns or any(_same(noun, other) for other in nouns) for nouns in (parts.of(each) for each in supporting)
    ):
        return None
    if noun in _CONTAINERS and claim.family in ("volume", "mass"):
        return None  # what the tube holds is the content
    if any(_called(analysis.sheet.facts[each.fact].display, noun, each.quantity.start) for each in supporting):
        return None  # "大号1040ml" gives the large one its volume
    own = [each for each in analysis.sheet.by_family.get(claim.family, ()) if each.fact in parts.rows[noun]]
    near = cues("binding")["own_part_gap"].fullmatch(between) is not None
    loose = bool(own) and cues("binding")["own_part_loose"].fullmatch(between) is not None
    said_of = all(_SAID_OF.search(analysis.sheet.facts[each.fact].display) for each in supporting)
    loose = loose or (said_of and cues("binding")["own_part_loose"].fullmatch(between) is not None)
    return analysis.sheet.facts[min(parts.rows[noun])] if near or loose else None


_CONTAINERS = frozenset(("tube", "bottle", "jar", "tin", "pouch", "can", "pack", "bag", "软管", "瓶身", "罐身", "袋子"))


def _called(display: str, noun: str, start: int) -> bool:
    """Whether the value itself names the part right before the figure."""
    at = display.rfind(noun, 0, start)
    return at >= 0 and start - at <= len(noun) + 2


def _in_front(
    analysis: Analysis, parts: Parts, noun: str, claim: Quantity, supporting: list[FactQuantity]
) -> SheetFact | None:
    """The fact of ``noun`` when it has a measure of this sort and the figure in front is that of another part's."""
    if not claim.family or claim.family in ("count", "percent", "date") or any(each.fact < 0 for each in supporting):
        return None
    if any(not nouns or any(_same(noun, other) for other in nouns) for nouns in map(parts.of, supporting)):
        return None
    own = [each for each in analysis.sheet.by_family.get(claim.family, ()) if each.fact in parts.rows[noun]]
    return analysis.sheet.facts[own[0].fact] if own else None


def _other_feature(analysis: Analysis, parts: Parts, noun: str, end: int) -> tuple[int, SheetFact] | None:
    """End and fact, when a feature that a value gives to another part is said of this one: "被套拉链,枕套信封口"."""
    text, sheet = analysis.folded, analysis.sheet
    for index, features in parts.features.items():
        if noun not in features:
            continue
        for other, feature in features.items():
            at = text.find(feature, end, end + len(feature) + 8) if other != noun and feature != features[noun] else -1
            if at >= 0 and cues("binding")["own_part_gap"].fullmatch(text, end, at):
                return at + len(feature), sheet.facts[index]
    return None


def _features(display: str, nouns: Iterable[str]) -> dict[str, str]:
    """What each piece of a value says of a known part: {"被套": "拉链", "枕套": "信封口"}."""
    found: dict[str, str] = {}
    for piece in _PIECE.findall(display):
        stripped = piece.strip()
        for noun in nouns:
            if (
                stripped.startswith(noun)
                and has_cjk(noun)
                and len(stripped) > len(noun) + 1
                and not stripped[-1].isdigit()
            ):
                found[noun] = stripped[len(noun) :].lstrip("为是:：")
            elif stripped.endswith((f"({noun})", f"({noun}s)")):
                found[noun] = stripped[: stripped.rfind("(")].strip().split()[-1].rstrip("s")
    return found if len(found) > 1 else {}
