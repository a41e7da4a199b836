"""What the facts give to a thing they name, told otherwise: "USB-A cable" of a USB-C cable, "显卡R5 6600H" of the CPU, "the
moonstone is 10 mm" of one of 6 mm."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact

_CONNECTED = re.compile(
    r"(?<![a-z0-9])(usb-?[abc]|type-?c|micro[- ]?usb|lightning|hdmi|vga)(?![a-z0-9])[ -]?"
    r"(?:to [a-z-]+ )?(cable|cord|lead|charger|adapter|plug|数据线|充电线|线缆|连接线|充电器|插头)"
)
#: Parts of a computer or telephone whose model is given by its code.
_DEVICES = "cpu|gpu|处理器|芯片|显卡|主板|硬盘|固态|内存条|内存|网卡|声卡|processor|graphics card|chipset"
_DEVICE = re.compile(rf"({_DEVICES})(?:型号)?(?:是|为|用的是|采用|搭载|用|[:：]| is| is an?)? ?(?=[a-z]*\d)")
_SAME_DEVICE = (
    frozenset(("cpu", "处理器", "processor", "芯片", "chipset")),
    frozenset(("gpu", "显卡", "graphics card")),
)
#: A noun and its measure: "the moonstone in it is 10 mm".
_IS = re.compile(
    r"(?<![a-z])(?:the|a|an|its|this|round|oval|square) ([a-z]{4,})(?: in it| itself| inside)? (?:is|measures) $"
)
_WORD = re.compile(r"[a-z]{4,}")


def beside_nouns(
    analysis: Analysis, claims: list[tuple[Quantity, list[FactQuantity]]]
) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for every code or measure beside a noun to which a fact gives another one. ``claims`` are
    the figures of the text that some fact makes true."""
    yield from _connectors(analysis)
    yield from _grades(analysis)
    yield from _devices(analysis)
    yield from _measured_nouns(analysis, claims)


def _connectors(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    known: dict[str, list[tuple[str, SheetFact]]] | None = analysis.sheet.memo.get("connectors")
    if known is None:
        known = analysis.sheet.memo["connectors"] = {}
        for row in analysis.sheet.facts:
            for found in _CONNECTED.finditer(row.display):
                known.setdefault(found[2], []).append((_plain(found[1]), row))
    for match in _CONNECTED.finditer(analysis.folded) if known else ():
        own = known.get(match[2], [])
        others = own and all(_plain(match[1]) != connector for connector, _row in own)
        if others and not polarity.refused(analysis.folded, *match.span()):
            yield *match.span(), own[0][1]


#: Grades of steel: "316不锈钢", "18/10 stainless".
_GRADE = re.compile(
    r"(?<![\d.])(\d{3}l?|\d\d/\d{1,2}) ?(?:级|food grade )?(?=不锈钢|stainless)|(?<![a-z])sus ?(\d{3}l?)"
)


def _grades(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """A grade of steel that no fact has, where the facts give one."""
    known: dict[str, SheetFact] | None = analysis.sheet.memo.get("grades")
    if known is None:
        rows = [(found, row) for row in analysis.sheet.facts for found in _GRADE.finditer(row.display)]
        known = analysis.sheet.memo["grades"] = {found[1] or found[2]: row for found, row in rows}
    for match in _GRADE.finditer(analysis.folded) if known else ():
        grade = match[1] or match[2]
        if grade not in known and grade not in analysis.sheet.name and not analysis.negated(*match.span()):
            yield *match.span(), next(iter(known.values()))


def _plain(connector: str) -> str:
    spelt = connector.replace("-", "").replace(" ", "")
    return "usbc" if spelt == "typec" else spelt


def _devices(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """A code behind the name of a device that a fact gives to another device."""
    for match in _DEVICE.finditer(analysis.folded):
        names = next((group for group in _SAME_DEVICE if match[1] in group), frozenset((match[1],)))
        for row in analysis.sheet.facts:
            other = _DEVICE_KEY.search(row.key)
            whole = len(row.display) > 2 and analysis.folded.startswith(row.display, match.end())
            end = match.end() + len(row.display)
            others = whole and other and other[1] not in names and not row.key.startswith(match[1])
            if others and not analysis.negated(match.start(), end):
                yield match.start(), end, row


_DEVICE_KEY = re.compile(rf"({_DEVICES})")


def _measured_nouns(
    analysis: Analysis, claims: list[tuple[Quantity, list[FactQuantity]]]
) -> Iterator[tuple[int, int, SheetFact]]:
    """A measure said of a noun of a fact that gives it one of the same kind."""
    nouns = _nouns(analysis.sheet)
    for claim, supporting in claims if nouns else ():
        if claim.family not in ("length", "mass", "volume") or any(each.fact < 0 for each in supporting):
            continue
        said = _IS.search(analysis.folded, max(0, claim.start - 60), claim.start)
        row = nouns.get(said[1]) if said else None
        if said is None or row is None or any(analysis.sheet.facts[each.fact] is row for each in supporting):
            continue
        if any(item.family == claim.family for item in row.quantities):
            yield said.start(1), claim.end, row


def _nouns(sheet: FactSheet) -> dict[str, SheetFact]:
    """The words that stand in one fact only, which holds a single figure (once for a set of facts)."""
    known: dict[str, SheetFact] | None = sheet.memo.get("measured_nouns")
    if known is None:
        rows: dict[str, list[SheetFact]] = {}
        for row in sheet.facts:
            for word in set(_WORD.findall(f"{row.key} {row.display}")):
                rows.setdefault(word, []).append(row)
        known = sheet.memo["measured_nouns"] = {
            word: found[0]
            for word, found in rows.items()
            if len(found) == 1 and len([item for item in found[0].quantities if item.family]) == 1
        }
    return known
