"""Key facts must be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.coverage import mentioned_in
from generation.checks.registry import register

#: Kinds of copy with room for every key fact; a setting of the rule may name others.
_ROOMY = ("description", "highlights", "")


@register
class MissingKeyFact(Check):
    """See ``explanation``."""

    key = "missing_key_fact"
    severity = "warning"
    options: ClassVar = {"copy_kinds": _ROOMY}
    title = _("Key fact not mentioned")
    explanation = _(
        "Facts marked as key should be told, in whatever words and units. Setting copy_kinds: which kinds of copy must tell "
        "all key facts."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding, at the end of the text, for each key fact that is missing."""
        kinds = self.option(context, "copy_kinds")
        if context.copy_kind not in kinds or not any(fact.is_key for fact in context.facts):
            return
        for fact, found in zip(context.facts, mentioned_in(analyse(text, context)), strict=True):
            if fact.is_key and not found:
                yield self.finding(
                    _("%(key)s (%(value)s) is not mentioned"), len(text), len(text),
                    params={"key": fact.key, "value": fact.display}, fact=f"{fact.key}: {fact.display}",
                )  # fmt: skip
