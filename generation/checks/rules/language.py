"""The text must be in the language asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.normalise import CJK, fold, has_cjk
from generation.checks.registry import register

_LATIN_LETTER = re.compile(r"[A-Za-z]")
_CHINESE_RUN = re.compile(rf"[{CJK}]+(?:[^a-zA-Z\n]{{0,3}}[{CJK}]+)*")
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,]+[A-Za-z][A-Za-z'’-]*)+[.!?]?")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u052f\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]+")
_WORDS = re.compile(r"[a-zà-öø-ÿ]+")
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "of",
        "to",
        "in",
        "is",
        "for",
        "with",
        "it",
        "on",
        "at",
        "or",
        "as",
        "by",
        "from",
        "that",
        "this",
        "your",
        "you",
        "are",
        "be",
        "can",
        "not",
        "no",
        "its",
        "has",
        "have",
        "when",
        "up",
        "if",
        "than",
        "into",
        "out",
        "all",
        "more",
        "so",
        "use",
        "made",
        "fits",
        "each",
        "one",
        "two",
    ]
)
_FOREIGN = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "mit",
        "für",
        "ist",
        "nicht",
        "ein",
        "eine",
        "von",
        "zu",
        "den",
        "dem",
        "auf",
        "sich",
        "im",
        "les",
        "des",
        "une",
        "est",
        "pour",
        "avec",
        "dans",
        "sur",
        "et",
        "du",
        "au",
        "el",
        "los",
        "las",
        "una",
        "con",
        "para",
        "por",
        "del",
        "es",
        "y",
        "que",
        "il",
        "della",
        "di",
        "che",
        "per",
        "gli",
        "è",
        "não",
        "uma",
        "com",
        "o",
        "os",
        "são",
    ]
)


@register
class WrongLanguage(Check):
    """See ``explanation``."""

    key = "wrong_language"
    severity = "error"
    title = _("Wrong or mixed language")
    explanation = _(
        "The text must be in the language of the draft. Names, codes and words that stand in the product data may be in "
        "another one."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Passages of another language, or the whole text when it is another language altogether."""
        if len(text.strip()) < 2:
            return
        for match in _OTHER_SCRIPT.finditer(text):
            if match.group().lower() not in analyse(text, context).sheet.known:
                yield self._foreign(text, *match.span())
        if context.language.startswith("zh"):
            yield from self._in_chinese(text, context)
        elif context.language.startswith("en"):
            yield from self._in_english(text, context)

    def _in_chinese(self, text: str, context: Context) -> Iterable[Finding]:
        if (
            not has_cjk(text)
            and len(_LATIN_LETTER.findall(text)) > 20
            and fold(text).strip() not in analyse(text, context).sheet.known
        ):
            yield self.finding(_("the text is not in Chinese"), 0, len(text))
            return
        words = analyse(text, context).sheet.known
        for match in _LATIN_RUN.finditer(text):
            run = match.group()
            if len(run.split()) < 5:
                continue
            known = fold(run).strip(" .!?,")
            if known not in words and sum(w in _ENGLISH for w in known.replace(",", " ").split()) >= 1:
                yield self._foreign(text, *match.span())

    def _in_english(self, text: str, context: Context) -> Iterable[Finding]:
        words = analyse(text, context).sheet.known
        for match in _CHINESE_RUN.finditer(text):
            if fold(match.group()) not in words:
                yield self._foreign(text, *match.span())
        if text.isascii() and len(text) < 40:
            return
        tokens = Counter(_WORDS.findall(text.lower()))
        total = sum(tokens.values())
        english = sum(tokens[word] for word in _ENGLISH)
        foreign = sum(tokens[word] for word in _FOREIGN)
        if total >= 10 and foreign > english and foreign / total > 0.12:
            yield self.finding(_("the text is not in English"), 0, len(text))

    def _foreign(self, text: str, start: int, end: int) -> Finding:
        return self.finding(
            _("“%(said)s” is in another language"), start, end, params={"said": text[start : min(end, start + 30)]}
        )
