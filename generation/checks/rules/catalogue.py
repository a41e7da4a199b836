"""A text beside the other texts of the shop."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.checks.registry import register
from generation.checks.similarity import similarity

_THRESHOLD = 0.9


@register
class NearDuplicate(Check):
    """See ``explanation``. Setting ``threshold``: from which similarity on (0 to 1)."""

    key = "near_duplicate"
    severity = "warning"
    title = _("Almost the text of another product")
    explanation = _("Texts that differ from another product's only in a few letters read as copies and rank badly.")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """The most similar neighbour, when it is too similar. ``Context.neighbours`` holds (label, text)."""
        threshold = float(context.settings.get(self.key, {}).get("threshold", _THRESHOLD))
        best, label = 0.0, ""
        if len(text) < 40:
            return
        for other_label, other in context.neighbours:
            alike = similarity(text, other, max(threshold, best))
            if alike > best:
                best, label = alike, other_label
        if best >= threshold:
            yield self.finding(
                _("%(percent)d %% the same as the text of %(label)s"), 0, len(text),
                params={"percent": int(best * 100), "label": label},
            )  # fmt: skip
