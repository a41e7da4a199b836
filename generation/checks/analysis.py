"""What all rules need to know of one text, worked out once: folded text, quantities, codes, terms, facts."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from generation.checks import polarity
from generation.checks.base import Context
from generation.checks.lexicon import Hit, lexicon
from generation.checks.normalise import fold, inside_word
from generation.checks.quantities import Quantity, parse
from generation.checks.sheet import FactSheet, sheet_of

_TOKEN = re.compile(r"[a-z0-9]+(?:[-./:+][a-z0-9]+)*\+?")
_NUMERALS = frozenset("一二三四五六七八九十百千万两")
_VERSION = re.compile(
    r"(?<![a-z])(android|安卓|ios|ipados|windows|win|macos|mac os|harmonyos|鸿蒙"
    r"|bluetooth|蓝牙|usb|hdmi|wi-?fi|gen|version|版本|spf|upf|v)"
    r" ?(?:version |v|系统 ?)?(\d+(?:\.\d+)?)(?![\d%a-z]|\.\d| ?(?:ghz|mhz|[wv](?![a-z])))"
)


@dataclass(frozen=True, slots=True)
class Code:
    """A token of letters and digits that is no quantity: a model code, a version, a ratio."""

    start: int
    end: int
    text: str


class Analysis:
    """The parts of one text under one context, each made when first asked for."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.folded = fold(text)
        #: What several rules share and this class does not know of.
        self.memo: dict[str, Any] = {}

    @cached_property
    def sheet(self) -> FactSheet:
        """The facts, made comparable."""
        context = self.context
        return sheet_of(context.facts, context.name, context.brand, context.noun, context.background)

    @cached_property
    def hits(self) -> list[Hit]:
        """Terms of the word lists."""
        return lexicon().scan(self.folded)

    @cached_property
    def _by_kind(self) -> dict[str, list[Hit]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            for kind in hit.kinds:
                found.setdefault(kind, []).append(hit)
        return found

    def hits_of(self, kind: str) -> list[Hit]:
        """Those of the terms that can mean something of this kind."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _hit_starts(self) -> list[int]:
        return [hit.start for hit in self.hits]

    def hits_within(self, begin: int, end: int) -> list[Hit]:
        """Terms that touch the span ``begin``–``end``."""
        first = bisect_left(self._hit_starts, begin)
        if first and self.hits[first - 1].end > begin:
            first -= 1
        return self.hits[first : bisect_left(self._hit_starts, end)]

    def beside(self, hit: Hit) -> tuple[Hit | None, Hit | None]:
        """The terms before and after one of ``hits``."""
        at = bisect_left(self._hit_starts, hit.start)
        return (self.hits[at - 1] if at else None), (self.hits[at + 1] if at + 1 < len(self.hits) else None)

    @cached_property
    def named(self) -> list[tuple[int, int]]:
        """Where the product's own name or brand stands: nothing in there is a claim."""
        spans: list[tuple[int, int]] = []
        for name in (fold(self.context.name), fold(self.context.brand)):
            at = self.folded.find(name) if len(name) > 1 else -1
            while at >= 0:
                spans.append((at, at + len(name)))
                at = self.folded.find(name, at + len(name))
        return spans

    def is_named(self, start: int, end: int) -> bool:
        """Whether the span lies in the product's own name."""
        return any(begin <= start and end <= stop for begin, stop in self.named)

    def standing(self, value: str) -> Iterator[tuple[int, int]]:
        """Start and end of every place where the folded ``value`` stands as a whole, outside the product's own name."""
        text = self.folded
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            goes_on = value[-1].isascii() and end < len(text) and inside_word(text, end + 1)
            cut = goes_on or (value[0].isascii() and inside_word(text, at))
            if not cut and not self.is_named(at, end):
                yield at, end
            at = text.find(value, end)

    def in_noun(self, hit: Hit) -> bool:
        """Whether the term is but a piece of what the product is: the power of "power bank", the "food processor"."""
        noun = fold(self.context.noun)
        at = noun.find(hit.term) if len(noun) > len(hit.term) else -1
        return at >= 0 and self.folded.startswith(noun, hit.start - at)

    @cached_property
    def versions(self) -> list[tuple[int, int, str, str]]:
        """Start, end, thing and number of what has versions: ("android", "8")."""
        return [(*match.span(), match.group(1), match.group(2)) for match in _VERSION.finditer(self.folded)]

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Numbers with units, but those of versions and of the product's own name."""
        taken = [(start, end) for start, end, _, _ in self.versions]
        idioms = [
            (hit.start, hit.end)
            for hit in self.hits
            if hit.concepts[0].kind == "neutral" and not self._runs_on(hit.start, hit.end)
        ]
        return [
            item
            for item in parse(self.folded)
            if not self.is_named(item.start, item.end)
            and not any(start < item.end and item.start < end for start, end in taken)
            # "for two" is an idiom, "for two hours" is none
            and not any(
                start < item.end and item.start < end and (item.end <= end or not item.family or start > item.start)
                for start, end in idioms
            )
        ]

    def _runs_on(self, start: int, end: int) -> bool:
        """Whether an idiom of numerals is but a piece of a longer one: the 十一 of 二十一天."""
        before, first = self.folded[max(0, start - 1) : start], self.folded[start : start + 1]
        if before and before in _NUMERALS and first in _NUMERALS:
            return True  # the 十分 of 二十分钟
        return self.folded[end : end + 1] in _NUMERALS and _NUMERALS.issuperset(self.folded[start:end])

    @cached_property
    def codes(self) -> list[Code]:
        """Tokens with digits that were read neither as quantities nor as versions."""
        taken = [(item.start, item.end) for item in self.quantities] + [(s, e) for s, e, _, _ in self.versions]
        found = []
        for match in _TOKEN.finditer(self.folded):
            token, (start, end) = match.group(), match.span()
            if token.isalpha() or token.isdigit() or not any(char.isdigit() for char in token):
                continue
            if any(begin < end and start < stop for begin, stop in taken) or self.is_named(start, end):
                continue
            found.append(Code(start, end, token))
        return found

    def negated(self, start: int, end: int) -> bool:
        """Whether what stands at the span is denied."""
        return polarity.negated(self.folded, start, end)


_last = threading.local()


def analyse(text: str, context: Context) -> Analysis:
    """The analysis of ``text``; rules that run one after another on the same text share it."""
    held: Analysis | None = getattr(_last, "analysis", None)
    if held is None or held.context is not context or held.text != text:
        held = _last.analysis = Analysis(text, context)
    return held
