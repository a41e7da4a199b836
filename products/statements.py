"""Sentences of a shop's own description that say what the product is: "Blue cotton shirt with a narrow collar".

The text is untrusted: a statement is plain visible words without addresses, offers, praise, or words to a language
model, and it must name the product, so that advertising around it is left where it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from products.shop_text import is_suspect

MOST_STATEMENTS = 2
_SENTENCE = {"en": re.compile(r"(?<=[.!?])\s+|\s[-–—•|]\s"), "zh": re.compile(r"(?<=[。！？；!?;])|\s+")}
_CLAUSE = {"en": re.compile(r",\s"), "zh": re.compile(r"[，,]")}
_LABELLED = re.compile(r"[:：]")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("products.data").joinpath("statements.toml").read_text("utf-8"))


@cache
def _unfit(language: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_table()["unfit"][language], key=len, reverse=True))
    return re.compile(words if language == "zh" else rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def statements(lines: Iterable[str], noun: str, language: str) -> list[str]:
    """Up to ``MOST_STATEMENTS`` sentences among the visible ``lines`` that name ``noun``, without their stop.

    ``language`` is "zh" or "en"; a sentence too long for prose ends at one of its commas.
    """
    found: list[str] = []
    if not noun:
        return found
    for line in lines:
        for sentence in _SENTENCE[language].split(line):
            said = _cut(sentence.strip(" -–—•·*\t"), language)
            if said and _fits(said, noun, language) and said not in found:
                found.append(said)
                if len(found) == MOST_STATEMENTS:
                    return found
    return found


def _cut(sentence: str, language: str) -> str:
    """``sentence`` without its stop, up to the last comma that keeps it short enough; "" when there is none."""
    if sentence.endswith(("!", "！", "?", "？")):
        return ""
    sentence = sentence.rstrip(".。;； ")
    longest = _table()["longest"][language]
    if len(sentence) <= longest:
        return sentence
    ends = [match.start() for match in _CLAUSE[language].finditer(sentence) if match.start() <= longest]
    if not ends:
        return ""
    kept = sentence[: ends[-1]]
    # What is left of a list needs its "and" again.
    first, comma, last = kept.rpartition(", ")
    return f"{first} and {last}" if comma and language == "en" and " with " in first else kept


def _fits(sentence: str, noun: str, language: str) -> bool:
    if _LABELLED.search(sentence) or is_suspect(sentence) or _unfit(language).search(sentence):
        return False
    if language == "zh":
        return noun in sentence and len(sentence) >= len(noun) + 4
    named = re.search(rf"(?<![\w-]){re.escape(noun)}(?![\w-])", sentence, re.IGNORECASE)
    return named is not None and len(sentence.split()) >= 4 and sentence[0].isalpha()
