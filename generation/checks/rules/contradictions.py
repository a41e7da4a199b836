"""What the facts deny in their own words must not be affirmed, and what they choose must not be chosen otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.choices import other_choices
from generation.checks.contents import foreign_contents
from generation.checks.denials import contradictions
from generation.checks.registry import register
from generation.checks.sheet import SheetFact
from generation.checks.strangers import strangers


class _AgainstFact(Check):
    """Reports spans against the fact of a row."""

    message: ClassVar[str]

    def against(self, text: str, start: int, end: int, row: SheetFact) -> Finding:
        """The finding, with the fact it goes against."""
        fact = row.fact
        shown = f"{fact.key}: {fact.display}" + (f" ({fact.condition})" if fact.condition else "")
        return self.finding(
            self.message, start, end, params={"said": text[start:end], "fact": shown}, fact=shown
        )  # fmt: skip


@register
class ContradictedFact(_AgainstFact):
    """See ``explanation``."""

    key = "contradicted_fact"
    severity = "error"
    grounding = True
    title = _("Affirms what the product data deny")
    explanation = _(
        "“Not for hot water”, “Kickstand: no”, “kit required”: what a fact denies in so many words, or says is needed or "
        "sold apart, must not be promised."
    )
    message = _("“%(said)s” goes against the product data (%(fact)s)")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every denied term that the text affirms."""
        for item in contradictions(analyse(text, context)):
            yield self.against(text, item.start, item.end, item.row)


@register
class OtherChoice(_AgainstFact):
    """See ``explanation``."""

    key = "other_choice"
    severity = "error"
    grounding = True
    title = _("Another choice than the product data make")
    explanation = _(
        "Of things that exclude each other (slim or relaxed, stand-up or button-down collar, battery or capacitor) only "
        "the one the facts name may be said. The groups are data/choices.json; a stranger in a row of the product's own "
        "colours, ingredients, parts or accessories counts too."
    )
    message = _("“%(said)s”: the product data say otherwise (%(fact)s)")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every choice that is not the facts'."""
        analysis = analyse(text, context)
        reported = []
        for start, end, row in other_choices(analysis):
            reported.append((start, end))
            yield self.against(text, start, end, row)
        for item in strangers(analysis):
            if not any(begin < item.end and item.start < stop for begin, stop in reported):
                yield self.against(text, item.start, item.end, item.row)


@register
class UnknownContents(Check):
    """See ``explanation``."""

    key = "unknown_contents"
    severity = "error"
    grounding = True
    title = _("Something in the box the product data do not know")
    explanation = _("What the copy says comes with the product must be named by a fact, whatever it is.")
    message = _("no fact says “%(said)s” is included")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every thing said to be included that no fact names."""
        for start, end in foreign_contents(analyse(text, context)):
            yield self.finding(self.message, start, end, params={"said": text[start:end]})
