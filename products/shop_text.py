"""Properties found in a shop's own description: lines such as "Material: cotton" in lists, tables and paragraphs.

The text is untrusted. Only short "label: value" pairs are taken, as plain characters, so that nothing in it can act as
markup or as an instruction; what reads like a sentence, an address or an offer is left where it is.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from products.lexicon import attribute_code, introduces_attribute

MOST_PAIRS = 16
LONGEST_TEXT = 60_000
LONGEST_LABEL = 32
LONGEST_VALUE = 120
_PAIR = re.compile(r"^(?P<label>[^:：]{2,40}?)\s*[:：]\s*(?P<value>\S.*)$")
#: Addresses, markup, offers, and words that talk to a language model.
_SUSPECT = re.compile(
    r"https?:|www\.|@\w|[{}<>\[\]|\\`]|[¥￥$€£]\s?\d|\d\s?%\s?off|优惠|折扣|忽略|指令"
    r"|\b(?:ignore|instruction|prompt|you are|must say)\b",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BREAKS = frozenset(
    [
        "p",
        "li",
        "br",
        "div",
        "tr",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "tbody",
        "thead",
        "section",
        "article",
        "hr",
    ]
)
_HIDDEN = frozenset(("script", "style", "noscript", "template", "iframe", "svg"))


class _Lines(HTMLParser):
    """Visible text of HTML as lines; the cells of a table row and a term with its definition share one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._hidden = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in ("td", "th"):
            self._cells += 1
            if self._cells == 2 and ":" not in self.lines[-1] and "：" not in self.lines[-1]:
                self.lines[-1] += ": "
            elif self._cells > 1:
                self.lines[-1] += " "
        elif tag == "dd":
            if ":" not in self.lines[-1]:
                self.lines[-1] += ": "
        elif tag in _BREAKS:
            self.lines.append("")
            if tag == "tr":
                self._cells = 0

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKS and tag not in ("dt", "br"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            parts = data.split("\n")
            self.lines[-1] += parts[0]
            self.lines.extend(parts[1:])


def is_suspect(text: str) -> bool:
    """Whether ``text`` holds an address, mark-up, an offer, or words meant for a language model."""
    return _SUSPECT.search(text) is not None


def visible_lines(text: str) -> list[str]:
    """The visible text of HTML (or of plain text), line by line, without invisible characters."""
    parser = _Lines()
    parser.feed(text[:LONGEST_TEXT])
    parser.close()
    lines = (re.sub(r"\s+", " ", _INVISIBLE.sub(" ", line.replace("\xa0", " "))).strip() for line in parser.lines)
    return [line for line in lines if line]


def found_pairs(text: str) -> list[tuple[str, str]]:
    """(label, value) pairs that read like properties, in their order, each label once; at most ``MOST_PAIRS``."""
    pairs: dict[str, tuple[str, str]] = {}
    for line in visible_lines(text):
        line = line.lstrip("-–•·*●▪ ").strip()
        match = _PAIR.match(line)
        if not match:
            continue
        label, value = match["label"].strip(" -–•*【】"), match["value"].strip().rstrip(".。;；,，")
        if _is_property(label, value):
            pairs.setdefault(attribute_code(label) or label.casefold(), (label, value))
            if len(pairs) == MOST_PAIRS:
                break
    return list(pairs.values())


def _is_property(label: str, value: str) -> bool:
    if not label or not value or len(label) > LONGEST_LABEL or len(value) > LONGEST_VALUE:
        return False
    if len(label.split()) > 4 or not label[0].isalpha() or is_suspect(label) or is_suspect(value):
        return False
    known = bool(attribute_code(label))
    if not known and (not introduces_attribute(label) or len(value) > 60 or re.search(r"[.!?。！？]\s", value)):
        return False
    return value.casefold() not in ("n/a", "na", "none", "null", "-", "无", "tbd", "todo")
