"""How far the copy of campaigns is, for lists and cards: a fixed number of queries for any number of campaigns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from generation.models import Draft, State
from marketing.models import CopyText
from marketing.models.placements import TARGET


@dataclass(frozen=True, slots=True)
class Progress:
    """Texts of one campaign: all, published, waiting for review, published but no longer true."""

    total: int = 0
    published: int = 0
    to_review: int = 0
    stale: int = 0

    @property
    def percent(self) -> int:
        """The published part."""
        return self.published * 100 // self.total if self.total else 0


def progress_of(campaign_ids: Collection[int]) -> dict[int, Progress]:
    """The progress of every campaign asked for; one query."""
    drafts = Draft.objects.filter(
        target_type=TARGET, target_id=OuterRef("pk"), slot=OuterRef("slot"), language=OuterRef("language")
    )
    rows = (
        CopyText.objects.filter(campaign_id__in=list(campaign_ids))
        .annotate(
            waits=Exists(drafts.filter(state=State.IN_REVIEW)),
            is_stale=Exists(drafts.filter(state=State.PUBLISHED, stale_since__isnull=False)),
        )
        .order_by()
        .values("campaign_id")
        .annotate(
            total=Count("pk"),
            published=Count("pk", filter=Q(published_at__isnull=False)),
            to_review=Count("pk", filter=Q(waits=True)),
            stale=Count("pk", filter=Q(is_stale=True)),
        )
    )
    found = {
        row["campaign_id"]: Progress(row["total"], row["published"], row["to_review"], row["stale"]) for row in rows
    }
    return {pk: found.get(pk, Progress()) for pk in campaign_ids}
