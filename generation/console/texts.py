"""A draft's value as a person reads and edits it: lines of marked segments, and editable text without markup.

Everything here is plain text; templates escape it. No markup of a value ever reaches a page as markup, except in the
phone preview, which is a document of its own that can run nothing.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from generation import composition
from generation.checks.text import view
from generation.console.diffing import Span
from generation.values import Value

#: Longer texts are shown up to here on the page (the whole is in the editor): a browser chokes on one endless line.
MOST_SHOWN = 20_000
_OPENING = re.compile(r"<(li|tr|p|td|th|table|ul)\b[^>]*>", re.I)
_TABLE = re.compile(r"<table\b.*?</table>", re.I | re.S)
_TAG = re.compile(r"<[^>]*>")
_BETWEEN = {"</p>": "\n\n", "</ul>": "\n\n", "<br>": "\n", "<br/>": "\n", "<br />": "\n", "</li>": "\n", "<li>": "- "}


@dataclass(slots=True)
class Segment:
    """A stretch of a line with the same marks: ``findings`` are numbers of findings that cover it, from 1."""

    text: str
    changed: bool = False
    findings: tuple[int, ...] = ()
    severity: str = ""


@dataclass(slots=True)
class Line:
    """One line; ``kind`` is text, bullet or row (a row of the specification: label, tab, value)."""

    kind: str
    segments: list[Segment] = field(default_factory=list)


def lines(
    value: Value,
    value_type: str,
    changed: Sequence[Span] = (),
    findings: Sequence[tuple[int, int, str]] = (),
) -> list[Line]:
    """The value line by line. ``changed`` and ``findings`` (start, end, severity) count characters of its text view."""
    shown = view(value, value_type)
    text = shown.text[:MOST_SHOWN]
    kinds = _kinds(value, value_type, text)
    cuts = sorted({0, len(text), *_edges(changed, len(text)), *_edges(findings, len(text))})
    result: list[Line] = []
    position = 0
    for number, content in enumerate(text.split("\n")):
        line = Line(kinds[number] if number < len(kinds) else "text")
        end = position + len(content)
        inside = [position, *(cut for cut in cuts if position < cut < end), end]
        for start, stop in itertools.pairwise(inside):
            line.segments.append(_segment(text, start, stop, changed, findings))
        result.append(line)
        position = end + 1
    if len(shown.text) > MOST_SHOWN:
        result.append(Line("text", [Segment("…")]))
    return result


def _edges(spans: Iterable[tuple[Any, ...]], length: int) -> Iterable[int]:
    for span in spans:
        yield min(span[0], length)
        yield min(span[1], length)


def _segment(
    text: str, start: int, stop: int, changed: Sequence[Span], findings: Sequence[tuple[int, int, str]]
) -> Segment:
    covering = [
        (number, severity)
        for number, (first, last, severity) in enumerate(findings, 1)
        if first < stop and last > start and first < last
    ]
    return Segment(
        text[start:stop],
        any(first < stop and last > start for first, last in changed),
        tuple(number for number, _severity in covering),
        "error" if any(severity == "error" for _number, severity in covering) else ("warning" if covering else ""),
    )


def _kinds(value: Value, value_type: str, text: str) -> list[str]:
    count = text.count("\n") + 1
    if value_type == "list":
        return ["bullet"] * count
    if value_type != "html":
        return ["bullet" if line.startswith("- ") else "text" for line in text.split("\n")]
    # Blocks of the view follow those of the markup in order: the innermost tag opened before a block's text names it.
    kinds, innermost = [], "p"
    for piece in re.split(r"(<[^>]*>)", str(value)):
        opening = _OPENING.fullmatch(piece)
        if opening:
            innermost = opening.group(1).lower()
        elif piece.startswith("</") and piece[2:4].lower() in ("li", "tr", "p>", "ul"):
            innermost = "p" if piece[2:4].lower() != "tr" else innermost
        if opening and innermost in ("li", "tr", "p"):
            kinds.append({"li": "bullet", "tr": "row"}.get(innermost, "text"))
        elif piece.lower().startswith("<br"):
            kinds.append("text")
    return kinds if len(kinds) == count else ["row" if "\t" in line else "text" for line in text.split("\n")]


def editable(value: Value, value_type: str) -> str:
    """What a person gets to edit: no tags; bullets as "- ", strong words as ``**words**``, tables left out."""
    if value_type == "list":
        return "\n".join(str(item) for item in value or ())
    if value_type != "html":
        return str(value if value is not None else "")
    text = _TABLE.sub("", str(value or ""))
    text = re.sub(r"</?strong>", "**", text)
    for tag, between in _BETWEEN.items():
        text = text.replace(tag, between)
    text = html.unescape(_TAG.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def edited(text: str, value: Value, value_type: str) -> Value:
    """The value a person's text makes, inverse of ``editable``; the tables of the present ``value`` stay at its end."""
    text = text.replace("\r\n", "\n").strip()
    if value_type == "list":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if value_type == "html":
        return composition.to_html(text) + "".join(_TABLE.findall(str(value or "")))
    return text


def can_be_edited(value_type: str) -> bool:
    """Whether the value is text; amounts are decided as they are, or changed where they come from."""
    return value_type in ("plain", "html", "list")
