"""Folding a text for comparison, character for character, so that spans found in the folded text fit the original."""

from __future__ import annotations

import re
from functools import lru_cache

_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；！？"}
_FOLD.update(
    {
        ord(char): plain
        for chars, plain in (
            ("\u3000\xa0\u2009\u202f\u2002\u2003", " "),
            ("–—−‐‑‒―", "-"),
            ("～〜∼", "~"),
            ("′’‘ʼ", "'"),
            ("″", '"'),
            ("²", "2"),
            ("³", "3"),
            ("º˚", "°"),
            ("✕✖", "×"),
            ("壹", "一"),
            ("貳", "二"),
            ("兩", "两"),
            ("萬", "万"),
            ("點", "点"),
        )
        for char in chars
    }
)
CJK = "\u3400-\u9fff"
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")
_LOOSE = re.compile(rf"[^a-z0-9{CJK}.%+]")
_HAS_CJK = re.compile(f"[{CJK}]")


def fold(text: str) -> str:
    """Half-width, lower-case ``text`` of the same length."""
    return _fold_short(text) if len(text) < 120 else _folded(text)


@lru_cache(maxsize=65_536)
def _fold_short(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    folded = _FOLDED.sub(_half_width, text)
    lowered = folded.lower()
    if len(lowered) == len(folded):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in folded)


def _half_width(match: re.Match[str]) -> str:
    return _FOLD[ord(match.group())]


def has_cjk(text: str) -> bool:
    """Whether a Chinese character occurs."""
    return not text.isascii() and _HAS_CJK.search(text) is not None


def prose(text: str) -> str:
    """``text`` with the rows of tables blanked out, of the same length: they come from data and are no prose."""
    if "\t" not in text:
        return text
    return "\n".join(" " * len(line) if "\t" in line else line for line in text.split("\n"))


def inside_word(text: str, at: int) -> bool:
    """Whether a Latin word or a number has begun before ``at``: the arm of "warm"."""
    return at > 0 and text[at - 1].isascii() and text[at - 1].isalnum()


def squeeze(text: str) -> str:
    """``text`` folded and without spaces and punctuation: what two spellings of one phrase have in common."""
    return _LOOSE.sub("", fold(text))
