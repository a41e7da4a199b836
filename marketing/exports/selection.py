"""What goes out: for each placement, variant and language the published texts that are still true, and their origin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from generation.models import Approval, Draft, State
from marketing.ad_slots import AdSlot, ad_slots
from marketing.models import Campaign, CopyText, CopyVariant, Placement
from marketing.models.placements import TARGET
from marketing.services.placements import languages_of
from marketing.utm import tracking_url


@dataclass(slots=True)
class Ad:
    """One variant in one language. ``texts`` by field, in their order; ``drafts`` are where they come from."""

    placement: Placement
    variant: CopyVariant
    language: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    approved_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the channel: "search A en"."""
        return f"{self.placement.key} {self.variant.label} {self.language}"

    @property
    def utm(self) -> dict[str, str]:
        """Its UTM values: the ad slot's usual ones, the campaign, the variant; the placement's own go first."""
        ad_slot = ad_slots()[self.placement.ad_slot]
        usual = {
            "utm_source": ad_slot.source,
            "utm_medium": ad_slot.medium,
            "utm_campaign": self.placement.campaign.key,
            "utm_content": f"{self.placement.key}-{self.variant.label}-{self.language}".lower(),
        }
        return usual | {name: value for name, value in self.placement.utm.items() if value}

    @property
    def url(self) -> str:
        """The landing page with its UTM values; "" where there is none."""
        return tracking_url(self.placement.landing_url, self.utm)

    @property
    def provenance(self) -> str:
        """Who wrote and who approved it: "AI-assisted (bundled@1), approved by mia, drafts 12 13"."""
        writers = sorted({draft.writer_used for draft in self.drafts if draft.writer_used})
        parts = [_("AI-assisted (%(writers)s)") % {"writers": ", ".join(writers)}]
        if any(draft.editor_ids for draft in self.drafts):
            parts.append(_("edited by people"))
        parts.append(_("approved by %(people)s") % {"people": ", ".join(self.approved_by) or "–"})
        parts.append(_("drafts %(numbers)s") % {"numbers": " ".join(str(draft.pk) for draft in self.drafts)})
        return "; ".join(parts)

    def text(self, name: str) -> str:
        """The only text of a field; "" when the ad slot has none such."""
        return next(iter(self.texts.get(name, ())), "")


@dataclass(slots=True)
class Selection:
    """``ads`` go out; ``left_out`` are places with the reason why not."""

    ads: list[Ad] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def select(campaign: Campaign, channel: str) -> Selection:
    """The ads of a campaign in ``channel`` whose texts are all published and true; variants without traffic stay out."""
    placements = {
        row.pk: row for row in Placement.objects.filter(campaign=campaign, channel=channel).order_by("position", "id")
    }
    for placement in placements.values():
        placement.campaign = campaign
    texts: dict[tuple[int, str], list[CopyText]] = defaultdict(list)
    for text in CopyText.objects.filter(variant__placement__in=placements).order_by("position"):
        texts[text.variant_id, text.language].append(text)
    published = {
        draft.target_id: draft
        for draft in Draft.objects.filter(
            target_type=TARGET,
            target_id__in=[text.pk for group in texts.values() for text in group],
            state=State.PUBLISHED,
        ).only("pk", "target_id", "writer_used", "editor_ids", "stale_since")
    }
    approvers = _approvers(draft.pk for draft in published.values())
    made = Selection()
    variants = CopyVariant.objects.filter(placement__in=placements, split__gt=0)
    for variant in sorted(variants, key=lambda row: (list(placements).index(row.placement_id), row.label)):
        placement = variant.placement = placements[variant.placement_id]
        for language in languages_of(placement):
            ad = Ad(placement, variant, language)
            reason = _fill(ad, ad_slots().get(placement.ad_slot), texts[variant.pk, language], published)
            if reason:
                made.left_out.append((ad.name, reason))
                continue
            ad.approved_by = tuple(sorted({name for draft in ad.drafts for name in approvers.get(draft.pk, ())}))
            made.ads.append(ad)
    return made


def _fill(ad: Ad, ad_slot: AdSlot | None, texts: list[CopyText], published: dict[int, Draft]) -> str:
    """Give ``ad`` its texts; why it cannot go out, or ""."""
    if ad_slot is None:
        return _("The ad slot is no longer known.")
    for text in texts:
        draft = published.get(text.pk)
        if draft is not None and text.content_hash and draft.stale_since is None:
            ad.texts.setdefault(text.field, []).append(str(text.value))
            ad.drafts.append(draft)
        elif draft is not None and draft.stale_since is not None:
            return _("A published text is no longer true: %(key)s.") % {"key": text.key}
    for name, spec in ad_slot.fields.items():
        if len(ad.texts.get(name, ())) < spec.fewest:
            return _("Too few published texts: %(field)s.") % {"field": spec.name}
    return ""


def _approvers(draft_ids: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Approval.objects.filter(draft_id__in=list(draft_ids), voided_at__isnull=True)
    for draft_id, name in rows.values_list("draft_id", "user__username"):
        if name:
            found[draft_id].append(name)
    return found
