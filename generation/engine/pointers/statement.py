"""Puts a sentence of the shop's own in front of what the model wrote, where an opening without a fact would stand."""

from __future__ import annotations

import re

from generation.engine.pointers.prompt import Plan

#: The end of the opening: a full stop (a question is not over before its answer), or the end of its line.
_OPENING_END = re.compile(r"。|[.](?=\s|$|<[a-z_]{2,}>)|(?=\n)|$")
_SAYS_FACT = re.compile(r"<[kvc]\d+>")


def stated(text: str, plan: Plan) -> str:
    """``text`` (with pointers) with the plan's statement behind its opening, or in its place where that says no fact."""
    if not plan.statement:
        return text
    chinese = plan.language == "zh"
    if plan.copy_kind == "highlights":
        lines = [
            plan.statement[:1].upper() + plan.statement[1:],
            *(text.split("\n") if _SAYS_FACT.search(text) else []),
        ]
        return "\n".join(lines)
    end = _OPENING_END.search(text)
    cut = end.end() if end else len(text)
    opening, rest = text[:cut], text[cut:]
    stop = "。" if chinese else "."
    space = "" if chinese else " "
    if not _SAYS_FACT.search(opening):
        return _introduced(plan) + stop + (rest if rest.startswith("\n") or not rest.strip() else space + rest.lstrip())
    said = plan.statement[:1].upper() + plan.statement[1:] + stop
    if rest.startswith("\n\n") and not rest.startswith("\n\n- "):
        return f"{opening}\n\n{said}{space}{rest.lstrip()}"
    if rest.startswith("\n"):
        return f"{opening}\n\n{said}{rest}"
    return f"{opening}{space}{said}{rest if not rest or rest.startswith(chr(10)) else space + rest.lstrip()}"


def _introduced(plan: Plan) -> str:
    """The statement behind the product's name, unless it begins with it."""
    said = plan.statement
    if said.casefold().startswith(plan.name.casefold()):
        return said
    if plan.language == "zh":
        return f"{plan.name}：{said}"
    first = said.split(" ", 1)[0]
    plain = first[:1].isupper() and (first[1:].islower() or len(first) == 1 or "-" in first)
    return f"{plan.name}: {said[:1].lower() + said[1:] if plain else said}"
