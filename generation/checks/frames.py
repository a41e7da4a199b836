"""Claims found by how they are said, whatever they are about (data/frames.json): "tested by …", "内置…", "…-resistant".

Word lists know the claims that come often; a frame reads any other one against the product data as a closed world: what
stands in the frame must be known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import add
from typing import Any

from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.lexicon import lexicon
from generation.checks.listed import sizes
from generation.checks.normalise import fold, has_cjk
from generation.checks.patterns import beginnings as openings
from generation.checks.patterns import gated
from generation.checks.polarity import DENYING_KEY, says_no
from generation.checks.sheet import FactSheet
from generation.checks.words import affirmed, holds, knows, mentions, root, roots_of, without_look

_ITEMS = re.compile(r"\s*(?:[,，、;&]| and | or | plus |以及|还有|和|与|或|及)\s*")
_ARTICLE = re.compile(
    r"^(?:and |plus |an? |the |one |single |lone |two |three |\d+ |your |its |matching "
    r"|[一两三二四五六七八九十\d]+(?:斤|两|克|毫升|升|g|kg|ml|l)的?"
    r"|[一两三二四五六七八九十\d]+[个只件片支条双套盒包袋瓶罐根张块枚把盏顶副份本对卷节台颗串])+"
)
_COUNT_AFTER = re.compile(r"[一两二三四五六七八九十百\d]+[个只件片支条双套盒包袋瓶罐根张块枚把盏顶副份本对卷节台颗串]$")
_FORBIDS = re.compile(r"不[能可宜要得会]|[别勿禁]")
_SHORT_MATERIALS = "棉麻丝毛布木竹铁钢铜银金纸铝"
_SUPPLIED = re.compile(r" (?:supplied|included|provided|enclosed)$")
_PLAIN = frozenset(("blank", "without", "mind"))
#: What comes with a thing without lying in its box, and what one wears with it.
_NO_THING = re.compile(
    r"(?:^|[ -])(?:guarantee|warranty|certification|certificate|none|nothing)$"
    r"|(?:凉鞋|运动鞋|高跟鞋|单鞋|牛仔裤|阔腿裤|短裤|半裙|长裙|毛衣|风衣|外套)$"
)
#: Where a row of things ends and a likeness or an exception begins.
_ASIDE = re.compile(r",? (?:like|as|which|that|without|but|not|so|than|rather|besides|one for|each for)(?![a-z])")
_OF_THING = re.compile(r" (?:for|to|that|in|with|on|of your) .*$")
#: Needs that ask for no word of the product data.
_SIZE_WORDS = {"extra small": "xs", "small": "s", "medium": "m", "large": "l", "extra large": "xl"}
_WORDLESS = frozenset({"never", "guard"})
_CONTAINERS = "装袋包盒瓶罐"
_GUARDS = "防抗耐"
#: How many first characters of a word are compared before a pattern is tried.
_GRAM = 4
#: How far behind a verb its object may end (characters).
_OBJECT = 24
_LATIN = re.compile(r"[a-z0-9]+")
_LITERAL = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Frame:
    """One row of the file. ``beginnings``: how one word of the text (one or two characters of a Chinese one) must begin."""

    kind: str
    pattern: re.Pattern[str]
    need: str
    beginnings: frozenset[str]
    cased: bool
    generic: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    #: Pairs of characters with one of which every match of a Chinese frame begins; None where that cannot be told.
    starts: frozenset[str] | None
    when: re.Pattern[str] | None


@lru_cache(maxsize=1)
def frames() -> dict[str, tuple[Frame, ...]]:
    """The shipped frames by language ("en", "zh")."""
    data = _read("frames")
    data["en"] += [_of_kinds(row) for row in _read("kinds_en")["rows"]]
    return {language: tuple(_frame(row, language == "zh") for row in data[language]) for language in ("en", "zh")}


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, dict[str, tuple[int, ...]]]:
    """The numbers of the frames that a beginning of a word calls for, by language."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for language, listed in frames().items():
        index = found[language] = {}
        for number, frame in enumerate(listed):
            for beginning in frame.beginnings:
                index[beginning] = (*index.get(beginning, ()), number)
    return found


def _read(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath(f"data/{name}.json").read_text("utf-8"))


def _of_kinds(row: dict[str, list[str]]) -> dict[str, str | bool]:
    """The frame of a row of data/kinds_en.json: "lobster clasp", "the clasp is a lobster"."""
    kinds, things = "|".join(row["kinds"]), "|".join(row["of"])
    pattern = rf"(?<![a-z-])(?P<said>{kinds})(?=[ -](?:{things})s?(?![a-z]))"
    hints = "|".join(found[0] for thing in row["of"] if (found := _LITERAL.match(thing)))
    return {"kind": "capability", "need": "any", "pattern": pattern, "hints": hints}


def _frame(row: dict[str, str | bool], chinese: bool) -> Frame:
    optional = {name: re.compile(str(row[name])) if row.get(name) else None for name in ("generic", "unless", "when")}
    beginnings = frozenset(hint[:2] if chinese else _beginning(hint) for hint in str(row["hints"]).split("|"))
    pattern, cased = str(row["pattern"]), bool(row.get("cased"))
    starts = openings(pattern, 2) if chinese and not cased else {""}
    return Frame(
        str(row["kind"]), gated(pattern), str(row["need"]), beginnings, cased,
        starts=None if "" in starts else frozenset(starts), **optional,
    )  # fmt: skip


def _beginning(hint: str) -> str:
    words = _LATIN.findall(hint)  # all must stand there: the longest is the rarest
    return max(words, key=len)[:_GRAM] if words else hint


def framed(analysis: Analysis) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of every claim a frame finds that the product data do not know."""
    sheet, text = analysis.sheet, analysis.folded
    if not sheet.facts:
        return
    chinese = has_cjk(text)
    words = set() if chinese else set(_LATIN.findall(text))
    beginnings = (
        {*text, *map(add, text, text[1:])} if chinese else {word[:size] for word in words for size in (3, _GRAM)}
    )
    foreign = _in_another_language(sheet, chinese)
    readers = cues("contents")["readers"]
    language = "zh" if chinese else "en"
    index, known_frames = _by_beginning()[language], frames()[language]
    tried = {number for beginning in beginnings & index.keys() for number in index[beginning]}
    for frame in map(known_frames.__getitem__, sorted(tried)):
        if foreign and frame.need not in _WORDLESS:
            continue
        if frame.starts is not None and frame.starts.isdisjoint(beginnings):
            continue
        for match in frame.pattern.finditer(analysis.text if frame.cased else text):
            start, end = match.span("said")
            if frame.need in ("each", "everything") and (aside := _ASIDE.search(text, start, end)):
                end = aside.start()
            said = _SUPPLIED.sub("", text[start:end].strip(" -"))
            if (
                not said
                or said in _PLAIN
                or said.startswith("nothing ")
                or (said.startswith("iphone") and "ios" in sheet.known)
                or (frame.kind == "accessory" and _NO_THING.search(said))
            ):
                continue
            if chinese and _FORBIDS.search(said):
                continue  # "宝宝不能吃"
            if any(
                hit.of("neutral") and hit.start <= start and end <= hit.end
                for hit in analysis.hits_within(start - 3, end + 3)
            ):
                continue
            if (frame.generic and frame.generic.fullmatch(said)) or not _asked(sheet, frame):
                continue
            asked = without_look(_ARTICLE.sub("", said)) if frame.kind == "accessory" else said
            known = _known(sheet, asked, frame.need) and not (frame.kind == "accessory" and _sold_apart(sheet, said))
            if analysis.is_named(start, end) or known:
                continue
            if _stands(analysis, frame, start, end):
                continue
            if frame.need == "never" and _verbatim(sheet, said):
                continue
            if analysis.negated(match.start(), match.end()):
                continue
            if frame.kind == "capability" and any(
                start < item.end and item.start < end for item in analysis.quantities
            ):
                continue  # "零下十度到六十度之间都能工作" is judged by its figures
            if frame.kind == "accessory" and readers.search(text, max(0, match.start() - 8), match.start()):
                continue
            yield start, start + len(text[start:end].rstrip(" -")), frame.kind


def _sold_apart(sheet: FactSheet, said: str) -> bool:
    """Whether a fact lists the thing as not in the box, and none names it as one that is."""
    listed: tuple[list[str], list[str]] | None = sheet.memo.get("apart")
    if listed is None:
        rows = [(row.items, DENYING_KEY.search(row.key), row.display) for row in sheet.facts]
        apart = [item for items, denied, _ in rows if denied for item in items if len(item) > 1]
        apart += [row.key for row in sheet.facts if cues("denial")["apart_value"].fullmatch(row.value.strip())]
        listed = sheet.memo["apart"] = apart, [display for _, denied, display in rows if not denied]
    return any(item in said and not any(item in display for display in listed[1]) for item in listed[0])


def _stands(analysis: Analysis, frame: Frame, start: int, end: int) -> bool:
    """Whether the claim is one the word lists know and the data make: "free of BPA" by another name, and "records your
    heart rate" of a band whose data give it a heart rate sensor."""
    if frame.need == "free":
        hits = [hit for hit in analysis.hits_of("certificate") if hit.start <= start and end <= hit.end]
    elif frame.need == "verb":
        hits = [hit for hit in analysis.hits_within(end, end + _OBJECT) if hit.of("capability")][:1]
    else:
        return False
    named = [concept.name for hit in hits for concept in hit.concepts if concept.kind in ("certificate", "capability")]
    return bool(named) and all(name in analysis.sheet.positive for name in named)


def _verbatim(sheet: FactSheet, said: str) -> bool:
    """Whether a fact says these very words, as the end of what it says: nothing behind them limits the claim."""
    words = re.compile(rf"{re.escape(said)}(?=$|[,.;。，；])")
    return any(words.search(row.display) and not says_no(row.display) for row in sheet.facts)


def _asked(sheet: FactSheet, frame: Frame) -> bool:
    """Whether the frame asks anything beside these product data (once for a sheet)."""
    asked: dict[int, bool] = sheet.memo.setdefault("frames", {})
    if id(frame) not in asked:
        asked[id(frame)] = not (frame.unless and frame.unless.search(sheet.known)) and not (
            frame.when and not frame.when.search(sheet.known)
        )
    return asked[id(frame)]


def _in_another_language(sheet: FactSheet, chinese: bool) -> bool:
    """Whether most facts are in the other language, so that words of this text cannot be looked for in them."""
    known: bool | None = sheet.memo.get("chinese")
    if known is None:
        rows = sum(has_cjk(row.display) or has_cjk(row.key) for row in sheet.facts)
        known = sheet.memo["chinese"] = rows * 2 > len(sheet.facts)
    return known != chinese


def _knows_item(sheet: FactSheet, item: str) -> bool:
    """Whether the data know all of a thing, or its noun and what it is made of: "涤纶网袋" of a 网袋 in 涤纶."""
    if knows(sheet, item, "all"):
        return True
    if len(item) > 2 and item[0] in _SHORT_MATERIALS and item[0] in sheet.known and knows(sheet, item[-2:], "all"):
        return True
    made_of = [hit for hit in lexicon().scan_short(item) if hit.of("material")]
    known = made_of and all(any(c.name in sheet.positive for c in hit.of("material")) for hit in made_of)
    return bool(known) and has_cjk(item) and knows(sheet, item[-2:], "all")


def _knows_size(sheet: FactSheet, item: str) -> bool:
    """Whether the item is a size in words whose letter a fact lists: the "medium" of S/M/L."""
    letter = _SIZE_WORDS.get(item)
    return letter is not None and any(letter in sizes(row.display) for row in sheet.facts)


def _not_in_composition(sheet: FactSheet, said: str) -> bool:
    """Whether the data list all a thing is made of, and ``said`` is a material that is not among it."""
    named = [concept.name for hit in lexicon().scan_short(said) for concept in hit.of("material")]
    whole = any(
        row.attributes & {"material", "composition"}
        and abs(sum(item.low for item in row.quantities if item.family == "percent") - 100) < 1e-6
        for row in sheet.facts
    )
    return bool(named) and whole and not any(name in sheet.positive for name in named)


def _known(sheet: FactSheet, said: str, need: str) -> bool:
    if need == "never":
        return False
    if need == "affirmed":
        return affirmed(sheet, said)
    if need == "free":  # what the data say it is free of must be named, and not as something it holds
        named = mentions(sheet, said) and not (affirmed(sheet, said) if has_cjk(said) else holds(sheet, said))
        return named or _not_in_composition(sheet, said)
    if need == "everything":
        return all(
            _knows_size(sheet, item)
            or _knows_item(sheet, _COUNT_AFTER.sub("", _OF_THING.sub("", _ARTICLE.sub("", item))))
            for item in _ITEMS.split(said)
            if item
        )
    if need == "all_latin":  # of "日本f4星" the code must be known, of words any
        codes = re.findall(r"[a-z]*\d+[a-z\d]*|[a-z]{2,}", said)
        return all(code in sheet.known for code in codes) and (bool(codes) or knows(sheet, said, "all"))
    if need == "each":
        return all(knows(sheet, item, "any") for item in _ITEMS.split(said) if item)
    if need == "verb":
        return root(said.split()[0]) in roots_of(sheet)
    if need == "guard":
        if any(c.name in sheet.positive for hit in lexicon().scan_short(said) for c in hit.concepts):
            return True
        return affirmed(sheet, said) or any(f"{guard}{char}" in sheet.known for guard in _GUARDS for char in said)
    if need == "head" and has_cjk(said):  # the 补充装 of what lists a 补充袋
        said = _ARTICLE.sub("", said)
        return knows(sheet, said, need) or (said[-1:] in _CONTAINERS and knows(sheet, said[:-1], need))
    return knows(sheet, fold(said), need)
