"""Handing decisions back to the system that owns the orders: read, passed on, and marked as passed on, once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from orders.models import Decision

EXPORT = "orders.export_orders"


def waiting_decisions() -> QuerySet[Decision]:
    """Decisions the owner of the orders has not been told, oldest first."""
    return Decision.objects.filter(handed_over_at__isnull=True).select_related("order", "made_by").order_by("id")


@transaction.atomic
def hand_over(actor: Actor, ids: Iterable[int], reference: str) -> int:
    """Mark decisions as told (``reference``: the file or system that took them); returns how many were not told before."""
    actor.require(EXPORT)
    waiting = Decision.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), handed_over_at__isnull=True)
    decisions = list(waiting.select_related("order").order_by("pk"))
    Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).update(
        handed_over_at=timezone.now(), handed_over_in=reference[:200]
    )
    told = [
        NewEvent("order.decision_handed_over", target=decision.order, data={"decision": decision.kind, "in": reference})
        for decision in decisions
    ]
    events.record_many(told, actor=actor)
    return len(decisions)
