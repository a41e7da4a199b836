"""A brief as text for a general language model: a page to be continued, or messages of a chat.

Facts stand in a delimited block that no fact can close, and are announced as data. The words around them are in
``wording.toml``.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from generation.engine.contract import Brief, Fact

#: Raised with every change here or in ``wording.toml`` that changes prompts, so that a writer's version changes too.
PROMPT_VERSION = "1"

Shape = Literal["prose", "list", "line"]

_BREAKS = re.compile(r"\s*[\r\n\x0b\x0c\x85\u2028\u2029]+\s*")
_DELIMITER = re.compile(r"<\s*/?\s*facts[^>]*>|<\|[^|>]*\|>", re.IGNORECASE)


@cache
def wording() -> dict[str, Any]:
    """The parsed ``wording.toml``."""
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))


def words(language: str) -> dict[str, Any]:
    """The words of a prompt in ``language``: Chinese for any "zh…", else English."""
    return wording()["zh" if language.lower().startswith("zh") else "en"]


def shape(copy_kind: str) -> Shape:
    """What the copy kind looks like; an unknown kind is prose."""
    return wording()["shape"].get(copy_kind, "prose")


def one_line(text: str) -> str:
    """``text`` on one line and without anything that could pass for a delimiter of ours or of a chat template."""
    return _DELIMITER.sub(" ", _BREAKS.sub(" ", text)).strip()


def fact_line(fact: Fact, language: str) -> str:
    """One fact as a line of the block: "- key: value unit (condition)"."""
    said = words(language)
    value = said[fact.value] if fact.data_type == "boolean" and fact.value in ("yes", "no") else fact.display
    details = [one_line(text) for text in (fact.part, fact.condition, fact.scope) if text]
    colon = "：" if said is words("zh") else ": "
    ending = said["condition"].format(condition="; ".join(details)) if details else ""
    return f"- {one_line(fact.key)}{colon}{one_line(value)}{ending}"


def facts_block(brief: Brief, most: int | None = None) -> str:
    """Name, brand, noun, category and facts, one a line; key facts first when only ``most`` facts may be said."""
    said = words(brief.language)
    colon = "：" if said is words("zh") else ": "
    head = [
        f"- {said[part]}{colon}{one_line(getattr(brief, part))}"
        for part in ("name", "brand", "noun", "category")
        if getattr(brief, part)
    ]
    facts = brief.facts
    if most is not None and most < len(facts):
        kept = {id(fact) for fact in sorted(facts, key=lambda fact: not fact.is_key)[:most]}
        facts = tuple(fact for fact in facts if id(fact) in kept)
    return "\n".join([*head, *(fact_line(fact, brief.language) for fact in facts)])


def _wishes(brief: Brief) -> list[str]:
    """What is asked of the copy beside the facts, one wish a line."""
    said = words(brief.language)
    chinese = said is words("zh")
    colon, comma = ("：", "、") if chinese else (": ", ", ")
    wishes = [(said["length"], said["lengths"][brief.length])] if shape(brief.copy_kind) == "prose" else []
    wishes += [(said[part], getattr(brief, part)) for part in ("tone", "channel", "situation", "instruction", "note")]
    wishes += [(said[part], comma.join(getattr(brief, part))) for part in ("keywords_use", "keywords_avoid")]
    lines = [f"{label}{colon}{one_line(value)}" for label, value in wishes if value]
    if brief.limit:
        lines.append(said["limit"].format(maximum=brief.limit.maximum, unit=brief.limit.unit))
    return lines


def _with_template(template: str, brief: Brief, text: str) -> str:
    """The shop's own words around the brief: ``{brief}`` marks its place (else it follows), ``{name}`` the product."""
    if not template.strip():
        return text
    around = template.replace("{name}", one_line(brief.name)).replace("{language}", brief.language)
    return around.replace("{brief}", text) if "{brief}" in around else f"{around.rstrip()}\n\n{text}"


def completion_prompt(brief: Brief, template: str = "", most_facts: int | None = None) -> str:
    """The brief as a page whose natural continuation is the copy; it ends with the brief's opening words, if any."""
    said = words(brief.language)
    task = said["tasks"].get(brief.copy_kind, said["tasks"]["generic"])
    lines = [said["facts_heading"], facts_block(brief, most_facts), *_wishes(brief)]
    page = _with_template(template, brief, "\n".join(lines))
    return f"{page}\n\n{said['copy_heading'].format(task=task)}\n{brief.opening}"


def chat_messages(brief: Brief, template: str = "", most_facts: int | None = None) -> list[dict[str, str]]:
    """The brief as a system and a user message of a chat."""
    said = words(brief.language)
    task = said["tasks"].get(brief.copy_kind, said["tasks"]["generic"])
    wishes = [said["shapes"][shape(brief.copy_kind)], *_wishes(brief)]
    if brief.opening:
        wishes.append(f"{said['opening']}: {one_line(brief.opening)}")
    body = "\n".join([said["copy_heading"].format(task=task), *wishes])
    user = f"{body}\n\n<facts>\n{facts_block(brief, most_facts)}\n</facts>"
    return [
        {"role": "system", "content": said["system"].strip()},
        {"role": "user", "content": _with_template(template, brief, user)},
    ]
