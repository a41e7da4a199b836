"""A text that says the same again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _
from rapidfuzz import fuzz, process

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.normalise import CJK
from generation.checks.registry import register

#: From here on, of 100, two sentences say almost the same.
_ALIKE = 92
_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s|$)")
_DIGITS = re.compile(r"\d")
_NUMBERS = re.compile(r"\d+")
_LOOSE = re.compile(rf"[^a-z0-9{CJK}.%+]")
_PIECE = re.compile(rf"[{CJK}]|[a-z0-9]+")


@register
class Repetition(Check):
    """See ``explanation``."""

    key = "repetition"
    severity = "error"
    title = _("Repetition")
    explanation = _(
        "The same sentence twice or a phrase going round in a loop is an error; two sentences that say almost the same "
        "ask for confirmation."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Loops, and sentences said before."""
        folded = analyse(text, context).folded
        for start, end, unit in _loops(folded):
            yield self.finding(_("“%(said)s” repeats in a loop"), start, end, params={"said": unit.strip()}, fix=unit)
        seen: list[tuple[str, int, int]] = []
        sentences: list[str] = []
        begin_next = 0
        for match in [*_END.finditer(text), None]:
            first, stop_at = begin_next, match.end() if match else len(text)
            begin_next = stop_at
            said = text[first:stop_at]
            if "\t" in said:  # a row of the specification table, which comes from data and may say what prose says
                continue
            sentence = _LOOSE.sub("", folded[first:stop_at])
            if len(sentence) < 8 or (sentence.isascii() and len(sentence) < 16):
                continue
            start = first + len(said) - len(said.lstrip())
            size = len(sentence)
            near = process.extractOne(sentence, sentences, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            for earlier, begin, stop in seen if near else ():
                if size < 0.8 * len(earlier) or len(earlier) < 0.8 * size:
                    continue
                if sentence == earlier:
                    yield self.finding(_("this sentence stands twice"), start, stop_at, fix="")
                    break
                if _DIGITS.sub("", sentence) == _DIGITS.sub("", earlier):
                    continue
                if fuzz.ratio(sentence, earlier, score_cutoff=_ALIKE) and _NUMBERS.findall(
                    sentence
                ) == _NUMBERS.findall(earlier):
                    yield self.finding(
                        _("this says almost the same as “%(earlier)s”"), start, stop_at,
                        params={"earlier": text[begin:stop].strip()[:40]}, severity="warning",
                    )  # fmt: skip
                    break
            seen.append((sentence, first, stop_at))
            sentences.append(sentence)


def _loops(folded: str) -> Iterable[tuple[int, int, str]]:
    """Pieces of 2 to 40 characters that stand three times or more in a row."""
    size = 8 if folded.isascii() else 4
    pieces = [folded[at : at + size] for at in range(len(folded) - size + 1)]
    again = {piece for piece, count in Counter(pieces).items() if count > 1}
    if not again:
        return
    last: dict[str, int] = {}
    reached = 0
    for at, piece in enumerate(pieces):
        if piece not in again:
            continue
        apart = at - last.get(piece, -99)
        last[piece] = at
        if 2 <= apart <= 40 and at - apart >= reached:
            unit = folded[at - apart : at]
            end = at
            while folded.startswith(unit, end):
                end += apart
            if end - at >= 2 * apart and (len(_PIECE.findall(unit)) >= 2 or any(char.isalpha() for char in unit)):
                yield at - apart, end, unit
                reached = end
