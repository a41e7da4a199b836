"""Length, counted the channel's way."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.checks.counting import count
from generation.checks.registry import register

_TOO_LONG = {
    "characters": _("%(length)d characters, %(maximum)d are allowed"),
    "gbk_bytes": _("%(length)d bytes (a Chinese character counts 2), %(maximum)d are allowed"),
    "utf16_units": _("%(length)d UTF-16 units, %(maximum)d are allowed"),
    "sms_parts": _("takes %(length)d text messages, %(maximum)d are allowed"),
    "google_ads_width": _("%(length)d characters (a Chinese one counts 2), %(maximum)d are allowed"),
    "seo_width": _("%(length)d wide (a Chinese character counts 2), %(maximum)d are allowed"),
}


@register
class Length(Check):
    """See ``explanation``."""

    key = "length"
    severity = "error"
    title = _("Too long for the channel")
    explanation = _(
        "The text must fit the limit of its channel, counted as the channel counts: characters, GBK bytes, SMS parts or "
        "display width. A soft limit only asks for confirmation."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding from the first character that no longer fits."""
        limit = context.limit
        if limit is None:
            return
        length = count(text, limit.unit)
        if length <= limit.maximum:
            return
        yield self.finding(
            _TOO_LONG[limit.unit], _fitting(text, limit.maximum, limit.unit), len(text),
            params={"length": length, "maximum": limit.maximum}, severity="error" if limit.hard else "warning",
        )  # fmt: skip


def _fitting(text: str, maximum: int, unit: str) -> int:
    """How many characters fit: the longest beginning within the limit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[:middle], unit) <= maximum:
            low = middle
        else:
            high = middle - 1
    return low


@register
class Empty(Check):
    """See ``explanation``."""

    key = "empty"
    severity = "error"
    title = _("Empty text")
    explanation = _("There must be something to publish.")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """A finding when nothing but spaces is left."""
        if not text.strip():
            yield self.finding(_("the text is empty"), 0, len(text))
