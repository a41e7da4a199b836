"""What belongs to the machine and not to the copy: placeholders, prompt scraps, assistant talk.

Phrases are in data/lexicon/leaks.txt, patterns in data/leaks.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.registry import register

#: Bound when a notice is sent, so they may stand in a draft.
BOUND_WHEN_SENT = ("customer", "phone", "address")


@register
class PlaceholderLeak(Check):
    """See ``explanation``."""

    key = "placeholder_leak"
    severity = "error"
    options: ClassVar = {"allowed": []}
    title = _("Placeholder or prompt text left in the copy")
    explanation = _(
        "Template marks, control tokens, unfilled blanks and sentences an assistant says about its own work must not "
        "reach a customer. Setting allowed: names of placeholders that may stay."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every leaked piece."""
        analysis = analyse(text, context)
        for hit in analysis.hits_of("leak"):
            if not analysis.is_named(hit.start, hit.end):
                yield self._leaked(text, hit.start, hit.end)
        special, pattern = _patterns()
        if not special.search(analysis.folded):
            return
        allowed = {*BOUND_WHEN_SENT, *self.option(context, "allowed")}
        for match in pattern.finditer(analysis.folded):
            bound = match.group().startswith("{{") and match.group().strip("{} ") in allowed
            # "Input: 5 V" of a charger whose data say so is no prompt.
            own = match.group().rstrip(" :：") in {row.key for row in analysis.sheet.facts}
            if not bound and not own and not analysis.is_named(*match.span()):
                yield self._leaked(text, *match.span())

    def _leaked(self, text: str, start: int, end: int) -> Finding:
        return self.finding(
            _("“%(said)s” looks like a leftover of a template or prompt"), start, end,
            params={"said": text[start:end].strip()},
        )  # fmt: skip


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A cheap test for any character the patterns begin with, and the patterns."""
    rows = json.loads(resources.files("generation.checks").joinpath("data/leaks.json").read_text("utf-8"))
    return re.compile(rows["special"]), re.compile("|".join(rows["patterns"]))
