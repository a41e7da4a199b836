"""A text that says the same again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _
from rapidfuzz import fuzz

from generation.checks.base import Check, Context, Finding
from generation.checks.normalise import CJK, fold, squeeze
from generation.checks.registry import register

_SENTENCE = re.compile(r"[^。！？!?\n；;]+?(?:[。！？!?；;\n]|\.(?=\s|$)|$)")
_LOOP = re.compile(r"(.{2,40}?)\1{2,}", re.S)
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
        folded = fold(text)
        for match in _LOOP.finditer(folded) if _may_loop(folded) else ():
            unit = match.group(1)
            if len(_PIECE.findall(unit)) >= 2 or (len(match.group()) >= 12 and any(c.isalpha() for c in unit)):
                yield self.finding(
                    _("“%(said)s” repeats in a loop"), *match.span(), params={"said": unit.strip()}, fix=unit
                )
        seen: list[tuple[str, int, int]] = []
        for match in _SENTENCE.finditer(text):
            sentence = squeeze(match.group())
            if len(sentence) < 8 or (sentence.isascii() and len(sentence) < 16):
                continue
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            for earlier, begin, stop in seen:
                if sentence == earlier:
                    yield self.finding(_("this sentence stands twice"), start, match.end(), fix="")
                    break
                shorter, longer = sorted((len(sentence), len(earlier)))
                if shorter < 0.8 * longer or re.sub(r"\d", "", sentence) == re.sub(r"\d", "", earlier):
                    continue
                if fuzz.ratio(sentence, earlier, score_cutoff=92) and _numbers(sentence) == _numbers(earlier):
                    yield self.finding(
                        _("this says almost the same as “%(earlier)s”"), start, match.end(),
                        params={"earlier": text[begin:stop].strip()[:40]}, severity="warning",
                    )  # fmt: skip
                    break
            seen.append((sentence, match.start(), match.end()))


def _may_loop(folded: str) -> bool:
    """Whether some piece comes again within 40 characters: a cheap test that spares most texts the search for loops."""
    size = 8 if folded.isascii() else 4
    last: dict[str, int] = {}
    for at in range(len(folded) - size + 1):
        piece = folded[at : at + size]
        if at - last.get(piece, -99) <= 40:
            return True
        last[piece] = at
    return False


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)
