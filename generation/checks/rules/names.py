"""Model codes, versions and brands must be the product's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.cues import cues
from generation.checks.normalise import fold, prose, squeeze
from generation.checks.registry import register

_ORDINAL = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d|\d+(?:st|nd|rd|th)|\d0s|\d-in-\d|\d+/\d+|24/7|\d+-\d+|\d+[.)]\d*")
_SAME = {
    "安卓": "android",
    "蓝牙": "bluetooth",
    "wi-fi": "wifi",
    "type-c": "typec",
    "win": "windows",
    "mac os": "macos",
    "鸿蒙": "harmonyos",
    "版本": "version",
    "gen": "version",
    "v": "version",
}


_WORKS_WITH = re.compile(r"(?:works with|compatible with|(?<![a-z])pairs with|connects to|支持|兼容|适配|接入)\s?$")
#: A person or carrier that a message speaks to or of: "Dear Anna", "shipped by Brightline".
_ADDRESSED = re.compile(
    r"(?<![a-z])(?:dear|hi|hello|hey|regards,?|sincerely,?|thanks,?|mr|mrs|ms|dr|(?:shipped|sent|delivered|carried) "
    r"(?:by|with|via)|via|carrier:?|order(?:ed)? by|signed by|for) $|(?:承运|快递|物流|由|经)(?:商|公司)?[:：]?\s?$"
)
_CAPITAL = re.compile(r"(?<=[a-z0-9,;)] )[A-Z][A-Za-z]{2,}(?:[A-Z][a-z]+)*(?: [A-Z][A-Za-z]+)*")
#: Bound when the text is sent, no part of what it says.
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")
_LATIN_IN_CHINESE = re.compile(r"(?<![A-Za-z0-9./-])[A-Za-z][A-Za-z]{2,}(?:[ -][A-Z][A-Za-z]+)*(?![A-Za-z0-9./-])")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = resources.files("generation.checks").joinpath("data/common_names.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@register
class ForeignName(Check):
    """See ``explanation``."""

    key = "foreign_name"
    severity = "warning"
    grounding = True
    title = _("A name that is not in the product data")
    explanation = _(
        "A capitalised word in the middle of an English sentence, or a Latin word in Chinese, that no fact knows may be "
        "another brand. Ordinary words are listed in data/common_names.txt."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every such word."""
        chinese = context.language.startswith("zh")
        if not context.facts or not (chinese or context.language.startswith("en")):
            return
        analysis = analyse(text, context)
        known = analysis.sheet.known
        pattern = _LATIN_IN_CHINESE if chinese else _CAPITAL
        for match in pattern.finditer(_PLACEHOLDER.sub(lambda found: " " * len(found.group()), prose(text))):
            start, end = match.span()
            if fold(match.group()) in known or _ADDRESSED.search(analysis.folded, max(0, start - 24), start):
                continue
            words = re.split("[ -]", match.group().lower())
            strange = [word for word in words if word not in known and word.rstrip("s") not in _common() | {""}]
            strange = [word for word in strange if word not in _common()]
            if not strange or (chinese and match.group().islower() and len(match.group()) < 4):
                continue
            if not chinese and _in_title(text, start, end):
                continue
            if analysis.is_named(start, end) or any(h.concepts for h in analysis.hits_within(start, end)):
                continue
            if any(item.start < end and start < item.end for item in analysis.quantities):
                continue
            promised = (
                _WORKS_WITH.search(analysis.folded, max(0, start - 20), start)
                or cues("name")["claimed_before"].search(analysis.folded, max(0, start - 48), start)
                or cues("name")["claimed_after"].match(analysis.folded, end)
            )
            yield self.finding(
                _("“%(said)s” is a name the product data do not know"), start, end, params={"said": match.group()},
                severity="error" if promised and not analysis.negated(start, end) else self.severity,
            )  # fmt: skip


def _in_title(text: str, start: int, end: int) -> bool:
    """Whether the line is a heading with every word capitalised."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    words = re.findall(r"[A-Za-z]{4,}", text[begin : stop if stop >= 0 else len(text)])
    if text[begin : stop if stop >= 0 else len(text)].rstrip().endswith("."):
        return False
    return sum(word[0].isupper() for word in words) * 2 > len(words)


@register
class ForeignCode(Check):
    """See ``explanation``."""

    key = "foreign_code"
    severity = "error"
    grounding = True
    title = _("Model code or version not in the product data")
    explanation = _(
        "Codes of letters and digits (XR-200, IP68, 4K, Bluetooth 5.3, 16:9) must stand in the product data."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Unknown codes and versions."""
        analysis = analyse(text, context)
        known = analysis.sheet.squeezed
        masked = [(hit.start, hit.end) for hit in analysis.hits]
        for code in analysis.codes:
            if _ORDINAL.fullmatch(code.text) or any(s <= code.start and code.end <= e for s, e in masked):
                continue
            if not _stands_in(squeeze(code.text), known) and not _stands_in(code.text, analysis.sheet.known):
                yield self._unknown(text, code.start, code.end)
        for start, end, thing, number in analysis.versions:
            if any(s < start and end <= e for s, e in masked) or analysis.is_named(start, end):
                continue
            if not _version_known(_SAME.get(thing, thing), number, analysis.sheet.known):
                yield self._unknown(text, start, end)

    def _unknown(self, text: str, start: int, end: int) -> Finding:
        return self.finding(_("“%(said)s” is not in the product data"), start, end, params={"said": text[start:end]})


def _stands_in(code: str, known: str) -> bool:
    at = known.find(code)
    while at >= 0:
        before, after = known[at - 1 : at], known[at + len(code) : at + len(code) + 1]
        if not (code[0].isdigit() and before.isdigit()) and not (code[-1].isdigit() and after.isdigit()):
            return True
        at = known.find(code, at + 1)
    return False


def _version_known(thing: str, number: str, words: str) -> bool:
    number = re.escape(number.removesuffix(".0"))
    names = [name for name, same in _SAME.items() if same == thing] + [thing]
    if thing == "version":
        return re.search(rf"(?<![\d.]){number}(?:\.0)?(?![\d]|\.\d)", words) is not None
    pattern = rf"(?:{'|'.join(map(re.escape, names))})[ a-z系统版本:：-]{{0,12}}{number}(?:\.0)?(?![\d]|\.[1-9])"
    return re.search(pattern, words) is not None
