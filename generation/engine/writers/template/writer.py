"""``TemplateWriter``: a brief becomes copy text by rule. Same brief and candidate number, same text."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from generation.engine.contract import Brief, Completion, Fact, WriteRequest, WriterError
from generation.engine.counting import fits
from generation.engine.writers.template.campaigns import CAMPAIGN_KINDS, render_campaign
from generation.engine.writers.template.notices import notice
from generation.engine.writers.template.sentences import bullet, in_title, is_chinese, phrase, sentence

#: A fact longer than this (characters) reads badly in prose; the spec table shows it.
LONGEST = 90
LONGEST_IN_TITLE = 24
FACTS_SAID = {"short": 3, "medium": 6, "long": 8}
#: What closes a description, wherever the key facts stand: contents of the box and what is missing from it.
LAST_KEYS = ("in the box", "box contents", "包装清单", "not included", "不包含", "不含")


class TemplateWriter:
    """Writes every copy kind in English and Chinese from the brief's facts alone. Cannot continue free text."""

    name = "template"
    version = "template-2"
    continues_text = False

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        self.settings = dict(settings or {})

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """Yield the candidates of each request in turn. A free prompt raises ``WriterError``: it has no model."""
        for request in requests:
            if request.brief is None:
                raise WriterError("the template writer cannot continue free text; choose a writer with a model")
            seed = request.sampling.seed or 0
            for index in range(request.candidates):
                yield Completion(request.tag, index, render(request.brief, seed + index), "stop", seed=seed + index)

    def close(self) -> None:
        """Nothing is held."""


def render(brief: Brief, seed: int = 0) -> str:
    """Copy text for ``brief``; another ``seed`` orders the facts another way (0: key facts first)."""
    if brief.copy_kind.rpartition(".")[2] in CAMPAIGN_KINDS:
        return render_campaign(brief, seed)
    if brief.copy_kind.rpartition(".")[2] == "notice" and (text := notice(brief, seed)):
        return text
    render_kind = RENDERERS.get(brief.copy_kind, _short_text)
    return render_kind(brief, chosen_facts(brief, seed))


def chosen_facts(brief: Brief, seed: int) -> list[Fact]:
    """The facts worth saying, best first: key facts, selling points, then the rest; box contents last."""
    short = [fact for fact in brief.facts if len(fact.display) <= LONGEST and fact.kind != "benefit"]
    last = [fact for fact in short if fact.key.casefold() in LAST_KEYS]
    body = [fact for fact in short if fact not in last]
    body.sort(key=lambda fact: (fact.kind != "statement", not fact.is_key, fact.kind != "selling_point"))
    if seed:
        random.Random(seed).shuffle(body)
    most = FACTS_SAID[brief.length]
    chosen = body[: max(most - len(last), 1)] + last
    benefits = {fact.key.casefold(): fact for fact in brief.facts if fact.kind == "benefit"}
    said: list[Fact] = []
    for fact in chosen[:most]:
        said.append(fact)
        if fact.key.casefold() in benefits:
            said.append(benefits.pop(fact.key.casefold()))
    return said


def _prose(brief: Brief, facts: list[Fact]) -> list[str]:
    """Sentences that introduce the product and say ``facts``."""
    said = [sentence(fact, brief.language) for fact in facts]
    branded = bool(brief.brand) and brief.brand.casefold() not in brief.name.casefold()
    named = bool(brief.noun) and brief.noun.casefold() not in brief.name.casefold()
    if is_chinese(brief.language):
        start = f"{brief.brand if branded else ''}{brief.name}{f'，一款{brief.noun}' if named else ''}"
        return [f"{start}，{said[0]}", *said[1:]] if said else [f"{start}。"]
    maker = f" by {brief.brand}" if branded else ""
    if named:
        article = "an" if brief.noun[:1].lower() in "aeiou" else "a"
        return [f"{brief.name} is {article} {brief.noun}{maker}.", *said]
    return [
        f"What to know about the {brief.name.removeprefix('The ')}{maker}:" if said else f"{brief.name}{maker}.",
        *said,
    ]


def _description(brief: Brief, facts: list[Fact]) -> str:
    lead_size = 1 if len(facts) <= 3 else 3
    paragraph = ("" if is_chinese(brief.language) else " ").join(_prose(brief, facts[:lead_size]))
    bullets = [bullet(fact, brief.language) for fact in facts[lead_size:]]
    return paragraph + ("\n\n" + "\n".join(bullets) if bullets else "")


def _highlights(brief: Brief, facts: list[Fact]) -> str:
    if not facts:
        return brief.name
    # A highlight is the bullet without its mark-up.
    return "\n".join(bullet(fact, brief.language).removeprefix("- ").replace("**", "") for fact in facts[:5])


def _title(brief: Brief, facts: list[Fact]) -> str:
    start = brief.name
    if brief.brand and brief.brand.casefold() not in brief.name.casefold():
        start = f"{brief.brand} {brief.name}"
    # A condition belongs to its claim and has no room in a title, so facts that carry one stay out of it.
    plain = [
        in_title(fact, brief.language)
        for fact in facts
        if fact.kind == "attribute"
        and fact.data_type != "boolean"
        and fact.key.casefold() not in LAST_KEYS
        and not (fact.condition or fact.part or fact.scope)
        and len(fact.display) <= LONGEST_IN_TITLE
    ]
    free = [text for text in plain if text and text.casefold() not in start.casefold()]
    separator = " " if is_chinese(brief.language) else ", "
    return _within(brief, [start, *brief.keywords_use[:2], *free[:3]], separator)


def _seo_title(brief: Brief, facts: list[Fact]) -> str:
    separator = "｜" if is_chinese(brief.language) else " | "
    parts = [brief.name]
    if brief.brand and brief.brand.casefold() not in brief.name.casefold():
        parts.append(brief.brand)
    parts += [phrase(fact, brief.language) for fact in facts if not fact.condition][:1]
    return _within(brief, parts, separator)


def _short_text(brief: Brief, facts: list[Fact]) -> str:
    return _within(brief, _prose(brief, facts), "" if is_chinese(brief.language) else " ")


def _within(brief: Brief, parts: list[str], separator: str) -> str:
    """As many leading parts as fit the brief's limit; the first one always, cut at the limit if it must be."""
    text = parts[0]
    while not fits(text, brief.limit):
        text = text[:-1].rstrip()
    for part in parts[1:]:
        longer = f"{text}{separator}{part}"
        if fits(longer, brief.limit):
            text = longer
    return text


RENDERERS: dict[str, Callable[[Brief, list[Fact]], str]] = {
    "products.description": _description,
    "products.highlights": _highlights,
    "products.title": _title,
    "products.seo_title": _seo_title,
    "products.seo_description": _short_text,
}
