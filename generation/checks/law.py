"""Words that advertising law and platform rules forbid or restrict (data/law_zh.json, data/law_en.json).

A row has a pattern, a severity, a class, what makes it lawful in its place, and whether a fact is evidence for it.
Evasions are undone before looking: 全网蕞低, 国 家 级, 极-品, 第①, top①.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import resources

from generation.checks.normalise import CJK
from generation.checks.patterns import gated

_VARIANTS = str.maketrans("蕞級極頂獨絕國囻囯髙①⒈㈠ⅠⅰⅡ絶惟価", "最级极顶独绝国国国高一一一一一二绝唯价")
_VARIANT = re.compile(f"[{''.join(map(chr, _VARIANTS))}]")
_GAP = r"[\s\-_*·.,、|/~+`'\"^=]"
_SPACED = re.compile(rf"{_GAP}(?<=[{CJK}].){_GAP}{{0,2}}(?=[{CJK}])", re.DOTALL)
_PINYIN_HINT = re.compile("zui|第(?:1|yi)|顶j|家j|极p|di一|网[dt]")
_PINYIN = (
    (re.compile(r"zui(?=[好佳低高强优新美])"), "最"),
    (re.compile(r"(?<=[第])(?:1|yi|①)(?=[品名的选大牌])"), "一"),
    (re.compile(r"(?<=顶)(?:j|ji)(?![a-z])"), "级"),
    (re.compile(r"(?<=国家)(?:j|ji)(?![a-z])"), "级"),
    (re.compile(r"(?<=极)(?:p|pin)(?![a-z])"), "品"),
    (re.compile(r"(?<=全网)(?:d|di|the)(?=一)"), "第"),
    (re.compile(r"(?<![a-z])di(?=一)"), "第"),
)


@dataclass(frozen=True, slots=True)
class LawRow:
    """One rule of the law files. ``after`` and ``before`` match where the word is lawful."""

    pattern: re.Pattern[str]
    severity: str
    group: str
    after: re.Pattern[str] | None
    before: re.Pattern[str] | None
    evidence: bool


@dataclass(frozen=True, slots=True)
class LawHit:
    """A restricted word at a span of the folded text."""

    start: int
    end: int
    row: LawRow


@dataclass(frozen=True, slots=True)
class _Book:
    rows: tuple[LawRow, ...]
    lawful: re.Pattern[str]
    split_pairs: frozenset[str]


def find(folded: str, chinese: bool) -> list[LawHit]:
    """Restricted words of a folded text, leftmost first, the gravest row first where several match."""
    book = _book("law_zh" if chinese else "law_en")
    plain, places = _without_evasions(folded) if chinese else (folded, None)
    lawful: list[tuple[int, int]] | None = None
    hits: list[LawHit] = []
    for row in book.rows:
        for match in row.pattern.finditer(plain):
            start, end = match.span()
            if lawful is None:
                lawful = [found.span() for found in book.lawful.finditer(plain)]
            if any(begin <= start < stop for begin, stop in lawful):
                continue
            if row.after and row.after.match(plain[end : end + 24]):
                continue
            if row.before and row.before.search(plain[max(0, start - 16) : start]):
                continue
            if places:
                start, end = places[start], places[end - 1] + 1
            if not any(hit.start < end and start < hit.end for hit in hits):
                hits.append(LawHit(start, end, row))
    hits.sort(key=lambda hit: hit.start)
    return hits


def _without_evasions(folded: str) -> tuple[str, list[int] | None]:
    """The text with variants replaced and separators inside words left out, and where its characters stood."""
    plain = folded.translate(_VARIANTS) if _VARIANT.search(folded) else folded
    if "嘴" in plain or "醉" in plain:
        plain = re.sub(r"(?<=[网国业])[嘴醉](?=[低高好强佳优])", "最", plain)
    if _PINYIN_HINT.search(plain):
        for pattern, character in _PINYIN:
            plain = pattern.sub(partial(_padded, character), plain)
    gaps = [match.span() for match in _SPACED.finditer(plain)]
    if not gaps and "\0" not in plain:
        return plain, None
    short = [(begin, stop) for begin, stop in gaps if _inside_word(plain, begin, stop)]
    if not short and "\0" not in plain:
        return plain, None
    places = [
        index
        for index in range(len(plain))
        if plain[index] != "\0" and not any(begin <= index < stop for begin, stop in short)
    ]
    return "".join(plain[index] for index in places), places


def _inside_word(plain: str, begin: int, stop: int) -> bool:
    """A separator that splits a word: what it joins is a restricted beginning or end."""
    return plain[begin - 1 : begin] + plain[stop : stop + 1] in _book("law_zh").split_pairs


@lru_cache(maxsize=2)
def _book(name: str) -> _Book:
    data = json.loads(resources.files(__package__).joinpath(f"data/{name}.json").read_text("utf-8"))
    rows = tuple(
        LawRow(
            gated(row["pattern"]), row["severity"], row["class"],
            re.compile(row["unless_after"]) if "unless_after" in row else None,
            re.compile(row["unless_before"]) if "unless_before" in row else None,
            row.get("evidence", False),
        )
        for row in data["rows"] if not row.get("off")
    )  # fmt: skip
    return _Book(rows, gated(data["pass"]), frozenset(data.get("split_pairs", "").split()))


def _padded(character: str, match: re.Match[str]) -> str:
    """``character`` in place of the match, filled up with NULs so that later positions stay where they were."""
    return character + "\0" * (len(match.group()) - 1)
