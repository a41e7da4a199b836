"""What marketing listens to: changed prices, copy that became stale, and campaigns that stopped by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from generation.models import Draft, DraftSource, Notice, State
from generation.services import compare_targets, notify
from marketing.models import Campaign, CopyText
from marketing.models.placements import TARGET
from marketing.readiness import readiness
from marketing.services.scheduling import pause_stale
from opsportal.access.models import User
from opsportal.events import Subscriber, subscribers

if TYPE_CHECKING:
    from opsportal.events.models import Event


@subscribers.register
class PriceChanged(Subscriber):
    """Compares the copy of campaigns that used a product whose price has changed; other copy does not quote prices."""

    key = "marketing.price_changed"
    kinds = ("product.price_changed",)

    def handle(self, events: Sequence[Event]) -> None:
        """Once per campaign, however many prices changed; a night's new price list costs one query where none did."""
        used = DraftSource.objects.filter(
            target_type="products.product",
            target_id__in={event.target_id for event in events if event.target_id},
            draft__target_type=TARGET,
        )
        texts = CopyText.objects.filter(pk__in=used.values("draft__target_id"))
        compare_targets({("marketing.campaign", pk) for pk in texts.values_list("campaign_id", flat=True).distinct()})


@subscribers.register
class CopyStale(Subscriber):
    """Pauses running campaigns whose published copy is no longer true."""

    key = "marketing.copy_stale"
    kinds = ("draft.stale",)

    def handle(self, events: Sequence[Event]) -> None:
        """The campaigns of all texts at once. A draft that is fresh again by now pauses nothing."""
        stale = Draft.objects.filter(
            pk__in=[event.target_id for event in events if event.target_id],
            target_type=TARGET,
            state=State.PUBLISHED,
            stale_since__isnull=False,
        )
        texts = CopyText.objects.filter(pk__in=stale.values("target_id"))
        pause_stale(set(texts.values_list("campaign_id", flat=True)))


@subscribers.register
class TellOwners(Subscriber):
    """Tells those who plan and schedule a campaign that it stopped by itself."""

    key = "marketing.notices"
    kinds = ("campaign.paused",)

    def handle(self, events: Sequence[Event]) -> None:
        """A person who paused it knows already."""
        for event in events:
            reason = event.data.get("reason", "")
            campaign = Campaign.objects.filter(pk=event.target_id or 0).first()
            if campaign is None or reason == Campaign.PauseReason.BY_HAND:
                continue
            wanted = [pk for pk in (campaign.owner_id, campaign.scheduled_by_id) if pk is not None]
            for person in User.objects.filter(pk__in=wanted):
                with override(person.language or None):
                    problems = " ".join(issue.sentence() for issue in readiness(campaign).problems)
                    text = _("Paused: %(reason)s. %(problems)s") % {
                        "reason": Campaign.PauseReason(reason).label,
                        "problems": problems,
                    }
                notify(
                    [person.pk], Notice.Kind.ATTENTION, "marketing.campaign", campaign.pk, campaign.name, text, event.pk
                )
