"""How many of a thing there are, where the facts count it in Chinese: "三支搅蜜棒" of what comes with one."""

from __future__ import annotations

import re

from generation.checks.analysis import Analysis
from generation.checks.numerals import read_chinese
from generation.checks.quantities import Quantity
from generation.checks.scenes import by_reader
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact

_SORT = "个只件片支条双套盒包袋瓶罐根张块枚把盏顶副份本对卷节台颗串枝层款种节粒朵片"
_HAN = "\u4e00-\u9fff"
_THEN = re.compile(
    rf"([{_HAN}]{{1,8}}?)\s?[x×*]?\s?(\d{{1,3}}|[一两二三四五六七八九十])[{_SORT}]?(?=[,，、;；)(（(+＋\s]|$)"
)
_FIRST = re.compile(
    rf"(?<![\d.])(\d{{1,3}}|[一两二三四五六七八九十])[{_SORT}]([{_HAN}]{{2,8}}?)(?=[,，、;；)(（(+＋\s]|$)"
)
_BARE = re.compile(rf"(?<=[,，、;；+＋])([{_HAN}]{{2,6}})(?=[,，、;；+＋]|$)|^([{_HAN}]{{2,6}})(?=[,，、;；+＋])")
_KEY = re.compile(rf"([{_HAN}]{{2,6}}?)(?:数量|个数|数目|颗数|枚数|片数|条数|支数|根数|总数)$")
#: "人仔: 4个", "HDMI接口: 3个"
_THING_KEY = re.compile(rf"(?:[a-z]+)?([{_HAN}]{{2,5}})(?<!档位)(?<!包装)(?<!规格)(?<!款式)")
_ONLY_COUNT = re.compile(rf"(\d{{1,3}})\s?[{_SORT}]?(?:[/／每][{_HAN}]+)?")
_COUNT_FIRST = re.compile(rf"(\d{{1,2}}|[两二三四五六七八九十])\s?[{_SORT}](?=[:：，,(（])")
#: A pack by what it holds: "12支/盒", "3个/组", "6瓶装".
_PACK = re.compile(rf"(?<![\d.])(\d{{1,3}})\s?([{_SORT}])(?:\s?[/／每]\s?[盒箱组套包袋提板]|装)")
_PACK_KEY = re.compile(r"^(?:数量|件数|片数|支数|规格|包装规格|装量|规格数量)$")
#: Where 支数 is how fine a yarn is, and no pack.
_YARN = re.compile(r"[棉麻纱绒毛丝]|纤维|面料|(?<![a-z])cotton")
_SAID = re.compile(rf"(?<![\d.第a-z])(\d{{1,3}}|[两二三四五六七八九十]{{1,3}})[{_SORT}](?:的)?([{_HAN}]{{2,10}})")
_SAID_AFTER = re.compile(rf"([{_HAN}]{{2,10}}?)(?:各)?(\d{{1,3}}|[两二三四五六七八九十]{{1,3}})[{_SORT}](?![{_HAN}])")
_SAID_PACK = re.compile(
    rf"(?:一|每|整)(?:[组盒箱套提板])(?:里|里面|内|共|有|是|装|含|就是|一共)*(\d{{1,3}}|[一两二三四五六七八九十]{{1,3}})([{_SORT}])(?![{_HAN}]?[大])"
    rf"|(?<![\d.第一-鿿])(\d{{1,3}}|[两二三四五六七八九十]{{1,3}})([{_SORT}])(?:一[组盒箱套提板]|[/每]?[盒箱组]?装)"
)


def miscounted(analysis: Analysis) -> list[tuple[int, int, FactQuantity]]:
    """Start, end and the fact's count, for every count of a thing that the facts count otherwise."""
    nouns, packs = _known(analysis.sheet)
    text, found = analysis.folded, []
    for match in _SAID.finditer(text) if nouns else ():
        if row := _other(nouns, match.group(2), match.group(1), end=False):
            found.append((match.start(), match.start(2) + row[1], row[0]))
    for match in _SAID_AFTER.finditer(text) if nouns else ():
        if row := _other(nouns, match.group(1), match.group(2), end=True):
            found.append((match.end(1) - row[1], match.end(), row[0]))
    for match in _LATIN_SAID.finditer(text):
        counts = _latin(analysis.sheet).get(match.group(2), {})
        if counts and _number(match.group(1)) not in {each.quantity.low for each in counts.values()}:
            found.append((*match.span(), next(iter(counts.values()))))
    for match in _SAID_PACK.finditer(text) if packs else ():
        many, sort = _number(match.group(1) or match.group(3)), match.group(2) or match.group(4)
        own = [each for each in packs if each.quantity.unit in (sort, "")]
        if own and many > 1 and all(each.quantity.low != many for each in own):
            found.append((match.start(), match.end(), own[0]))
    return [
        item
        for item in found
        if not analysis.negated(item[0], item[1]) and not by_reader(text[max(0, item[0] - 8) : item[0]])
    ]


def counted_alike(analysis: Analysis, claim: Quantity) -> list[FactQuantity]:
    """The facts that count so many of what follows the claim: "两块电池" of a box with "电池2"."""
    nouns, _packs = _known(analysis.sheet)
    text = analysis.folded
    begin = claim.end + text.startswith("的", claim.end)
    return [
        each
        for noun, counts in nouns.items()
        if text.startswith(noun, begin)
        for each in counts
        if each.quantity.low == claim.low
    ]


_LATIN_SAID = re.compile(r"(?<![\d.第a-z])(\d{1,2}|[一两二三四五六七八九十])[个只路组]([a-z]{3,}(?:-[a-z])?)(?![a-z])")
_LATIN_KNOWN = re.compile(r"(?<![a-z])([a-z]{3,}(?:-[a-z])?)(?:接口|口)?\s?[x×*]\s?(\d{1,2})(?![\d.])")


def _latin(sheet: FactSheet) -> dict[str, dict[int, FactQuantity]]:
    """How many the facts give of things named in Latin letters: "HDMI×1" (once for a set of facts)."""
    known: dict[str, dict[int, FactQuantity]] | None = sheet.memo.get("latin_counts")
    if known is None:
        known = sheet.memo["latin_counts"] = {}
        for index, row in enumerate(sheet.facts):
            for match in _LATIN_KNOWN.finditer(row.display):
                known.setdefault(match.group(1), {})[index] = FactQuantity(_count(float(match.group(2))), index)
    return known


def _other(nouns: dict[str, list[FactQuantity]], said: str, word: str, end: bool) -> tuple[FactQuantity, int] | None:
    """The fact's count of what ``said`` begins (or ends) with, and the length of that noun, if it is not ``word``."""
    many = _number(word)
    known: list[FactQuantity] = []
    length = 0
    for noun, counts in nouns.items():
        for begin in range(len(noun) - 1):
            piece = noun[begin:]
            if said.endswith(piece) if end else said.startswith(piece):
                known += counts
                length = max(length, len(piece))
                break
    if many < 1 or not known or any(each.quantity.low == many for each in known):
        return None
    if many == sum(each.quantity.low for each in known):
        return None
    return known[0], length


def _number(word: str) -> float:
    return float(word) if word.isdigit() else read_chinese(word) or 0.0


def _known(sheet: FactSheet) -> tuple[dict[str, list[FactQuantity]], list[FactQuantity]]:
    """What the facts count, by its noun, and how many a pack holds (once for a set of facts)."""
    known: tuple[dict[str, list[FactQuantity]], list[FactQuantity]] | None = sheet.memo.get("counts")
    if known is None:
        nouns: dict[str, list[FactQuantity]] = {}
        packs: list[FactQuantity] = []
        for index, row in enumerate(sheet.facts):
            for noun, many in _counts(row):
                nouns.setdefault(noun, []).append(FactQuantity(_count(many), index))
            if row.key != "支数" or not _YARN.search(sheet.known):
                packs += [FactQuantity(_count(many, sort), index) for many, sort in _packs(row)]
        known = sheet.memo["counts"] = nouns, packs
    return known


def _counts(row: SheetFact) -> list[tuple[str, float]]:
    found = []
    in_box = "box" in row.attributes or row.key in ("配饰", "赠品", "附赠")
    if (only := _ONLY_COUNT.fullmatch(row.display)) and (key := _KEY.search(row.key) or _THING_KEY.fullmatch(row.key)):
        found.append((key.group(1), float(only.group(1))))
    if (first := _COUNT_FIRST.match(row.display)) and (key := _THING_KEY.fullmatch(row.key)):
        found.append((key.group(1), _number(first.group(1))))  # "鞋带: 2副:白色扁带、…"
    for match in _THEN.finditer(row.display):
        if len(match.group(1)) > 1:
            found.append((match.group(1), _number(match.group(2))))
    for match in _FIRST.finditer(row.display):
        found.append((match.group(2), _number(match.group(1))))
    if in_box and "excluded" not in row.attributes:
        found += [(match.group(1) or match.group(2), 1.0) for match in _BARE.finditer(row.display)]
    return [(noun, many) for noun, many in found if many]


def _packs(row: SheetFact) -> list[tuple[float, str]]:
    found = [(float(match.group(1)), match.group(2)) for match in _PACK.finditer(row.display)]
    if _PACK_KEY.search(row.key) and (only := _ONLY_COUNT.fullmatch(row.display)) and not found:
        found.append((float(only.group(1)), ""))
    return found


def _count(many: float, sort: str = "") -> Quantity:
    return Quantity(0, 0, many, many, "count", "", sort, numbers=(many,))
