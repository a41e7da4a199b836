"""What belongs to the machine and not to the copy: placeholders, prompt scraps, assistant talk (data/leaks.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.checks.normalise import fold
from generation.checks.registry import register

#: Bound when a notice is sent, so they may stand in a draft.
BOUND_WHEN_SENT = ("customer",)


@register
class PlaceholderLeak(Check):
    """See ``explanation``. Setting ``allowed``: names of placeholders that may stay."""

    key = "placeholder_leak"
    severity = "error"
    title = _("Placeholder or prompt text left in the copy")
    explanation = _(
        "Template marks, control tokens, unfilled blanks and sentences an assistant says about its own work must not "
        "reach a customer."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every leaked piece."""
        allowed = {*BOUND_WHEN_SENT, *context.settings.get(self.key, {}).get("allowed", ())}
        folded = fold(text)
        for match in _pattern().finditer(folded):
            if match.group().strip("{} ") in allowed and match.group().startswith("{{"):
                continue
            if fold(context.name).find(match.group()) >= 0:
                continue
            yield self.finding(
                _("“%(said)s” looks like a leftover of a template or prompt"), *match.span(),
                params={"said": text[match.start() : match.end()].strip()},
            )  # fmt: skip


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    rows = json.loads(resources.files("generation.checks").joinpath("data/leaks.json").read_text("utf-8"))
    phrases = [re.escape(phrase) for phrase in sorted(rows["phrases"], key=len, reverse=True)]
    words = [rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in rows["words"]]
    return re.compile("|".join([*rows["patterns"], *phrases, *words]))
