"""Moving closed drafts to the archive after their time."""

from __future__ import annotations

from datetime import timedelta
from json import loads

from django.core.serializers import serialize
from django.db import transaction
from django.utils import timezone

from generation.models import Approval, ArchivedDraft, Candidate, Draft, DraftSource, StoredFinding

#: Days a closed draft stays in the working tables.
KEEP_DAYS = 90


def archive_closed(limit: int = 500, keep_days: int = KEEP_DAYS) -> int:
    """Move a slice of drafts closed more than ``keep_days`` ago; returns how many. Nothing is lost on the way."""
    before = timezone.now() - timedelta(days=keep_days)
    with transaction.atomic():
        drafts = list(Draft.objects.select_for_update(of=("self",)).filter(closed_at__lt=before).order_by("pk")[:limit])
        ids = [draft.pk for draft in drafts]
        parts = {
            "candidates": Candidate.objects.filter(draft_id__in=ids),
            "approvals": Approval.objects.filter(draft_id__in=ids),
            "sources": DraftSource.objects.filter(draft_id__in=ids),
        }
        kept = {name: _by_draft(rows, lambda row: row.draft_id) for name, rows in parts.items()}
        findings = StoredFinding.objects.filter(candidate__draft_id__in=ids).select_related("candidate")
        kept["findings"] = _by_draft(findings, lambda row: row.candidate.draft_id)
        ArchivedDraft.objects.bulk_create(
            [
                ArchivedDraft(
                    number=draft.pk,
                    slot=draft.slot,
                    target_type=draft.target_type,
                    target_id=draft.target_id,
                    target_key=draft.target_key,
                    language=draft.language,
                    channel=draft.channel,
                    state=draft.state,
                    batch_number=draft.batch_id,
                    closed_at=draft.closed_at or before,
                    document={
                        "draft": loads(serialize("json", [draft]))[0]["fields"],
                        **{name: rows.get(draft.pk, []) for name, rows in kept.items()},
                    },
                )
                for draft in drafts
            ]
        )
        Draft.objects.filter(pk__in=ids).delete()
    return len(ids)


def _by_draft(rows, draft_of) -> dict[int, list[dict]]:  # type: ignore[no-untyped-def]  # a QuerySet and a key
    found: dict[int, list[dict]] = {}
    listed = list(rows)
    for row, data in zip(listed, loads(serialize("json", listed)), strict=True):
        found.setdefault(draft_of(row), []).append(data["fields"] | {"id": row.pk})
    return found
