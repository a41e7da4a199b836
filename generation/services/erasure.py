"""Erasing what drafts say about an object, where a person has a right to it; hashes stay as proof."""

from __future__ import annotations

from django.db import transaction

from generation import workflow
from generation.models import (
    ArchivedDraft,
    Candidate,
    Draft,
    FindingAcknowledgement,
    Revision,
    State,
    StoredBrief,
    StoredFinding,
)
from generation.models.drafts import OPEN_STATES
from generation.progress import Tally
from generation.standing import void_approvals
from opsportal import events
from opsportal.access import Actor

ERASED = "[erased]"


@transaction.atomic
def erase(actor: Actor, target_type: str, target_id: int) -> int:
    """Redact every draft, candidate, version and brief about a target; open drafts are cancelled. Returns how many."""
    actor.require("generation.erase_target")
    drafts = list(
        Draft.objects.select_for_update(of=("self",))
        .filter(target_type=target_type, target_id=target_id)
        .order_by("pk")
    )
    ids = [draft.pk for draft in drafts]
    tally = Tally()
    for draft in drafts:
        if draft.state in OPEN_STATES:
            field = {State.FAILED: "failed", State.IN_REVIEW: "written", State.APPROVED: "written"}.get(
                State(draft.state)
            )
            tally.add(draft.batch_id, cancelled=1, **({field: -1} if field else {}))
    void_approvals(ids, "erased")
    workflow.move("cancel", ids)
    tally.save()
    redacted = {"target_key": ERASED, "target_label": ERASED}
    Draft.objects.filter(pk__in=ids).update(value=None, note="", reject_note="", error="", **redacted)
    Candidate.objects.filter(draft_id__in=ids).update(value=None, raw="")
    StoredFinding.objects.filter(candidate__draft_id__in=ids).update(message=ERASED, params={}, fact="", fix=None)
    FindingAcknowledgement.objects.filter(finding__candidate__draft_id__in=ids).update(evidence="")
    # A brief is addressed by its content: another object's draft shares it only when nothing in it tells them apart.
    StoredBrief.objects.filter(drafts__in=ids).update(brief={"erased": True}, spec_rows=[])
    Draft.objects.filter(pk__in=ids).update(brief=None)
    Revision.objects.filter(target_type=target_type, target_id=target_id).update(before=None, after=None, **redacted)
    ArchivedDraft.objects.filter(target_type=target_type, target_id=target_id).update(document={}, target_key=ERASED)
    events.record("target.erased", actor=actor, target_type=target_type, target_id=target_id, data={"drafts": len(ids)})
    return len(ids)
