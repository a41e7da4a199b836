"""What the model is shown: a plan of one text as control tokens, names in full, and each chosen fact with its pointer."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.pointers.tokens import (
    BRAND,
    COPY,
    FREE,
    MORE,
    NAME,
    NO,
    NOUN,
    UNNAMED,
    YES,
    control,
    kind_token,
    pointer,
)

#: Kinds of copy that follow a frame of facts: campaigns, notices, replies.
FRAMED = ("headline", "ad_description", "email_subject", "email_body", "sms", "social", "notice", "reply")
#: Longer keys and values are shown cut: the model chooses words around a value and never spells it.
SHOWN_KEY, SHOWN_VALUE, SHOWN_NAME = 12, 16, 24


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """A chosen fact. ``polarity`` is "yes" or "no" for facts said in words, else "".

    ``named`` facts are only clear with their key in the text: unknown attributes and those of a part.
    """

    kind: str
    key: str
    value: str
    condition: str = ""
    polarity: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What one text says, in this order. ``language`` is "zh" or "en"; ``copy_kind`` a name of ``tokens.COPY_KINDS``.

    ``more`` tells that facts were left out (a table may be spoken of); ``unnamed`` texts avoid the product name.
    ``bridge`` are words between a free prompt and the model's text. ``statement`` is a sentence of the shop's own that
    the model is not shown: it is put in front of the model's text. ``opened`` texts go on behind the brief's own
    opening words.
    """

    language: str
    copy_kind: str
    name: str
    noun: str = ""
    brand: str = ""
    tone: str = "plain"
    length: str = "medium"
    situation: str = ""
    facts: tuple[PlannedFact, ...] = ()
    more: bool = False
    unnamed: bool = False
    statement: str = ""
    bridge: str = ""
    opened: bool = False


def render(plan: Plan) -> str:
    """The prompt of ``plan``; the text follows it directly."""
    parts = [control(plan.language), control(plan.copy_kind)]
    if plan.situation:
        parts.append(control(plan.situation))
    parts += [control(plan.tone), control(plan.length)]
    if plan.more:
        parts.append(MORE)
    if plan.unnamed:
        parts.append(UNNAMED)
    parts.append(NAME + _shown(plan.name, SHOWN_NAME))
    if plan.brand:
        parts.append(BRAND + _shown(plan.brand, SHOWN_KEY))
    if plan.noun:
        parts.append(NOUN + _shown(plan.noun, SHOWN_KEY))
    for number, fact in enumerate(plan.facts, start=1):
        parts.append(pointer("k", number) + kind_token(fact.kind) + _shown(fact.key, SHOWN_KEY))
        parts.append(pointer("v", number) + {"yes": YES, "no": NO}.get(fact.polarity, _shown(fact.value, SHOWN_VALUE)))
        if fact.condition:
            parts.append(pointer("c", number) + _shown(fact.condition, SHOWN_KEY))
    return "".join(parts) + COPY


def render_free(language: str, opening: str) -> str:
    """The prompt of a free continuation: the text goes on where ``opening`` ends."""
    return control(language) + FREE + opening


def _shown(text: str, most: int) -> str:
    # Text of others must not smuggle in special tokens: they are spelt with angle brackets.
    return text[:most].replace("<", "(").replace(">", ")").replace("\n", " ")
