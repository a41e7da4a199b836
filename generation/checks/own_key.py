"""What stands right behind the whole key of a fact and is not that fact's: "深度28cm", "闪存类型是QLC", "型号为4609660"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.lexicon import lexicon
from generation.checks.normalise import has_cjk, squeeze
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact

_LINK = re.compile(r"\s?(?:是|为|达|有|[:：=])?\s?")
#: A Chinese key is one where no longer word can have begun before it.
_BEFORE = re.compile(r"(?:^|[^\u4e00-\u9fff]|[的和与及其了款])$")
_CODES = re.compile(r"[a-z0-9][a-z0-9.+*-]*(?: [a-z0-9][a-z0-9.+*-]*)*")
_LATIN = re.compile(r"[a-z]{2,5}")
#: What the shop's numbers are called. The article number is no model.
_NUMBERED = re.compile(
    r"(?P<whose>[\u4e00-\u9fff]{2})?(?P<what>编号|型号|货号|款号)\s?(?:是|为|[:：])?\s?(?P<code>[a-z0-9][a-z0-9-]{2,})"
)
_OF_THE_PRODUCT = frozenset(
    ("商品", "产品", "本品", "货品", "物品", "款式", "这款", "此款", "本款", "它的", "款的", "完整", "具体", "官方")
)
_COLOURS = re.compile(r"(?:颜色|配色|花色)(?:分类)?(?:有|是|为|分|包括|[:：])+")
_SHADES = frozenset("红橙黄绿青蓝紫粉黑白灰棕褐咖米杏银金")
_LISTED = re.compile(r"[\u4e00-\u9fff]{2,5}")
_JOINED = re.compile(r"\s?(?:、|和|与|及|/|以及)\s?")


def behind_keys(
    analysis: Analysis, claims: list[tuple[Quantity, list[FactQuantity]]]
) -> Iterator[tuple[int, int, SheetFact | None]]:
    """Start, end and the fact of the key (None where the name says it), for every figure, code or colour behind a Chinese
    key that its facts do not give. ``claims`` are the figures of the text that some fact makes true; those that none
    does are found as such."""
    text, sheet = analysis.folded, analysis.sheet
    begins = {claim.start: (claim, supporting) for claim, supporting in claims}
    for key, rows in _keyed(sheet).items():
        at = text.find(key)
        while at >= 0:
            end = at + len(key)
            alone = _BEFORE.search(text, max(0, at - 1), at) and not _goes_on(sheet, text, key, at)
            if alone and not _said_before(text, at, rows):
                link = _LINK.match(text, end)
                after = link.end() if link else end
                stop = _other_figure(sheet, rows, begins.get(after)) or _other_code(analysis, rows, after)
                if stop and not polarity.negated(text, after, stop):
                    yield at, stop, rows[0]
            at = text.find(key, end)
    yield from _other_number(analysis)
    yield from _other_colour(analysis)
    yield from _other_memory(analysis)


def _said_before(text: str, at: int, rows: list[SheetFact]) -> bool:
    """Whether the key's own value stands right before it: "20W额定功率 IPX7防水"."""
    return any(squeeze(text[max(0, at - 16) : at]).endswith(row.squeezed) for row in rows)


def _keyed(sheet: FactSheet) -> dict[str, list[SheetFact]]:
    """The facts under each Chinese key of two characters or more (once for a sheet)."""
    known: dict[str, list[SheetFact]] | None = sheet.memo.get("own_keys")
    if known is None:
        known = sheet.memo["own_keys"] = {}
        for row in sheet.facts:
            if len(row.key) > 1 and has_cjk(row.key[-1:]) and not row.fact.scope:
                known.setdefault(row.key, []).append(row)
    return known


def _goes_on(sheet: FactSheet, text: str, key: str, at: int) -> bool:
    """Whether a longer key of the facts stands here, or one that ends in this one."""
    return any(
        key != other and key in other and text.startswith(other, max(0, at - other.index(key)))
        for other in _keyed(sheet)
    )


def _other_figure(
    sheet: FactSheet, rows: list[SheetFact], said: tuple[Quantity, list[FactQuantity]] | None
) -> int | None:
    if said is None or not said[0].family or said[0].family in ("count", "percent", "date"):
        return None
    claim, supporting = said
    if any(each.fact >= 0 and sheet.facts[each.fact] in rows for each in supporting):
        return None
    own = [item for row in rows for item in row.quantities if (item.family, item.kind) == (claim.family, claim.kind)]
    return claim.end if own and all(row.quantities for row in rows) else None


def _other_code(analysis: Analysis, rows: list[SheetFact], start: int) -> int | None:
    """Where the codes that begin at ``start`` end, when one of them is none of the facts' codes."""
    codes = _CODES.match(analysis.folded, start)
    if codes is None or not all(_CODES.search(row.display) for row in rows):
        return None
    if any(item.family and start == item.start for item in analysis.quantities):
        return None  # a measure is judged as one
    own = " ".join(squeeze(row.display) for row in rows)
    for token in codes.group().split():
        said = squeeze(token)
        known = said in own or said in squeeze(analysis.sheet.name)
        if not known and any(map(str.isdigit, said)) and not token.replace(".", "").isdigit():
            return codes.end()
        shouted = _LATIN.fullmatch(token) and analysis.text[start : codes.end()].isupper()
        if not known and shouted and token not in analysis.sheet.known:
            return codes.end()
    return None


def _other_number(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """The number of the article given as that of something else: "面料编号是HNT2", "型号为4609660" of 商品编号."""
    for match in _NUMBERED.finditer(analysis.folded):
        code = squeeze(match["code"])
        rows = [row for row in analysis.sheet.facts if row.key.endswith(("编号", "型号", "货号", "款号"))]
        own = [row for row in rows if row.squeezed == code]
        if any(_same_number(match["what"], row.key) and _whose(match["whose"], row) for row in own):
            continue
        of_that_name = [row for row in rows if row.key.endswith(match["what"]) and match["what"] in ("编号", "货号")]
        if row := next(iter(own or of_that_name), None):
            yield *match.span(), row


def _same_number(what: str, key: str) -> bool:
    """Whether the key calls the number so: 货号, 款号 and 编号 are one thing, the 型号 is another."""
    return what in key or (what != "型号" and key.endswith(("编号", "货号", "款号")))


def _whose(said: str | None, row: SheetFact) -> bool:
    return not said or said in _OF_THE_PRODUCT or row.key.startswith(said) or not row.key.startswith(("商品", "产品"))


def _other_colour(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """A colour listed among those on offer that the fact of the colours has not: the 蓝灰 of a name."""
    text = analysis.folded
    rows = [row for row in analysis.sheet.facts if "colour" in row.attributes and not row.fact.part]
    for heading in _COLOURS.finditer(text) if rows else ():
        at = heading.end()
        while said := _LISTED.match(text, at):
            stop = re.split("[和与及]", said.group())[0]
            end = at + len(stop)
            named = {concept.name for hit in lexicon().scan_short(stop) for concept in hit.of("colour")}
            plain = stop.removesuffix("色")
            own = any(
                plain in row.display or any(named & lexicon().closure(name) for name in row.concepts) for row in rows
            )
            if plain[-1] in _SHADES and not own and plain in analysis.sheet.known:
                yield at, end, rows[0]
            joint = _JOINED.match(text, end)
            if joint is None:
                break
            at = joint.end()


_MEMORY = re.compile(r"(?<![\d.])(\d{1,2})g?b? ?\+ ?(\d{2,4})gb?(?![a-z])")
_WORKING = re.compile(
    r"(?<![\d.+])(\d{1,4}) ?gb?的?(?:运存|运行内存)|(?:运存|运行内存)(?:有|为|是|达|[:：])?(\d{1,4}) ?gb?(?![a-z])"
)
_STORING = re.compile(
    r"(?<![\d.+])(\d{1,4}) ?gb?的?(?:大?存储|机身)"
    r"|(?:存储(?:空间|容量)?|机身内存)(?:有|为|是|达|[:：])?(\d{1,4}) ?gb?(?![a-z+])"
)


def _other_memory(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact | None]]:
    """Working memory and storage the other way round: "128GB运存" of an "8GB+128GB"."""
    known = {pair.groups() for pair in _MEMORY.finditer(analysis.sheet.known)}
    for pattern, own in ((_WORKING, 0), (_STORING, 1)) if known else ():
        for match in pattern.finditer(analysis.folded):
            said = match[1] or match[2]
            if all(said != pair[own] for pair in known) and any(said == pair[1 - own] for pair in known):
                yield *match.span(), None
