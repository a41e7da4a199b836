"""Words that law and platforms restrict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import Analysis, analyse
from generation.checks.base import Check, Context, Finding
from generation.checks.law import LawHit, find
from generation.checks.normalise import has_cjk
from generation.checks.registry import register

#: A denial of these says nothing unlawful: "it does not treat anything".
_DENIABLE = frozenset({"medical", "cosmetic", "safety", "environment", "finance", "superstition"})


class LawCheck(Check):
    """Reports restricted words of its ``groups``; a fact that says the same is evidence where the data allow it."""

    groups: ClassVar[tuple[str, ...]]
    message: ClassVar[str]

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Every restricted word, with the severity the data give it."""
        analysis = analyse(text, context)
        for hit in _hits(analysis):
            if hit.row.group in self.groups:
                said = text[hit.start : hit.end]
                yield self.finding(
                    self.message, hit.start, hit.end, params={"said": said},
                    severity="error" if hit.row.severity == "error" else "warning",
                )  # fmt: skip


def _of_measure(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the word begins the name of a measure the product data give: the 最高 of "最高刷新率为60Hz"."""
    return any(
        row.quantities and len(row.key) > end - start and analysis.folded.startswith(row.key, start)
        for row in analysis.sheet.facts
    )


def _hits(analysis: Analysis) -> list[LawHit]:
    known = analysis.memo.get("law")
    if known is None:
        chinese = has_cjk(analysis.folded)
        known = find(analysis.folded, chinese)
        known = [
            hit
            for hit in known
            if not analysis.is_named(hit.start, hit.end)
            and not _of_measure(analysis, hit.start, hit.end)
            and not (hit.row.evidence and analysis.folded[hit.start : hit.end] in analysis.sheet.words)
            and not (hit.row.group in _DENIABLE and analysis.negated(hit.start, hit.end))
        ]
        analysis.memo["law"] = known
    return known


@register
class AbsoluteWords(LawCheck):
    """See ``explanation``."""

    key = "absolute_words"
    severity = "error"
    groups = ("authority", "superlative", "ranking", "absolute", "guarantee", "price", "safety", "puffery")
    title = _("Superlative or absolute claim")
    explanation = _(
        "“国家级”, “最佳”, “第一”, “best”, “guaranteed” and the like are forbidden or need proof. Words that do "
        "not speak of the goods (最后, 第一次, 最佳食用方法, best before) and measures (最大承重) pass. "
        "Homophones and split words are seen through."
    )
    message = _("“%(said)s” is a superlative or absolute claim")


@register
class MedicalWords(LawCheck):
    """See ``explanation``."""

    key = "medical_words"
    severity = "error"
    groups = ("medical", "cosmetic")
    title = _("Medical claim")
    explanation = _("Curing, preventing and medical endorsement may be claimed for registered products only.")
    message = _("“%(said)s” is a medical claim")


@register
class FinancePromise(LawCheck):
    """See ``explanation``."""

    key = "finance_promise"
    severity = "error"
    groups = ("finance",)
    title = _("Promise of profit")
    explanation = _("Returns may not be promised.")
    message = _("“%(said)s” promises a profit")


@register
class Testimonial(LawCheck):
    """See ``explanation``."""

    key = "testimonial"
    severity = "error"
    groups = ("testimonial", "popularity")
    title = _("Invented testimonial or popularity")
    explanation = _("What customers say, rate or buy must never be invented; it needs a fact.")
    message = _("“%(said)s” speaks for customers")


@register
class Pressure(LawCheck):
    """See ``explanation``."""

    key = "pressure"
    severity = "error"
    groups = ("pressure",)
    title = _("Pressure to buy")
    explanation = _("Inducing clicks and false urgency are forbidden on most platforms.")
    message = _("“%(said)s” presses the reader")


@register
class UnfairComparison(LawCheck):
    """See ``explanation``."""

    key = "unfair_comparison"
    severity = "error"
    groups = ("comparison",)
    title = _("Running down competitors")
    explanation = _("Other brands and shops may be compared with by facts, not called rubbish or cheats.")
    message = _("“%(said)s” runs down others")


@register
class Superstition(LawCheck):
    """See ``explanation``."""

    key = "superstition"
    severity = "error"
    groups = ("superstition",)
    title = _("Superstition")
    explanation = _("Goods must not be said to bring luck, money or love, or to keep evil away.")
    message = _("“%(said)s” is superstition")


@register
class ChildPressure(LawCheck):
    """See ``explanation``."""

    key = "child_pressure"
    severity = "error"
    groups = ("children",)
    title = _("Pressure on children")
    explanation = _(
        "Children must not be urged to buy, to make their parents buy, or be shamed for not having the goods."
    )
    message = _("“%(said)s” presses children")


@register
class GreenClaim(LawCheck):
    """See ``explanation``."""

    key = "green_claim"
    severity = "error"
    groups = ("environment",)
    title = _("Absolute environmental claim")
    explanation = _(
        "“Zero impact”, “完全环保” and the like cannot be proved; say what part is recycled or saved, with its figure."
    )
    message = _("“%(said)s” is an absolute environmental claim")


@register
class PriceTrick(LawCheck):
    """See ``explanation``."""

    key = "price_trick"
    severity = "error"
    groups = ("reference_price", "free")
    title = _("Misleading price")
    explanation = _(
        "A former price must have been asked for the goods, a reference price be real, and what is free cost nothing. "
        "Only the shop can tell whether a shop or list price is real, so this warns unless the text itself gives it away."
    )
    message = _("“%(said)s” may mislead about the price")
