"""A plan for free opening words that name a known kind of product: what such things usually have, made up.

A model of a few million parameters knows wording, not the world: left alone it gives a wristband 13 kilograms. So a free
prompt is planned like a brief, with values that are usual for the kind of product it names.
"""

from __future__ import annotations

import random
import re
from functools import cache

from generation.engine.corpus.free import typical_facts
from generation.engine.corpus.phrases import load
from generation.engine.pointers.prompt import Plan

_LIST, _SENTENCE = ("：", ":"), ("。", ".", "！", "!", "？", "?", "，", ",")


def plan_opening(prompt: str, language: str, seed: int) -> Plan | None:
    """What goes on after ``prompt``: points after a colon, sentences after other marks.

    ``None`` when the words name no kind of product known, or stop in the middle of a sentence.
    """
    words = prompt.rstrip()
    named = _named(words, language)
    if named is None or not words.endswith((*_LIST, *_SENTENCE)):
        return None
    category, noun = named
    rng = random.Random(f"{prompt}/{seed}")
    points = words.endswith(_LIST)
    return Plan(
        language,
        "highlights" if points else "generic",
        "",
        noun=noun,
        tone=rng.choice(("plain", "warm")),
        facts=typical_facts(category, rng, language, most=5 if points else 3),
        unnamed=True,
    )


def continued(prompt: str, written: str, plan: Plan) -> str:
    """The continuation as it follows ``prompt``: each point a line of its own, or sentences behind a space."""
    if plan.copy_kind == "highlights":
        return "\n" + "\n".join(f"- {line.removeprefix('- ')}" for line in written.split("\n") if line.strip())
    return written if plan.language == "zh" or prompt[-1:].isspace() else f" {written}"


def _named(words: str, language: str) -> tuple[str, str] | None:
    """Category and noun of the longest known noun in ``words``."""
    lowered = words.casefold()
    for noun, category in _nouns(language):
        there = noun in lowered if language == "zh" else re.search(rf"(?<![a-z]){re.escape(noun)}s?(?![a-z])", lowered)
        if there:
            return category, noun
    return None


@cache
def _nouns(language: str) -> tuple[tuple[str, str], ...]:
    """Nouns with their category, longest first; of one letter or character none."""
    phrases = load(language)
    found = {
        noun.removeprefix("pair of ").casefold(): category.name
        for category in reversed(phrases.categories)
        for noun in category.nouns
        if len(noun) > 1
    }
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))
