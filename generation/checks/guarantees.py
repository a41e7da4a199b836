"""What a warranty, a return or a replacement covers, said wider than the fact has it (data/guarantee_cues.json).

"Breakage in transit" is no "dropped by yourself", "pole only" no cloth, "nib excluded" no "including the nib".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.checks import polarity
from generation.checks.analysis import Analysis
from generation.checks.conditions import names_opposite, opposed
from generation.checks.cues import cues
from generation.checks.normalise import has_cjk
from generation.checks.sheet import FactSheet, SheetFact
from generation.checks.words import content, root, roots_of


def overstated(analysis: Analysis) -> Iterator[tuple[int, int, SheetFact]]:
    """Start, end and the fact, for everything a text says is covered and the facts do not."""
    patterns, text = cues("guarantee"), analysis.folded
    rows = _rows(analysis.sheet)
    if not rows:
        return
    seen: set[tuple[int, int]] = set()
    for match in patterns["speaks"].finditer(text):
        sentence = polarity.sentence(text, match.start(), match.end())
        if sentence in seen:
            continue
        seen.add(sentence)
        for start, end, row in _in_sentence(analysis, rows, *sentence):
            if not analysis.is_named(start, end):
                yield start, end, row


def _rows(sheet: FactSheet) -> list[SheetFact]:
    """The facts that limit a warranty or a return (once for a sheet)."""
    known: list[SheetFact] | None = sheet.memo.get("guarantees")
    if known is None:
        key = cues("guarantee")["key"]
        known = [row for row in sheet.facts if "warranty" in row.attributes or key.search(row.key)]
        known = sheet.memo["guarantees"] = [row for row in known if row.fact.condition or len(row.display) > 8]
    return known


def _in_sentence(
    analysis: Analysis, rows: list[SheetFact], begin: int, end: int
) -> Iterator[tuple[int, int, SheetFact]]:
    patterns, text = cues("guarantee"), analysis.folded
    if text[end : end + 1] in ("?", "？") or text[max(begin, end - 1) : end] in ("?", "？"):
        return  # what somebody asks is not promised
    scopes = [(row, f"{row.key}; {row.display}; {row.fact.condition.lower()}") for row in rows]
    if match := patterns["all"].search(text, begin, end):
        yield *match.span(), rows[0]
    for match in patterns["lifetime"].finditer(text, begin, end):
        if match.group().split()[0] not in analysis.sheet.known and not _denied(text, *match.span()):
            yield *match.span(), rows[0]
    yield from _other_parts(analysis, scopes, begin, end)
    known = " ".join(scope for _row, scope in scopes)
    for match in patterns["reasons"].finditer(text, begin, end):
        named = match.group() in known or bool(set(content(match.group())) & set(content(known)))
        named = named or (match.group() in _NO_REASON and _RETURNS.search(known) is not None)
        denied = polarity.negated(text, *match.span()) or _REFUSED.search(text, match.end(), end)
        if not named and not denied and not _good(text, match.end()):
            yield *match.span(), rows[0]
    yield from _conceded(text, rows, begin, end)
    for row, scope in scopes:
        for excluded in patterns["excluded"].finditer(scope):
            thing = next(filter(None, excluded.groups()), "")
            start, stop = _find(text, thing, begin, end)
            if start >= 0 and not _denied(text, start, stop):
                yield start, stop, row
        if (
            row.fact.condition
            and not _OUT.search(text, begin, end)
            and (opposed(text[begin:end], row) or _both_sides(text[begin:end], row))
        ):
            yield begin, end, row
        if part := only_part(row):
            for match in patterns["part_before"].finditer(text, begin, end):
                said = match["part"]
                other = said[-2:] in analysis.sheet.known and said[-2:] not in scope and part not in said
                if other and said[-2:] not in ("产品", "整机", "官方", "全国"):
                    yield match.start("part"), match.end(), row


#: "even if you've worn them", "engraved or not", "哪怕用过也能退": whatever it is, the shop is said not to mind.
_CONCEDES = re.compile(
    r"(?<![a-z])even (?:if|after|when|once|though) [^.;\n]{3,}|(?<![a-z])even [a-z]+ed [a-z]+(?![a-z])"
    r"|(?<![a-z])[a-z]+ed or not(?![a-z])|(?<![a-z])(?:un)?(?P<done>[a-z]+) or (?:un|not )(?P=done)(?![a-z])"
    r"|(?:哪怕|即便|即使|就算)[^，。；\n]{2,24}?(?:也|都|照样|照)"
    r"|[过了][^，。；、\n]{0,6}(?:也|都|照样|照)(?:能|可以?|行|没关系|没事|给|包|无理由)"
)
_DENIES = re.compile(
    r"(?<![a-z])(?:not(?! (?:a problem|an issue))|never|no longer|cannot)(?![a-z])|n't"
    r"|不(?:能|可|予|保|退|换|赔|支持|接受|在)"
)
#: Words that speak of sending back, not of a warranty.
_BACK = re.compile(r"退|(?<![a-z])(?:returns?|refund|back)(?![a-z])")


def _conceded(text: str, rows: list[SheetFact], begin: int, end: int) -> Iterator[tuple[int, int, SheetFact]]:
    """What the sentence says does not matter, where every fact it may speak of has a condition."""
    match = _CONCEDES.search(text, begin, end)
    back = _BACK.search(text, begin, end) is not None
    meant = [row for row in rows if (_BACK.search(row.key) is not None) == back] or rows
    if match is None or not all(row.fact.condition or _DENIES.search(row.display) for row in meant):
        return
    denied = _DENIES.search(text[begin : match.start()]) or _DENIES.search(text, match.end(), end)
    if not denied and not _DENIES.search(match.group().removesuffix(" or not")):
        yield *match.span(), meant[0]


def only_part(row: SheetFact) -> str:
    """The part alone that the fact covers: 拖杆 of "仅限拖杆", 电机 of a condition that names nothing else."""
    patterns, condition = cues("guarantee"), row.fact.condition.strip()
    if match := patterns["partly"].search(condition):
        return match["part"]
    alone = patterns["own_part"].match(condition) and not patterns["no_part"].search(condition)
    return condition if alone else ""


_APART = re.compile(r"(?<![a-z])(?:apart from|except(?: for)?|excluding|other than|but not|not)(?: the| its)? $")
_OUT = re.compile(
    r"(?<![a-z])(?:not covered|excluded|excluding|except|not included|apart from)(?![a-z])|除外|不保|不含|不包"
)
_TOO = re.compile(r"(?<![a-z])(?:as well|too|alike|also|or)(?![a-z])|也|都|同样")


_NOT_BEFORE = re.compile(
    r"(?<![a-z])(?:not|never|without|no|excluding|except|bar|leaves? out|left out)(?![a-z])[^.,;]{0,24}$"
    r"|n't[^.,;]{0,24}$|[不非未无除][^，。；]{0,8}$"
)
#: "洗过的就不能退换了", "…, 不在保修之内": the sentence refuses what it names.
_REFUSED = re.compile(
    r"不(?:能|可以?|予|支持|接受|给)?(?:再)?(?:退|换|保|赔|修)|不在[^，。；]{0,8}(?:内|范围|之列)|除外|另算|自费"
    r"|(?:(?<![a-z])not|n't|cannot|never)(?: be| being)? (?:covered|included|returned|accepted|refunded|exchanged|part of)"
)
#: Reasons for sending back that no shop asks about which takes things back without a reason.
_NO_REASON = frozenset({"不合", "不喜欢", "change your mind", "change of mind", "changed of mind"})
_RETURNS = re.compile(r"无理由|(?<![a-z])(?:any reason|no reason|change of mind)")
_NOT_AFTER = re.compile(r"[^.,;，。；]{0,20}(?:(?<![a-z])not(?![a-z])|n't|excluded|除外|不)")


def _denied(text: str, start: int, stop: int) -> bool:
    """Whether the sentence says itself that what stands at the span is not covered."""
    return bool(
        _APART.search(text, 0, start)
        or _NOT_BEFORE.search(text, max(0, start - 40), start)
        or _NOT_AFTER.match(text, stop)
        or _REFUSED.search(text, stop, polarity.sentence(text, start, stop)[1])
    )


def _other_parts(
    analysis: Analysis, scopes: list[tuple[SheetFact, str]], begin: int, end: int
) -> Iterator[tuple[int, int, SheetFact]]:
    """Parts the product has that the text says are covered, where the fact covers another one only."""
    patterns, text = cues("guarantee"), analysis.folded
    for row, scope in scopes:
        only = patterns["only"].search(row.fact.condition.lower())
        if only is None:
            continue
        for match in patterns["covered"].finditer(text, begin, end):
            for group in "abcd":
                said = match[group]
                word = root(said) if said else ""
                if not word or len(said) < 4 or word in content(scope) or word not in roots_of(analysis.sheet):
                    continue
                if not _denied(text, *match.span(group)):
                    yield *match.span(group), row


def _both_sides(sentence: str, row: SheetFact) -> bool:
    """Whether the sentence puts what the condition rules out beside what it asks for: "home use, and gyms as well"."""
    return _TOO.search(sentence) is not None and names_opposite(sentence, row)


def _find(text: str, thing: str, begin: int, end: int) -> tuple[int, int]:
    """Where the text names the thing: a Chinese one by its first two characters, an English one by its first word."""
    word = thing[:2] if has_cjk(thing) else thing.split()[0].rstrip("s") if thing else ""
    at = text.find(word, begin, end) if len(word) > 1 else -1
    return at, at + len(word)


def _good(text: str, end: int) -> bool:
    """Whether the word is the beginning of another: 破冰, 断货."""
    return text[end : end + 1] in ("冰", "货", "费", "晓", "案", "前")
