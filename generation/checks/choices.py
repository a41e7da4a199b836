"""Things that exclude each other: the facts say relaxed, so the copy must not say slim."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.listed import other_colours, other_listed
from generation.checks.normalise import has_cjk
from generation.checks.numerals import read_english
from generation.checks.sheet import SheetFact
from generation.checks.units import is_unit
from generation.checks.words import knows

_ROW = re.compile(
    r"(?<![a-z])[a-z]{3,}(?:, [a-z]{3,})*,? (?:and|or) [a-z]{3,}(?![a-z])"
    r"|[\u4e00-\u9fff]{1,6}(?:、[\u4e00-\u9fff]{1,6})+(?:(?:和|与|或|及)[\u4e00-\u9fff]{1,6})?"
)
_ITEM = re.compile(r"[a-z]+|[\u4e00-\u9fff]+?(?=、|和|与|或|及|$|[^\u4e00-\u9fff])")
_OF_COMPOUND = re.compile(r"(?<![a-z])(?:the|an?|your|our|their) [a-z]+ $")
_FOR_THE = re.compile(r"(?<![a-z])(?:(?:for|to|at|by) the|for) $")
_COUNTED_END = re.compile(r"[一两二三四五六七八九十\d]+[种款个色样].*$|等.*$|(?:可选|任选|都有|几色).*$")
#: "平时喜欢合身的", "if you like it slim": the reader's taste.
_LIKED = re.compile(r"(?:喜欢|偏爱|想要|想穿|爱穿|习惯|要是|如果|若是?|平时穿)[^，。,；;]{0,4}$")
#: Behind a verb: what is done, not how the product is made.
_DONE_TO = re.compile(r" (?:the|it|your|them|this|that|their) ")
#: Facts that name all there is of their sort.
_LISTED = ("colour", "flavour", "pattern", "size_range", "ingredients", "skin", "heat_source", "filling")
#: Rows of things as Chinese copy strings them: "核桃、腰果,还有夏威夷果".
_ROW_ZH = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:、[\u4e00-\u9fffa-z]{1,8})*(?:、|[,，]?(?:再加上?|外加|还有|以及|加上)|[和与及])[\u4e00-\u9fffa-z]{1,6}"
)
_ITEM_ZH = re.compile(r"(?:再加上?|外加|还有|以及|加上|[、和与及,，])+")
_JUNK = re.compile(r"[的都也吃用放等起来着了过就能可让把被给会要不很最]")
#: What joins things, and how the next statement begins: "red, black and closes with a zip".
_NO_THINGS = frozenset((
    "and", "or", "has", "have", "is", "are", "comes", "closes", "weighs", "holds", "keeps", "measures", "takes",
    "offers", "gives", "fits", "runs", "works", "lasts", "carries", "opens", "zips", "folds", "uses", "needs",
))  # fmt: skip
_OR = re.compile(r"^(?:或者?|还有|以及|和|与|及)")
_HAS = re.compile(r"^.*(?:里面?|含|有|配|用|加了?|是|选)")


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    """For each group a pattern of all its wordings, and which option a wording means."""
    rows = json.loads(resources.files(__package__).joinpath("data/choices.json").read_text("utf-8"))
    found = []
    for options in rows.values():
        meaning = {wording: index for index, option in enumerate(options) for wording in option}
        wordings = sorted(meaning, key=len, reverse=True)
        found.append((re.compile("|".join(_wording(wording) for wording in wordings)), meaning))
    return tuple(found)


def _wording(wording: str) -> str:
    return rf"(?<![a-z]){re.escape(wording)}(?![a-z])" if wording.isascii() else re.escape(wording)


def other_choices(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every choice the facts make otherwise."""
    found = []
    for pattern, meaning, said, row in _made(analysis):
        for match in pattern.finditer(analysis.folded):
            if meaning[match.group()] in said or polarity.refused(analysis.folded, *match.span()):
                continue
            if _DONE_TO.match(analysis.folded, match.end()):
                continue  # "zip it up, then snap the poppers"
            if analysis.folded.startswith(" enough", match.end()):
                continue  # "relaxed enough for the pub"
            if not _LIKED.search(analysis.folded, max(0, match.start() - 10), match.start()):
                found.append((*match.span(), row))
    found += [*_other_items(analysis), *other_listed(analysis), *other_colours(analysis)]
    return [item for item in found if not _cuts_value(analysis, *item[:2])] if found else found


def _cuts_value(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the span ends inside a value quoted from the facts: the 青 of "填充青朴"."""
    text = analysis.folded
    for row in analysis.sheet.facts:
        at = text.find(row.display, start, end + len(row.display)) if len(row.display) > 1 else -1
        if at >= 0 and start < at + len(row.display) and at < end < at + len(row.display):
            return True
    return False


def _made(analysis: Analysis) -> list[tuple[re.Pattern[str], dict[str, int], set[int], SheetFact]]:
    """The groups in which the facts make a choice, which one, and the fact that makes it (once for a set of facts)."""
    sheet = analysis.sheet
    made = sheet.memo.get("choices")
    if made is None:
        made = sheet.memo["choices"] = []
        # "Roast: medium" chooses the medium roast
        beside = " \n ".join(f"{row.display} {row.key}" for row in sheet.facts)
        known = f"{sheet.known} \n {beside}"
        for pattern, meaning in _groups():
            if not any(wording in known for wording in meaning):
                continue  # cheaper than the pattern
            said = {meaning[match.group()] for match in pattern.finditer(known)}
            rows = [row for row in sheet.facts if pattern.search(f"{row.key} {row.display} {row.key}")] if said else []
            if rows:
                made.append((pattern, meaning, said, rows[0]))
    return made


def _other_items(analysis: Analysis) -> list[tuple[int, int, SheetFact]]:
    """Things named in a row with some of a fact's that are none of them: "Lavender and lemon", "小熊、云朵、恐龙"."""
    found = []
    text, sheet = analysis.folded, analysis.sheet
    rows = [sheet.facts[index] for name in _LISTED for index in sheet.attributes.get(name, ())]
    rows = [row for row in {id(row): row for row in rows}.values() if len(row.items) > 1]
    found += _other_chinese_items(analysis, rows)
    for match in _ROW.finditer(text) if rows else ():
        words = [(word.start(), word.end()) for word in _ITEM.finditer(text, *match.span())]
        words = [(start, end) for start, end in words if text[start:end] not in _NO_THINGS]
        if words and _OF_COMPOUND.search(text, max(0, match.start() - 24), match.start()):
            words = words[1:]  # the bar of "the beach bar, black or teal"
        words = [(start, end) for start, end in words if not _FOR_THE.search(text, max(0, start - 10), start)]
        for row in rows:
            own = [any(_is_item(text[start:end], item) for item in row.items) for start, end in words]
            if sum(own) * 2 < len(own) or not any(own) or all(own):
                continue
            if any(_is_item(text[: match.start()].rstrip().rpartition(" ")[2], item) for item in row.items):
                continue  # "white legs or black ones" names what has the colours
            for (start, end), known in zip(words, own, strict=True):
                said = _COUNTED_END.sub("", text[start:end])
                if (
                    not known
                    and not cues("strangers")["no_thing"].search(said)
                    and not any(is_unit(word) or read_english(word) for word in said.split())
                    and not knows(sheet, said, "any")
                    and not analysis.negated(start, end)
                ):
                    found.append((start, start + len(said), row))
            break
    return found


def _other_chinese_items(analysis: Analysis, rows: list[SheetFact]) -> list[tuple[int, int, SheetFact]]:
    """The same for Chinese rows of what a fact lists: what is in it, whom it suits."""
    found = []
    text, sheet = analysis.folded, analysis.sheet
    for match in _ROW_ZH.finditer(text) if any(has_cjk(row.display) for row in rows) else ():
        words, at = [], match.start()
        for gap in [*_ITEM_ZH.finditer(text, *match.span()), None]:
            end = gap.start() if gap else match.end()
            words.append((at, end))
            at = gap.end() if gap else end
        for row in rows:
            own = [any(_in_row(_OR.sub("", text[start:end]), item) for item in row.items) for start, end in words]
            if sum(own) * 2 < len(own) or not any(own):
                continue
            for order, (start, end) in enumerate(words):
                said = _OR.sub("", text[start:end])
                if own[order] or not order or not 1 < len(said) < 6 or _JUNK.search(said) or said[:2] in sheet.known:
                    continue
                if not knows(sheet, said, "all") and not analysis.negated(start, end):
                    found.append((start, end, row))
            break
    return found


def _in_row(said: str, item: str) -> bool:
    """Whether ``said``, perhaps led in by a verb, is an item of a fact: "里面有核桃" of 核桃仁."""
    said = _HAS.sub("", said) or said
    if said[1:] in ("皮", "肌") and said[0] == item[0]:
        return True  # 干皮 is 干性
    return len(said) > 1 and (
        item.startswith(said) or said.startswith(item) or said.endswith(item) or said[:2] == item[:2]
    )


def _is_item(said: str, item: str) -> bool:
    if said[1:] in ("皮", "肌") and said[0] == item[:1]:
        return True  # 油皮 is 油性
    return said in (item, item.removesuffix("os")) or (len(item) > 1 and not item.isascii() and said.startswith(item))
