"""Words that advertising law and platform rules forbid or restrict (data/law_zh.json, data/law_en.json).

A row has a pattern, a severity, a class, what makes it lawful in its place, and whether a fact is evidence for it.
``<name>`` in a pattern stands for an entry of "words". Evasions are undone before looking: 全网蕞低, 国 家 级, 极-品,
第①, zui好, b3st, guaran-teed, b*st.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from generation.checks.normalise import CJK
from generation.checks.patterns import beginnings, gated

_LETTERS = {"law_zh": 2, "law_en": 4}  # how many letters of a match's beginning tell which rows to try
_VARIANTS = str.maketrans(
    "蕞嶵樶冣級極頂獨絕國囻囯髙①⒈㈠ⅠⅰⅡ㊀⓵❶➀弌絶惟価價苐仝網銷業無專軍質優強環證醫藥險賺減療癒預壓癥發財開運",
    "最最最最级极顶独绝国国国高一一一一一二一一一一一绝唯价价第全网销业无专军质优强环证医药险赚减疗愈预压症发财开运",
)
_VARIANT = re.compile(f"[{''.join(map(chr, _VARIANTS))}]")
_GAP = r"(?:[^\S\n]|[\-_*·.,、|/~+`'\"^=★☆⭐✨🔥❤•・…☞()\[\]【】「」#&$%!@:<>{}])"
_SPACED = re.compile(rf"{_GAP}(?<=[{CJK}].){_GAP}{{0,2}}(?=[{CJK}])", re.DOTALL)
_HOMOPHONE = re.compile(
    "(?<![喝不没酒沉陶麻宿微心迷烂灌买])[醉罪](?=[低强牛棒]|[高好佳优](?![了久几像闻])|便宜|划算|值|实惠|先进|新款|畅销|热|专业|权威)"
    "|(?<=[网国业区类场市])嘴(?=[低高好强佳优牛棒便])|(?<![壶奶瓶吸水喷管出鸟猫狗小大这张的])嘴(?=低价|便宜|划算|实惠|牛的|棒的|畅销|权威|先进)"
)
_LOOKALIKES = str.maketrans("аеіорсхуѕáàâäéèêëíìîïóòôöúùûü", "aeiopcxysaaaaeeeeiiiioooouuuu")
_LOOKALIKE = re.compile(f"[{''.join(map(chr, _LOOKALIKES))}]")
_MASKS = str.maketrans("0134578@$!|", "oieastbasil")
_MASK = re.compile(r"[-0-9@$*|!_.](?=[a-z0-9])")
_IN_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789@$!|*._-")
_LETTERS_APART = re.compile(r"[ ](?<![a-z'][a-z] )(?=[a-z](?: [a-z]){2,}(?![a-z']))(?:[ ]?[a-z](?![a-z]))+")
_LATIN = re.compile(r"[a-z]{1,6}(?![a-z])(?<![a-z]{7})")


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
    starts: dict[str, frozenset[int]]  # the rows whose matches may begin with these letters
    places: re.Pattern[str]  # where a match may begin
    lawful: re.Pattern[str]
    split_pairs: frozenset[str]
    masked: dict[str, tuple[str, ...]]  # restricted English words that people disguise, by their first letter
    spelled: dict[str, str]  # the character for pinyin with the character beside it: "di一", "第yi", "zui"


def find(folded: str, chinese: bool) -> list[LawHit]:
    """Restricted words of a folded text, leftmost first, the gravest row first where several match."""
    name = "law_zh" if chinese else "law_en"
    book = _book(name)
    plain, places = _without_evasions(folded) if chinese else _unmasked(folded)
    matches = _matches(name, plain)
    if not matches:
        return []
    lawful = [found.span() for found in book.lawful.finditer(plain)]
    hits: list[LawHit] = []
    for index, start, end in matches:
        row = book.rows[index]
        if any(begin <= start < stop for begin, stop in lawful):
            continue
        if row.after and row.after.match(plain[end : end + 24]):
            continue
        where = (places[start], places[end - 1] + 1) if places else (start, end)
        disguised = folded[slice(*where)] != plain[start:end]  # who disguises a word means it
        if not disguised and row.before and row.before.search(plain[max(0, start - 16) : start]):
            continue
        if not any(hit.start < where[1] and where[0] < hit.end for hit in hits):
            hits.append(LawHit(*where, row))
    hits.sort(key=lambda hit: hit.start)
    return hits


def _matches(name: str, plain: str) -> list[tuple[int, int, int]]:
    """Row, start and end of every match, row by row. A row is tried only where one of its beginnings stands."""
    book, letters = _book(name), _LETTERS[name]
    found: list[tuple[int, int, int]] = []
    reached: dict[int, int] = {}
    for place in book.places.finditer(plain):
        start = place.start()
        for index in _rows_at(name, plain[start : start + letters]):
            if reached.get(index, 0) <= start and (match := book.rows[index].pattern.match(plain, start)):
                reached[index] = match.end()
                found.append((index, start, match.end()))
    found.sort()
    return found


@lru_cache(maxsize=65_536)
def _rows_at(name: str, letters: str) -> tuple[int, ...]:
    """The rows that may match where these letters stand."""
    starts = _book(name).starts
    rows = frozenset().union(*(starts.get(letters[:length], frozenset()) for length in range(1, len(letters) + 1)))
    return tuple(sorted(rows))


def _without_evasions(folded: str) -> tuple[str, list[int] | None]:
    """The text with variants replaced and separators inside words left out, and where its characters stood."""
    plain = folded.translate(_VARIANTS) if _VARIANT.search(folded) else folded
    if "嘴" in plain or "醉" in plain or "罪" in plain:
        plain = _HOMOPHONE.sub("最", plain)
    plain = _LATIN.sub(_character, plain)
    gaps = [match.span() for match in _SPACED.finditer(plain)]
    if not gaps and "\0" not in plain:
        return plain, None
    short = [(begin, stop) for begin, stop in gaps if _inside_word(plain, begin, stop)]
    if not short and "\0" not in plain:
        return plain, None
    return _without(plain, short)


def _inside_word(plain: str, begin: int, stop: int) -> bool:
    """A separator that splits a word: what it joins is a restricted beginning or end."""
    left = plain[begin - 1 : begin]
    if plain[begin] in " *-_·.#~+^" and plain[begin - 2 : begin - 1] == plain[begin]:
        return True  # 第 一 大 品 牌
    return left == "最" or left + plain[stop : stop + 1] in _book("law_zh").split_pairs


def _character(match: re.Match[str]) -> str:
    """The character that the pinyin in ``match`` stands for where it stands, or the match as it is."""
    sound, text = match.group(), match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if before.isascii() and after.isascii():
        return sound
    spelled = _book("law_zh").spelled
    known = spelled.get(before + sound) or spelled.get(sound + after)
    if known is None and not after.isascii() and CJK[0] <= after <= CJK[-1]:
        known = spelled.get(sound)
    return known + "\0" * (len(sound) - 1) if known else sound


def _unmasked(folded: str) -> tuple[str, list[int] | None]:
    """The English text with disguised words spelled out, and where its characters stood."""
    plain = folded.translate(_LOOKALIKES) if not folded.isascii() and _LOOKALIKE.search(folded) else folded
    spans = [match.span() for match in _LETTERS_APART.finditer(f" {plain}")] if " " in plain else []
    spans = [(max(0, begin), stop - 1) for begin, stop in spans]
    stop = 0
    for match in _MASK.finditer(plain):
        if match.start() < stop:
            continue
        begin, stop = match.start(), match.end()
        while begin and plain[begin - 1] in _IN_TOKEN:
            begin -= 1
        while stop < len(plain) and plain[stop] in _IN_TOKEN:
            stop += 1
        spans.append((begin, stop))
    shown = plain
    for begin, stop in spans:
        if word := _spelled_out(plain[begin:stop].rstrip("._-!")):
            shown = shown[:begin] + word + "\0" * (stop - begin - len(word)) + shown[stop:]
    return _without(shown, []) if "\0" in shown else (shown, None)


def _spelled_out(token: str) -> str:
    """The restricted word that ``token`` disguises, or ""."""
    bare = re.sub(r"[\s._-]", "", token)
    shown = bare.translate(_MASKS)
    for word in _book("law_en").masked.get(shown[:1], ()):
        if len(word) == len(shown) and (
            shown == word or bare.replace("1", "l").translate(_MASKS) == word or _starred(bare, word)
        ):
            return word
    return ""


def _starred(token: str, word: str) -> bool:
    """Whether ``token`` is ``word`` with up to half of its letters starred out."""
    pairs = list(zip(token, word, strict=True))
    stars = sum(shown == "*" for shown, _ in pairs)
    return 0 < stars <= len(word) // 2 and all(shown in ("*", letter) for shown, letter in pairs)


def _without(plain: str, gaps: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The text without ``gaps`` and NULs, and where the characters that are left stood."""
    places = [
        index
        for index in range(len(plain))
        if plain[index] != "\0" and not any(begin <= index < stop for begin, stop in gaps)
    ]
    return "".join(plain[index] for index in places), places


@lru_cache(maxsize=2)
def _book(name: str) -> _Book:
    data = json.loads(resources.files(__package__).joinpath(f"data/{name}.json").read_text("utf-8"))
    words = data.get("words", {})

    def full(pattern: str) -> str:
        return re.sub(r"<([a-z_]+)>", lambda match: f"(?:{full(words[match[1]])})", pattern)

    listed = [row for row in data["rows"] if not row.get("off")]
    starts: dict[str, set[int]] = {}
    for index, row in enumerate(listed):
        for letters in beginnings(full(row["pattern"]), _LETTERS[name]):
            starts.setdefault(letters, set()).add(index)
    if "" in starts:
        raise ValueError(f"{name}.json: row {min(starts[''])} may begin with anything")
    first = "".join(sorted({letters[0] for letters in starts}))
    rows = tuple(
        LawRow(
            re.compile(full(row["pattern"])), row["severity"], row["class"],
            re.compile(full(row["unless_after"])) if "unless_after" in row else None,
            re.compile(full(row["unless_before"])) if "unless_before" in row else None,
            row.get("evidence", False),
        )
        for row in listed
    )  # fmt: skip
    masked: dict[str, list[str]] = {}
    for word in data.get("masked", "").split():
        masked.setdefault(word[0], []).append(word)
    return _Book(
        rows,
        {letters: frozenset(known) for letters, known in starts.items()},
        re.compile(f"[{re.escape(first)}](?<![a-z].)(?<![0-9][0-9])"),
        gated(full(data["pass"])),
        frozenset(data.get("split_pairs", "").split()),
        {letter: tuple(known) for letter, known in masked.items()},
        _spelling(data.get("pinyin", "").split()),
    )


def _spelling(entries: list[str]) -> dict[str, str]:
    """Pinyin that stands for a character: "zui_最" before any character, "ding_顶_级尖", "极_pin_品" after 极."""
    known: dict[str, str] = {}
    for entry in entries:
        first, second, *beside = entry.split("_")
        if not first.isascii():
            known[first + second] = beside[0]
        elif beside:
            known.update((first + character, second) for character in beside[0])
        else:
            known[first] = second
    return known
