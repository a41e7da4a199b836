"""One transaction for a handful of finished drafts: state, candidates, findings, sources and counters together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from generation import briefs, similar, workflow
from generation.checking import rows_of
from generation.drafting.writing import Work
from generation.engine import Usage, Writer
from generation.models import Candidate, Draft, DraftSource, PromptTemplate, StoredBrief, StoredFinding
from generation.progress import Tally

NO_USAGE = Usage()


def commit(
    token: str,
    writer: Writer,
    finished: Sequence[Work],
    failed: Sequence[tuple[Draft, str, str]],
    usage: Usage = NO_USAGE,
) -> int:
    """Store what ``token`` still holds of these; returns how many went to review. ``usage`` is the decoder's meanwhile.

    A draft whose lease was lost meanwhile (or whose batch was cancelled) is left alone: its text is thrown away.
    """
    with transaction.atomic():
        tally = Tally()
        StoredBrief.objects.bulk_create([work.stored for work in finished], ignore_conflicts=True)
        submitted = workflow.move_each(
            "submit", {work.draft.pk: _values(work, writer) for work in finished}, lease=token
        )
        kept = [work for work in finished if work.draft.pk in submitted]
        _store_candidates(kept)
        similar.index([(work.draft, work.candidates[work.chosen].value) for work in kept if work.chosen is not None])
        DraftSource.objects.bulk_create(
            [
                DraftSource(draft_id=work.draft.pk, target_type=kind, target_id=pk)
                for work in kept
                for kind, pk in sorted(set(work.sheet.sources) | {(work.draft.target_type, work.draft.target_id)})
            ],
            ignore_conflicts=True,
        )
        templates = {work.draft.template_id for work in kept if work.draft.template_id}
        PromptTemplate.objects.filter(pk__in=templates, used_at__isnull=True).update(used_at=timezone.now())
        for work in kept:
            tally.add(
                work.draft.batch_id,
                written=1,
                thin=int(briefs.is_thin(work.sheet)),
                fallbacks=int(bool(work.fallback_reason)),
                tokens=_tokens(work),
            )
        _count_usage(tally, kept, usage)
        for draft, code, message in failed:
            if workflow.move("fail", [draft.pk], lease=token, error_code=code, error=message[:500]):
                tally.add(draft.batch_id, failed=1)
        tally.save()
    return len(kept)


def _values(work: Work, writer: Writer) -> dict[str, Any]:
    """What a draft is given as it goes to review."""
    assert work.chosen is not None
    chosen = work.candidates[work.chosen]
    judgement = chosen.judgement
    completions = work.completions.values()
    sampling = work.request.sampling
    return {
        "value": chosen.value,
        "value_hash": chosen.value_hash,
        "chosen_index": work.chosen,
        "errors": judgement.errors if judgement else 0,
        "warnings": judgement.warnings if judgement else 0,
        "brief_id": work.stored.pk,
        "writer_used": chosen.writer,
        "writer_version": writer.version,
        "fallback_reason": work.fallback_reason,
        "params": work.draft.params
        | {
            "tone": work.brief.tone,
            "length": work.brief.length,
            "candidates": work.request.candidates,
            "temperature": sampling.temperature,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "max_new_tokens": sampling.max_new_tokens,
        },
        "seed": sampling.seed,
        "prompt_tokens": max((completion.prompt_tokens for completion in completions), default=0),
        "tokens": _tokens(work),
        "seconds": max((completion.seconds for completion in completions), default=0.0),
        "thin": briefs.is_thin(work.sheet),
        "error_code": "",
        "error": "",
        "facts_fingerprint": work.fingerprint,
        "live_hash": work.sheet.live_hash,
        "sources_digest": work.sources_digest,
        "ruleset_version": judgement.key.rpartition("/")[2] if judgement else "",
        "stale_since": None,
        "stale_reason": "",
        "written_at": timezone.now(),
    }


def _store_candidates(works: Sequence[Work]) -> None:
    rows = [
        Candidate(
            draft_id=work.draft.pk,
            index=position,
            origin=written.origin,
            # A model may write anything; PostgreSQL text holds everything but NUL.
            raw=written.completion.text.replace("\x00", ""),
            value=written.value,
            value_hash=written.value_hash,
            finish_reason=written.completion.finish_reason,
            writer=written.writer[:120],
            tokens=written.completion.tokens,
            seconds=written.completion.seconds,
            seed=written.completion.seed,
            checked_key=written.judgement.key if written.judgement else "",
            errors=written.judgement.errors if written.judgement else 0,
            warnings=written.judgement.warnings if written.judgement else 0,
        )
        for work in works
        for position, written in enumerate(work.candidates)
    ]
    Candidate.objects.bulk_create(rows)
    judgements = [written.judgement for work in works for written in work.candidates]
    StoredFinding.objects.bulk_create(
        finding
        for row, judgement in zip(rows, judgements, strict=True)
        if judgement is not None
        for finding in rows_of(row.pk, judgement)
    )


def _count_usage(tally: Tally, kept: Sequence[Work], usage: Usage) -> None:
    """Put down the decoder's usage to the batch most of these drafts belong to: slots are shared, so closer is not known."""
    batches = Counter(work.draft.batch_id for work in kept if work.draft.batch_id)
    for batch_id, _count in batches.most_common(1):
        tally.add(batch_id, slots_offered=max(0, usage.offered), slots_used=max(0, usage.busy))


def _tokens(work: Work) -> int:
    return sum(completion.tokens for completion in work.completions.values())
