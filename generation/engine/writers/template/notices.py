"""Notices and replies by rule: one of the wordings the bundled writer learnt from, filled with the brief's facts."""

from __future__ import annotations

import random

from generation.engine.contract import Brief
from generation.engine.corpus.frames import ATTRIBUTE, choose, frames
from generation.engine.pointers.kinds import resolve, situation_kinds


def notice(brief: Brief, seed: int) -> str:
    """The text; "" when the facts fill no wording of the situation."""
    language = "zh" if brief.language.startswith("zh") else "en"
    special = set(situation_kinds())
    values: dict[str, str] = {}
    for fact in brief.facts:
        kind, _side = resolve(fact, language, situations=True)
        if kind in special:
            values.setdefault(kind, fact.display)
    if brief.name:
        values.setdefault("item", brief.name)
    plain = tuple(
        frame
        for frame in frames(language, "notice", brief.situation)
        if ATTRIBUTE not in frame.slots and not frame.needs
    )
    frame = choose(plain, set(values), set(), random.Random(seed))
    if frame is None:
        return ""
    text = frame.text.replace("{customer}", "\0")
    for slot in frame.slots:
        text = text.replace(f"{{{slot}}}", values[slot])
    return text.replace("\0", "{{customer}}")
