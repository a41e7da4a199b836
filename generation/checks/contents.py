"""What a text says comes with the product, found by how it is said, not by a list of accessories."""

from __future__ import annotations

import re

from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.normalise import has_cjk
from generation.checks.words import without_look


def foreign_contents(analysis: Analysis) -> list[tuple[int, int]]:
    """Spans of things said to be included that no fact names."""
    found: list[tuple[int, int]] = []
    if not analysis.sheet.facts:
        return found
    text, patterns = analysis.folded, cues("contents")
    for name in ("zh_given", "en_comes_with", "en_comes_in", "en_is_included"):
        for match in patterns[name].finditer(text):
            group = "thing" if match["thing"] else "bare"
            start, end = match.span(group)
            thing = match[group].strip()
            if analysis.negated(start, end) or analysis.is_named(start, end) or patterns["no_thing"].search(thing):
                continue
            listed = name != "en_comes_in" and any(
                hit.of("accessory", "service", "offer") for hit in analysis.hits_within(start, end)
            )
            if not listed and not _known(analysis, thing):
                found.append((start, start + len(match[group].rstrip())))
    return found + [
        span for span in _listed(analysis) if not any(start < span[1] and span[0] < end for start, end in found)
    ]


def _listed(analysis: Analysis) -> list[tuple[int, int]]:
    """The unknown ones of what a text lists as the contents of the box: "In the box there's a cable, a plug and a pouch"."""
    text, patterns = analysis.folded, cues("contents")
    found = []
    for match in patterns["en_list"].finditer(text):
        at = match.start("list")
        for gap in [*patterns["en_gap"].finditer(text, *match.span("list")), None]:
            item = patterns["en_item"].match(text, at, gap.start() if gap else match.end("list"))
            if item and _foreign(analysis, *item.span("said")):
                found.append(item.span("said"))
            at = gap.end() if gap else match.end("list")
    for match in patterns["zh_more"].finditer(text):
        if patterns["zh_box"].search(text, max(0, match.start() - 60), match.start()) and _foreign(
            analysis, *match.span("said")
        ):
            found.append(match.span("said"))
    boxed = any("box" in row.attributes for row in analysis.sheet.facts)
    for match in patterns["zh_row"].finditer(text) if boxed else ():
        items = [item.span("said") for item in patterns["zh_row_item"].finditer(text, *match.span())]
        if any(_NO_ITEM.search(text[start:end]) for start, end in items):
            continue
        unknown = [span for span in items if _foreign(analysis, *span)]
        found += unknown if len(unknown) < len(items) else []
    for match in patterns["zh_all"].finditer(text):
        at = match.start("list")
        for said in re.split("([、和与及])", match["list"]):
            if len(said) > 1 and _foreign(analysis, at, at + len(said)):
                found.append((at, at + len(said)))
            at += len(said)
    return found


#: What ends like a verb or begins like a measure is no thing of a row: "两个月换一个", "随锅送一本".
_NO_ITEM = re.compile(r"[送和与有带配用换含放里每附给了]$|^(?:[个月天年次共各再另]|外加|另有|还有|以及)")


def _foreign(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the thing at the span is one no fact and no name knows."""
    thing = analysis.folded[start:end]
    if analysis.negated(start, end) or analysis.is_named(start, end) or cues("contents")["no_thing"].search(thing):
        return False
    rows = analysis.sheet.facts
    boxed = [row for row in rows if "box" in row.attributes]
    if not boxed:
        return not _known(analysis, thing)
    if not thing.isascii():
        said = " ".join(row.display for row in boxed) + analysis.sheet.name + analysis.context.noun
        if thing[1:] == "子" and thing[0] in said:
            return False
        listed = any(thing[at : at + 2] in said for at in range(len(thing) - 1))
        return not listed and not any(thing in row.display for row in rows)
    words = " ".join([analysis.sheet.name, analysis.context.noun.lower(), *(row.display for row in boxed)])
    own = {concept for row in boxed for concept in row.concepts}
    return thing.split()[-1].removesuffix("s") not in words and not own & set(_concepts(analysis, thing))


def _known(analysis: Analysis, thing: str) -> bool:
    """Whether a fact names the thing: any two characters of a Chinese one, the last word of an English one."""
    words = analysis.sheet.known
    if has_cjk(thing):
        if any(thing[at : at + 2] in words for at in range(len(thing) - 1)):
            return True
        return any(name in analysis.sheet.positive for name in _concepts(analysis, thing))
    head = without_look(thing).split()[-1].removesuffix("s")
    return head in words or any(name in analysis.sheet.positive for name in _concepts(analysis, thing))


def _concepts(analysis: Analysis, thing: str) -> list[str]:
    at = analysis.folded.find(thing)
    return [concept.name for hit in analysis.hits_within(at, at + len(thing)) for concept in hit.concepts]
