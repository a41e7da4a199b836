"""Figures about texts: variety, repetition, purity of language. Pure functions over plain text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[㐀-鿿]|[a-z0-9]+(?:[.'\-][a-z0-9]+)*|[^\sa-z0-9]")
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")


def words(text: str) -> list[str]:
    """Words in lower case; every Chinese character is one."""
    return _WORD.findall(text.lower())


def ngrams(tokens: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    """How often each run of ``size`` tokens occurs."""
    return Counter(tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1))


def distinct(texts: Sequence[str], size: int = 2) -> float:
    """Different runs of ``size`` words over all runs in ``texts``, 0 to 1."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        counts.update(ngrams(words(text), size))
    return len(counts) / max(1, counts.total())


def own_words(text: str, given: Sequence[str]) -> str:
    """``text`` with one mark in place of everything that the brief gave (``given``): the wording alone."""
    for part in sorted({part for part in given if part}, key=len, reverse=True):
        text = re.sub(re.escape(part), " ◊ ", text, flags=re.IGNORECASE)
    return text


def self_bleu(texts: Sequence[str], size: int = 4) -> float:
    """Mean BLEU of each text against the others, 0 (all different) to 1 (all the same)."""
    split = [words(text) for text in texts]
    if len(split) < 2:
        return 0.0
    scores = [_bleu(own, split[:index] + split[index + 1 :], size) for index, own in enumerate(split)]
    return sum(scores) / len(scores)


def _bleu(own: list[str], others: list[list[str]], size: int) -> float:
    total = 0.0
    for length in range(1, size + 1):
        counts = ngrams(own, length)
        if not counts:
            return 0.0
        best: Counter[tuple[str, ...]] = Counter()
        for other in others:
            best |= ngrams(other, length)
        matched = sum((counts & best).values())
        total += math.log(max(matched, 1e-9) / counts.total())
    nearest = min((len(other) for other in others), key=lambda length: abs(length - len(own)))
    brevity = min(0.0, 1 - nearest / max(1, len(own)))
    return math.exp(total / size + brevity)


def repeats(text: str, size: int = 6) -> bool:
    """Whether some run of ``size`` words comes three times: a loop."""
    counts = ngrams(words(text), size)
    return bool(counts) and max(counts.values()) >= 3


def foreign_share(text: str, language: str, given: Sequence[str]) -> float:
    """Share of the text, without what the brief gave (``given``), that is in the other script."""
    # A list is said with the marks of the language, so its items count one by one.
    items = {
        item for part in given for item in (part, *re.split(r"\s*[,，、;；]\s*", part), *_LATIN_WORD.findall(part))
    }
    for part in sorted(items, key=len, reverse=True):
        if part:
            text = re.sub(re.escape(part), " ", text, flags=re.IGNORECASE)
    han = len(_HAN.findall(text))
    latin = sum(len(word) for word in _LATIN_WORD.findall(text.replace("{{customer}}", "")))
    other = latin if language == "zh" else han
    return other / max(1, han + latin)
