"""What stands against a draft's value, kept on the draft; and how a value of a draft is judged and chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from generation import similar
from generation.checking import Judge, context_of, rows_of
from generation.models import Approval, Candidate, Draft, FindingAcknowledgement, StoredFinding
from generation.slots import get_slot
from opsportal.database import JSONRows

#: Findings that count: not lapsed, not silenced, nobody took responsibility for them.
STANDING = Q(findings__lapsed=False, findings__silence__isnull=True, findings__acknowledgement__isnull=True)


def judge_candidates(draft: Draft, candidates: Sequence[Candidate], judge: Judge) -> None:
    """Run the rules over candidates whose findings are missing or out of date; stores findings and counts.

    In the caller's transaction. ``draft`` needs its brief.
    """
    slot = get_slot(draft.slot)
    key = judge.key(slot, draft.facts_fingerprint)
    due = [candidate for candidate in candidates if candidate.checked_key != key]
    if not due or draft.brief is None:
        return
    context = context_of(slot, draft.brief)
    StoredFinding.objects.filter(candidate__in=due, lapsed=False).update(lapsed=True)
    rows: list[StoredFinding] = []
    around = similar.around(slot, draft.language, [(draft.target_id, candidate.value) for candidate in due])
    for candidate, neighbours in zip(due, around, strict=True):
        judgement = judge.judge(
            slot, candidate.value, context, draft.facts_fingerprint, draft.target_category, neighbours
        )
        candidate.checked_key = judgement.key
        candidate.errors, candidate.warnings = judgement.errors, judgement.warnings
        rows += rows_of(candidate.pk, judgement)
    Candidate.objects.bulk_update(due, ["checked_key", "errors", "warnings"])
    StoredFinding.objects.bulk_create(rows)


def recount(draft_ids: Iterable[int]) -> list[Draft]:
    """Bring ``errors`` and ``warnings`` of candidates and their drafts in line with the findings that stand."""
    ids = list(draft_ids)
    candidates = list(
        Candidate.objects.filter(draft_id__in=ids)
        .exclude(checked_key="")
        .annotate(
            e=Coalesce(Count("findings", filter=STANDING & Q(findings__severity="error")), 0),
            w=Coalesce(Count("findings", filter=STANDING & Q(findings__severity="warning")), 0),
        )
    )
    for candidate in candidates:
        candidate.errors, candidate.warnings = candidate.e, candidate.w
    Candidate.objects.bulk_update(candidates, ["errors", "warnings"])
    counted = {(candidate.draft_id, candidate.index): candidate for candidate in candidates}
    drafts = list(Draft.objects.filter(pk__in=ids))
    for draft in drafts:
        chosen = counted.get((draft.pk, -1 if draft.chosen_index is None else draft.chosen_index))
        if chosen is not None:
            draft.errors, draft.warnings = chosen.errors, chosen.warnings
    Draft.objects.bulk_update(drafts, ["errors", "warnings"])
    return drafts


def void_approvals(draft_ids: Iterable[int], reason: str) -> int:
    """Void the signatures under these drafts; returns how many."""
    valid = Approval.objects.filter(draft_id__in=list(draft_ids), voided_at__isnull=True)
    return valid.update(voided_at=timezone.now(), void_reason=reason)


@dataclass(frozen=True, slots=True)
class Signatures:
    """What a signature adds to: who signed already, what was vouched for, and what the findings are bound to.

    ``checked_key`` is that of the text the draft proposes, None when the draft keeps no such candidate; ``silenced`` its
    alarms that are off, as (rule, number of the silence); ``hides_lifted``: one of them is to speak again.
    """

    checked_key: str | None
    attested: bool
    by_others: int
    by_me: bool
    silenced: tuple[tuple[str, int], ...]
    hides_lifted: bool

    @classmethod
    def of(cls, draft: Draft) -> Signatures:
        """Of a draft read by ``to_sign``."""
        row: Any = draft
        silenced = tuple((one["rule"], one["silence_id"]) for one in row.silenced_rows)
        lifted = any(one["silence__lifted_at"] for one in row.silenced_rows)
        return cls(row.chosen_checked_key, row.is_attested, row.signed_by_others, row.signed_by_me, silenced, lifted)


def signatures(draft_ids: Iterable[int], user_id: int) -> dict[int, Signatures]:
    """What stands under each draft as ``user_id`` comes to sign it, by draft id; one query."""
    return {draft.pk: Signatures.of(draft) for draft in to_sign(draft_ids, user_id).only("pk")}


def to_sign(draft_ids: Iterable[int], user_id: int) -> QuerySet[Draft]:
    """Drafts together with what stands under them, for ``Signatures.of``: both as of the same moment.

    Another person may sign a moment later: write only where the draft's version is still the one read.
    """
    chosen = Candidate.objects.filter(draft=OuterRef("pk"), index=OuterRef("chosen_index")).order_by()
    attested = FindingAcknowledgement.objects.filter(
        attested=True, finding__candidate__draft=OuterRef("pk"), finding__lapsed=False
    )
    silenced = StoredFinding.objects.filter(
        candidate__draft=OuterRef("pk"),
        candidate__index=OuterRef("chosen_index"),
        lapsed=False,
        silence__isnull=False,
    ).order_by("pk")
    valid = Approval.objects.filter(draft=OuterRef("pk"), voided_at__isnull=True).order_by()
    others = valid.exclude(user_id=user_id).values("draft").annotate(n=Count("user", distinct=True)).values("n")
    rows = Draft.objects.filter(pk__in=list(draft_ids)).order_by()
    return rows.annotate(
        chosen_checked_key=Subquery(chosen.values("checked_key")[:1]),
        is_attested=Exists(attested),
        signed_by_others=Coalesce(Subquery(others), 0),
        signed_by_me=Exists(valid.filter(user_id=user_id)),
        silenced_rows=JSONRows(silenced, "rule", "silence_id", "silence__lifted_at"),
    )


def chosen_candidates(drafts: Sequence[Draft]) -> dict[int, Candidate]:
    """The candidate each draft would publish, by draft id."""
    rows = Candidate.objects.filter(draft_id__in=[draft.pk for draft in drafts])
    wanted = {(draft.pk, draft.chosen_index) for draft in drafts}
    return {row.draft_id: row for row in rows.defer("raw") if (row.draft_id, row.index) in wanted}
