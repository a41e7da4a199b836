"""What a text says comes with the product, found by how it is said, not by a list of accessories."""

from __future__ import annotations

from generation.checks.analysis import Analysis
from generation.checks.cues import cues
from generation.checks.normalise import has_cjk


def foreign_contents(analysis: Analysis) -> list[tuple[int, int]]:
    """Spans of things said to be included that no fact names."""
    found: list[tuple[int, int]] = []
    if not analysis.sheet.facts:
        return found
    text, patterns = analysis.folded, cues("contents")
    for name in ("zh_given", "en_comes_with", "en_is_included"):
        for match in patterns[name].finditer(text):
            group = "thing" if match["thing"] else "bare"
            start, end = match.span(group)
            thing = match[group].strip()
            if analysis.negated(start, end) or analysis.is_named(start, end) or patterns["no_thing"].search(thing):
                continue
            if not _known(analysis, thing) and not any(concept for hit in analysis.hits_within(start, end)
                                                      for concept in hit.of("accessory", "service", "offer")):  # fmt: skip
                found.append((start, start + len(match[group].rstrip())))
    return found


def _known(analysis: Analysis, thing: str) -> bool:
    """Whether a fact names the thing: any two characters of a Chinese one, the last word of an English one."""
    words = analysis.sheet.known
    if has_cjk(thing):
        if any(thing[at : at + 2] in words for at in range(len(thing) - 1)):
            return True
        return any(name in analysis.sheet.positive for name in _concepts(analysis, thing))
    head = thing.split()[-1].removesuffix("s")
    return head in words or any(name in analysis.sheet.positive for name in _concepts(analysis, thing))


def _concepts(analysis: Analysis, thing: str) -> list[str]:
    at = analysis.folded.find(thing)
    return [concept.name for hit in analysis.hits_within(at, at + len(thing)) for concept in hit.concepts]
