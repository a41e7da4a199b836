"""Briefs that no training has seen, for measuring writers: held-out categories, made-up values, every kind of copy."""

from __future__ import annotations

import random
from collections.abc import Sequence

from generation.engine.contract import Brief, Fact, Limit
from generation.engine.corpus.frames import ATTRIBUTE, frames
from generation.engine.corpus.phrases import load
from generation.engine.corpus.products import Product, imagine, situation_fact
from generation.engine.corpus.situations import fits_frame
from generation.engine.pointers.prompt import PlannedFact

#: Product copy: kind of copy and the most facts of its briefs. Descriptions come twice, as they matter most.
_PRODUCT_KINDS = (
    ("products.description", 9),
    ("products.highlights", 6),
    ("products.seo_title", 3),
    ("products.seo_description", 4),
    ("products.description", 4),
    ("generic", 4),
)
_CAMPAIGN_KINDS = ("headline", "ad_description", "email_subject", "email_body", "sms", "social")
_LIMITS = {"products.seo_title": Limit(60, "characters"), "products.seo_description": Limit(160, "characters")}


def evaluation_briefs(seed: int, count: int, languages: Sequence[str] = ("zh-hans", "en")) -> list[Brief]:
    """``count`` briefs in turn over languages and kinds of copy; notices and replies draw one of their situations."""
    rng = random.Random(seed)
    kinds = [*_PRODUCT_KINDS, *((f"marketing.{kind}", 4) for kind in _CAMPAIGN_KINDS), ("orders.notice", 2)]
    kinds += [("support.reply", 2)]
    briefs: list[Brief] = []
    while len(briefs) < count:
        language = languages[len(briefs) % len(languages)]
        copy_kind, most = kinds[(len(briefs) // len(languages)) % len(kinds)]
        product = imagine(rng, language.split("-")[0], most=most, held_out=True)
        if copy_kind in dict(_PRODUCT_KINDS):
            briefs.append(_product_brief(rng, copy_kind, language, product))
        else:
            framed = _framed_brief(rng, copy_kind, language, product)
            briefs += [framed] if framed else []
    return briefs


def _product_brief(rng: random.Random, copy_kind: str, language: str, product: Product) -> Brief:
    return Brief(
        copy_kind,
        language,
        product.name,
        noun=product.noun,
        brand=product.brand,
        facts=tuple(brief_fact(fact) for fact in product.facts if fact.polarity != "no"),
        tone=rng.choice(("plain", "warm")),
        limit=_LIMITS.get(copy_kind),
    )


def _framed_brief(rng: random.Random, copy_kind: str, language: str, product: Product) -> Brief | None:
    """A brief with the facts of some known wording of this kind; ``None`` when the product has none that it asks for."""
    short = language.split("-")[0]
    app, _, kind = copy_kind.rpartition(".")
    situations = {"notice": load(short).orders, "reply": load(short).support}.get(kind)
    situation = rng.choice(sorted(situations)) if situations else ""
    frame = rng.choice(frames(short, kind, situation))
    told = [fact for fact in product.facts if fact.polarity != "no"]
    if ATTRIBUTE in frame.slots and not any(fits_frame(fact, keyed=frame.keyed) for fact in told):
        return None
    if not frame.needs <= {"n", *("t" if product.noun else ""), *("b" if product.brand else "")}:
        return None
    own = "offer" if app == "marketing" else "state"
    facts = [brief_fact(situation_fact(slot, rng, short), own) for slot in frame.slots if slot != ATTRIBUTE]
    return Brief(
        copy_kind,
        language,
        product.name,
        noun=product.noun,
        brand=product.brand,
        facts=(*facts, *(brief_fact(fact) for fact in told)),
        situation=situation,
    )


def brief_fact(planned: PlannedFact, kind: str = "attribute") -> Fact:
    """A made-up fact as it stands in a brief, of ``kind`` unless it is a selling point or a benefit."""
    own = planned.kind if planned.kind in ("selling_point", "benefit") else kind
    return Fact(
        planned.key,
        planned.polarity or planned.value,
        condition=planned.condition,
        kind=own,  # type: ignore[arg-type]
        data_type="boolean" if planned.polarity else "text",
    )
