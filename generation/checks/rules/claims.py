"""Claims in words must be the facts'. One rule for each kind of claim, so that a shop can grade them apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from django.utils.translation import gettext_noop as _

from generation.checks.analysis import Analysis, analyse
from generation.checks.base import Check, Context, Finding, Severity
from generation.checks.claims import Claim, unsupported
from generation.checks.registry import register
from generation.engine import Fact

_NO_PROMISE = frozenset({"售后", "covered for", "guarantee", "guaranteed"})


class ClaimCheck(Check):
    """Reports the unsupported claims of its ``kinds``; the message names the kind."""

    kinds: ClassVar[tuple[str, ...]]
    message: ClassVar[str]

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """One finding for each claim without support."""
        analysis = analyse(text, context)
        for claim in unsupported(analysis):
            if claim.concept.kind in self.kinds:
                yield self._report(analysis, claim)

    def grade(self, claim: Claim) -> Severity:
        """How serious this claim is."""
        return self.severity

    def _report(self, analysis: Analysis, claim: Claim) -> Finding:
        said = analysis.text[claim.start : claim.end]
        fact = analysis.sheet.facts[claim.fact].fact if claim.fact >= 0 else _nearest(analysis, claim)
        shown = f"{fact.key}: {fact.display}" + (f" ({fact.condition})" if fact.condition else "") if fact else ""
        message = _("“%(said)s” contradicts the product data (%(fact)s)") if claim.denied and shown else self.message
        return self.finding(
            message,
            claim.start,
            claim.end,
            params={"said": said, "fact": shown},
            fact=shown,
            severity=self.grade(claim),
        )


def _nearest(analysis: Analysis, claim: Claim) -> Fact | None:
    """The fact that speaks of the same sort of thing, if there is one."""
    attribute = {"material": "material", "colour": "colour", "place": "origin", "accessory": "box"}.get(
        claim.concept.kind
    )
    indexes = analysis.sheet.attributes.get(attribute or claim.concept.kind, [])
    return analysis.sheet.facts[indexes[0]].fact if indexes else None


@register
class UnsupportedMaterial(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_material"
    severity = "error"
    grounding = True
    kinds = ("material",)
    title = _("Material not in the product data")
    explanation = _(
        "A material must be named by the facts or follow from them: 304 is stainless steel, but not "
        "every stainless steel is 304."
    )
    message = _("no fact says “%(said)s”")


@register
class UnsupportedColour(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_colour"
    severity = "error"
    grounding = True
    kinds = ("colour",)
    title = _("Colour not in the product data")
    explanation = _(
        "A colour must be one of the product's; a shade (navy) supports its base colour (blue), not the reverse."
    )
    message = _("no fact names the colour “%(said)s”")


@register
class UnsupportedOrigin(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_origin"
    severity = "error"
    grounding = True
    kinds = ("place",)
    title = _("Origin not in the product data")
    explanation = _("Where something comes from must be a fact. Manners (法式, Turkish-style) are not origins.")
    message = _("no fact says it comes from “%(said)s”")


@register
class UnsupportedCertificate(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_certificate"
    severity = "error"
    grounding = True
    kinds = ("certificate",)
    title = _("Certificate, test or free-from claim not in the product data")
    explanation = _(
        "Certificates, standards, tests, patents, awards, grades (food grade) and “free from” claims need a fact."
    )
    message = _("no fact supports “%(said)s”")


@register
class UnsupportedCapability(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_capability"
    severity = "error"
    grounding = True
    kinds = ("capability", "quality")
    title = _("Capability not in the product data")
    explanation = _(
        "What the product can do or bear must be a fact, and what a fact excludes must not be promised: 5 ATM is no "
        "permission to dive. Softer words (breathable, quiet) ask for confirmation."
    )
    message = _("no fact supports “%(said)s”")

    def grade(self, claim: Claim) -> Severity:
        """Soft words are a matter for the reviewer, unless a fact denies them."""
        return "error" if claim.concept.kind == "capability" or claim.denied else "warning"


@register
class UnsupportedHealth(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_health"
    severity = "error"
    grounding = True
    kinds = ("health",)
    title = _("Health or beauty effect not in the product data")
    explanation = _("Effects on body and health need evidence and are forbidden for ordinary goods in many places.")
    message = _("no fact supports the effect “%(said)s”")


@register
class UnsupportedEco(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_eco"
    severity = "error"
    grounding = True
    kinds = ("eco",)
    title = _("Environmental claim not in the product data")
    explanation = _("“Eco-friendly”, “recycled”, “energy saving” and the like need evidence.")
    message = _("no fact supports “%(said)s”")


@register
class UnsupportedService(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_service"
    severity = "error"
    grounding = True
    kinds = ("service",)
    title = _("Promise of service not in the product data")
    explanation = _("Warranty, returns, refunds, delivery and customization bind the shop and need a fact.")
    message = _("no fact promises “%(said)s”")

    def check(self, text: str, context: Context) -> Iterable[Finding]:
        """Promises of the list, and any warranty at all when no fact gives one."""
        analysis = analyse(text, context)
        sheet = analysis.sheet
        for claim in unsupported(analysis):
            if claim.concept.kind in self.kinds:
                found = self._report(analysis, claim)
                # what a warranty comes to is for the reviewer: the facts often say no more than how long it is
                soft = claim.concept.name == "s_replace" and "warranty" in sheet.attributes
                yield replace(found, severity="warning") if soft else found
        if "warranty" in sheet.attributes or not analysis.hits_of("attribute"):
            return
        if any(name.startswith("s_") for name in sheet.positive):
            return
        for hit in analysis.hits_of("attribute"):
            promises = any(concept.name == "warranty" for concept in hit.concepts) and hit.term not in _NO_PROMISE
            if promises and not analysis.negated(hit.start, hit.end):
                yield self.finding(self.message, hit.start, hit.end, params={"said": text[hit.start : hit.end]})


@register
class UnsupportedOffer(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_offer"
    severity = "error"
    grounding = True
    kinds = ("offer",)
    title = _("Offer not in the product data")
    explanation = _("Discounts, gifts, deadlines and scarcity must be facts of the offer.")
    message = _("no fact of the offer says “%(said)s”")


@register
class UnsupportedCompatibility(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_compatibility"
    severity = "error"
    grounding = True
    kinds = ("compatibility",)
    title = _("Compatibility not in the product data")
    explanation = _("Systems, devices and “works with any” must be facts.")
    message = _("no fact says it works with “%(said)s”")


@register
class UnsupportedBoxContents(ClaimCheck):
    """See ``explanation``."""

    key = "unsupported_box_contents"
    severity = "error"
    grounding = True
    kinds = ("accessory",)
    title = _("Not in the box")
    explanation = _("What the copy says is included must be listed by the facts, and not among what is excluded.")
    message = _("no fact says “%(said)s” is included")


@register
class ForeignBrand(ClaimCheck):
    """See ``explanation``."""

    key = "foreign_brand"
    severity = "error"
    grounding = True
    kinds = ("brand",)
    title = _("Another brand's name")
    explanation = _("Well-known brands may be named only when the product data name them.")
    message = _("“%(said)s” is a brand the product data do not name")
