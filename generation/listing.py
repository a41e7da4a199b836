"""Drafts as data for people and programs: text, candidates, facts and findings, read in slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from generation.checks.service import coverage
from generation.checks.text import view
from generation.engine import Brief
from generation.models import Candidate, Draft, Silence, StoredFinding
from generation.slots import Slot, all_slots
from generation.values import Value

_SLICE = 200


def drafts_as_json(drafts: QuerySet[Draft], limit: int = 0) -> Iterator[dict[str, Any]]:
    """Every draft (by id, at most ``limit``) as the command line and the API show it; four queries a slice."""
    slots = {slot.key: slot for slot in all_slots()}
    after, given = 0, 0
    while rows := list(detailed(drafts).filter(pk__gt=after).order_by("pk")[:_SLICE]):
        for draft in rows:
            if limit and given >= limit:
                return
            given += 1
            yield draft_as_json(draft, slots.get(draft.slot))
        after = rows[-1].pk


def detailed(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """The queryset with everything ``draft_as_json`` reads."""
    findings = StoredFinding.objects.filter(lapsed=False).select_related("acknowledgement", "silence__created_by")
    candidates = Candidate.objects.prefetch_related(Prefetch("findings", findings, to_attr="current"))
    return drafts.select_related("brief").prefetch_related(Prefetch("candidates", candidates))


def draft_as_json(draft: Draft, slot: Slot | None) -> dict[str, Any]:
    """One draft read through ``detailed``. ``text`` is the plain text findings count their characters in."""
    kind = slot.value_type if slot else "plain"
    candidates = list(draft.candidates.all())
    chosen = next((row for row in candidates if row.index == draft.chosen_index), None)
    findings: list[StoredFinding] = chosen.current if chosen else []  # type: ignore[attr-defined]
    brief = draft.brief.brief if draft.brief else {}
    return {
        "id": draft.pk,
        "version": draft.version,
        "slot": draft.slot,
        "object": {
            "type": draft.target_type,
            "id": draft.target_id,
            "key": draft.target_key,
            "name": draft.target_label,
        },
        "category": draft.target_category,
        "language": draft.language,
        "channel": draft.channel,
        "state": draft.state,
        "text": plain_text(draft.value, kind),
        "value": draft.value,
        "value_hash": draft.value_hash,
        "errors": draft.errors,
        "warnings": draft.warnings,
        "stale": draft.stale_reason,
        "batch": draft.batch_id,
        "parent": draft.parent_id,
        "chosen": draft.chosen_index,
        "candidates": [plain_text(row.value, kind) for row in candidates],
        "facts": [
            {
                "key": fact["key"],
                "value": fact["value"],
                "unit": fact["unit"],
                "condition": fact["condition"],
                "part": fact["part"],
            }
            for fact in brief.get("facts", [])
        ],
        "findings": [finding_as_json(row) for row in findings if row.silence is None],
        "silenced": [_silenced_as_json(row, row.silence) for row in findings if row.silence is not None],
        "writer": draft.writer_used,
        "error": draft.error,
    }


def facts_as_json(draft: Draft, slot: Slot | None) -> list[dict[str, Any]]:
    """The facts of a draft read with its brief; ``missing`` are the key facts its text does not tell."""
    if draft.brief is None:
        return []
    facts = Brief.from_json(draft.brief.brief).facts
    text = plain_text(draft.value, slot.value_type if slot else "plain")
    return [
        {
            "key": fact.key,
            "value": fact.value,
            "unit": fact.unit,
            "condition": fact.condition,
            "part": fact.part,
            "scope": fact.scope,
            "source": fact.source,
            "date": fact.date,
            "is_key": fact.is_key,
            "mentioned": told,
            "missing": fact.is_key and not told,
        }
        for fact, told in zip(facts, coverage(text, facts, draft.language), strict=True)
    ]


def finding_as_json(finding: StoredFinding) -> dict[str, Any]:
    """A stored finding, with its number and whether a person took responsibility for it."""
    acknowledged = getattr(finding, "acknowledgement", None)
    return finding.to_json() | {"id": finding.pk, "acknowledged": acknowledged is not None}


def _silenced_as_json(finding: StoredFinding, silence: Silence) -> dict[str, Any]:
    """A finding that is hidden, with who silenced it, when and why."""
    made = {
        "id": silence.pk,
        "by": silence.created_by.get_username(),
        "at": silence.created_at.isoformat(),
        "reason": silence.reason,
    }
    return finding.to_json() | {"id": finding.pk, "silence": made}


def plain_text(value: Value, kind: str) -> str:
    """The plain text view of a value; nothing for no value."""
    return "" if value is None else view(value, kind).text
