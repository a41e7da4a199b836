"""Cuts padding: a clause without a fact in front of or behind one that has it ("<v2>，和要用的人数对一对" is "<v2>").

Nothing true is lost: what goes names no fact of the brief. Clauses that help a reader (table ``useful``) stay.
"""

from __future__ import annotations

import re
from functools import cache

from generation.engine.pointers.kinds import tables

_VALUE = r"<v\d+>(?:（<c\d+>）| ?\(<c\d+>\))?"
_ZH_BEHIND = re.compile(rf"({_VALUE})，([^<。：\n]+)(?=$|\n|。)")
_ZH_BEFORE = re.compile(r"(^|。|\n|：)((?:<[a-z_]{2,}>)*)([^<，。：*\n]+)，(?=[^。\n]*<v\d+>)")
_EN_BEHIND = re.compile(rf"({_VALUE})[;,] ([^<.;:\n]+)(?=$|\n|\.)")
_EN_BEFORE = re.compile(r"(:\*\* )([^<\n:,]+)[:,] ?(?=<v\d+>)")


@cache
def _useful(language: str) -> re.Pattern[str]:
    return re.compile("|".join(tables("plan")["useful"][language]))


def tighten(text: str, language: str) -> str:
    """``text`` (with pointers) without its padding."""
    useful = _useful(language)
    if language == "zh":
        text = _ZH_BEHIND.sub(lambda found: found[0] if useful.search(found[2]) else found[1], text)
        return _ZH_BEFORE.sub(lambda found: found[0] if useful.search(found[3]) else found[1] + found[2], text)
    text = _EN_BEHIND.sub(lambda found: found[0] if useful.search(found[2]) else found[1], text)
    return _EN_BEFORE.sub(lambda found: found[0] if useful.search(found[2]) else found[1], text)
