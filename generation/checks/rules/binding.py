"""A true value said of the wrong thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.binding import misplaced
from generation.checks.registry import register


class BindingCheck(Check):
    """Reports values that are true of something else, for its ``reasons``."""

    reasons: ClassVar[tuple[str, ...]]
    message: ClassVar[str]

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding for each misplaced value."""
        analysis = analyse(text, context)
        if not context.facts:
            return
        for item in misplaced(analysis):
            if item.reason in self.reasons:
                fact = item.row.fact if item.row else None
                shown = (
                    f"{fact.key}: {fact.display}" + (f" ({fact.condition})" if fact.condition else "")
                    if fact
                    else context.name
                )
                yield self.finding(
                    self.message, item.start, item.end,
                    params={"said": text[item.start : item.end], "fact": shown}, fact=shown,
                )  # fmt: skip


@register
class WrongAttribute(BindingCheck):
    """See ``explanation``."""

    key = "wrong_attribute"
    severity = "error"
    grounding = True
    reasons = ("attribute", "label")
    title = _("Value of another attribute")
    explanation = _(
        "A value may be true and still be said of the wrong attribute: “weighs 9 months”, the colour given as origin."
    )
    message = _("“%(said)s”: the product data say otherwise (%(fact)s)")


@register
class WrongPart(BindingCheck):
    """See ``explanation``."""

    key = "wrong_part"
    severity = "error"
    grounding = True
    reasons = ("part",)
    title = _("Material of another part")
    explanation = _("When only the case is steel, the strap is not.")
    message = _("“%(said)s”: the product data say this of another part (%(fact)s)")


@register
class WrongVariant(BindingCheck):
    """See ``explanation``."""

    key = "wrong_variant"
    severity = "error"
    grounding = True
    reasons = ("variant",)
    title = _("Value of another variant")
    explanation = _("A measure of size M must not be given for size S.")
    message = _("“%(said)s” belongs to another variant (%(fact)s)")


@register
class WrongCondition(BindingCheck):
    """See ``explanation``."""

    key = "wrong_condition"
    severity = "error"
    grounding = True
    reasons = ("circumstance", "bound")
    title = _("Condition changed")
    explanation = _(
        "A value is true under its condition. “7 days in typical use” is neither 7 days in heavy use nor at least 7 days; "
        "“19 g without strap” is not the weight with it."
    )
    message = _("“%(said)s” changes the condition of the fact (%(fact)s)")
