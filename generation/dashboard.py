"""Cards about copy on the first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generation.console import queue, statistics
from generation.console.forms import offered_slots
from generation.models import Batch, Draft, Revision, State
from opsportal.console import Card, dashboard
from opsportal.console.navigation import actor_of


@dashboard.register
class NextStep(Card):
    """The way from product data to published copy, and where this shop stands on it; gone once it was walked."""

    key = "copy.next_step"
    title = _("From product to published copy")
    template = "generation/cards/next_step.html"
    order = 10
    wide = True

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Which of the four steps were taken."""
        published = Revision.objects.order_by().exists()
        if published and Revision.objects.order_by()[:20].count() == 20:
            return None
        actor = actor_of(request)
        offered = offered_slots("")
        return {
            "has_objects": bool(offered) and offered[0].queryset().exists(),
            "has_batches": Batch.objects.order_by().exists(),
            "has_waiting": Draft.objects.filter(state=State.IN_REVIEW).order_by().exists(),
            "has_approved": Draft.objects.filter(state=State.APPROVED).order_by().exists(),
            "has_published": published,
            "may_draft": actor.can("generation.draft_copy"),
            "may_review": actor.can("generation.review_draft"),
            "may_publish": actor.can("generation.publish_draft"),
        }


@dashboard.register
class Waiting(Card):
    """What waits for review and for publishing."""

    key = "copy.waiting"
    title = _("Waiting")
    template = "generation/cards/waiting.html"
    permission = "generation.view_draft"
    order = 20

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Capped counts and the age of the queue."""
        most = queue.MOST_COUNTED

        def count(**narrower: Any) -> str:
            return queue.counted(Draft.objects.filter(**narrower).order_by()[: most + 1].values("pk").count())

        return {
            "in_review": count(state=State.IN_REVIEW),
            "clean": count(state=State.IN_REVIEW, errors=0, warnings=0),
            "approved": count(state=State.APPROVED),
            "standing": statistics.standing(),
        }


@dashboard.register
class Reception(Card):
    """How drafts are received, by copy type and writer."""

    key = "copy.reception"
    title = _("How drafts are received")
    template = "generation/cards/reception.html"
    permission = "generation.view_draft"
    order = 30

    def context(self, request: HttpRequest) -> dict[str, Any] | None:
        """Shares of the last weeks; no card before anything was decided."""
        found = statistics.receptions()
        rows = statistics.by_writer(found)
        if not rows:
            return None
        return {
            "rows": rows[:8],
            "days": statistics.DAYS,
            "chart": statistics.days(),
            "poor": statistics.poor_writers(found),
            "worst_share": statistics.WORST_SHARE,
        }
