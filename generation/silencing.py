"""Bringing stored findings in line with what the shop has silenced now: a draft's at once, all that wait by and by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from generation import workflow
from generation.checking import Silences
from generation.checks.text import view
from generation.models import Draft, Silence, State, StoredFinding
from generation.outcomes import SLICE
from generation.slots import all_slots
from generation.standing import recount

#: What a silence that was lifted still hides.
LIFTED = Q(silence__lifted_at__isnull=False)


def reapply(drafts: Sequence[Draft], concerned: Q) -> set[int]:
    """Hide or show the ``concerned`` findings of locked drafts as the silences of now say; returns drafts that changed.

    In the caller's transaction. Counts are brought in line; a draft of which an alarm speaks again gets a new version, so
    that nobody signs what they saw before. Drafts of a slot whose plugin is off are left.
    """
    kinds = {slot.key: slot.value_type for slot in all_slots()}
    by_id = {draft.pk: draft for draft in drafts if draft.slot in kinds}
    rows = StoredFinding.objects.filter(concerned, lapsed=False, candidate__draft__in=by_id).select_related("candidate")
    findings = list(rows.defer("candidate__raw").order_by("candidate_id", "id"))
    if not findings:
        return set()
    silences = Silences()
    texts: dict[int, str] = {}
    moved: dict[int | None, list[StoredFinding]] = defaultdict(list)
    for finding in findings:
        draft, candidate = by_id[finding.candidate.draft_id], finding.candidate
        if candidate.pk not in texts:
            texts[candidate.pk] = view(candidate.value, kinds[draft.slot]).text
        words = texts[candidate.pk][finding.start : finding.end]
        hiding = silences.hiding(draft.slot, draft.target_category, finding.rule, finding.severity, words)
        if hiding != finding.silence_id:
            moved[hiding].append(finding)
    for hiding, group in moved.items():
        StoredFinding.objects.filter(pk__in=[finding.pk for finding in group]).update(silence_id=hiding)
    changed = {finding.candidate.draft_id for group in moved.values() for finding in group}
    if changed:
        recount(changed)
        workflow.move("sign", {finding.candidate.draft_id for finding in moved.get(None, ())})
    return changed


@dataclass(frozen=True, slots=True)
class Slice:
    """Where the next slice goes on (None: there is none), and how many drafts this one changed."""

    after: int | None
    changed: int


def apply_slice(silence_id: int, *, lifted: bool, after: int = 0) -> Slice:
    """Bring the next findings that one silence concerns in line, in drafts that wait for review; one transaction.

    ``lifted`` says which way the caller wants it; a silence that was lifted since it was made is the other job's.
    """
    with transaction.atomic():
        # Locked, so that a silence is not lifted between reading what holds and writing it.
        silence = Silence.objects.select_for_update().get(pk=silence_id)
        if lifted != (silence.lifted_at is not None):
            return Slice(None, 0)
        rows = StoredFinding.objects.filter(
            rule=silence.rule, lapsed=False, silence=silence_id if lifted else None, pk__gt=after
        )
        waiting = rows.filter(candidate__draft__state=State.IN_REVIEW).order_by("pk")
        found = list(waiting.values_list("pk", "candidate__draft_id")[:SLICE])
        if not found:
            return Slice(None, 0)
        drafts = workflow.lock({draft_id for _pk, draft_id in found}, State.IN_REVIEW)
        changed = reapply(drafts, Q(pk__in=[pk for pk, _draft_id in found]))
        return Slice(found[-1][0], len(changed))
