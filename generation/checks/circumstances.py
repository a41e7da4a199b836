"""Under which circumstance, of which variant a value is said: true under another one, it is false."""

from __future__ import annotations

import re
from functools import lru_cache

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.conditions import counts_in, excluded_nouns, left_out, opposable, opposed
from generation.checks.cues import cues
from generation.checks.lexicon import Hit, lexicon
from generation.checks.listed import sizes
from generation.checks.misplaced import Misplaced
from generation.checks.normalise import has_cjk
from generation.checks.quantities import Quantity
from generation.checks.sheet import FactQuantity, FactSheet, SheetFact
from generation.checks.support import holds
from generation.checks.words import content

_ALWAYS = frozenset({"u_typical", "u_single"})
#: What one sets first and reads the figure for then: "调到70℃档，能保温12小时".
_SET_BEFORE = frozenset({"temperature", "power", "voltage"})
_PLACES = frozenset({"u_indoor", "u_outdoor"})
#: How a thing is kept changes how long it keeps and nothing else.
_STORED = frozenset({"u_room", "u_chilled", "u_frozen", "u_opened", "u_unopened"})
#: What shortens or lengthens a battery's time and nothing else.
_LASTING = frozenset({"u_anc_on", "u_anc_off", "u_gps", "u_calling"})
#: Circumstances that matter only to what is given for the other one.
_OPPOSITES = {
    "u_full": "u_empty", "u_empty": "u_full", "u_pair": "u_each", "u_each": "u_pair", "u_point": "u_even",
    "u_even": "u_point", "u_room": "u_chilled", "u_unfolded": "u_folded",
}  # fmt: skip


def other_segment(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> bool:
    """Whether the circumstance said is another figure's of the same fact: "40 h on low, 4 h on high"."""
    begin, end = polarity.clause(analysis.folded, claim.start, claim.end)
    said = {concept.name for hit in analysis.hits_within(begin, end) for concept in hit.of("usage")} - _ALWAYS
    if not said or not supporting:
        return False
    for each in supporting:
        row = analysis.sheet.facts[each.fact]
        if len(row.usages) < 2 or each.derived or each.quantity.end > len(row.display):
            return False
        start, stop = polarity.clause(row.display, each.quantity.start, each.quantity.end)
        cut = row.display.find(",", each.quantity.end, stop)
        segment = row.display[start : cut if cut >= 0 else stop]
        own = {concept.name for hit in lexicon().scan_short(segment) for concept in hit.of("usage")}
        if not own or said & own or not said & row.usages:
            return False
    return True


def of_another(analysis: Analysis, claim: Quantity, supporting: list[FactQuantity]) -> bool:
    """Whether the clause names what another figure of the fact is of: "two years on the frame" of "frame 5, motor 2"."""
    begin, end = polarity.clause(analysis.folded, claim.start, claim.end)
    around = _names_in(analysis.folded[begin : claim.start]) | _names_in(analysis.folded[claim.end : end])
    if claim.family == "count":
        around |= _names_in(analysis.folded[claim.start : claim.end])  # "four outer pockets"
    if not around or not supporting:
        return False
    behind = analysis.folded[claim.end : claim.end + 1]
    behind = behind if not claim.family and has_cjk(behind) else "\n"
    for each in supporting:
        row = analysis.sheet.facts[each.fact]
        if each.derived or each.quantity.end > len(row.display):
            return False
        own, others = frozenset[str](), frozenset[str]()
        for segment in _SEGMENT.finditer(row.display):
            if not any(
                item.family == each.quantity.family and segment.start() <= item.start < segment.end()
                for item in row.quantities
            ):
                continue
            names = _names_in(segment.group())
            inside = segment.start() <= each.quantity.start < segment.end()
            if inside and behind in segment.group():
                return False  # the 4布 of 拖布×4
            own, others = (own | names, others) if inside else (own, others | names)
        if not own or not others or around & own or not around & (others - own):
            return False
    return True


_SEGMENT = re.compile(r"[^,，;；、]+")
_NAME_ZH = re.compile(r"[\u4e00-\u9fff]{2,}")
_NO_NAMES = frozenset(
    {"year", "month", "day", "week", "hour", "minute", "limited", "about", "approx", "warranty", "up"}
)


@lru_cache(maxsize=8192)
def _names_in(text: str) -> frozenset[str]:
    """Roots of the words of an English wording, pairs of characters of a Chinese one."""
    runs = _NAME_ZH.findall(text)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return frozenset(pairs | {word for word in content(text) if word.isalpha() and len(word) > 2} - _NO_NAMES)


def variant(analysis: Analysis, claim: Quantity, rows: list[SheetFact]) -> Misplaced | None:
    """Whether the value of ``claim`` is another variant's than the one the text names before it."""
    scopes = analysis.sheet.scopes
    if not scopes or not rows or any(not row.fact.scope for row in rows):
        return None
    text = analysis.folded
    begin, _end = polarity.clause(text, claim.start, claim.end)
    before = text[begin : claim.start]
    said = {scope for scope, options in scopes.items() if _names(before, options)}
    sizes = set(cues("binding")["size"].findall(before))
    if sizes and not said and all(cues("binding")["size"].search(row.fact.scope.lower()) for row in rows):
        return Misplaced(claim.start, claim.end, "variant", rows[0])
    if said and not said & {row.fact.scope for row in rows}:
        return Misplaced(claim.start, claim.end, "variant", rows[0])
    return None


def _names(text: str, options: tuple[str, ...]) -> bool:
    """Whether ``text`` names one of a variant's options ("黑色", "m")."""
    for part in options:
        at = text.find(part)
        while at >= 0:
            before, after = text[at - 1 : at], text[at + len(part) : at + len(part) + 1]
            if not any(char.isascii() and char.isalnum() for char in (before, after) if char):
                return True
            at = text.find(part, at + 1)
    return False


def circumstance(analysis: Analysis, claim: Quantity, rows: list[SheetFact], lower: bool) -> Misplaced | None:
    """Whether ``claim`` is said under a circumstance, or as a bound, of none of its facts (``lower``: one is "at least")."""
    if not rows:
        return None
    if (
        claim.bound == "min"
        and not lower
        and all(row.usages or any(item.bound in ("max", "about") for item in row.quantities) for row in rows)
    ):
        return Misplaced(claim.start, claim.end, "bound", rows[0])
    begin, end = _surroundings(analysis, claim)
    if _REFERS_BACK.search(analysis.folded, begin, end):
        return None  # "35 mm in the first" of wood and steel named before
    limited = _limited(analysis.sheet)
    if any(id(row) in limited for row in rows) and (found := _against(analysis, claim, rows, begin, end)):
        return found
    if found := _of_other_condition(analysis, claim, rows, begin, end):
        return found
    said = {
        concept.name
        for hit in analysis.hits_within(begin, end)
        for concept in hit.of("usage")
        if not analysis.is_named(hit.start, hit.end)  # the high speed of a "High Speed Blender"
    }
    return _strange(analysis, claim, rows, said - _ALWAYS) if said else None


def _limited(sheet: FactSheet) -> frozenset[int]:
    """The facts (by ``id``) whose words hold a condition of any sort, so that a text can go against it."""
    known: frozenset[int] | None = sheet.memo.get("limited")
    if known is None:
        known = sheet.memo["limited"] = frozenset(
            id(row)
            for row in sheet.facts
            if row.fact.condition
            or row.fact.scope
            or row.excluded
            or row.included
            or row.conditions
            or excluded_nouns(row)
            or opposable(row)
            or _of_one_size(row)
            or _not_done(row.display)
        )
    return known


def _against(analysis: Analysis, claim: Quantity, rows: list[SheetFact], begin: int, end: int) -> Misplaced | None:
    """Whether the words ``begin``–``end`` go against a condition of the facts of ``claim``."""
    for row in rows:
        for noun in excluded_nouns(row):
            if all(noun in excluded_nouns(other) for other in rows) and counts_in(analysis.folded[begin:end], noun):
                return Misplaced(claim.start, claim.end, "circumstance", row)
    around = analysis.folded[begin:end]
    if all(opposed(around, row) or left_out(around, row) for row in rows):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    if _EVERY_SIZE.search(analysis.folded, begin, end) and all(_of_one_size(row) for row in rows):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    if (said_sizes := sizes(" ".join(_ONE_SIZE.findall(around)))) and all(
        (measured := sizes(" ".join(_ONE_SIZE.findall(f"{row.fact.condition} {row.fact.scope}".lower()))))
        and not measured & said_sizes
        for row in rows
    ):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])  # "XL码充绒量165克" of size M
    for row in rows:
        if _undone(row, analysis.folded[begin:end]):
            return Misplaced(claim.start, claim.end, "circumstance", row)
    for hit in analysis.hits_within(begin, end):
        for concept in hit.of("part", "accessory"):
            if all(concept.name in row.excluded for row in rows) and _includes(analysis, hit):
                return Misplaced(hit.start, hit.end, "circumstance", rows[0])
            if all(concept.name in row.included for row in rows) and analysis.negated(hit.start, hit.end):
                return Misplaced(hit.start, hit.end, "circumstance", rows[0])
    earliest, _end = polarity.clause(analysis.folded, claim.start, claim.end)
    measured = {item.family for row in rows for item in row.conditions} & _SET_BEFORE
    stated_here = any(earliest <= other.start < end and other.family in measured for other in analysis.quantities)
    before = [other for other in analysis.quantities if earliest - 24 <= other.start < earliest]
    if not stated_here and any(other.family in measured for other in before):
        earliest, _end = polarity.clause(analysis.folded, earliest - 2, earliest - 2)
    for other in analysis.quantities:
        beside = earliest <= other.start < claim.start and other.family != claim.family
        once = other.words and other.numbers == (1.0,) and other.unit in ("次", "回")  # "充一次电"
        if other is not claim and not once and (begin <= other.start < end or beside):
            stated = [item for row in rows for item in row.conditions if item.family and item.family == other.family]
            if stated and all(row.conditions for row in rows) and not any(holds(other, item) for item in stated):
                return Misplaced(
                    other.start, claim.end if claim.end > other.start else other.end, "circumstance", rows[0]
                )
    return None


def _of_other_condition(
    analysis: Analysis, claim: Quantity, rows: list[SheetFact], begin: int, end: int
) -> Misplaced | None:
    """Whether the words ``begin``–``end`` name the condition of another fact than those of ``claim``."""
    conditioned = _conditioned(analysis.sheet)
    if not conditioned or sum(begin <= other.start < end for other in analysis.quantities if other.family) != 1:
        return None
    for other_row, wording in conditioned:
        elsewhere = other_row not in rows and wording in analysis.folded[begin:end]
        behind = elsewhere and _behind_its_value(other_row, wording, analysis.folded)
        if (
            elsewhere
            and not behind
            and all(wording not in f"{row.key} {row.display} {row.fact.condition}".lower() for row in rows)
        ):
            return Misplaced(claim.start, claim.end, "circumstance", other_row)
    return None


def _strange(analysis: Analysis, claim: Quantity, rows: list[SheetFact], strange: set[str]) -> Misplaced | None:
    """Whether one of the circumstances ``strange`` is none of the facts', and matters to them."""
    if not any("u_gross" in row.usages for row in rows):
        strange.discard("u_net")
    if not any(row.usages & _PLACES for row in rows):
        strange -= _PLACES  # where a thing is used changes no figure that was not measured somewhere
    if claim.family != "time":
        strange -= _STORED | _LASTING
    if any("shelf_life" in row.attributes and "u_opened" not in row.usages for row in rows):
        strange.discard("u_unopened")  # a shelf life is that of what has not been opened
    if any("extend" in row.display or "延长" in row.display for row in rows):
        strange.discard("u_unfolded")
    if any(_PACKED.search(row.display) or _OF_ONE.match(row.fact.condition) for row in rows):
        strange.discard("u_perserving")  # "25 ml each" of 25 ml × 10, "每条110克" of 110 g (单条)
    for name, opposite in _OPPOSITES.items():
        if name in strange and not any(opposite in row.usages for row in rows):
            strange.discard(name)
    if strange and claim.family and not any(strange & row.usages for row in rows) and _uses(rows, strange, analysis):
        return Misplaced(claim.start, claim.end, "circumstance", rows[0])
    return None


_EVERY_SIZE = re.compile(
    r"(?<![a-z])(?:in|for|across|whatever) (?:every|all|each|the)(?: the)? sizes?(?![a-z])"
    r"|[各每所全][个有]?尺?码(?!数)|所有尺码|每个码"
)
_ONE_SIZE = re.compile(r"(?<![a-z])sizes? (?:\d|xx?s|x{0,3}[sml])(?![a-z])|(?<![a-z])x{0,3}[sml]码|\d{2,3}码|均?码")


def _of_one_size(row: SheetFact) -> bool:
    """Whether the fact is measured on one size: "410 g (size M)"."""
    words = f"{row.fact.condition} {row.fact.scope} {row.display}".lower()
    return _ONE_SIZE.search(words) is not None and _EVERY_SIZE.search(words) is None


_OF_ONE = re.compile(r"[单每][个只件片支条双套盒包袋瓶罐根张块枚把副份本卷台颗杯]")
_PACKED = re.compile(r"[×x*]\s?\d|\d\s?[×x*]|[/／每]")


def _conditioned(sheet: FactSheet) -> list[tuple[SheetFact, str]]:
    """The facts that have a condition worth looking for, with it."""
    known: list[tuple[SheetFact, str]] | None = sheet.memo.get("conditioned")
    if known is None:
        wordings = [(row, row.fact.condition.strip().lower()) for row in sheet.facts]
        known = sheet.memo["conditioned"] = [(row, wording) for row, wording in wordings if len(wording) > 2]
    return known


def _behind_its_value(row: SheetFact, wording: str, text: str) -> bool:
    """Whether the condition stands right behind the value it belongs to: "opens in seconds (with the kit)"."""
    values = {
        row.fact.value.strip().lower(),
        *row.items[-1:],
    }  # of "warm, cool and natural (some need the app)" the last
    return any(
        len(value) > 1 and re.search(rf"{re.escape(value)}[^.。;；\n]{{0,12}}{re.escape(wording)}", text)
        for value in values
    )


_REFERS_BACK = re.compile(r"(?<![a-z])(?:the (?:first|second|third|former|latter|other)|respectively)(?![a-z])")


def _undone(row: SheetFact, around: str) -> bool:
    """Whether the text does what the condition says has not been done: "未下水" and "下过水", "unwashed" and "washed"."""
    wording = f"{row.display} {row.fact.condition}".lower()
    return any(done.search(around) and not undone.search(around) for done, undone in _not_done(wording))


@lru_cache(maxsize=8192)
def _not_done(wording: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """For each thing the wording says has not been done, what says it has and what says it has not."""
    found = []
    for match in _NOT_DONE.finditer(wording):
        if word := match.group(2):
            found.append((rf"(?<![a-z]){word}(?![a-z])", rf"un{word}|(?:not|n't|never)(?: been| yet| ever)* {word}"))
        else:
            first, rest = match.group(1)[0], match.group(1)[1:]
            done = rf"(?<![未不没无]){first}(?:(?:过|了|完)?{rest}(?:了|过|之?后)|过{rest})"
            found.append((done, rf"[未不没无](?:有|要|能)?{first}过?{rest}"))
    return tuple((re.compile(done), re.compile(undone)) for done, undone in found)


_NOT_DONE = re.compile(
    r"(?:未|没有|没|不曾)([\u4e00-\u9fff]{2})|(?<![a-z])un((?:washed|opened|worn|used|damaged|wrapped|loaded|folded))(?![a-z])"
)


def _uses(rows: list[SheetFact], strange: set[str], analysis: Analysis) -> bool:
    """Whether the circumstance said matters to these facts: it is in no fact's words of the same value."""
    words = {name for row in rows for name in row.concepts}
    timed = any(
        item.family in ("time", "mass", "length", "temperature", "count", "food_energy")
        for row in rows
        for item in row.quantities
    )
    return timed and not strange & words


def _surroundings(analysis: Analysis, claim: Quantity) -> tuple[int, int]:
    """The clause of the quantity, and the next one when it has no figure of its own ("19 g, strap included")."""
    text = analysis.folded
    begin, end = polarity.clause(text, claim.start, claim.end)
    for other in analysis.quantities:
        if other is claim or other.family == "" or (other.family == "count" and other.numbers == (1.0,)):
            continue
        if begin <= other.start < claim.start:
            begin = max(begin, other.end)
        elif claim.end <= other.start < end:
            end = other.start
    if (begin > 2 and text[begin - 2 : begin] in (", ", "，")) or text[begin - 1 : begin] in (",", "，"):
        earlier, _ = polarity.clause(text, begin - 2, begin - 2)
        if begin - earlier < 40 and not any(earlier <= other.start < begin for other in analysis.quantities):
            begin = earlier
    if text[end : end + 1] in (",", "，") and end < len(text):
        _, following = polarity.clause(text, end + 2, end + 2)
        if not any(end < other.start < following for other in analysis.quantities) and following - end < 40:
            end = following
    return begin, end


def _includes(analysis: Analysis, hit: Hit) -> bool:
    if analysis.negated(hit.start, hit.end):
        return False
    text = analysis.folded
    return bool(
        cues("binding")["including"].search(text[max(0, hit.start - 14) : hit.start])
        or cues("binding")["after_including"].match(text, hit.end, hit.end + 12)
    )
