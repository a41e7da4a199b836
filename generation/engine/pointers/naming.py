"""Sees to it that a text that stands alone says what it is about: a search result shows nothing but title and description."""

from __future__ import annotations

import re

from generation.engine.pointers.prompt import Plan
from generation.engine.pointers.tokens import NAME, NOUN
from generation.engine.pointers.wording import is_plural

_MARKS = r"(?:<[a-z_]{2,}>)*"
_IT = re.compile(rf"^({_MARKS})It(s?) ")
_FIRST_WORD = re.compile(rf"^({_MARKS})([A-Z])(?=[a-z]*[ ,<])")
_STOP = re.compile(r"[.。\n]")
_FACT = re.compile(r"<[kvc]\d+>")


def named(text: str, plan: Plan) -> str:
    """``text`` (with pointers) of a search description, with the product's name where it had only "it" or nothing at all."""
    if plan.copy_kind != "seo_description" or not plan.name or NAME in text or plan.name in text:
        return text
    noun = bool(plan.noun) and NOUN in text
    text = text.lstrip(" .。:：")
    if not noun and not _FACT.search(_STOP.split(text, maxsplit=1)[0]):
        return f"{NAME}。{text}" if plan.language == "zh" else f"{NAME}. {text}"
    if plan.language == "zh":
        return text if noun else f"{NAME}：{text}"
    if (found := _IT.match(text)) and not is_plural(plan.name):
        own = "'s" if found[2] else ""
        return f"{found[1]}{NAME}{own} {text[found.end() :]}"
    if noun:
        return text
    return f"{NAME}: {_FIRST_WORD.sub(lambda found: found[1] + found[2].lower(), text)}"
