"""Composes copy from frames: campaign texts, order notices, replies."""

from __future__ import annotations

import random

from generation.engine.corpus.describe import Composer
from generation.engine.corpus.frames import ATTRIBUTE, Frame
from generation.engine.corpus.products import Product, situation_fact
from generation.engine.corpus.telling import MARKS, Telling
from generation.engine.pointers.prompt import PlannedFact

#: Campaign texts with room for more sentences after the frame.
ROOMY = ("email_body", "social", "ad_description")


def fits_frame(fact: PlannedFact, *, keyed: bool) -> bool:
    """Whether a product fact can stand in a frame: said with its value, not in words, and short."""
    if fact.polarity or fact.condition or len(fact.value) > 24:
        return False
    if fact.kind in ("selling_point", "benefit"):
        return not keyed
    return keyed or not fact.named


def compose(
    frame: Frame, product: Product, telling: Telling, rng: random.Random, *, kind: str, tone: str
) -> str | None:
    """The frame's text with local pointers, and more sentences where there is room; ``None`` if no fact suits it."""
    language = telling.phrases.language
    facts: dict[str, PlannedFact] = {}
    left = list(product.facts)
    for slot in frame.slots:
        if slot == ATTRIBUTE:
            suited = [fact for fact in left if fits_frame(fact, keyed=frame.keyed)]
            if not suited:
                return None
            facts[slot] = suited[0]
            left.remove(suited[0])
        else:
            facts[slot] = situation_fact(slot, rng, language)
    if "n" in frame.needs:
        telling.names_left -= 1
    text = frame.text.replace("{customer}", "\0")
    for slot, fact in facts.items():
        text = text.replace(f"{{{slot}}}", telling.value(fact)) if slot != ATTRIBUTE else text
    text = telling.place(text, [facts[ATTRIBUTE]]) if ATTRIBUTE in facts else telling.place(text)
    text = telling.marks(facts[slot] for slot in frame.slots) + MARKS.sub("", text)
    text = text.replace("\0", "{{customer}}")
    if kind == "social" and " // " in text:
        text = text.replace(" // ", "\n\n", 1)
    more = rng.choice((0, 0, 1, 2)) if kind in ROOMY else 0
    if more and left:
        composer = Composer(telling, left[:more], tone=tone, length="short", more=False)
        stop = "" if text.endswith(tuple("。.?？!📌📝🌿☕")) else ("。" if telling.chinese else ".")
        joint = "" if telling.chinese else " "
        text = f"{text}{stop}{joint}{composer.sentences()}"
    return text
