"""Free prompts: opening words and how they go on. Here facts are made up and written out, no pointers."""

from __future__ import annotations

import random

from generation.engine.corpus.describe import Composer
from generation.engine.corpus.phrases import load
from generation.engine.corpus.products import Product, imagine
from generation.engine.corpus.telling import Telling
from generation.engine.pointers.kinds import says_side
from generation.engine.pointers.mend import Filling, fill_pointers
from generation.engine.pointers.prompt import PlannedFact

_COLON, _COMMA, _STOP = tuple("：:"), tuple("，,"), tuple("。.?？")


def free_example(rng: random.Random, language: str, *, held_out: bool = False) -> tuple[str, str]:
    """Opening words and a continuation that fits them and the kind of product they name."""
    phrases = load(language)
    product = _with_facts(imagine(rng, language, held_out=held_out), rng, language)
    openings = phrases.free.get("opening") or ["{n}：" if language == "zh" else "{n}:"]
    # Opening words that stop mid-sentence ("made of") go on with a value that can stand there.
    can_go_on = any(fact.kind in _OPEN for fact in product.facts)
    usable = [
        text
        for text in openings
        if (product.brand or "{b}" not in text) and (can_go_on or text.endswith((*_COLON, *_COMMA, *_STOP)))
    ]
    opening = rng.choice(usable)
    for mark in "ntb":
        opening = opening.replace(f"{{{mark}}}", f"<{mark}>")
    noun = product.noun or product.name
    opening = fill_pointers(opening, Filling(language, product.name, noun, product.brand, ()))
    telling = Telling(phrases, rng, noun=bool(product.noun), brand=False, named=False)
    facts = list(product.facts)
    composer = Composer(telling, facts, tone=rng.choice(("plain", "warm")), length="medium", more=False)
    text, told = telling.finish(_continue(opening, composer, telling, facts, rng))
    filling = Filling(language, product.name, product.noun, product.brand, told)
    return opening, fill_pointers(
        text, filling, starts_sentence=not opening.endswith(_COMMA) and not opening[-1:].isalnum()
    )


def _continue(opening: str, composer: Composer, telling: Telling, facts: list[PlannedFact], rng: random.Random) -> str:
    joint = "" if telling.chinese else " "
    if opening.endswith(_COLON):
        if rng.random() < 0.75:
            return "\n" + "\n".join(composer.bullets())
        return joint + composer.sentences()
    if opening.endswith(_COMMA):
        clauses = [telling.phrase_for(fact, "clause", bare=False) for fact in facts[:2]]
        rest = Composer(telling, facts[2:], tone=composer.tone, length="medium", more=False).sentences()
        start = ("，" if telling.chinese else ", ").join(clause for clause in clauses if clause)
        return f"{joint}{start}{'。' if telling.chinese else '.'}{joint}{rest}".rstrip()
    if opening.endswith(_STOP):
        return joint + composer.sentences()
    fact = next(fact for fact in facts if fact.kind in _OPEN)
    others = [other for other in facts if other is not fact]
    rest = Composer(telling, others, tone=composer.tone, length="medium", more=False).sentences()
    return f"{joint}{telling.place('{v}', [fact])}{'。' if telling.chinese else '.'}{joint}{rest}".rstrip()


_OPEN = {
    "material",
    "fabric_composition",
    "metal",
    "case_material",
    "lining_material",
    "outer_material",
}


def _with_facts(product: Product, rng: random.Random, language: str) -> Product:
    """The product with three to five facts such as things of its category have."""
    facts = typical_facts(product.category, rng, language, most=rng.choice((3, 4, 4, 5)))
    return Product(product.category, product.name, product.noun, product.brand, facts)


def typical_facts(category: str, rng: random.Random, language: str, *, most: int) -> tuple[PlannedFact, ...]:
    """Up to ``most`` made-up facts with values that are usual for things of ``category``."""
    phrases = load(language)
    typical = phrases.typical[category]
    facts = []
    for kind in rng.sample(sorted(typical), min(len(typical), most)):
        key = next((key for key in phrases.kinds[kind].keys if says_side(key)), kind)
        value = rng.choice(typical[kind])
        facts.append(PlannedFact(kind, key, value, polarity="yes" if value == "yes" else ""))
    return tuple(facts)
