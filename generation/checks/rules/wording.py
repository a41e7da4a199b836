"""Manner: clichés, punctuation, unfinished sentences, the shop's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding, ValueCheck
from generation.checks.normalise import CJK, fold, has_cjk, prose
from generation.checks.registry import register

_LOUD = re.compile(r"[!！][!！?？]+|[?？]{2,}|。{2,}|,,+|，，+|(?<!\.)\.\.(?!\.)|、、+")
_BANG = re.compile(r"[!！]")
_HALF = re.compile(rf"(?<=[{CJK}])[,;:?](?=[{CJK}])")
_FULL = re.compile(r"[，；：？]")
_LATIN_FULL = re.compile(r"(?<=[A-Za-z])[，；：。？！](?=\s?[A-Za-z]|$)")
_SPACING = re.compile(
    rf"(?<=[A-Za-z0-9,;])  +(?=\S)|(?<=[A-Za-z]) +(?=[,;:.!?](?:\s|$))|(?<=[{CJK}]) +(?=[{CJK}，。；：])"
)
#: Kinds of copy made of parts side by side.
_SEGMENTED = frozenset({"products.title", "products.seo_title", "title", "seo_title", "marketing.headline"})
_WHERE = re.compile(r"无论.{1,20}还是.{1,20}都|whether you(?:'re| are) .{1,60}? or ")
_HALF_TO_FULL = {",": "，", ";": "；", ":": "：", "?": "？"}
#: A letter that is a value: "Edition: A".
_LETTER_GIVEN = re.compile(r"[:：] ?A$")
_OPEN_END = re.compile(
    r"(?:[,，、;；:：(（\[【“‘-]|(?<![a-z-])(?:and|or|with|the|a|an|of|to|for"
    r"|(?<![\d½¼¾] )in|is|are|(?<!pick )(?<!choose )from|by|that|which|your|its|at|as|on|but)"
    r"|(?:以及|和|与|或|并且|而且|但|因为|由于|采用|具有|包括|适合于|为了|的是|一款))$"
)
#: Of both widths at once: shops' names mix them ("（Vanward)").
_PAIRS = {"（(": "）)", "【": "】", "“": "”", "《": "》", "[": "]"}


@register
class Cliche(Check):
    """See ``explanation``."""

    key = "cliche"
    severity = "warning"
    title = _("Empty phrase")
    explanation = _("Phrases that could stand under any product say nothing; the list is data/lexicon/cliches.txt.")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every listed phrase."""
        analysis = analyse(text, context)
        for hit in analysis.hits_of("cliche"):
            if not analysis.is_named(hit.start, hit.end):
                yield self._empty(text, hit.start, hit.end)
        for match in _WHERE.finditer(analysis.folded):
            yield self._empty(text, *match.span())

    def _empty(self, text: str, start: int, end: int) -> Finding:
        return self.finding(_("“%(said)s” says nothing"), start, end, params={"said": text[start:end]})


def _given(context: Context) -> str:
    """Name, brand and facts as the shop spells them."""
    facts = (part for fact in context.facts for part in (fact.key, fact.display, fact.condition, fact.part))
    return "\n".join((context.name, context.brand, *facts))


@register
class Punctuation(Check):
    """See ``explanation``."""

    key = "punctuation"
    severity = "warning"
    options: ClassVar = {"exclamation": 1}
    title = _("Punctuation and spacing")
    explanation = _(
        "Doubled marks, several exclamation marks, half-width marks among full-width ones in Chinese, full-width marks in "
        "English, stray spaces. Setting exclamation: how many exclamation marks may stand in a text."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Each fault, with its correction where there is one."""
        text = prose(text)
        given = _given(context)

        def is_given(match: re.Match[str]) -> bool:
            """Whether the product's own data is spelt so: "轻户外双肩包 木朴", "350ml, 2 pcs"."""
            return text[max(0, match.start() - 1) : match.end() + 1] in given

        for match in _LOUD.finditer(text):
            yield self.finding(_("doubled punctuation"), *match.span(), fix=match.group()[0])
        bangs = [match.span() for match in _BANG.finditer(text)]
        if len(bangs) > int(self.option(context, "exclamation")):
            yield self.finding(_("too many exclamation marks"), *bangs[1])
        if has_cjk(text) and _FULL.search(text):
            for match in _HALF.finditer(text):
                if is_given(match):
                    continue
                yield self.finding(
                    _("half-width “%(mark)s” in Chinese"), *match.span(), params={"mark": match.group()},
                    fix=_HALF_TO_FULL[match.group()],
                )  # fmt: skip
        elif not has_cjk(text):
            for match in _LATIN_FULL.finditer(text):
                yield self.finding(
                    _("full-width “%(mark)s” in English"), *match.span(), params={"mark": match.group()},
                    fix=fold(match.group()).replace("，", ",").replace("。", ".").replace("；", ";"),
                )  # fmt: skip
        in_segments = context.copy_kind in _SEGMENTED
        for match in _SPACING.finditer(text):
            if in_segments and match.group() == " " and has_cjk(text[match.start() - 1]):
                continue  # a title sets its parts apart with spaces
            if is_given(match):
                continue
            yield self.finding(_("stray space"), *match.span(), fix=" " if match.group().startswith("  ") else "")


@register
class Truncated(ValueCheck):
    """See ``explanation``."""

    key = "truncated"
    severity = "error"
    title = _("Text breaks off")
    explanation = _("The last sentence must be finished and every bracket closed.")

    def check_value(self, value: Any, value_type: str, text: str, context: Context) -> Iterable[Finding]:
        """A finding at the end of a text that stops in the middle."""
        stripped = text.rstrip()
        last = stripped.rpartition("\n")[2]
        if value_type == "quantity" or value_type == "money" or not last or "\t" in last:
            return
        end = len(stripped)
        found = _OPEN_END.search(fold(last))
        if found and not _LETTER_GIVEN.search(last):
            yield self.finding(_("the text breaks off"), end - (found.end() - found.start()), end)
            return
        for opening, closing in _PAIRS.items():
            if sum(map(last.count, opening)) > sum(map(last.count, closing)):
                at = max(map(last.rfind, opening))
                start = end - len(last) + at
                yield self.finding(_("“%(mark)s” is not closed"), start, end, params={"mark": last[at]})
                return


@register
class Glossary(Check):
    """See ``explanation``."""

    key = "glossary"
    severity = "warning"
    title = _("Against the shop's glossary")
    explanation = _(
        "The glossary maps a term to the one the shop prefers, or to nothing where the term is forbidden; words to avoid "
        "of the brief count as forbidden."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every forbidden term, with the preferred one as the fix."""
        terms = {**dict.fromkeys(context.keywords_avoid, ""), **context.glossary}
        folded = fold(text) if terms else ""
        for term, preferred in terms.items():
            wanted = fold(term)
            at = folded.find(wanted) if wanted else -1
            while at >= 0:
                end = at + len(wanted)
                inside_word = (
                    wanted.isascii()
                    and (folded[at - 1 : at].isalnum() or folded[end : end + 1].isalnum())
                    and (folded[at - 1 : at].isascii() and folded[end : end + 1].isascii())
                )
                inside_preferred = (
                    wanted in fold(preferred)
                    and fold(preferred) in folded[max(0, at - len(preferred)) : end + len(preferred)]
                )
                if not inside_word and not inside_preferred:
                    message = (
                        _("write “%(preferred)s” instead of “%(said)s”")
                        if preferred
                        else _("“%(said)s” is not to be used")
                    )
                    yield self.finding(
                        message, at, end, params={"said": text[at:end], "preferred": preferred}, fix=preferred or None
                    )
                at = folded.find(wanted, end)
