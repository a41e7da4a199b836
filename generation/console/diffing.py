"""What changed between two texts, word by word; Chinese, which has no spaces, character by character."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

#: (start, end) in characters of the text.
Span = tuple[int, int]

#: Texts of more pieces than this are compared by lines: the comparison needs pieces² bits.
MOST_PIECES = 8_000
#: Equal stretches shorter than this between two changes join them: islands of one letter only confuse.
_ISLAND = 2
_PIECE = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af]+|\d+(?:[.,]\d+)*|\s+|.", re.S)
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


def changed_spans(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Spans of ``old`` that are gone, and spans of ``new`` that were not there; adjacent ones joined."""
    if old == new:
        return [], []
    old_pieces, new_pieces = _spans(_PIECE, old), _spans(_PIECE, new)
    if max(len(old_pieces), len(new_pieces)) > MOST_PIECES:
        old_pieces, new_pieces = _spans(_LINE, old), _spans(_LINE, new)
    if max(len(old_pieces), len(new_pieces)) > MOST_PIECES:
        return [(0, len(old))], [(0, len(new))]
    gone: list[Span] = []
    added: list[Span] = []
    for step in _joined(old, new, old_pieces, new_pieces):
        (old_start, old_end), (new_start, new_end) = step
        if old_start < old_end:
            gone.append((old_start, old_end))
        if new_start < new_end:
            added.append((new_start, new_end))
    return gone, added


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)]


def _joined(old: str, new: str, old_pieces: Sequence[Span], new_pieces: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Changes as pairs of character spans; changes with almost nothing between them are one change."""
    steps = Indel.opcodes([old[start:end] for start, end in old_pieces], [new[start:end] for start, end in new_pieces])
    changes: list[tuple[Span, Span]] = []
    for step in steps:
        if step.tag == "equal":
            continue
        here = (
            _characters(old_pieces, step.src_start, step.src_end, len(old)),
            _characters(new_pieces, step.dest_start, step.dest_end, len(new)),
        )
        if changes:
            (old_start, _old_end), (new_start, new_end) = changes[-1]
            between = new[new_end : here[1][0]]
            if len(between.strip()) < _ISLAND and "\n" not in between:
                changes[-1] = ((old_start, here[0][1]), (new_start, here[1][1]))
                continue
        changes.append(here)
    return changes


def _characters(pieces: Sequence[Span], first: int, last: int, length: int) -> Span:
    start = pieces[first][0] if first < len(pieces) else length
    return start, (pieces[last - 1][1] if last > first else start)
