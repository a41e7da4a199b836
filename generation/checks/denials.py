"""What the facts say no to in words of their own: "Not for: hot water", "Kickstand: No", "hardwire kit required"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.guarantees import overstated
from generation.checks.reversals import reversals
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.words import affirmed, content, root


@dataclass(frozen=True, slots=True)
class Denial:
    """A term a fact denies. ``sort``: "no" (is not so), "apart" (sold apart, so not included), "needed", or
    "half" (half of a long term, which counts only where it is said to be allowed), or "both" (its second half, which
    counts only behind the first: "胸前缝了一个口袋" of "胸前口袋: 否")."""

    term: str
    sort: str
    fact: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where a text affirms what the fact of this row denies."""

    start: int
    end: int
    row: SheetFact


def contradictions(analysis: Analysis) -> list[Contradiction]:
    """Every place where the text affirms what a fact denies in so many words."""
    sheet, text = analysis.sheet, analysis.folded
    rows = sheet.facts
    found: list[Contradiction] = []
    denials = sheet.memo.get("denials")
    if denials is None:
        denials = sheet.memo["denials"] = _denials(rows)
    found += _denied_though_affirmed(analysis) + _narrowed(analysis)
    found += [Contradiction(start, end, row) for start, end, row in reversals(analysis)]
    found += [Contradiction(start, end, row) for start, end, row in overstated(analysis)]
    for denial in denials:
        at = text.find(denial.term)
        while at >= 0:
            end = at + len(denial.term)
            whole = _whole(text, at, end) and not analysis.is_named(at, end) and not _of_longer(rows, text, at, end)
            whole = whole and not any(hit.of("neutral") for hit in analysis.hits_within(at, end))
            if whole and denial.sort == "no" and analysis.negated(at, end):
                break  # what has been denied is not affirmed by the next mention: "它不卸妆,先用卸妆的那一瓶"
            if whole and _affirmed(analysis, at, end, denial.sort, denial.fact):
                found.append(Contradiction(at, end, rows[denial.fact]))
            at = text.find(denial.term, end)
    return [item for item in found if not _as_denied(text, item)]


def _as_denied(text: str, item: Contradiction) -> bool:
    """Whether the text denies the thing in the fact's own words: "地址缺少门牌号"."""
    said = item.row.display
    if text[item.start] in "不无没未" and cues("denial")["apart_key"].search(item.row.key):
        return True  # "不附支架" of what one has to bring
    at = text.find(said, max(0, item.end - len(said)), item.start + len(said))
    return at >= 0 and at <= item.start and item.end <= at + len(said) and _WITHOUT.search(said) is not None


def _denied_though_affirmed(analysis: Analysis) -> list[Contradiction]:
    """ "没有正位线" of what has one, "won't bleed" of what the facts say bleeds."""
    sheet, text = analysis.sheet, analysis.folded
    found: list[Contradiction] = []
    for match in cues("denial")["without"].finditer(text):
        thing = match["zh"][:2] if match["zh"] else match["en"]
        if match["zh"] and thing[0] in _LETTERS and not affirmed(sheet, thing):
            thing = thing[0]
        if (len(thing) < 2 and thing not in _LETTERS) or analysis.is_named(*match.span()):
            continue
        if match["en"]:
            rows = [row for row in sheet.facts if root(thing) in content(row.display)]
            rows = [row for row in rows if not _WITHOUT.search(f"{row.display} {row.fact.condition}".lower())]
        else:
            rows = [
                row for row in sheet.facts
                if (thing in row.display or (thing in row.key and polarity.says_yes(row.value)))
                and not _WITHOUT.search(f"{row.key} {row.display} {row.fact.condition}")
            ]  # fmt: skip
        if rows and not any(thing in line for line in _denying_lines(sheet)):
            found.append(Contradiction(*match.span(), rows[0]))
    return found


def _narrowed(analysis: Analysis) -> list[Contradiction]:
    """ "座布不可拆" of what can be taken off, "只能机洗" of what may be washed by hand too."""
    text, rows = analysis.folded, analysis.sheet.facts
    found: list[Contradiction] = []
    for match in cues("denial")["cannot"].finditer(text):
        can = f"可{match['thing']}"
        own = [row for row in rows if can in row.display and f"不{can}" not in row.display]
        if own and not any(
            f"不{can}" in line or f"不能{match['thing']}" in line for line in _denying_lines(analysis.sheet)
        ):
            found.append(Contradiction(*match.span(), own[0]))
    for match in cues("denial")["only"].finditer(text):
        thing = match["zh"] or match["en"]
        own = [row for row in rows if len(row.items) > 1 and thing in row.items]
        if own and not analysis.negated(*match.span()):
            found.append(Contradiction(*match.span(), own[0]))
    return found


def _denying_lines(sheet: FactSheet) -> list[str]:
    """Wordings of facts that deny something: what stands there may be denied in copy too."""
    lines: list[str] | None = sheet.memo.get("denying")
    if lines is None:
        lines = sheet.memo["denying"] = [
            f"{row.key} {row.display} {row.fact.condition}".lower()
            for row in sheet.facts
            if _WITHOUT.search(f"{row.key} {row.display} {row.fact.condition}".lower())
        ]
    return lines


#: "batteries (not included)"
_APART_AFTER = re.compile(r"\s*[(（]\s*(?:(?:is |are )?(?:not included|sold separately)|不含|另购|另售|需?自备)")
_ASKED = re.compile(r"^(?:(?:是否|能否|可否|有无)(?:带有?|含|有|支持|可以?)?|含(?=[^有糖量]))")
_USABLE = re.compile(
    r"^(?:usable|suitable|approved|recommended|to be used|can be used) (?:as|for|in|on|with) (?:an? )?"
)
_ALLOWED = re.compile(r"(?:可以?|能|支持|允许)(?:低温|中温|高温|直接|放心|常温)?$")
#: What is needed said as such: "(需手动开启)".
_NEEDED = re.compile(r"(?:需要?|须|必须|(?<![a-z])(?:requires?|needs?)(?: an?| the)? ?)$")
_FOUR = re.compile(r"[\u4e00-\u9fff]{4}")
_LETTERS = "漆盐糖油味盖线电胶"
_WITHOUT = re.compile(
    r"不|无|否|未|没|非|零|除|免|省|缺|自备|另购|另售|去掉|取消|(?<![a-z])(?:no|not|non|none|never|without|free|excl|n't)"
)


def _denials(rows: list[SheetFact]) -> tuple[Denial, ...]:
    """The denied terms of these facts; those another fact affirms are left out."""
    patterns, found = cues("denial"), []
    for index, row in enumerate(rows):
        key, display = row.key, row.display
        value, condition = row.value, row.fact.condition.lower()
        if polarity.says_no(value):
            found += [Denial(term, "no", index) for term in _terms(_USABLE.sub("", _ASKED.sub("", key)))]
            if len(letter := _ASKED.sub("", key)) == 1:
                found.append(Denial(f"{letter}子", "no", index))  # "是否带帽: no" says there is no 帽子
        elif patterns["denying_key"].search(key):
            sort = "apart" if patterns["apart_key"].search(key) else "no"
            found += [Denial(term, sort, index) for item in patterns["split"].split(display) for term in _terms(item)]
        elif patterns["apart_value"].fullmatch(value.strip()):
            found += [Denial(term, "apart", index) for term in _terms(key)]
        for wording in (display, condition):
            for sort in ("no", "apart", "needed"):
                for match in patterns[sort].finditer(wording):
                    words = next(group for group in match.groups() if group)
                    items = patterns["split"].split(words)
                    found += [Denial(term, sort, index) for item in items for term in _terms(item)]
                    if (
                        sort == "needed" and " " in words and not patterns["vague"].fullmatch(words)
                    ):  # "hardwire kit required": "no kit needed" will not do
                        found += [Denial(term, sort, index) for term in _terms(words.split()[-1])]
    for denial in [*found]:
        if denial.sort == "no" and _FOUR.fullmatch(denial.term):
            found += [Denial(half, "half", denial.fact) for half in (denial.term[:2], denial.term[2:])]
            found.append(Denial(denial.term[2:], "both", denial.fact))
    joined = [(row.display, row.key) for row in rows]
    return tuple(
        dict.fromkeys(
            denial
            for denial in found
            if not any(
                index != denial.fact and denial.term in display and not polarity.DENYING_KEY.search(key)
                for index, (display, key) in enumerate(joined)
            )
        )
    )


def _terms(phrase: str) -> list[str]:
    """The wordings to look for: the phrase without articles, if it is neither a bare letter nor a sentence."""
    term = cues("denial")["trim"].sub("", phrase).strip(" .,;:()（）")
    cjk = not term.isascii()
    if len(term) < (2 if cjk else 3) or len(term) > (6 if cjk else 28) or any(char.isdigit() for char in term):
        return []
    return [] if cues("denial")["vague"].fullmatch(term) else [term]


def _of_longer(rows: list[SheetFact], text: str, start: int, end: int) -> bool:
    """Whether the span is a piece of another fact's name: the 挂绳 of 挂绳孔."""
    term = text[start:end]
    return any(
        (at := row.key.find(term)) >= 0
        and len(row.key) > len(term)
        and not polarity.says_no(row.value)
        and text.startswith(row.key, start - at)
        for row in rows
    )


def _whole(text: str, start: int, end: int) -> bool:
    if not text[start].isascii():
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    plural = after == "s" and not text[end + 1 : end + 2].isalpha()
    return not (before.isascii() and before.isalnum()) and (plural or not (after.isascii() and after.isalnum()))


def _affirmed(analysis: Analysis, start: int, end: int, sort: str, fact: int) -> bool:
    text, patterns = analysis.folded, cues("denial")
    begin, stop = polarity.clause(text, start, end)
    around = text[begin:stop]
    if sort == "both":
        row = analysis.sheet.facts[fact]
        first = next(
            (term[:2] for term in _FOUR.findall(f"{_ASKED.sub('', row.key)}") if term.endswith(text[start:end])), ""
        )
        before = text.rfind(first, begin, start) if first else -1
        return before >= 0 and start - before > 2 and not polarity.negated(text, start, end)
    if sort == "needed" and patterns["not_needed"].search(around):
        return True
    if sort == "needed" and _NEEDED.search(text, max(0, start - 10), start):
        return False
    if _APART_AFTER.match(text, end):
        return False
    if sort in ("apart", "needed"):
        return patterns["included"].search(around) is not None and not polarity.refused(text, start, end)
    if polarity.refused(text, start, end) or (sort == "half" and not patterns["allowed"].search(around)):
        return False
    if _ALLOWED.search(text, max(begin, start - 8), start):
        return True  # "不能机洗,可以低温烘干"
    sentence = text[max(text.rfind(mark, 0, start) for mark in "。\n.；") + 1 : stop + 24]
    return patterns["hedged"].search(sentence) is None
