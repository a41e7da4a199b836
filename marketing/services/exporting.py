"""Handing published campaign copy out: the file of a channel, and the deliveries it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Delivery, Revision
from generation.services import record_exported
from marketing.exports import FORMATS, Format
from marketing.exports.selection import Ad, select
from marketing.models import Campaign
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Invalid

EXPORT = "marketing.export_campaigns"


@dataclass(slots=True)
class ExportResult:
    """What went into the file; ``left_out`` are places with the reason why they did not."""

    format: str
    ads: int = 0
    texts: int = 0
    deliveries: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As printed by ``campaigns export --json``."""
        return {
            "format": self.format,
            "ads": self.ads,
            "texts": self.texts,
            "deliveries": self.deliveries,
            "left_out": [{"where": where, "reason": reason} for where, reason in self.left_out],
        }


def format_of(name: str) -> Format:
    """The format of a channel; raises ``Invalid`` naming those there are."""
    if name not in FORMATS:
        raise Invalid(
            _("“%(format)s” is not a format of export. Known: %(known)s.")
            % {"format": name, "known": ", ".join(FORMATS)},
            "unknown_format",
        )
    return FORMATS[name]


def file_name(campaign: Campaign, name: str) -> str:
    """What an export is called: "autumn-camp-google_ads-2027-06-01.csv"."""
    return f"{campaign.key}-{name}-{timezone.localdate():%Y-%m-%d}{format_of(name).suffix}"


def export_campaign(actor: Actor, campaign: Campaign, format: str, target: Path) -> ExportResult:
    """Write the published copy of one channel to ``target``, and a Delivery for every text in it.

    A variant goes out only when all its texts are published and still true. Raises ``Forbidden``, ``Invalid`` for an
    unknown format or when nothing can go out.
    """
    actor.require(EXPORT)
    chosen = format_of(format)
    selection = select(campaign, chosen.channel)
    result = ExportResult(format, left_out=selection.left_out)
    if not selection.ads:
        reasons = "; ".join(f"{where}: {reason}" for where, reason in selection.left_out[:5])
        raise Invalid(
            _("Nothing of this campaign can go out to %(channel)s. %(reasons)s")
            % {"channel": chosen.channel, "reasons": reasons},
            "nothing_to_export",
        )
    chosen.write(target, selection.ads)
    result.ads = len(selection.ads)
    result.texts = sum(len(ad.drafts) for ad in selection.ads)
    with transaction.atomic():
        result.deliveries = _deliveries(actor, selection.ads, chosen.channel, file_name(campaign, format))
        events.record("campaign.exported", actor=actor, target=campaign, data={"format": format, "texts": result.texts})
    return result


def _deliveries(actor: Actor, ads: Sequence[Ad], destination: str, reference: str) -> int:
    """A delivery for every published text, unless it has one to the same channel already."""
    drafts = [draft.pk for ad in ads for draft in ad.drafts]
    revisions = Revision.objects.filter(draft_number__in=drafts, reverted_at__isnull=True)
    known = Delivery.objects.filter(
        revision__in=revisions,
        destination=destination,
        state__in=(Delivery.State.EXPORTED, Delivery.State.CONFIRMED),
    )
    wanted = revisions.exclude(pk__in=known.values("revision_id")).order_by("pk")
    return record_exported(
        actor, list(wanted.values_list("pk", flat=True)), destination=destination, reference=reference
    )
