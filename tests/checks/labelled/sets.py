"""Labelled products written by hand by others than the rules' author: statements with their sort, nothing generated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generation.checks.base import Context
from generation.engine import Fact

HERE = Path(__file__).parent


def statements(name: str) -> Iterator[tuple[str, str, Context]]:
    """Sort (text, number, claim or asks), statement and context of every row of ``<name>_zh.txt`` and ``<name>_en.txt``."""
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        for block in (HERE / f"{name}_{language}.txt").read_text("utf-8").split("\n\n"):
            rows = [line.partition(": ") for line in block.splitlines() if line and not line.startswith("#")]
            facts = tuple(_fact(value) for kind, _, value in rows if kind == "fact")
            title = next((value for kind, _, value in rows if kind == "name"), "")
            context = Context(language=code, name=title, facts=facts)
            yield from ((kind, value, context) for kind, _, value in rows if kind not in ("name", "fact"))


def _fact(row: str) -> Fact:
    key, value, unit, condition, part, scope = [*(cell.strip() for cell in row.split("|")), *[""] * 5][:6]
    return Fact(key=key, value=value, unit=unit, condition=condition, part=part, scope=scope)
