"""Values under the name of an attribute: "产地：雾蓝" gives the colour as the origin."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.attributes import fits, groups
from generation.checks.cues import cues
from generation.checks.lexicon import Hit, lexicon
from generation.checks.normalise import has_cjk, inside_word, squeeze
from generation.checks.rules.numbers import spoken_of
from generation.checks.sheet import FactSheet, SheetFact

#: "Roasted in: Leeds" is read in "roasted in Colombia" too.
_LEADING = re.compile(r"[a-z]{4,} (?:in|by|from)$")
_COUNT_BEFORE = re.compile(r"(?<![a-z])(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:[a-z]+ )?$")
_AND = re.compile(r"(?: and | ?[&和与及/] ?)$")
_SPACE = re.compile(r" ")
_WORD = re.compile(r"[a-z\d]+|[^\W_]")
_JOINING = frozenset({"and", "or", "to", "和", "与", "及", "至", "到"})
#: How a sentence begins, and no value: "long sleeves: the layer you put on first".
_PROSE = re.compile(
    r"(?:(?:bigger|smaller|larger|longer|shorter|more|less|wider|about|roughly|somewhere|between|as|the|an?|you|your|you'll"
    r"|we|our|it|it's|this|that|they|i|just|and|because|perfect|enough) "
    r"|(?:inside|outside)$|(?:crisp|clear|bright|sharp|soft|light|warm|cosy|cozy|easy|calm|quiet|simple|neat|sturdy|smooth),)"
)


def mislabelled(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """ "产地：雾蓝": after the name of an attribute must stand that attribute's value."""
    found: list[tuple[int, int, SheetFact]] = []
    text, sheet = analysis.folded, analysis.sheet
    if not sheet.facts:
        return found
    for start, _end, own, separator in _labelled(analysis):
        value_end = cues("binding")["value_end"].search(text, separator.end())
        stop = min(value_end.start() if value_end else len(text), separator.end() + 60)
        value = text[separator.end() : stop].strip()
        if len(value) < 2 and not value.isdigit():
            continue
        strict = text[separator.start() : separator.end()].strip() in (":", "：", "") and not _PROSE.match(value)
        if separator.re is _SPACE:
            stop = min(stop, separator.end() + 16)
            value = text[separator.end() : stop].strip()
        if own and all(polarity.says_yes(row.value) for row in own) and _names_material(value):
            continue  # "the removable cover is bamboo" names what it is made of
        if _MADE.search(text, start, _end) and _names_material(value):
            continue  # "made in sterling silver"
        row = _wrong_value(analysis, value, separator.end(), stop, own, strict)
        if row is not None:
            found.append((start, stop, row))
    return found


_MADE = re.compile(r"(?<![a-z])made in$")


def _names_material(value: str) -> bool:
    """Whether the value begins with a material."""
    hits = lexicon().scan_short(value)
    return bool(hits) and hits[0].start == 0 and bool(hits[0].of("material"))


def misnamed(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """A key with the value of another fact right behind it: "产地水洗", "the scent is soy"."""
    found: list[tuple[int, int, SheetFact]] = []
    text = analysis.folded
    keyed, beginnings = _values(analysis.sheet)
    for row, own in keyed:
        if polarity.says_yes(row.value) or polarity.says_no(row.value):
            continue  # "the removable cover is bamboo" of "Removable cover: yes"
        at = text.find(row.key)
        while at >= 0:
            end = at + len(row.key)
            link = _LINK.match(text, end)
            where = link.end() if link else end
            values = beginnings.get(text[where : where + 2], ()) if link or has_cjk(row.key) else ()
            for value in values:
                said = value[: sum(1 for _ in takewhile(_same_letter, zip(text[where:], value, strict=False)))]
                whole = said == value or not said.isascii()
                if _keyed(analysis.sheet, text, at, end):
                    continue
                if whole and not text[where + len(said) : where + len(said) + 1].isalnum() and said not in own:
                    found.append((at, where + len(said), row))
            at = text.find(row.key, end)
    return found


_LINK = re.compile(r" (?:is|are) (?:an? |the )?|: ?|是|为")


def _same_letter(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _values(sheet: FactSheet) -> tuple[list[tuple[SheetFact, str]], dict[str, list[str]]]:
    """Every fact with what those of its name say, and the values in words by their first two letters (once for a sheet)."""
    known: tuple[list[tuple[SheetFact, str]], dict[str, list[str]]] | None = sheet.memo.get("values")
    if known is None:
        keyed, beginnings = [], dict[str, list[str]]()
        for row in sheet.facts:
            if len(row.key) > 1:
                alike = (other for other in sheet.facts if other.key == row.key or other.attributes & row.attributes)
                keyed.append((row, " ".join(other.display for other in alike)))
            said = row.display
            side = polarity.says_yes(row.value) or polarity.says_no(row.value)
            if len(said) > 1 and not said[0].isdigit() and not row.generic and not side:
                beginnings.setdefault(said[:2], []).append(said)
        known = sheet.memo["values"] = keyed, beginnings
    return known


def _labelled(analysis: Analysis) -> list[tuple[int, int, list[SheetFact], re.Match[str]]]:
    """Where names of attributes stand before a separator, with the facts under that name."""
    text, sheet = analysis.folded, analysis.sheet
    places: dict[int, tuple[int, int, list[SheetFact], re.Match[str]]] = {}
    for hit in analysis.hits_of("attribute"):
        names = {concept.name for concept in hit.of("attribute")} - groups().unbound - {"box"}
        names |= _joined(analysis, hit) if names else set()
        if _COUNT_BEFORE.search(text, max(0, hit.start - 12), hit.start):
            continue  # "Two pockets: one for keys" tells what they are for
        if analysis.in_noun(hit):
            continue  # "The food processor is 1000 W"
        if names and (separator := cues("binding")["separator"].match(text, hit.end)):
            own = _keyed(sheet, text, hit.start, hit.end) or [
                row
                for row in sheet.facts
                if named_with(text, hit, row)
                or row.attributes & names
                or row.key == hit.term
                or row.key.endswith(hit.term if has_cjk(hit.term) and len(hit.term) > 1 else f" {hit.term}")
            ]
            if any(text[: hit.start].rstrip().endswith(row.display) for row in own if len(row.display) > 1):
                continue  # "a medium roast: …" has said its value
            related = [row for row in sheet.facts if fits(names, row) and not row.generic]
            places[hit.end] = (hit.start, hit.end, own or related, separator)
    for row, phrase in _keys(sheet):
        at = text.find(row.key)
        while at >= 0:
            end = at + len(row.key)
            inside = row.key.isascii() and inside_word(text, at)
            separator = None if inside else cues("binding")["separator"].match(text, end)
            if separator is None and phrase and not inside:
                separator = _SPACE.match(text, end)
            if separator:
                own = _keyed(sheet, text, at, end) or [other for other in sheet.facts if other.key == row.key]
                places[end] = (at, end, own, separator)
            at = text.find(row.key, end)
    return list(places.values())


def _keyed(sheet: FactSheet, text: str, start: int, end: int) -> list[SheetFact]:
    """The facts whose longer key ends with the name at the span: the "material type" of "type"."""
    said = text[max(0, end - 40) : end].removesuffix("s")
    longer = (row for row in sheet.facts if len(row.key) > end - start)
    return [row for row in longer if said.endswith(row.key.removesuffix("s"))]


def named_with(text: str, bound: Hit, row: SheetFact) -> bool:
    """Whether the word right before a general name of a measure ("size") is one of the fact's key."""
    if bound.term not in ("size", "sizes", "尺寸", "大小"):
        return False
    before = re.search(r"([a-z]{4,}) $|([\u4e00-\u9fff]{2})$", text[max(0, bound.start - 24) : bound.start])
    return before is not None and (before[1] or before[2]) in row.key


def _joined(analysis: Analysis, hit: Hit) -> set[str]:
    """The attribute that shares a heading with the one of ``hit``: "Size and fit: …"."""
    head = _AND.search(analysis.folded, max(0, hit.start - 8), hit.start)
    if head is None:
        return set()
    others = (other for other in analysis.hits if other.end == head.start())
    return {concept.name for other in others for concept in other.of("attribute")}


def _keys(sheet: FactSheet) -> list[tuple[SheetFact, bool]]:
    """Facts whose keys are looked for as they stand, and whether a key leads to its value without a mark."""
    keys: list[tuple[SheetFact, bool]] | None = sheet.memo.get("keys")
    if keys is None:
        leading = [(row, _LEADING.search(row.key) is not None) for row in sheet.facts if len(row.key) > 1]
        keys = sheet.memo["keys"] = [(row, leads) for row, leads in leading if leads or not row.attributes]
    return keys


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
        if row in own or (row.generic and not own) or any(row.key.startswith(f"{named.key} ") for named in own):
            continue  # "the fabric is 165 gsm" of the fabric weight
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


@lru_cache(maxsize=4096)
def _pieces(whole: str) -> tuple[int, frozenset[str]]:
    """How long the pieces are by which values are compared, and those of ``whole``."""
    size = 2 if has_cjk(whole) else 4
    return size, frozenset(whole[i : i + size] for i in range(len(whole) - size + 1))


def _is_value_of(row: SheetFact, squeezed: str, analysis: Analysis, start: int, stop: int) -> bool:
    whole = row.squeezed
    if whole and (whole in squeezed or squeezed in whole):
        return True
    if any(len(item) >= 2 and item in squeezed for item in row.squeezed_items):
        return True
    if squeezed in squeeze(row.fact.condition):
        return True  # "tank: to the brim, 83 l"
    if set(_WORD.findall(analysis.folded, start, stop)) - _JOINING <= set(_WORD.findall(row.display)):
        return True  # "s and m" of "s, m"
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
    size, pieces = _pieces(whole)
    return bool(pieces) and sum(piece in squeezed for piece in pieces) >= 0.5 * min(
        len(pieces), max(1, len(squeezed) - size + 1)
    )
