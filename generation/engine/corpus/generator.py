"""The corpus as a seeded stream of examples: a prompt as the writer renders it, and the copy that answers it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from generation.engine.corpus.describe import Composer
from generation.engine.corpus.frames import frames
from generation.engine.corpus.free import free_example
from generation.engine.corpus.phrases import load
from generation.engine.corpus.products import Product, imagine
from generation.engine.corpus.situations import compose
from generation.engine.corpus.telling import Telling
from generation.engine.pointers.kinds import tables
from generation.engine.pointers.prompt import FRAMED, Plan, PlannedFact, render, render_free

#: Share of each kind of copy.
MIX = {
    "description": 34,
    "highlights": 7,
    "seo_title": 5,
    "seo_description": 6,
    "generic": 6,
    "headline": 3,
    "ad_description": 3,
    "email_subject": 3,
    "email_body": 5,
    "sms": 4,
    "social": 4,
    "notice": 9,
    "reply": 10,
    "free": 18,
}
_ROOM = {"seo_title": 2, "seo_description": 3, "generic": 3}
_MARK = r"<[a-z_]{2,}>"
_SPACE_MARK = re.compile(rf" ((?:{_MARK})+)")
_MARKS = re.compile(_MARK)
_NAMED = re.compile(r"<[nt]>")
_SPACE = re.compile(r" (?=<(?:[nbt]|[kvc]\d+)>)")


@dataclass(frozen=True, slots=True)
class Example:
    """``prompt`` and ``text`` in the model's own writing (with special tokens); ``plan`` is ``None`` for free text."""

    prompt: str
    text: str
    plan: Plan | None


class Source(Protocol):
    """Where training takes its examples from: an endless stream that depends on the arguments only."""

    def __call__(self, seed: int, *, held_out: bool = False) -> Iterator[Example]:
        """Examples of categories to train on, or of those held out."""
        ...


def examples(
    seed: int, *, languages: tuple[str, ...] = ("zh", "en"), held_out: bool = False, kinds: tuple[str, ...] = ()
) -> Iterator[Example]:
    """An endless stream. The same arguments give the same stream. ``kinds`` restricts the kinds of copy."""
    rng = random.Random(seed)
    mix = {kind: share for kind, share in MIX.items() if not kinds or kind in kinds}
    while True:
        made = example(rng, rng.choice(languages), rng.choices(list(mix), list(mix.values()))[0], held_out=held_out)
        if made is not None:
            yield made


def example(rng: random.Random, language: str, kind: str, *, held_out: bool = False) -> Example | None:
    """One example, or ``None`` when chance drew a combination the data cannot tell."""
    if kind == "free":
        opening, text = free_example(rng, language, held_out=held_out)
        return Example(render_free(language, opening), text, None)
    product = imagine(rng, language, held_out=held_out)
    product = replace(product, facts=arrange(list(product.facts), rng, keep_order=kind in FRAMED))
    unnamed = bool(product.noun) and rng.random() < 0.25
    tone = rng.choice(("plain", "plain", "warm"))
    length = rng.choice(("short", "medium", "medium", "long"))
    phrases = load(language)
    telling = Telling(phrases, rng, noun=bool(product.noun), brand=bool(product.brand), named=not unnamed)
    plan = Plan(language, kind, product.name, product.noun, product.brand, tone, length, unnamed=unnamed)
    if kind in FRAMED:
        return _framed(rng, kind, product, telling, plan)
    facts, more = _chosen(product, kind, length, rng)
    if kind == "seo_title":
        if unnamed:
            return None
        facts = tuple(fact for fact in facts if not fact.condition and len(fact.value) < 20)
    composer = Composer(telling, list(facts), tone=tone, length=length, more=more)
    text, told = telling.finish(getattr(composer, kind)())
    begun = _MARKS.sub("", text).split("\n")[0].strip()
    if not begun or (kind == "description" and not _NAMED.search(text)):
        return None
    plan = replace(plan, facts=told, more=more)
    return Example(render(plan), _joined(text, language), plan)


def arrange(facts: list[PlannedFact], rng: random.Random, *, keep_order: bool = False) -> tuple[PlannedFact, ...]:
    """Known attributes first, then mostly unknown ones, box contents and the like at the end."""
    last = tables("plan")["last"]
    if not keep_order:
        mixed = rng.random() < 0.2
        facts = sorted(
            facts, key=lambda fact: last.index(fact.kind) + 2 if fact.kind in last else fact.named and not mixed
        )
        if len(facts) > 1 and facts[0].kind == "benefit":
            # A benefit explains a fact, so one comes first.
            facts[0], facts[1] = facts[1], facts[0]
    return tuple(facts)


def _chosen(product: Product, kind: str, length: str, rng: random.Random) -> tuple[tuple[PlannedFact, ...], bool]:
    """The facts this text tells, and whether some were left for the table."""
    if kind in _ROOM:
        most = rng.randint(0 if rng.random() < 0.2 else 1, _ROOM[kind])
    else:
        most = rng.randint(*tables("plan")["count"][length])
    kept = sorted(rng.sample(range(len(product.facts)), min(most, len(product.facts))))
    facts = tuple(product.facts[index] for index in kept)
    return facts, len(facts) < len(product.facts) or rng.random() < 0.3


def _framed(rng: random.Random, kind: str, product: Product, telling: Telling, plan: Plan) -> Example | None:
    phrases = telling.phrases
    if kind in ("notice", "reply"):
        situations = sorted(phrases.orders if kind == "notice" else phrases.support)
        if not situations:
            return None
        situation = rng.choice(situations)
        plan = replace(plan, situation=situation, length="medium")
        if situation == "product_question" and rng.random() < 0.7 and product.facts:
            count = rng.choice((1, 1, 2))
            composer = Composer(telling, list(product.facts[:count]), tone=plan.tone, length="short", more=False)
            text, told = telling.finish(composer.answer())
            plan = replace(plan, facts=told)
            return Example(render(plan), _joined(text, plan.language), plan)
    plan = replace(plan, unnamed=False)
    telling.names_left = 2
    suited = [frame for frame in frames(plan.language, kind, plan.situation) if telling.usable(frame.text)]
    if not suited:
        return None
    composed = compose(rng.choice(suited), product, telling, rng, kind=kind, tone=plan.tone)
    if composed is None:
        return None
    numbered, told = telling.finish(composed)
    plan = replace(plan, facts=told)
    return Example(render(plan), _joined(numbered, plan.language), plan)


def _joined(text: str, language: str) -> str:
    """English without the spaces before pointers, which the writer puts back: fewer tokens to learn."""
    return text if language == "zh" else _SPACE.sub("", _SPACE_MARK.sub(r"\1 ", text))
