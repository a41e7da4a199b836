"""The conditions of a value: which there are, and whether a sentence still shows a trace of them."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from generation.checks.cues import cues
from generation.checks.lexicon import lexicon
from generation.checks.normalise import fold, has_cjk
from generation.checks.quantities import Quantity, parse
from generation.checks.sheet import SheetFact


def condition_of(row: SheetFact, known: Quantity) -> str:
    """The condition that limits this quantity of the fact: its own field, or brackets right after the figure."""
    if row.fact.condition:
        return fold(row.fact.condition)
    brackets = cues("condition")["brackets"].match(row.display, known.end)
    if brackets and not parse(brackets.group(1)) and not cues("condition")["harmless"].search(brackets.group(1)):
        return brackets.group(1)
    return ""


def excluded_nouns(row: SheetFact) -> tuple[str, ...]:
    """What the value does not count in: "不含桶" → 桶."""
    return _named("excluded", row.fact.condition or row.display)


@lru_cache(maxsize=4096)
def _named(cue: str, condition: str) -> tuple[str, ...]:
    """The nouns that the condition has behind the words of a cue."""
    found = cues("condition")[cue].finditer(fold(condition))
    return tuple(next(group for group in match.groups() if group).strip() for match in found)


def counts_in(text: str, noun: str) -> bool:
    """Whether ``text`` says that ``noun`` is counted in."""
    return noun in text and _counted_in(noun).search(text) is not None


@lru_cache(maxsize=4096)
def _counted_in(noun: str) -> re.Pattern[str]:
    noun = re.escape(noun)
    return re.compile(
        rf"(?<![不未])(?:连同?|含|算上|加上|包括|(?<![a-z])(?:with|including|counting)"
        rf"(?: the| its| a)?\s?){noun}(?!子?不)"
        rf"|{noun}s?(?:都|也)?(?:在内|,? included| and all)"
    )


def left_out(text: str, row: SheetFact) -> bool:
    """Whether ``text`` says that something is not counted in which the value counts in: "with the ball head"."""
    return any(
        noun in text and _not_counted(noun).search(text) is not None
        for noun in _named("counted", row.fact.condition)
        if noun not in excluded_nouns(row)
    )


@lru_cache(maxsize=4096)
def _not_counted(noun: str) -> re.Pattern[str]:
    noun = re.escape(noun)
    return re.compile(
        rf"(?:不含|不带|不算|不计|除去?|去掉|未装){noun}"
        rf"|(?<![a-z])(?:without|excluding|not including|minus|less|before you(?:'ve)? (?:add|added|fit|attach)(?:ed)?)"
        rf"(?: the| its| a| any)? {noun}"
    )


def opposable(row: SheetFact) -> bool:
    """Whether the value was measured in a circumstance that has an opposite."""
    return bool(_opposing(_circumstance(row)))


def _circumstance(row: SheetFact) -> str:
    return f"{row.key} {row.fact.condition}" if _SPREAD.search(row.key) else row.fact.condition


def opposed(text: str, row: SheetFact) -> bool:
    """Whether ``text`` names the opposite of the circumstance the value was measured in: highest for lowest."""
    opposing = _opposing(_circumstance(row))
    return any(there.search(text) is not None and here.search(text) is None for here, there in opposing)


#: Keys that name a circumstance: "展开尺寸", "Packed size".
_SPREAD = re.compile(r"展开|收纳|折叠|(?<![a-z])(?:packed|folded|unfolded|assembled)(?![a-z])")


def names_opposite(text: str, row: SheetFact) -> bool:
    """Whether ``text`` names the opposite of the row's condition at all."""
    return any(there.search(text) is not None for _here, there in _opposing(row.fact.condition))


@lru_cache(maxsize=4096)
def _opposing(condition: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """The circumstance of a condition and its opposite, where it names only the one."""
    folded = fold(condition)
    switched = [_switch(match) for match in _SWITCHED.finditer(folded)]
    switched += [_mode(match) for match in _MODE.finditer(folded)]
    pairs = switched + [pair for one, other in _opposites() for pair in ((one, other), (other, one))] if folded else []
    return tuple((here, there) for here, there in pairs if here.search(folded) and not there.search(folded))


#: "Wi-Fi off", "降噪关闭"
_SWITCHED = re.compile(
    r"(?<![a-z])(?P<en>[a-z]+(?:-[a-z]+)?) (?:turned |switched )?(?P<side>on|off)(?![a-z])"
    r"|(?P<zh>[\u4e00-\u9fff]{2,4})(?P<way>开启|打开|开着|全亮|全开|常亮|关闭|关掉)|(?P<way2>开启|打开|关闭|关掉)(?P<zh2>[\u4e00-\u9fff]{2,4})"
)


_MODE = re.compile(r"(?P<zh>[\u4e00-\u9fff]{2})模式|(?<![a-z])(?P<en>[a-z]+) mode(?![a-z])")


def _mode(match: re.Match[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What names the mode of a condition, and what names another."""
    if name := match["zh"]:
        return re.compile(f"{name}(?:模式)?"), re.compile(rf"(?!{name})[\u4e00-\u9fff]{{2}}模式")
    return re.compile(rf"(?<![a-z]){match['en']}(?![a-z])"), re.compile(
        rf"(?<![a-z])(?!{match['en']} )[a-z]+ mode(?![a-z])"
    )


def _switch(match: re.Match[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What says a thing is switched as the condition has it, and what says it is not."""
    if thing := match["en"]:
        sides = [rf"(?<![a-z]){re.escape(thing)} (?:turned |switched )?{side}(?![a-z])" for side in ("on", "off")]
        on = match["side"] == "on"
    else:
        name = re.escape(match["zh"] or match["zh2"])
        sides = [
            rf"{name}(?:常|全|一直)?(?:{way})|(?:{way})(?:了)?{name}"
            for way in ("开启|打开|开着|常开|全开|全亮|常亮", "关闭|关掉|不开")
        ]
        on = (match["way"] or match["way2"])[0] in "开打全常"
    here, there = map(re.compile, sides if on else sides[::-1])
    return here, there


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = json.loads(resources.files(__package__).joinpath("data/opposites.json").read_text("utf-8"))["pairs"]
    return tuple((_any_of(one), _any_of(other)) for one, other in rows)


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word for word in words))


def traced(sentence: str, condition: str, row: SheetFact) -> bool:
    """Whether the folded ``sentence`` still shows something of the ``condition``, in whatever words."""
    meaning = _meaning(condition)
    patterns = cues("condition")
    if meaning.pattern and re.search(meaning.pattern, sentence):
        return True
    for name, wordings in patterns.items():
        if name.startswith("same_") and wordings.search(condition) and wordings.search(sentence):
            return True
    wanted = meaning.concepts | row.usages | row.excluded | row.included
    return any(concept.name in wanted for hit in lexicon().scan(sentence) for concept in hit.concepts)


class _Meaning:
    def __init__(self, pattern: str, concepts: frozenset[str]) -> None:
        self.pattern, self.concepts = pattern, concepts


@lru_cache(maxsize=4096)
def _meaning(condition: str) -> _Meaning:
    """Pieces of a condition's wording that would give it away, and the concepts it names."""
    pieces: set[str] = set(re.findall(r"\d+(?:\.\d+)?", condition))
    for run in re.findall(r"[\u4e00-\u9fff]+", condition):
        content = cues("condition")["empty_words"].sub("", run)
        pieces |= {content[at : at + 2] for at in range(len(content) - 1)} or ({content} if content else set())
    for word in re.findall(r"[a-z]{3,}", condition):
        if not cues("condition")["empty_words"].fullmatch(word):
            pieces.add(word[: max(4, len(word) - 2)] if len(word) > 4 else word)
    concepts = frozenset(concept.name for hit in lexicon().scan(condition) for concept in hit.concepts)
    pattern = "|".join(re.escape(piece) for piece in pieces if has_cjk(piece) or len(piece) > 2 or piece.isdigit())
    return _Meaning(pattern, concepts)
