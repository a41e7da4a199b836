"""Sizes and skin types: short words that mean something only beside others of their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.sheet import SheetFact

_ORDER = ("xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "xxxxl", "xxxxxl")
_SIZE = re.compile(r"(?<![a-z0-9-])(?:[2-5]x[sl]|x{1,4}[sl]|[sml])(?![a-z0-9])")
#: Sizes in a text: two letters or more, or one beside a word that says so.
_SAID = re.compile(
    r"(?<![a-z0-9-])(?:[2-5]x[sl]|x{1,4}[sl])(?![a-z0-9])|(?<![a-z])sizes? [sml](?![a-z0-9'])|(?<![a-z0-9])[sml]码"
)
_RANGE = re.compile(rf"({_SIZE.pattern})\s?(?:-|–|~|to|至|到)\s?({_SIZE.pattern})")
_SKIN = r"(?:oily|dry|sensitive|combination|normal|mature|dehydrated|acne[- ]prone|blemish[- ]prone)"
_SKINS = re.compile(rf"(?<![a-z])({_SKIN}(?:(?:,| and| or| to|, and|, or) {_SKIN})*) skins?(?![a-z])")
_ANY_SKIN = re.compile(r"(?<![a-z])(?:all|every|any)(?![a-z])|所有|各种|任何")


def other_listed(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every size or skin type that the fact which lists them does not."""
    text, sheet = analysis.folded, analysis.sheet
    sized = [row for row in sheet.facts if _of_sizes(row)]
    if sized:
        known = {size for row in sheet.facts for size in sizes(f"{row.display} {row.fact.condition.lower()}")}
        for match in _SAID.finditer(text):
            said = sizes(match.group())
            if said and not said & known and not polarity.refused(text, *match.span()):
                yield *match.span(), sized[0]
    skin = next((row for row in sheet.facts if "skin" in row.attributes and row.value.isascii()), None)
    if skin is None or _ANY_SKIN.search(skin.value):
        return
    for match in _SKINS.finditer(text):
        for one in re.finditer(_SKIN, match.group(1)):
            at = match.start(1) + one.start()
            if one.group() not in sheet.known and not polarity.refused(text, at, match.end()):
                yield at, match.end(), skin


#: A name of a colour as shops coin them, where a clause or an item of a row begins: 孔雀绿, 奶杏.
_COLOUR = re.compile(
    r"(?:^|[，。；、,;和与是])([\u4e00-\u9fff]{1,2}[绿蓝红黄白黑灰紫粉棕青橙杏咖橘])(?=[\u4e00-\u9fff，。、,；;])(?!色)"
)


#: Words that end in a colour's character and name none.
_NO_COLOUR = re.compile(
    r"[常年踏丹长返]青|[泛发变枯金春]黄|[变漆摸天]黑|[发雪漂明空留告表清苍蛋洁]白|黑白|[分走爆网脸通火眼发泛]红|银杏|咖啡|[选挑要爱跟配把像和给让用穿搭对比被越更最很太偏有没不].{1,2}"
)


def other_colours(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every coined colour beside one of the fact's own that the facts do not know."""
    text, sheet = analysis.folded, analysis.sheet
    for row in sheet.facts:
        own = [item for item in row.items if len(item) > 1] if "colour" in row.attributes and len(row.items) > 1 else []
        if not any(item in text for item in own):
            continue
        for match in _COLOUR.finditer(text):
            said = match.group(1)
            if _NO_COLOUR.fullmatch(said):
                continue
            if said not in sheet.known and said[-2:] not in sheet.known and not polarity.refused(text, *match.span(1)):
                yield *match.span(1), row


def _of_sizes(row: SheetFact) -> bool:
    return bool(row.attributes & {"size_range", "dimensions"}) and len(sizes(row.display)) > 1


def sizes(folded: str) -> set[str]:
    """The letter sizes a wording names, those between the ends of a range too."""
    found = {_plain(match.group()) for match in _SIZE.finditer(folded)}
    for match in _RANGE.finditer(folded):
        ends = [_ORDER.index(_plain(end)) for end in match.groups() if _plain(end) in _ORDER]
        if len(ends) == 2:
            found |= set(_ORDER[min(ends) : max(ends) + 1])
    return found


def _plain(size: str) -> str:
    """ "3xl" as "xxxl"."""
    return "x" * int(size[0]) + size[2:] if size[0].isdigit() else size
