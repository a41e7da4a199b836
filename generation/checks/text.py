"""The plain text a check reads, for any type of value, and edits mapped back from that text to the value.

``view`` never changes a value; ``sanitise`` removes what must not reach a customer's page, before anything is hashed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nh3

ALLOWED_TAGS = frozenset({"p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "br"})
_BLOCKS = frozenset(
    [
        "p",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
        "hr",
        "dl",
        "dt",
        "dd",
        "pre",
    ]
)
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe"})

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|</?([a-zA-Z][\w:-]*)[^>]*(?:>|\Z)|<[!?][^>]*>|&(?:#\d+|#[xX][\da-fA-F]+|\w+);|[^<&]+|[<&]", re.S
)
#: White space of HTML and its hard space: one space each run.
_SPACE = " \t\n\r\f\xa0"
_SPACES = re.compile(f"[{_SPACE}]+")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters but tab and newline; bidi marks, embeddings, overrides and isolates; zero-width characters,
# except the joiner inside an emoji sequence, where removing it would change the picture.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)


@dataclass(frozen=True, slots=True)
class TextView:
    """The plain text of a value. Offsets are code points of ``text``.

    For a list the raw text is the items joined by newlines, so that a span never needs an item number.
    """

    text: str
    value: Any
    value_type: str

    def replace(self, start: int, end: int, new: str) -> Any:
        """The value with ``text[start:end]`` replaced by ``new`` (plain text; escaped where the value is HTML).

        Markup inside the span is kept. Raises ``ValueError`` for a span outside the text or a value that is no text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}-{end} lies outside a text of {len(self.text)} characters")
        if self.value_type == "plain":
            return self.text[:start] + new + self.text[end:]
        if self.value_type == "list":
            return (self.text[:start] + new + self.text[end:]).split("\n")
        if self.value_type != "html":
            raise ValueError(f"a {self.value_type} value has no text to edit")
        return self._replace_html(start, end, html.escape(new, quote=False))

    def _replace_html(self, start: int, end: int, new: str) -> str:
        raw = str(self.value)
        places = _places(raw)
        if start < end or (start < len(places) and (start == 0 or self.text[start - 1] == "\n")):
            at = places[start][0]
        else:
            at = places[start - 1][1] if start else 0
        pieces, last = [raw[:at], new], at
        for begin, stop in places[start:end]:
            pieces.append(raw[last:begin])
            last = max(last, stop)
        pieces.append(raw[last:])
        return "".join(pieces)


def view(value: Any, value_type: str) -> TextView:
    """The text view of ``value``. ``value_type``: plain, html, list (one item a line), money or quantity (as JSON says)."""
    if value_type == "html":
        return TextView(_read_html(str(value or "")), value or "", value_type)
    if value_type == "list":
        items = [] if value in (None, "") else list(value)
        return TextView("\n".join(str(item).replace("\n", " ") for item in items), items, value_type)
    if value_type == "plain":
        return TextView(str(value if value is not None else ""), value, value_type)
    if isinstance(value, dict):
        shown = " ".join(str(part) for part in value.values() if part not in (None, ""))
        return TextView(shown, value, value_type)
    return TextView("" if value is None else str(value), value, value_type)


def sanitise(value: Any, value_type: str) -> Any:
    """``value`` without what could act on a page or deceive a reader. Applying it twice changes nothing more."""
    if value_type == "html":
        return nh3.clean(_clean_text(str(value or "")), tags=set(ALLOWED_TAGS), attributes={}, link_rel=None)
    if value_type == "plain":
        return _clean_text(str(value if value is not None else ""))
    if value_type == "list":
        items = [] if value in (None, "") else list(value)
        return [_clean_text(str(item)).replace("\n", " ") for item in items]
    return value


def invisible_spans(text: str) -> list[tuple[int, int]]:
    """Where ``text`` holds characters that ``sanitise`` would remove."""
    return [match.span() for match in _INVISIBLE.finditer(text)]


def _clean_text(text: str) -> str:
    return _INVISIBLE.sub("", _NEWLINES.sub("\n", text))


def _tokens(raw: str) -> Iterator[tuple[str, int, str]]:
    """What shows of HTML, piece by piece: ("text" | "entity", place, as written) or ("gap", place, separator)."""
    hidden = ""
    for match in _TOKEN.finditer(raw):
        token, tag = match.group(), (match.group(1) or "").lower()
        if tag:
            closing = token.startswith("</")
            if hidden:
                hidden = "" if closing and tag == hidden else hidden
            elif tag in _HIDDEN and not closing:
                hidden = tag
            elif tag in _BLOCKS:
                yield "gap", match.end(), "\n"
            elif tag in _CELLS and closing:
                yield "gap", match.end(), "\t"
        elif not hidden and (token[0] != "<" or len(token) == 1):
            yield "entity" if token[0] == "&" and len(token) > 1 else "text", match.start(), token


def _read_html(raw: str) -> str:
    """The text alone; ``_places`` says where each of its characters comes from, which only an edit asks."""
    parts: list[str] = []
    pending = ""  # a separator waits until text follows, so that the view neither starts nor ends with one
    for kind, _at, piece in _tokens(raw):
        if kind == "gap":
            pending = piece if piece == "\n" or pending != "\n" else pending
            continue
        text = _SPACES.sub(" ", html.unescape(piece) if kind == "entity" else piece)
        if text[0] == " " and parts:
            pending = pending or " "
        shown = text.strip(" ")
        if not shown:
            continue
        if pending and parts:
            parts.append(pending)
        parts.append(shown)
        pending = " " if text[-1] == " " else ""
    return "".join(parts)


def _places(raw: str) -> tuple[tuple[int, int], ...]:
    """The raw span of each character of ``_read_html(raw)``."""
    places: list[tuple[int, int]] = []
    pending = ""
    pending_at = 0
    for kind, at, token in _tokens(raw):
        if kind == "gap":
            if token == "\n" or pending != "\n":
                pending, pending_at = token, at
            continue
        pieces = [(char, at + i, at + i + 1) for i, char in enumerate(token)]
        decoded = html.unescape(token) if kind == "entity" else token
        if decoded != token:
            pieces = [(char, at, at + len(token)) for char in decoded]
        for char, begin, end in pieces:
            if char in _SPACE:
                if not pending and places:
                    pending, pending_at = " ", begin
                continue
            if pending and places:
                places.append((pending_at, begin) if pending == " " else (pending_at, pending_at))
            pending = ""
            places.append((begin, end))
    return tuple(places)
