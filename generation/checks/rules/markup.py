"""Markup and characters that must not reach a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_noop as _

from generation.checks.base import Context, Finding, ValueCheck
from generation.checks.registry import register
from generation.checks.text import ALLOWED_TAGS, invisible_spans

_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)/?(?:>|\Z)|<!--.*?(?:-->|\Z)|<!\w+[^>]*>", re.S
)
_LOOKS_LIKE_TAG = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--|javascript:|<script|<iframe|onerror\s*=", re.I
)


@register
class UnsafeHtml(ValueCheck):
    """See ``explanation``."""

    key = "unsafe_html"
    severity = "error"
    title = _("Markup that is not allowed")
    explanation = _(
        "HTML copy may hold p, ul, li, strong, br and tables, without attributes. Anything else (scripts, styles, links, "
        "event handlers) is refused, and plain text may hold no markup at all."
    )

    def check_value(self, value: Any, value_type: str, text: str, context: Context) -> Iterable[Finding]:
        """One finding for each kind of unsafe tag, or each piece of markup in plain text."""
        if value_type != "html":
            for match in _LOOKS_LIKE_TAG.finditer(text):
                yield self.finding(
                    _("markup in plain text: %(said)s"), *match.span(), params={"said": match.group()[:40]}, fix=""
                )
            return
        seen = set()
        for match in _TAG.finditer(str(value)):
            tag, attributes = (match.group(2) or "!").lower(), (match.group(3) or "").strip(" /\n\t")
            if (tag in ALLOWED_TAGS and not attributes) or (tag, bool(attributes)) in seen:
                continue
            seen.add((tag, bool(attributes)))
            message = (
                _("the tag %(tag)s may have no attributes")
                if tag in ALLOWED_TAGS
                else _("the tag %(tag)s is not allowed")
            )
            yield self.finding(message, 0, 0, params={"tag": f"<{tag}>"})


@register
class InvisibleCharacters(ValueCheck):
    """See ``explanation``."""

    key = "invisible_characters"
    severity = "error"
    title = _("Invisible or direction-changing characters")
    explanation = _(
        "Control, zero-width and bidirectional override characters can make a text read otherwise than it is."
    )

    def check_value(self, value: Any, value_type: str, text: str, context: Context) -> Iterable[Finding]:
        """Every such character, to be removed."""
        if text.isascii() and text.isprintable():
            return
        for start, end in invisible_spans(text):
            yield self.finding(
                _("invisible character U+%(code)s"), start, end, params={"code": f"{ord(text[start]):04X}"}, fix=""
            )
