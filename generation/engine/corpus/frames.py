"""Frames: whole short texts with places for facts, for campaigns, order notices and replies to customers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from generation.engine.corpus.phrases import load, placeholders

#: A place for any attribute of the product, its key and its value.
ATTRIBUTE = "attribute"
_NAMES = {"n", "t", "b"}


@dataclass(frozen=True, slots=True)
class Frame:
    """``slots``: kinds of facts in order of mention (``ATTRIBUTE`` for a product fact); ``needs``: of "n", "t", "b"."""

    text: str
    slots: tuple[str, ...]
    needs: frozenset[str]
    keyed: bool

    def filled_by(self, kinds: set[str], names: set[str]) -> bool:
        """Whether facts of ``kinds`` and the ``names`` at hand are enough."""
        return set(self.slots) <= kinds and self.needs <= names


def parse(text: str) -> Frame:
    """A frame from its line in the data."""
    slots: list[str] = []
    found = placeholders(text)
    for name in found:
        if name in _NAMES or name == "customer":
            continue
        slot = ATTRIBUTE if name in ("k", "v", "c", "K") else name
        if slot not in slots:
            slots.append(slot)
    return Frame(text, tuple(slots), frozenset(_NAMES.intersection(found)), "k" in found or "K" in found)


@cache
def frames(language: str, copy_kind: str, situation: str = "") -> tuple[Frame, ...]:
    """The frames of a campaign text, or of a notice or reply in a ``situation``; empty for other kinds of copy."""
    phrases = load(language)
    if copy_kind == "notice":
        lines = phrases.orders.get(situation, [])
    elif copy_kind == "reply":
        lines = phrases.support.get(situation, []) or phrases.orders.get(situation, [])
    else:
        lines = phrases.marketing.get(copy_kind, [])
    return tuple(parse(line) for line in lines)


def choose(
    candidates: tuple[Frame, ...], kinds: set[str], names: set[str], rng: random.Random, *, wanted: int = 3
) -> Frame | None:
    """A frame that the facts at hand can fill, one of those that tell most of them (up to ``wanted``); else ``None``."""
    usable = [frame for frame in candidates if frame.filled_by(kinds, names)]
    if not usable:
        return None
    most = min(max(len(frame.slots) for frame in usable), wanted)
    return rng.choice([frame for frame in usable if len(frame.slots) >= most])
