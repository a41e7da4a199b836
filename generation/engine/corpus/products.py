"""Imagined products for the corpus: a category, a name, and facts as shops list them, known and unknown."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from generation.engine.corpus.phrases import Category, Kind, Phrases, load
from generation.engine.corpus.values import fill, word
from generation.engine.pointers.kinds import says_side, tables
from generation.engine.pointers.prompt import PlannedFact

#: Categories never trained on, for evaluation.
HELD_OUT = ("kettle", "bracelet", "jacket", "phone_case", "tea", "backpack")
_UNKNOWN = ("unknown_text", "unknown_quantity", "unknown_choice", "unknown_list", "yes_feature", "no_feature")
_UNKNOWN_WEIGHTS = (5, 4, 2, 2, 2, 1)


@dataclass(frozen=True, slots=True)
class Product:
    """What a shop knows of one product; ``facts`` in random order."""

    category: str
    name: str
    noun: str
    brand: str
    facts: tuple[PlannedFact, ...]


def categories(language: str, *, held_out: bool = False) -> list[Category]:
    """The categories to train on, or those held out."""
    return [category for category in load(language).categories if (category.name in HELD_OUT) == held_out]


def imagine(rng: random.Random, language: str, *, most: int = 9, held_out: bool = False) -> Product:
    """A random product with up to ``most`` facts: mostly of its category's kinds, a quarter or more unknown."""
    phrases = load(language)
    category = rng.choice(categories(language, held_out=held_out) or list(phrases.categories))
    known_words = {
        "colour": _value(phrases, "colour", rng),
        "material": _value(phrases, "material", rng),
    }
    name = fill(rng.choice(category.names), rng, language, known_words)
    made = rng.choice(phrases.words) if rng.random() < 0.6 else word(rng, language)
    name = name.replace("{word}", made)
    brand = ""
    if rng.random() < 0.5:
        brand = rng.choice(phrases.brands) if rng.random() < 0.6 else word(rng, language).capitalize()
        if rng.random() < 0.15:
            name = f"{brand}{name}" if language == "zh" else f"{brand} {name}"
            brand = ""
    noun = rng.choice(category.nouns) if rng.random() < 0.85 else ""
    wanted = rng.choice((0, 1, 2, 3, 4, 5, 5, 6, 7, 8))
    kinds = [kind for kind in category.kinds if kind in phrases.kinds]
    if rng.random() < 0.3:
        kinds = rng.sample(sorted(phrases.kinds), min(8, len(phrases.kinds)))
    rng.shuffle(kinds)
    facts: list[PlannedFact] = []
    keys: set[str] = set()
    for _ in range(min(wanted, most)):
        special = rng.random()
        if special < 0.28 or not kinds:
            kind = rng.choices(_UNKNOWN, _UNKNOWN_WEIGHTS)[0]
        elif special < 0.38:
            kind = rng.choice(("selling_point", "selling_point", "benefit"))
        else:
            kind = kinds.pop()
        fact = fact_of(phrases.kinds.get(kind) or phrases.kinds["unknown_text"], rng, language)
        if fact.key not in keys or fact.kind in ("selling_point", "benefit"):
            keys.add(fact.key)
            facts.append(fact)
    return Product(category.name, name, noun, brand, tuple(facts))


def fact_of(kind: Kind, rng: random.Random, language: str) -> PlannedFact:
    """A random fact of ``kind``: yes or no when the kind allows, else a value from its patterns or an unseen word."""
    key = fill(rng.choice(kind.keys), rng, language) if kind.keys else word(rng, language)
    named = kind.name in _UNKNOWN
    sides = kind.polarities
    if sides and (not kind.values or kind.name.endswith("_feature") or rng.random() < 0.8):
        # A shop lists what a product has far more often than what it lacks.
        side = "no" if "no" in sides and ("yes" not in sides or rng.random() < 0.3) else "yes"
        if not says_side(key):
            key = fill(next(other for other in kind.keys if says_side(other)), rng, language)
        return PlannedFact(kind.name, key, side, _condition(kind, rng, language), polarity=side, named=named)
    if not kind.values:
        return PlannedFact("unknown_text", key, word(rng, language), named=True)
    value = fill(rng.choice(kind.values), rng, language)
    if rng.random() < 0.12 and not any(character.isdigit() for character in value):
        value = word(rng, language)
    fact = PlannedFact(kind.name, key, value, _condition(kind, rng, language), named=named)
    if not named and rng.random() < 0.04:
        # Facts of a part travel as unknown ones, so that the part is always said.
        part = word(rng, language)
        folded = part + key if language == "zh" else f"{part} {key.lower()}"
        digits = any(character.isdigit() for character in value)
        return replace(fact, kind="unknown_quantity" if digits else "unknown_text", key=folded, named=True)
    return fact


def _condition(kind: Kind, rng: random.Random, language: str) -> str:
    """Now and then one of the kind's conditions; "" otherwise."""
    conditions = kind.sections.get("conditions", [])
    return fill(rng.choice(conditions), rng, language) if conditions and rng.random() < 0.22 else ""


def situation_fact(kind: str, rng: random.Random, language: str) -> PlannedFact:
    """A random fact of an offer, order or inquiry; an "item" is a product name."""
    entry = tables("situations")[kind]
    chinese = language == "zh"
    keys = [key for key in entry["keys"] if key.isascii() != chinese]
    if kind == "item":
        value = imagine(rng, language, most=0).name
    else:
        value = fill(rng.choice(entry[language]), rng, language, {"colour": "灰色" if chinese else "gray"})
    return PlannedFact(kind, rng.choice(keys), value)


def _value(phrases: Phrases, kind: str, rng: random.Random) -> str:
    found = phrases.kinds.get(kind)
    return fill(rng.choice(found.values), rng, phrases.language) if found and found.values else ""
