"""After a reviewer said "product data wrong" and the data were corrected: what was written from them is written again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from generation.freshness import FACTS_CHANGED
from generation.models import Draft, RejectReason, State
from generation.services.editing import regenerate
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict

#: A correction that comes later than this after the rejection was made for another reason.
WITHIN = timedelta(days=30)


def rewrite_corrected(targets: Iterable[tuple[str, int]]) -> int:
    """Have drafts written again for those of ``targets`` of which a reviewer rejected a draft as "product data wrong".

    Called once their facts changed. The rejected drafts are drafted anew, and with them those still open that the same
    facts made stale. Told twice it finds nothing left to do. Returns how many drafts wait to be written now.
    """
    written = 0
    for target_type, target_id in sorted(targets):
        ours = Draft.objects.filter(target_type=target_type, target_id=target_id).order_by("pk")
        again = Exists(Draft.objects.filter(parent=OuterRef("pk")))
        since = timezone.now() - WITHIN
        blamed = Q(~again, state=State.REJECTED, reject_reason=RejectReason.DATA_WRONG, decided_at__gt=since)
        if not ours.filter(blamed).exists():
            continue
        stale = Q(state__in=(State.IN_REVIEW, State.APPROVED), stale_reason=FACTS_CHANGED)
        written += sum(_rewritten(draft) for draft in ours.filter(blamed | stale))
    return written


def _rewritten(draft: Draft) -> bool:
    try:
        regenerate(Actor.system(), draft.pk, draft.note)
    except Conflict:
        return False  # Somebody had it drafted meanwhile, or decided about it.
    return True
