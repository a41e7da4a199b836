"""Random values from patterns: numbers, words nobody has seen, model codes. All from a given ``random.Random``."""

from __future__ import annotations

import random
import re

_SLOT = re.compile(r"\{(\w+)(?::([\d.]+)-([\d.]+))?\}")
_HAN = "木云溪石禾青岚素知朴半闻鹿雁白霁星澄野沐川予合初山屿松竹兰汀渡序舟砂墨檐笺里拾和安澜叶露光谷树"
_ONSETS = [
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
_ENDS = ["", "n", "r", "l", "s", "m", "x", "nd", "rt"]


def word(rng: random.Random, language: str) -> str:
    """A made-up word: two or three characters in Chinese, one to three syllables in English."""
    if language == "zh" and rng.random() < 0.8:
        return "".join(rng.choice(_HAN) for _ in range(rng.choice((2, 2, 3))))
    syllables = rng.choice((1, 2, 2, 3))
    made = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_ENDS)
    return made.capitalize() if rng.random() < 0.5 else made


def code(rng: random.Random) -> str:
    """A model-like code such as "KX-204" or "T8 Pro"."""
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(rng.choice((1, 2, 2, 3))))
    number = str(rng.randint(1, 9999))
    tail = rng.choice(("", "", "", " Pro", "S", " Mini", "-" + rng.choice("ABCX")))
    return f"{letters}{rng.choice(('', '-', ' ', ''))}{number}{tail}"


def number(rng: random.Random, low: str, high: str) -> str:
    """A number between the bounds with as many decimals as they show."""
    decimals = max(len(bound.partition(".")[2]) for bound in (low, high))
    if not decimals:
        return str(rng.randint(int(low), int(high)))
    return f"{rng.uniform(float(low), float(high)):.{decimals}f}"


def fill(pattern: str, rng: random.Random, language: str, known: dict[str, str] | None = None) -> str:
    """``pattern`` with ``{int:2-9}``, ``{dec:0.5-4.0}``, ``{word}``, ``{code}`` and the ``known`` names replaced."""

    def replace(match: re.Match[str]) -> str:
        name, low, high = match.groups()
        if known and name in known:
            return known[name]
        if low:
            return number(rng, low, high)
        return code(rng) if name == "code" else word(rng, language)

    return _SLOT.sub(replace, pattern)
