"""The history of one object's copy, to be shown on the object's own page: what is drafted, what was published, undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from generation.console.publishing import RevisionRow
from generation.models import Delivery, Draft, Revision
from generation.models.drafts import OPEN_STATES
from generation.slots import all_slots
from opsportal.console.navigation import actor_of

#: Versions shown; the rest is one link away.
_SHOWN = 10


def history_panel(request: HttpRequest, target_type: str, target_id: int) -> SafeString:
    """Open drafts, latest versions with undo, and whether they are live in the shop, as HTML; five queries."""
    revisions = list(
        Revision.objects.filter(target_type=target_type, target_id=target_id).select_related(
            "published_by", "reverted_by"
        )[:_SHOWN]
    )
    deliveries = Delivery.objects.filter(revision__in=revisions).order_by("id")
    latest = {delivery.revision_id: delivery for delivery in deliveries}
    actor = actor_of(request)
    context: dict[str, Any] = {
        "drafts": list(
            Draft.objects.filter(target_type=target_type, target_id=target_id, state__in=OPEN_STATES).order_by("slot")[
                :30
            ]
        ),
        "titles": {slot.key: slot.title for slot in all_slots()},
        "rows": [(RevisionRow(revision), latest.get(revision.pk)) for revision in revisions],
        "may_revert": actor.can("generation.revert_draft"),
        "may_draft": actor.can("generation.draft_copy"),
        "history_url": f"{reverse('console:copy_history')}?target_type={target_type}&target_id={target_id}",
        "draft_url": f"{reverse('console:draft_copy')}?target_type={target_type}&ids={target_id}",
        "back": request.get_full_path(),
    }
    return render_to_string("generation/history_panel.html", context, request)
