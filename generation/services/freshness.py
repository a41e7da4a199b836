"""Bringing a draft up to date with its object after something changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from generation import briefs, freshness, workflow
from generation.checking import Judge
from generation.engine import Brief
from generation.models import Draft, DraftSource, State
from generation.outcomes import Outcome, slices
from generation.services.decisions import locked
from generation.slots import FactSheet, get_slot
from generation.standing import chosen_candidates, judge_candidates, recount, void_approvals
from opsportal import events
from opsportal.access import Actor


def refresh(actor: Actor, ids: Iterable[int]) -> Outcome:
    """Compare drafts with the facts of now: brief and checks anew, text as it is, approvals void."""
    actor.require("generation.change_draft")
    outcome = Outcome("refreshed")
    for chunk in slices(ids):
        with transaction.atomic():
            drafts = locked(chunk, (State.IN_REVIEW, State.APPROVED), outcome)
            digests = freshness.digests(drafts)
            now = freshness.present(drafts)
            judge = Judge()
            chosen = chosen_candidates(drafts)
            done = []
            for draft in drafts:
                sheet = now[draft.pk].sheet
                if sheet is None or draft.brief_id is None:
                    outcome.leave(draft.pk, "target_gone", freshness.REASONS[freshness.TARGET_GONE])
                    continue
                _renew(draft, sheet, digests.get(draft.pk, ""))
                if draft.pk in chosen:
                    judge_candidates(draft, [chosen[draft.pk]], judge)
                done.append(draft)
            ids_done = [draft.pk for draft in done]
            void_approvals(ids_done, "refreshed")
            recount(ids_done)
            events.record_many([events.NewEvent(kind="draft.refreshed", target=draft) for draft in done], actor=actor)
            outcome.done += ids_done
    return outcome


def _renew(draft: Draft, sheet: FactSheet, sources_digest: str) -> None:
    """Give the draft a brief from the facts of now, what was asked for kept."""
    assert draft.brief is not None
    asked = Brief.from_json(draft.brief.brief)
    slot = get_slot(draft.slot)
    wanted = briefs.BriefRequest(
        asked.language, asked.channel, asked.tone, asked.length, asked.note, asked.instruction, asked.opening
    )
    stored = briefs.stored(replace(briefs.build(slot, sheet, wanted), length=asked.length), sheet)
    type(stored).objects.bulk_create([stored], ignore_conflicts=True)
    DraftSource.objects.bulk_create(
        [DraftSource(draft=draft, target_type=kind, target_id=pk) for kind, pk in sheet.sources], ignore_conflicts=True
    )
    draft.facts_fingerprint = briefs.fingerprint(sheet)
    draft.live_hash = sheet.live_hash
    draft.brief = stored
    workflow.move_one(
        "change",
        draft,
        brief_id=stored.pk,
        facts_fingerprint=draft.facts_fingerprint,
        live_hash=draft.live_hash,
        sources_digest=sources_digest,
        thin=briefs.is_thin(sheet),
        stale_since=None,
        stale_reason="",
        decided_at=None,
        publish_after=None,
    )
