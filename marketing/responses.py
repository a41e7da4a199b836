"""What customers did with published campaign copy, by writer: impressions and clicks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from generation.models import Draft, State
from generation.points import Response, ResponseSource, response_sources
from marketing.models import CopyText, DailyResult
from marketing.models.placements import TARGET


@response_sources.register
class CampaignResponses(ResponseSource):
    """Every text of a variant has a share in what the variant brought: nobody can tell a headline from its picture."""

    key = "marketing.responses"

    def responses(self, since: datetime) -> Iterable[Response]:
        """Three queries: figures by variant, texts, and their published drafts."""
        day = timezone.localtime(since).date()
        rows = DailyResult.objects.filter(day__gte=day)
        figures = {
            row["variant_id"]: (row["shown"], row["acted"])
            for row in rows.values("variant_id").annotate(shown=Sum("impressions"), acted=Sum("clicks")).order_by()
        }
        texts = CopyText.objects.filter(variant__in=rows.values("variant_id"))
        variants = dict(texts.values_list("pk", "variant_id"))
        drafts = Draft.objects.filter(target_type=TARGET, target_id__in=texts.values("pk"), state=State.PUBLISHED)
        shown: Counter[tuple[str, str]] = Counter()
        acted: Counter[tuple[str, str]] = Counter()
        for text_id, slot, writer in drafts.values_list("target_id", "slot", "writer_used"):
            views, clicks = figures[variants[text_id]]
            shown[slot, writer or "–"] += views
            acted[slot, writer or "–"] += clicks
        return [Response(slot, writer, count, acted[slot, writer]) for (slot, writer), count in shown.items()]
