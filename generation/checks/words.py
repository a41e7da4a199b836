"""Words of the product data for loose comparison: English roots, Chinese pairs of characters."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from generation.checks import polarity
from generation.checks.lexicon import lexicon
from generation.checks.normalise import CJK, fold, has_cjk
from generation.checks.sheet import FactSheet

_WORD = re.compile(r"[a-z0-9]+(?:\.\d+)?")
_RUN = re.compile(rf"[{CJK}]+")
_AGAINST = re.compile(
    r"前请|取下|摘下|避免|不可|不能|不宜|勿|禁|除外|不含|另购|自备"
    r"|(?<![a-z])(?:avoid|not|never|take off|remove|excluding|separately)(?![a-z])"
)
_SAYS_WITHOUT = re.compile(r"不|无|未|零|(?<![a-z])(?:no|none|not|free|without)(?![a-z])")
_HOLDS = re.compile(r"(?<![a-z])(?:contains?|with|includes?|ingredients?|made (?:of|from|with))(?![a-z])")
_ENDINGS = (
    "ations", "ation", "ingly", "ances", "ance", "ences", "ence", "ively", "ive", "able", "ible", "ness", "ment",
    "ants", "ant", "ents", "ent", "edly", "ings", "ing", "ers", "ors", "ies", "ied", "er",
    "or", "ed", "es", "ly", "al", "y", "e", "s",
)  # fmt: skip
#: What says that something is how a thing looks.
_LOOKS = frozenset(("pattern", "print", "finish", "texture", "motif", "design", "weave"))
_NOTHING: frozenset[str] = frozenset()
#: Words that say nothing of their own.
EMPTY = frozenset((
    "the", "a", "an", "and", "or", "of", "to", "for", "with", "in", "on", "at", "by", "from", "it", "its", "this",
    "that", "these", "those", "your", "you", "our", "we", "us", "is", "are", "be", "as", "into", "up", "out", "so", "no",
    "not", "very", "more", "most", "all", "any", "each", "every", "one", "two", "three", "four", "both", "than", "too",
    "also", "own", "other", "some", "such", "real", "pure", "true", "new", "fine", "good", "great", "extra", "full",
    "whole", "little", "small", "large", "big", "soft", "special", "certain",
))  # fmt: skip


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, str]:
    rows = json.loads(resources.files(__package__).joinpath("data/synonyms_en.json").read_text("utf-8"))["rows"]
    return {word: row[0] for row in rows for word in row[1:]}


@lru_cache(maxsize=65_536)
def root(word: str) -> str:
    """A crude root, the same for "resists", "resistant" and "resistance", for "fibre" and "fiber"."""
    word = _synonyms().get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou"
    return word[:-1] if doubled else word


def content(phrase: str) -> list[str]:
    """Roots of the words of a folded phrase that say something."""
    return [root(word) for word in _WORD.findall(phrase) if word not in EMPTY]


@lru_cache(maxsize=1)
def licences() -> dict[str, frozenset[str]]:
    """Words, and the concepts each of which makes them true (data/licences.json)."""
    rows = json.loads(resources.files(__package__).joinpath("data/licences.json").read_text("utf-8"))
    return {word: frozenset(concepts) for concepts, words in rows["licences"] for word in words}


def roots_of(sheet: FactSheet) -> frozenset[str]:
    """Roots of all words the product data hold (once for a sheet)."""
    known: frozenset[str] | None = sheet.memo.get("roots")
    if known is None:
        words = " \n ".join(_lines(sheet))
        known = sheet.memo["roots"] = frozenset(map(root, _WORD.findall(words)))
    return known


def affirmed(sheet: FactSheet, term: str) -> bool:
    """Whether the product data name ``term`` (folded) somewhere without denying it or advising against it."""
    known: dict[str, bool] = sheet.memo.setdefault("affirmed", {})
    if term not in known:
        known[term] = any(_affirmed_in(line, term) for line in _lines(sheet))
    return known[term]


def _affirmed_in(line: str, term: str) -> bool:
    at = line.find(term)
    while at >= 0:
        end = at + len(term)
        begin, stop = polarity.clause(line, at, end)
        if not polarity.negated(line, at, end) and not _AGAINST.search(line[begin:stop]):
            return True
        at = line.find(term, end)
    return False


def _lines(sheet: FactSheet) -> list[str]:
    lines: list[str] | None = sheet.memo.get("lines")
    if lines is None:
        lines = sheet.memo["lines"] = [sheet.name, *sheet.background]
        for row in sheet.facts:
            denied = polarity.says_no(row.value) or polarity.DENYING_KEY.search(row.key)
            key = [] if denied or _SAYS_WITHOUT.search(row.display) else [row.key]
            lines += [] if denied else [*key, row.display, fold(row.fact.condition), fold(row.fact.part)]
    return lines


def mentions(sheet: FactSheet, phrase: str) -> bool:
    """Whether the product data name ``phrase`` (folded) at all, be it to deny it."""
    if phrase in sheet.known:
        return True
    if has_cjk(phrase):
        return any(phrase[at : at + 2] in sheet.known for at in range(len(phrase) - 1))
    named: frozenset[str] | None = sheet.memo.get("named")
    if named is None:
        named = sheet.memo["named"] = frozenset(map(root, _WORD.findall(sheet.known)))
    return any(word in named for word in content(phrase))


def holds(sheet: FactSheet, phrase: str) -> bool:
    """Whether the product data say that ``phrase`` (an English word) is in it: "contains soy", not "soy free"."""
    words = set(content(phrase))
    return any(
        words & set(content(line)) and _affirmed_in(line, phrase) and _HOLDS.search(line) for line in _lines(sheet)
    )


def knows(sheet: FactSheet, phrase: str, need: str) -> bool:
    """Whether the product data hold what ``phrase`` (folded) names; ``need``: any, head, all or whole."""
    if phrase in sheet.known:
        return affirmed(sheet, phrase)
    if need == "whole":
        return False
    hits = lexicon().scan_short(phrase)
    if need != "all" and any(concept.name in sheet.positive for hit in hits for concept in hit.concepts):
        return True
    if any(not licences().get(word, _NOTHING).isdisjoint(sheet.positive) for word in _WORD.findall(phrase)):
        return True
    if has_cjk(phrase):
        return _knows_chinese(sheet, phrase, need)
    words = content(phrase)
    if not words:
        return True
    known = roots_of(sheet)
    if need == "head":
        return words[-1] in known
    return (all if need == "all" else any)(word in known for word in words)


def _knows_chinese(sheet: FactSheet, phrase: str, need: str) -> bool:
    known = sheet.known
    if any(word in roots_of(sheet) for word in content(phrase)):
        return True
    pairs = [run[at : at + 2] for run in _RUN.findall(phrase) for at in range(max(1, len(run) - 1))]
    if need == "head":
        return bool(pairs) and pairs[-1] in known
    return bool(pairs) and (all if need == "all" else any)(pair in known for pair in pairs)


def without_look(thing: str) -> str:
    """``thing`` without a last word that only says it is how something looks: "herringbone" of "herringbone pattern"."""
    before, _, last = thing.rpartition(" ")
    return before if before and last in _LOOKS else thing
