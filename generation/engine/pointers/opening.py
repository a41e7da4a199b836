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
from generation.engine.pointers.plan import CannotPlan
from generation.engine.pointers.prompt import Plan

_LIST, _SENTENCE = ("：", ":"), ("。", ".", "！", "!", "？", "?", "，", ",")


def plan_opening(prompt: str, language: str, seed: int) -> Plan | None:
    """What goes on after ``prompt``: points after a colon, sentences after other words.

    ``None`` when the words name no kind of product known. Raises ``CannotPlan`` when they stop in the middle of a
    sentence besides: nothing sensible can be known of its end.
    """
    words = prompt.rstrip()
    named = _named(words, language)
    stopped = words.endswith((*_LIST, *_SENTENCE))
    if named is None and not stopped:
        raise CannotPlan(
            "the opening words name no kind of product the bundled writer knows and stop in the middle of a sentence; "
            "end them with a colon or a full stop, or choose a larger model"
        )
    if named is None:
        return None
    category, noun = named
    rng = random.Random(f"{prompt}/{seed}")
    bridge, told = "", ""
    if not stopped:
        bridge, told = _bridge(words, category, noun, language, rng)
    points = (bridge.rstrip() or words).endswith(_LIST)
    facts = typical_facts(category, rng, language, most=8)
    said = {told, *_MADE_OF[told], *_said(words, language)}
    return Plan(
        language,
        "highlights" if points else "generic",
        "",
        noun=noun,
        tone=rng.choice(("plain", "warm")),
        facts=tuple(fact for fact in facts if fact.kind not in said)[: 5 if points else 3],
        unnamed=True,
        bridge=bridge,
    )


#: Kinds that say what a thing is made of, each with those that would say it a second time.
_MADE_OF = {
    "": (),
    "material": ("fabric_composition", "outer_material", "case_material"),
    "fabric_composition": ("material", "outer_material"),
    "outer_material": ("material", "fabric_composition"),
    "case_material": ("material",),
    "metal": ("material",),
}


def _said(words: str, language: str) -> set[str]:
    """Kinds whose values the opening words hold already: a bottle of 316 steel is not said to be of glass."""
    lowered = words.casefold()
    kinds = load(language).kinds
    found = {
        kind
        for kind in _MADE_OF
        if kind
        and any(value.casefold() in lowered for value in kinds[kind].values if "{" not in value and len(value) > 1)
    }
    return found | {other for kind in found for other in _MADE_OF[kind]}


_AWAITS_MATERIAL = {
    "zh": re.compile(r"(?:采用|选用|使用|用|以|由|用料是|材质是|材质为|面料是|面料为)$"),
    "en": re.compile(r"(?:made|crafted|cut|woven|built|knitted) (?:of|from|out of|in|with)$", re.IGNORECASE),
}


def _bridge(words: str, category: str, noun: str, language: str, rng: random.Random) -> tuple[str, str]:
    """Words that bring a sentence cut short to a place where a text can go on, and the kind of fact they say ("")."""
    typical = load(language).typical[category]
    kind = next((kind for kind in _MADE_OF if kind and kind in typical), "")
    if kind and _AWAITS_MATERIAL[language].search(words):
        value = rng.choice(typical[kind])
        if language == "zh":
            return f"{value}{'制成' if words.endswith(('用', '以', '由')) else ''}。", kind
        return f" {value}.", kind
    if language == "zh":
        return "，", ""
    return (":" if words.casefold().endswith((noun, f"{noun}s")) else " – in short:"), ""


def continued(prompt: str, written: str, plan: Plan) -> str:
    """The continuation as it follows ``prompt``: each point a line of its own, or sentences behind a space."""
    if plan.copy_kind == "highlights":
        lines = [line for line in written.split("\n") if line.strip()]
        return plan.bridge + "\n" + "\n".join(f"- {line.removeprefix('- ')}" for line in lines)
    spaced = plan.language == "zh" or (plan.bridge or prompt)[-1:].isspace()
    return plan.bridge + (written if spaced else f" {written}")


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
