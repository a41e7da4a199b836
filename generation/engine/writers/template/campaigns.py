"""Campaign copy by rule: the most telling pattern (campaigns.toml) that can be filled and keeps within the limit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from generation.engine.contract import Brief, Fact
from generation.engine.counting import fits
from generation.engine.pointers.kinds import situation_of
from generation.engine.writers.template.sentences import capital, is_chinese, label, qualified, value

#: Kinds of copy that are written from patterns.
CAMPAIGN_KINDS = ("headline", "ad_description", "email_subject", "email_body", "sms", "social")
#: A product fact longer than this (characters) has no place in such a text.
LONGEST_FACT = 60
#: Seeds choose among the best patterns that can be used, not all.
BEST = 3
#: What a pattern may name beside the offer.
_PRODUCT = {"name", "noun", "brand", "sign", "fact", "fact2"}
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("campaigns.toml").read_text("utf-8"))


def render_campaign(brief: Brief, seed: int = 0) -> str:
    """The text of ``brief``; another ``seed`` takes another pattern or says other facts."""
    language = "zh" if is_chinese(brief.language) else "en"
    patterns = _patterns()[language][brief.copy_kind.rpartition(".")[2]]
    values = _values(brief, seed)
    usable = [pattern for pattern in patterns if set(_PLACE.findall(pattern)) <= set(values)]
    fitting = [pattern for pattern in usable if fits(_fill(pattern, values), brief.limit)]
    # What names only the product, or nothing but the offer, is for when there is no room for more.
    telling = [p for p in fitting if not set(_PLACE.findall(p)) <= _PRODUCT and len(_PLACE.findall(p)) > 1]
    if fitting:
        best = (telling or fitting)[:BEST]
        return _fill(best[seed % len(best)], values)
    return _cut(min((_fill(pattern, values) for pattern in usable), key=len, default=brief.name), brief)


def _values(brief: Brief, seed: int) -> dict[str, str]:
    values = {"name": brief.name, "noun": brief.noun, "brand": brief.brand}
    product: list[Fact] = []
    for fact in brief.facts:
        kind = situation_of(fact)
        if kind:
            values.setdefault(kind, fact.display)
        elif fact.kind != "benefit" and not fact.scope and len(fact.display) <= LONGEST_FACT:
            product.append(fact)
    product.sort(key=lambda fact: not fact.is_key)
    for place, name in enumerate(("fact", "fact2")):
        if place < len(product):
            values[name] = _said(product[(place + seed // BEST) % len(product)], brief.language)
    return {name: text for name, text in values.items() if text}


def _said(fact: Fact, language: str) -> str:
    """The fact in a few words: "Weight: 19 g (without strap)", "重量19克（不含腕带）"; a selling point as it is."""
    if fact.kind == "selling_point":
        return fact.value
    shown = f"{value(fact, language)}{qualified(fact, language)}"
    if is_chinese(language):
        joins = fact.data_type != "boolean" and not re.search("[、，,]", fact.value)
        return f"{label(fact, language)}{'' if joins else '：'}{shown}"
    return f"{capital(label(fact, language))}: {shown}"


def _fill(pattern: str, values: Mapping[str, str]) -> str:
    text = _PLACE.sub(lambda match: values[match[1]], pattern)
    return text[:1].upper() + text[1:]


def _cut(text: str, brief: Brief) -> str:
    """The text up to the last word, or in Chinese the last character, within the limit."""
    while text and not fits(text, brief.limit):
        shorter = text[:-1] if is_chinese(brief.language) else text.rpartition(" ")[0]
        text = shorter.rstrip(" ,:，：")
    return text
