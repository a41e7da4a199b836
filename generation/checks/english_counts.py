"""How many of a thing there are, where the facts count it in English: "six buckles" of what has four of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks.analysis import Analysis
from generation.checks.numerals import read_english
from generation.checks.quantities import FINENESS, Quantity
from generation.checks.sheet import FactQuantity, SheetFact
from generation.checks.units import units
from generation.checks.words import root

_TENS = (
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
)
_NUMBER_WORD = (
    rf"(\d{{1,3}}|{_TENS}|half a dozen|(?:a )?dozen|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_ADJECTIVES = r"(?:(?:[a-z]+(?:-[a-z]+)* ){0,2}|(?:(?:[a-z]+-[a-z]+|\d+k) ){3})"
_COUNTED = re.compile(rf"(?<![a-z\d.$€£¥-]){_NUMBER_WORD} ({_ADJECTIVES})([a-z]{{3,}}s)(?![a-z])")
#: "1x USB-C, 2x USB-A"
_MULTIPLIED = re.compile(r"(?<![\d.])(\d{1,2}) ?[x×] ?([a-z]+(?:-[a-z]+)*)(?![a-z])")
#: "7 cubic zirconia per earring": things whose plural has no s
_PER_ONE = re.compile(r"(?<![\d.])(\d{1,3}) (?:[a-z]+ ){0,2}([a-z]{4,}[a-rt-z]) per [a-z]+")
_NUMBER_BEFORE = re.compile(rf"(?<![a-z\d.$€£¥-]){_NUMBER_WORD}(?: [a-z]+(?:-[a-z]+)*){{0,1}}")
_RANGE_BEFORE = re.compile(r"(\d{1,3}|[a-z]+)(?: to | or |-| - )$")
#: "a four-season tent"
_COUNTED_AS = re.compile(rf"(?<![a-z\d.-]){_NUMBER_WORD}-([a-z]{{4,}})(?![a-z])")
#: "Pockets: 5 (4 outer, 1 inner)"
_PARTED = re.compile(r"\d{1,3} \((?:\d{1,3} [a-z]{4,}(?:, | and |\)))+")
_SORTED = re.compile(r"(?<=[( ])(\d{1,3}) ([a-z]{4,})")
_COUNT_WORD = re.compile(r"(?<![a-z])(?:count|number of|no\. of|quantity|qty|how many|total)(?![a-z])")
_PAIRED = re.compile(r" (?:across|in|on|over|between) (?:the|a|each) pair(?![a-z])")
_FINENESS = {number for (number,) in FINENESS}
_PER = re.compile(r" per [a-z]+$| \(.*\)$")
_LEADING = re.compile(
    r"(?:^|, |; |\+ ?|plus )(\d{1,3})(?![\d.,]\d|\d)(?= |,|:|$)(?! ?(?:cm|mm|in|ml|g|kg|oz|lb|ft|w|v)(?![a-z]))"
)
#: Kinds of facts whose counts have words of their own.
_OTHERWISE_COUNTED = frozenset({"colour", "size_range", "dimensions", "box", "compatibility_attr", "certification"})


def counted(analysis: Analysis) -> list[tuple[int, int, FactQuantity]]:
    """Start, end and the fact's count, for every "six quick-release buckles" of what has four of them."""
    text = analysis.folded
    nouns = _known(analysis)
    found: list[tuple[int, int, FactQuantity]] = []
    for start, end, said, words in _said(text, nouns) if nouns else ():
        many = _numbers(text, start, said)
        if many & _FINENESS:
            continue  # "925 sterling silver cufflinks"
        many |= {number / 2 for number in many} if _PAIRED.search(text, end) else set()
        known = next((nouns[key] for word in words for key in (root(word), word) if key in nouns), [])
        if known and not many & {each.quantity.numbers[0] for each in known} and not analysis.negated(start, end):
            found.append((start, end, known[0]))
    return found


def counts_alike(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The facts that count so many of what the claim names: "two USB-A ports" of "1x USB-C, 2x USB-A"."""
    words = analysis.folded[claim.start : claim.end].split()[:-1]
    named = [each for word in words for each in _known(analysis).get(root(word), ())]
    return [each for each in named if each.quantity.low == claim.low]


def _known(analysis: Analysis) -> dict[str, list[FactQuantity]]:
    nouns: dict[str, list[FactQuantity]] | None = analysis.sheet.memo.get("counted")
    if nouns is None:
        nouns = analysis.sheet.memo["counted"] = _nouns_counted(analysis)
        for noun, count in _pieces(analysis):
            nouns.setdefault(noun, []).append(count)
    return nouns


def _said(text: str, nouns: dict[str, list[FactQuantity]]) -> Iterator[tuple[int, int, str, list[str]]]:
    """Every number of things in ``text``: start, end, the number's word, and the words of the thing, its noun last."""
    for match in _COUNTED.finditer(text):
        yield *match.span(), match.group(1), [*match.group(2).split(), match.group(3)]
    for match in _COUNTED_AS.finditer(text):
        if match.group(2) not in units():  # "five-minute shaves" are judged as minutes
            yield *match.span(), match.group(1), [match.group(2)]
    for noun in (noun for noun, counts in nouns.items() if counts[0].alone):
        at = text.find(f" {noun}")
        before = _NUMBER_BEFORE.search(text, max(0, at - 30), at) if at >= 0 else None
        if before and before.end() == at and not text[at + len(noun) + 1 :][:1].isalpha():
            yield before.start(), at + len(noun) + 1, before.group(1), [noun]


def _numbers(text: str, start: int, said: str) -> set[float]:
    """The numbers that a count names: both ends of "two or three drops"."""
    before = _RANGE_BEFORE.search(text, max(0, start - 12), start)
    first = _many(before.group(1)) if before else 0.0
    return {_many(said), first} - {0.0}


def _many(said: str) -> float:
    """How many a number word of ``_NUMBER_WORD`` says."""
    if said.endswith("dozen"):
        return 6.0 if said.startswith("half") else 12.0
    return float(said) if said.isdigit() else float(read_english(said) or 0)


def _nouns_counted(analysis: Analysis) -> dict[str, list[FactQuantity]]:
    """How many there are of what the facts count in English: "4 quick-release buckles", "Ribbon markers: 2".

    ``alone`` are those whose noun has no s in the plural.
    """
    nouns: dict[str, list[FactQuantity]] = {}
    for index, row in enumerate(analysis.sheet.facts):
        rows = [(match.group(1), match.group(3)) for match in _COUNTED.finditer(row.display)]
        rows += [
            (before.group(1), match.group(3))
            for match in _COUNTED.finditer(row.display)
            if (before := _RANGE_BEFORE.search(row.display, max(0, match.start() - 6), match.start()))
            and _many(before.group(1))
        ]
        rows += [(found.group(1), found.group(2)) for found in _MULTIPLIED.finditer(row.display)]
        for found in _PER_ONE.finditer(row.display):
            nouns.setdefault(found.group(2), []).append(FactQuantity(_count(_many(found.group(1))), index, alone=True))
        compounds = (match.groups() for match in _COUNTED_AS.finditer(row.display))
        rows += [(said, noun) for said, noun in compounds if noun not in units()]  # "5-barrel", not "2-year"
        rows += _counted_by_key(row)
        rows += _SORTED.findall(row.display) if _PARTED.fullmatch(row.display) and row.key.endswith("s") else []
        for said, noun in rows:
            nouns.setdefault(root(noun), []).append(FactQuantity(_count(_many(said)), index))
    return nouns


#: What the noun of a set says of none of its pieces.
_TOGETHER = frozenset({"set", "pair", "pack", "kit", "bundle", "collection", "trio", "duo"})


def _pieces(analysis: Analysis) -> Iterator[tuple[str, FactQuantity]]:
    """How many of the product's own noun a set holds: three rings of a ring set in "Pieces: 3"."""
    words = [word for word in analysis.context.noun.lower().split() if word.isalpha() and word not in _TOGETHER]
    for index in analysis.sheet.attributes.get("pieces", ()) if words else ():
        row = analysis.sheet.facts[index]
        if row.value.isdigit() and 1 < int(row.value) < 100:
            yield root(words[-1]), FactQuantity(_count(float(row.value)), index)


def _count(many: float) -> Quantity:
    return Quantity(0, 0, many, many, "count", "", "", numbers=(many,))


def _counted_by_key(row: SheetFact) -> list[tuple[str, str]]:
    """Numbers of what the key names: "Stone count: 52", "Pull tabs: 2 per boot", "Carry positions: front, hip, back"."""
    dated = any(item.family == "date" for item in row.quantities)  # "Ends: 30 June"
    if not row.key.isascii() or row.fact.unit or dated or row.attributes & _OTHERWISE_COUNTED:
        return []
    key = _PER.sub("", _COUNT_WORD.sub("", row.key)).strip()
    noun = key.split()[-1] if key else ""
    if len(noun) < 4 or not (noun.endswith("s") or key != row.key):
        return []
    of_each = [int(found.group(1)) for item in row.items if (found := _MULTIPLIED.match(item))]
    if of_each and len(of_each) == len(row.items):
        return [(str(sum(of_each)), noun)]
    leading = _LEADING.findall(row.value.partition("(")[0] if row.value[:2].strip().isdigit() else row.value)
    measured = any(item.family not in ("", "count") for item in row.quantities)  # "Temperatures: 70, 80, 90 °C"
    if len(row.items) > 1 and (measured or not any(char.isdigit() for char in row.value)):
        return [(str(len(row.items)), noun)]
    if not leading or not row.value[0].isdigit():
        return []
    return [(number, noun) for number in {*leading, str(sum(map(int, leading)))}]
