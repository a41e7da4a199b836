"""What the facts affirm, said the other way round: a fixed hood of a removable one, "no shutter" of what has one.

The pairs that exclude each other are data/reversals.json; what is denied is found by the words of the facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.normalise import has_cjk
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.words import content, root

#: How far from the words (characters) the thing may stand of which they are said.
_REACH_EN, _REACH_ZH = 34, 12
_STOPS = re.compile(r"[.;!?\n]|, (?:and|but|so|with) |，|。|；")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_DENYING = re.compile(
    r"不|无|否|未|没|非|零|免|(?<![a-z])(?:no|not|non|none|never|without|free|excl|n't|need|required)(?![a-z])"
)
#: Words of a key that name no thing.
_NO_THING = frozenset(
    content("type style size number of included available option options feature features max min set")
)
_NO_THING_ZH = frozenset(
    ("类型", "方式", "是否", "支持", "设计", "功能", "规格", "适用", "其他", "款式", "配件", "包装")
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two sides that exclude each other; ``whole``: they are said of the product, not of a part; ``one_way``: only a fact
    of the first side rules out the other."""

    sides: tuple[re.Pattern[str], re.Pattern[str]]
    whole: bool
    one_way: bool


@dataclass(frozen=True, slots=True)
class _Reversal:
    """What the text must not say (``other``) of the things named by ``things`` (roots or pairs of characters)."""

    other: re.Pattern[str]
    things: frozenset[str]
    whole: bool
    row: SheetFact


@lru_cache(maxsize=1)
def _data() -> dict:
    return json.loads(resources.files(__package__).joinpath("data/reversals.json").read_text("utf-8"))


@lru_cache(maxsize=2)
def _pairs(language: str) -> tuple[_Pair, ...]:
    def side(pattern: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![a-z-])(?:{pattern})(?![a-z])" if language == "en" else pattern)

    return tuple(
        _Pair((side(row["a"]), side(row["b"])), row.get("whole", False), row.get("one_way", False))
        for row in _data()[language]
    )


@lru_cache(maxsize=2)
def _denial(language: str) -> re.Pattern[str]:
    return re.compile(_data()["no"][language])


@lru_cache(maxsize=1)
def _cannot_behind() -> re.Pattern[str]:
    return re.compile(_data()["cannot_behind"])


def reversals(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for everything said the other way round than a fact says it."""
    chinese = has_cjk(analysis.folded)
    yield from _other_side(analysis, "zh" if chinese else "en")
    yield from _chinese_denials(analysis) if chinese else _english_denials(analysis)


def _other_side(analysis: Analysis, language: str) -> Iterator[tuple[int, int, SheetFact]]:
    text, sheet = analysis.folded, analysis.sheet
    known = sheet.memo.get(f"reversals_{language}")
    if known is None:
        known = sheet.memo[f"reversals_{language}"] = [*_known(sheet, language), *_unable(sheet)]
    for reversal in known:
        for match in reversal.other.finditer(text):
            if analysis.is_named(*match.span()) or polarity.negated(text, *match.span()):
                continue
            if reversal.whole or _beside(text, match.start(), match.end(), reversal.things):
                yield *match.span(), reversal.row


def _unable(sheet: FactSheet) -> Iterator[_Reversal]:
    """ "Resizable: no" rules out "can be resized"."""
    for row in sheet.facts:
        for match in _SIZED.finditer(row.display):
            other = rf"(?<![a-z])(?:{_OTHER_SIZE[match.group(1)]}) {match.group(2)}"
            if not re.search(other, sheet.known):
                yield _Reversal(re.compile(other), frozenset(), True, row)
        if not polarity.says_no(row.value):
            continue
        if safe := _SAFE.fullmatch(row.key):
            verb = safe.group(1)
            done = rf"(?:made|built|meant|safe|fine|ok|okay) to (?:be )?{verb}|(?:can|may) (?:be )?{verb}"
            yield _Reversal(re.compile(rf"(?<![a-z])(?:{done}|{verb} it(?! (?:gently|down)))"), frozenset(), True, row)
        able = _ABLE.fullmatch(row.key)
        if able:
            stem = able.group(1).removesuffix("e")
            said = rf"(?<![a-z])(?:can|could|may) (?:[a-z]+ )?be {stem}e?d(?![a-z])"
            yield _Reversal(re.compile(said), frozenset(), True, row)


_OTHER_SIZE = {"small": "large|big|giant", "large": "small|tiny", "short": "long", "long": "short"}
_SIZED = re.compile(r"(?<![a-z])(small|large|short|long) ([a-z]{3,}s)(?![a-z])")
_SAFE = re.compile(r"(?:safe|ok|okay|fine) to ([a-z]{3,})")
_ABLE = re.compile(r"([a-z]{3,})[ai]ble")


def _known(sheet: FactSheet, language: str) -> Iterator[_Reversal]:
    """What the facts rule out. Where two facts take both sides of a pair neither rules out anything."""
    rows = [(row, f"{row.key} {row.display} {row.fact.condition.lower()}") for row in sheet.facts]
    together = "\n".join(words for _row, words in rows)
    for pair in _pairs(language):
        found: list[tuple[int, SheetFact]] = []
        if not any(side.search(together) for side in pair.sides):
            continue
        for row, words in rows:
            if all(side.search(words) for side in pair.sides):
                found += [(0, row), (1, row)]
                continue
            for side in (0, 1):
                if match := pair.sides[side].search(words):
                    denied = polarity.says_no(row.value) or polarity.negated(words, *match.span())
                    found.append((1 - side if denied else side, row))
                    break
        if pair.whole and len({side for side, _row in found}) > 1:
            continue
        both = {id(row) for side, row in found if side} & {id(row) for side, row in found if not side}
        for side, row in found:
            if id(row) in both or (pair.one_way and side):
                continue
            things = _things(row, pair, language)
            if pair.whole or things:
                yield _Reversal(pair.sides[1 - side], things, pair.whole, row)


def _things(row: SheetFact, pair: _Pair, language: str) -> frozenset[str]:
    words = f"{row.key} {row.display}"
    for side in pair.sides:
        words = side.sub(" ", words)
    if language == "en":
        return frozenset(content(words)) - _NO_THING
    runs = _HAN.findall(words)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1)) - _NO_THING_ZH


def _beside(text: str, start: int, end: int, things: frozenset[str]) -> bool:
    """Whether one of ``things`` is named in the clause around the span, close to it."""
    reach = _REACH_EN if text[start].isascii() else _REACH_ZH
    begin = max(
        (stop.end() for stop in _STOPS.finditer(text, max(0, start - reach), start)), default=max(0, start - reach)
    )
    stop = _STOPS.search(text, end)
    around = text[begin : min(stop.start() if stop else len(text), end + reach)]
    if text[start].isascii():
        return bool(things & set(content(around)))
    return any(thing in around for thing in things)


def _english_denials(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """ "There's no privacy shutter" of "Privacy shutter: yes", "no charger" of a box with one."""
    sheet = analysis.sheet
    yield from _conditions_dropped(analysis)
    for match in _denial("en").finditer(analysis.folded):
        stop = _STOPS.search(analysis.folded, match.end())
        if analysis.is_named(*match.span()) or (stop and stop.group() == "?"):
            continue  # "No paddle at home?"
        said = match["thing"].split()
        for row in sheet.facts:
            if _DENYING.search(f"{row.key} {row.display} {row.fact.condition.lower()}"):
                continue
            if count := _names(row, said):
                end = match.start("thing") + len(" ".join(said[:count]))
                if not _denied_elsewhere(sheet, " ".join(said[:count])):
                    yield match.start(), end, row
                break


#: "even without the liner", "no need to register"
_DROPPED = re.compile(
    r"(?<![a-z])(?:(?:even|also) without(?: the| an?| any)?|(?:with )?no need (?:to|for)(?: the| an?| any)?|without having to"
    r"|you (?:don't|do not) (?:have|need) to) (?P<thing>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2})"
)
#: "even if they've been engraved", "without proof of purchase"
_EVEN = re.compile(r"(?<![a-z])(?:even|also) (?:if|when|with|after|once) (?P<thing>[a-z' ]{3,48})")
_WITHOUT_IT = re.compile(r"(?<![a-z])without(?: the| an?| any| your)? (?P<thing>[a-z]+(?: [a-z]+){0,2})")
_REGRET = re.compile(r"(?<![a-z])(?:not|no|can't|cannot|won't|afraid|sorry|lapses?|void|unable)(?![a-z])")
_KEPT = re.compile(r"(?<![a-z])(?:not|un[a-z]+|kept|original|only|evenly|with|without)(?![a-z])")
_ASKS = re.compile(r"(?<![a-z])(?:with|only|if|must|required?|requires|after|within|provided)(?![a-z])")


def _conditions_dropped(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """ "Even without the liner" of "only with the liner in place", "no need to register" of "with online registration"."""
    for match in _DROPPED.finditer(analysis.folded):
        said = set(_stems(match["thing"]))
        for row in analysis.sheet.facts:
            asked = f"{row.display if _ONLY.search(row.display) else ''} {row.fact.condition.lower()}"
            if _ASKS.search(asked) and said & set(_stems(asked)):
                yield *match.span(), row
                break

    for pattern in (_EVEN, _WITHOUT_IT):
        for match in pattern.finditer(analysis.folded):
            _begin, end = polarity.sentence(analysis.folded, match.start(), match.end())
            if pattern is _WITHOUT_IT and _REGRET.search(analysis.folded, match.end(), end):
                continue
            said = set(_stems(match["thing"]))
            for row in analysis.sheet.facts:
                asked = row.fact.condition.lower()
                needed = (
                    "with " in f"{asked} " and "without" not in asked if pattern is _WITHOUT_IT else _KEPT.search(asked)
                )
                if asked and needed and said & set(_stems(asked)):
                    yield *match.span(), row
                    break


_ONLY = re.compile(r"(?<![a-z])(?:only|must|required|provided)(?![a-z])")


def _stems(words: str) -> list[str]:
    """Beginnings of the words that say something: "registr" of register and registration."""
    return [word[:6] for word in words.split() if len(word) > 4 and root(word) in content(word)]


def _names(row: SheetFact, said: list[str]) -> int:
    """How many of the words name what the fact affirms: its whole key, where it says yes, or one of several items."""
    keys = [row.key] if polarity.says_yes(row.value) else []
    items = [item for item in row.items if len(row.items) > 1 or row.attributes & {"box"}]
    for name in (*keys, *items):
        name = _SUITED.sub("", name)
        words = name.split()
        roots = content(name)
        if 0 < len(words) <= len(said) and roots and content(" ".join(said[: len(words)])) == roots:
            return len(words)
    return 0


_SUITED = re.compile(r"^(?:suitable|safe|recommended|approved|allowed) (?:for|in|during|on) ")


def _denied_elsewhere(sheet: FactSheet, term: str) -> bool:
    return any(
        term in line and _DENYING.search(line)
        for row in sheet.facts
        for line in (f"{row.key} {row.display} {row.fact.condition}".lower(),)
    )


def _chinese_denials(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """ "不附充电器" of a box with one, "不支持语音控制" of "远场语音: 是", "电磁炉上不能用" of what suits it."""
    text, sheet = analysis.folded, analysis.sheet
    rows = [row for row in sheet.facts if not _DENYING.search(f"{row.key} {row.display} {row.fact.condition}")]
    needed = [row for row in sheet.facts if polarity.says_yes(row.value) and "需" in row.key]
    for match in _denial("zh").finditer(text):
        thing = match["thing"]
        pool = needed if match.group()[:2] in ("无需", "不必", "不用") or match.group()[0] == "免" else rows
        for row in pool:
            named = next((size for size in range(len(thing), 1, -1) if _affirms(row, thing[:size])), 0)
            if named and not _denied_elsewhere(sheet, thing[:named]):
                yield match.start(), match.start("thing") + named, row
                break
    for match in _cannot_behind().finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        for row in rows:
            item = next((item for item in row.items if len(item) > 1 and before.endswith(item)), "")
            if item and not _denied_elsewhere(sheet, item):
                yield match.start() - len(item), match.end(), row
                break


def _affirms(row: SheetFact, thing: str) -> bool:
    """Whether the fact says yes to the thing, or lists it with its count or alone."""
    if polarity.says_yes(row.value):
        return thing in row.key
    return any(_COUNT.sub("", item) == thing or item.endswith(thing) for item in row.items)


_COUNT = re.compile(
    r"[x×*]?[\d一两二三四五六七八九十]+[个只件片支条双套盒包袋瓶罐根张块枚把副台本份对]?$|^[\d.]+[a-z]*"
)
