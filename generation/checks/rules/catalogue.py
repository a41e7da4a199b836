"""A text beside the other texts of the shop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.checks.registry import register
from generation.checks.similarity import compared, similarity


@register
class NearDuplicate(Check):
    """See ``explanation``."""

    key = "near_duplicate"
    severity = "warning"
    compares = True
    options: ClassVar = {"threshold": 0.9}
    title = _("Almost the text of another product")
    explanation = _(
        "Texts that differ from another product's only in a few letters read as copies and rank badly. Rows of a table are "
        "not compared. Setting threshold: from which similarity on (0 to 1)."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """The most similar neighbour, when it is too similar. ``Context.neighbours`` holds (label, text)."""
        if not context.neighbours:
            return
        threshold = float(self.option(context, "threshold"))
        best, label = 0.0, ""
        own = compared(text)
        for other_label, other in context.neighbours:
            alike = similarity(own, other, max(threshold, best))
            if alike > best:
                best, label = alike, other_label
        if best >= threshold:
            yield self.finding(
                _("%(percent)d %% the same as the text of %(label)s"), 0, len(text),
                params={"percent": int(best * 100), "label": label},
            )  # fmt: skip
