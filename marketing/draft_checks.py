"""Rules for campaign copy beside the general ones: terms that the law wants told with an offer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from generation.checks.base import Check, Context, Finding
from generation.engine import Fact
from generation.points import draft_checks
from marketing.facts import ROOMY
from marketing.wording import words

_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def _fact(context: Context, name: str) -> Fact | None:
    key = words(context.language)[name]
    return next((fact for fact in context.facts if fact.key == key), None)


def _says(text: str, fact: Fact) -> bool:
    said = {float(figure) for figure in _FIGURE.findall(text.replace(",", ""))}
    return any(float(figure) in said for figure in _FIGURE.findall(fact.display.replace(",", "")))


@draft_checks.register
class LowestPrice(Check):
    """See ``explanation``."""

    key = "marketing.lowest_price"
    severity = "error"
    title = _("Lowest price of the 30 days before is missing")
    explanation = _(
        "In the EU a price cut shows the lowest price of the 30 days before it (Directive 98/6/EC, Article 6a)."
    )

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """A finding where the price under the offer is said without the lowest one before."""
        if not context.slot.startswith("marketing."):
            return
        lowest, now = _fact(context, "lowest_price"), _fact(context, "sale_price")
        if lowest is not None and now is not None and _says(text, now) and not _says(text, lowest):
            yield self.finding(
                _("the price %(now)s needs the lowest of the 30 days before: %(lowest)s"), 0, len(text),
                params={"now": now.display, "lowest": lowest.display}, fact=f"{lowest.key}: {lowest.display}",
            )  # fmt: skip


@draft_checks.register
class PresaleTerms(Check):
    """See ``explanation``."""

    key = "marketing.presale_terms"
    severity = "warning"
    title = _("Deposit or end of the pre-sale is missing")
    explanation = _("Copy with room for it tells the deposit of a pre-sale and until when it can be paid.")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """A finding for each of the two that is not told."""
        if context.slot not in ROOMY:
            return
        deposit, until = _fact(context, "deposit_key"), _fact(context, "until")
        if deposit is None:
            return
        for fact in (deposit, until):
            if fact is not None and not _says(text, fact):
                yield self.finding(
                    _("%(key)s (%(value)s) is not mentioned"), len(text), len(text),
                    params={"key": fact.key, "value": fact.display}, fact=f"{fact.key}: {fact.display}",
                )  # fmt: skip
