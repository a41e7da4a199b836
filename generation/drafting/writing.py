"""One draft from its facts to a judged set of candidates. No transaction is open here."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from generation import briefs, similar
from generation.checking import Judge, Judgement, composed, context_of
from generation.checks.base import Context
from generation.engine import Brief, Completion, Sampling, Writer, WriteRequest
from generation.engine.contract import Length
from generation.models import Candidate, Draft, StoredBrief
from generation.slots import FactSheet, Slot
from generation.values import Value, content_hash, value_hash
from generation.writers import TEMPLATE


@dataclass
class Written:
    """One candidate as judged; ``judgement`` None when it was not looked at because an earlier one is clean."""

    completion: Completion
    origin: Candidate.Origin
    value: Value
    value_hash: str
    writer: str
    judgement: Judgement | None = None


@dataclass
class Work:
    """A claimed draft on its way through the writer."""

    draft: Draft
    slot: Slot
    sheet: FactSheet
    brief: Brief
    stored: StoredBrief
    request: WriteRequest
    fingerprint: str
    sources_digest: str = ""
    completions: dict[int, Completion] = field(default_factory=dict)
    candidates: list[Written] = field(default_factory=list)
    chosen: int | None = None
    fallback_reason: str = ""
    error: str = ""

    @property
    def complete(self) -> bool:
        """Whether every candidate asked for has come."""
        return len(self.completions) >= self.request.candidates


def prepare(draft: Draft, slot: Slot, sheet: FactSheet, sources_digest: str = "") -> Work:
    """The brief and the request of a claimed draft. ``sources_digest``: read before the facts were."""
    batch = draft.batch
    params = draft.params
    wanted = briefs.BriefRequest(
        language=draft.language,
        channel=draft.channel,
        tone=params.get("tone") or (batch.tone if batch else "plain"),
        length=cast(Length, params.get("length") or (batch.length if batch else "medium")),
        note=draft.note or (batch.note if batch else ""),
    )
    brief = briefs.build(slot, sheet, wanted)
    count = params.get("candidates") or (batch.candidates if batch else 1)
    request = WriteRequest(
        tag=str(draft.pk),
        brief=brief,
        template=draft.template.text if draft.template else "",
        candidates=count,
        sampling=Sampling(seed=seed_of(draft)),
    )
    stored, fingerprint = briefs.stored(brief, sheet), briefs.fingerprint(sheet)
    return Work(draft, slot, sheet, brief, stored, request, fingerprint, sources_digest)


def seed_of(draft: Draft) -> int:
    """The draft's own seed: that it was given, else from its batch's seed and its address, whatever the order."""
    if draft.seed is not None:
        return draft.seed
    base = draft.batch.seed if draft.batch else 0
    material = f"{base}|{draft.slot}|{draft.target_type}|{draft.target_key}|{draft.language}|{draft.channel}"
    return int.from_bytes(hashlib.sha256(material.encode()).digest()[:4], "big") >> 1


def finish(work: Work, writer: Writer, judge: Judge, template: Writer) -> None:
    """Judge candidates in turn until one is clean, choose the best, let the template write where none will do."""
    for index in sorted(work.completions):
        completion = work.completions[index]
        if completion.finish_reason == "error":
            work.error = work.error or completion.error
            continue
        _add(work, completion, Candidate.Origin.WRITER, writer.version)
    _judge_until_clean(work, judge)
    best = _best(work)
    if best is not None and not _errors(work.candidates[best]):
        work.chosen = best
        return
    if writer.name != TEMPLATE and work.slot.value_type in ("plain", "html", "list"):
        _fall_back(work, judge, template, "errors" if best is not None else "no_text")
    work.chosen = _best(work)


def compare(works: Sequence[Work], judge: Judge) -> None:
    """Judge anew those texts that may be copies of other targets', standing ones or of these; a few queries for all."""
    groups: dict[tuple[str, str], list[Work]] = defaultdict(list)
    for work in works:
        groups[work.slot.key, work.brief.language].append(work)
    for (_key, language), group in groups.items():
        slot = group[0].slot
        chosen = [work.candidates[work.chosen or 0] for work in group]
        asked = [(work.draft.target_id, written.value) for work, written in zip(group, chosen, strict=True)]
        standing = similar.around(slot, language, asked)
        labelled = [(pk, work.draft.target_label, value) for work, (pk, value) in zip(group, asked, strict=True)]
        beside = similar.among(slot, language, labelled)
        for work, written, known, fresh in zip(group, chosen, standing, beside, strict=True):
            if written.judgement is not None and (known or fresh):
                context, category = context_of(slot, work.stored), work.draft.target_category
                written.judgement = judge.beside(
                    written.judgement, slot, written.value, context, category, known + fresh
                )


def _add(work: Work, completion: Completion, origin: Candidate.Origin, writer: str) -> Written | None:
    try:
        value = composed(work.slot, completion.text, work.sheet, work.brief.language)
    except ValueError as error:
        work.error = work.error or str(error)
        return None
    if not completion.text.strip() or not content_hash(value):
        return None
    written = Written(completion, origin, value, value_hash(*work.draft.address, value), writer)
    work.candidates.append(written)
    return written


def _judge_until_clean(work: Work, judge: Judge) -> None:
    context = context_of(work.slot, work.stored)
    for candidate in work.candidates:
        candidate.judgement = _judgement(work, candidate, judge, context)
        if not candidate.judgement.errors and not candidate.judgement.warnings:
            return


def _judgement(work: Work, candidate: Written, judge: Judge, context: Context) -> Judgement:
    return judge.judge(work.slot, candidate.value, context, work.fingerprint, work.draft.target_category)


def _fall_back(work: Work, judge: Judge, template: Writer, reason: str) -> None:
    seed = seed_of(work.draft) if work.slot.side_by_side else 0
    request = WriteRequest(tag=work.request.tag, brief=work.brief, sampling=Sampling(seed=seed))
    for completion in template.write([request]):
        if completion.finish_reason == "error":
            continue
        written = _add(work, completion, Candidate.Origin.FALLBACK, template.version)
        if written is not None:
            written.judgement = _judgement(work, written, judge, context_of(work.slot, work.stored))
    best = _best(work)
    if best is not None and work.candidates[best].origin == Candidate.Origin.FALLBACK:
        work.fallback_reason = reason


def _best(work: Work) -> int | None:
    """Position of the candidate with the fewest errors, then warnings, then first; None when there is none."""
    judged = [
        (candidate.judgement.errors, candidate.judgement.warnings, position)
        for position, candidate in enumerate(work.candidates)
        if candidate.judgement is not None
    ]
    return min(judged)[2] if judged else None


def _errors(candidate: Written) -> int:
    return candidate.judgement.errors if candidate.judgement else 0
