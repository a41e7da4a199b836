"""Making approved values live, and taking them back: the mechanics. Permissions are the services' business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from generation import freshness, workflow
from generation.checking import Judge, context_of
from generation.checks.base import Finding
from generation.models import Approval, Delivery, Draft, FindingAcknowledgement, Revision, State, StoredFinding
from generation.outcomes import Outcome
from generation.slots import ApplyResult, Change, Slot, get_slot
from generation.values import content_hash, value_hash
from opsportal import events, jobs
from opsportal.access import Actor


@dataclass(frozen=True, slots=True)
class Restoration:
    """A revision to undo, and what came of it."""

    revision: Revision
    result: ApplyResult


def publish_slice(actor: Actor, drafts: Sequence[Draft], judge: Judge, outcome: Outcome) -> None:
    """Publish locked, approved drafts in the caller's transaction; reports those that may not go out.

    Everything is looked at again: the text is the approved one, facts and live copy are those it was approved with, no
    blocking rule objects, and the live value is the expected one at the moment of writing.
    """
    drafts = _approved_as_is(drafts, outcome)
    drafts = _fresh(actor, drafts, outcome)
    drafts = _unobjected(drafts, judge, outcome)
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        groups[draft.slot].append(draft)
    for key, group in groups.items():
        slot = get_slot(key)
        if slot.effect == "send":
            _queue_sending(actor, group, outcome)
        else:
            _apply(actor, slot, group, outcome)


def _approved_as_is(drafts: Sequence[Draft], outcome: Outcome) -> list[Draft]:
    """Those whose value hashes to what was hashed, and to what every valid signature is bound to."""
    signatures: dict[int, set[str]] = defaultdict(set)
    for draft_id, signed in Approval.objects.filter(
        draft_id__in=[draft.pk for draft in drafts], voided_at__isnull=True
    ).values_list("draft_id", "value_hash"):
        signatures[draft_id].add(signed)
    ready = []
    for draft in drafts:
        if signatures[draft.pk] == {draft.value_hash} and value_hash(*draft.address, draft.value) == draft.value_hash:
            ready.append(draft)
        else:
            outcome.leave(draft.pk, "not_the_approved_text", _("This is not the text that was approved."))
    return ready


def _fresh(actor: Actor, drafts: Sequence[Draft], outcome: Outcome) -> list[Draft]:
    now = freshness.present(drafts)
    reasons = {pk: state.stale_reason for pk, state in now.items()}
    freshness.mark(drafts, reasons, actor)
    for draft in drafts:
        if reasons[draft.pk]:
            outcome.leave(draft.pk, "stale", freshness.REASONS[reasons[draft.pk]])
    return [draft for draft in drafts if not reasons[draft.pk]]


def _unobjected(drafts: Sequence[Draft], judge: Judge, outcome: Outcome) -> list[Draft]:
    """Those no blocking rule objects to now, claims confirmed with proof and alarms that are silenced now aside."""
    attested: dict[int, set[tuple[str, int, int]]] = defaultdict(set)
    for row in FindingAcknowledgement.objects.filter(
        attested=True,
        finding__lapsed=False,
        finding__severity=StoredFinding.Severity.ERROR,
        finding__candidate__draft_id__in=[draft.pk for draft in drafts],
    ).select_related("finding__candidate"):
        finding = row.finding
        attested[finding.candidate.draft_id].add((finding.rule, finding.start, finding.end))
    briefs = {
        draft.pk: draft.brief for draft in Draft.objects.filter(pk__in=[d.pk for d in drafts]).select_related("brief")
    }
    ready = []
    for draft in drafts:
        slot, stored = get_slot(draft.slot), briefs[draft.pk]
        findings: list[Finding] = []
        if stored is not None:
            context = context_of(slot, stored)
            findings = judge.judge(slot, draft.value, context, draft.facts_fingerprint, draft.target_category).standing
        against = [
            finding
            for finding in findings
            if finding.severity == "error" and (finding.rule, finding.start, finding.end) not in attested[draft.pk]
        ]
        if against:
            outcome.leave(draft.pk, "errors", against[0].text())
        else:
            ready.append(draft)
    return ready


def _apply(actor: Actor, slot: Slot, drafts: list[Draft], outcome: Outcome) -> None:
    changes = [
        Change(draft.target_id, draft.language, draft.channel, draft.value, draft.live_hash or None, draft.pk)
        for draft in drafts
    ]
    results = slot.apply(changes, actor)
    applied = []
    for draft, result in zip(drafts, results, strict=True):
        if result.applied:
            applied.append((draft, result))
        else:
            outcome.leave(draft.pk, "conflict", result.message or freshness.REASONS[freshness.LIVE_CHANGED])
    _replace_earlier([draft for draft, _result in applied])
    Revision.objects.bulk_create([_revision(actor, draft, result) for draft, result in applied])
    _published(actor, [draft for draft, _result in applied], outcome)


def _revision(actor: Actor, draft: Draft, result: ApplyResult) -> Revision:
    return Revision(
        draft=draft,
        draft_number=draft.pk,
        batch_id=draft.batch_id,
        slot=draft.slot,
        target_type=draft.target_type,
        target_id=draft.target_id,
        target_key=draft.target_key,
        target_label=draft.target_label,
        language=draft.language,
        channel=draft.channel,
        before=result.before,
        after=draft.value,
        before_hash=content_hash(result.before),
        after_hash=content_hash(draft.value),
        published_by=actor.user,
    )


def _replace_earlier(drafts: Sequence[Draft]) -> None:
    """Drafts published before at the same addresses are history now."""
    addresses = {draft.address for draft in drafts}
    earlier = Draft.objects.filter(
        state=State.PUBLISHED,
        target_id__in=[draft.target_id for draft in drafts],
        slot__in={draft.slot for draft in drafts},
    )
    workflow.move("replace", [draft.pk for draft in earlier if draft.address in addresses])


def _published(actor: Actor, drafts: Sequence[Draft], outcome: Outcome) -> None:
    workflow.move("publish", [draft.pk for draft in drafts], publish_after=None)
    events.record_many(
        [
            events.NewEvent(
                kind="draft.published",
                target=draft,
                after={"state": State.PUBLISHED.value, "value_hash": draft.value_hash},
            )
            for draft in drafts
        ],
        actor=actor,
    )
    outcome.done += [draft.pk for draft in drafts]


def _queue_sending(actor: Actor, drafts: Sequence[Draft], outcome: Outcome) -> None:
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(
                draft_number=draft.pk,
                slot=draft.slot,
                target_type=draft.target_type,
                target_id=draft.target_id,
                target_key=draft.target_key,
                language=draft.language,
                channel=draft.channel,
                content_hash=content_hash(draft.value),
                state=Delivery.State.QUEUED,
                requested_by=actor.user,
            )
            for draft in drafts
        ]
    )
    _published(actor, drafts, outcome)
    for delivery in deliveries:
        jobs.enqueue("generation.send", actor=actor, payload={"delivery": delivery.pk})


def restore_slice(actor: Actor, revisions: Sequence[Revision], outcome: Outcome) -> list[Restoration]:
    """Undo locked revisions in the caller's transaction, each only where its text is still what is live."""
    restored: list[Restoration] = []
    groups: dict[str, list[Revision]] = defaultdict(list)
    for revision in revisions:
        groups[revision.slot].append(revision)
    for key, group in groups.items():
        slot = get_slot(key)
        if slot.effect == "send":
            for revision in group:
                outcome.leave(revision.pk, "not_revertible", _("What was sent cannot be taken back."))
            continue
        changes = [
            Change(row.target_id, row.language, row.channel, row.before, row.after_hash or None, row.draft_number)
            for row in group
        ]
        results = slot.compensate(changes, actor) if slot.effect == "create" else slot.apply(changes, actor)
        for revision, result in zip(group, results, strict=True):
            if result.applied:
                restored.append(Restoration(revision, result))
            else:
                outcome.leave(
                    revision.pk,
                    "conflict",
                    result.message or _("The live copy was changed since; it was left alone."),
                )
    _reverted(actor, [restoration.revision for restoration in restored], outcome)
    return restored


def _reverted(actor: Actor, revisions: Sequence[Revision], outcome: Outcome) -> None:
    ids = [revision.pk for revision in revisions]
    Revision.objects.filter(pk__in=ids).update(reverted_at=timezone.now(), reverted_by=actor.user)
    workflow.move("revert", [revision.draft_number for revision in revisions])
    _reinstate(revisions)
    events.record_many(
        [
            events.NewEvent(
                kind="draft.reverted",
                target_type=Draft._meta.label_lower,
                target_id=revision.draft_number,
                target_key=revision.target_key,
                target_label=revision.target_label[:255],
                before={"value_hash": revision.after_hash},
                after={"value_hash": revision.before_hash},
                data={"revision": revision.pk},
            )
            for revision in revisions
        ],
        actor=actor,
    )
    outcome.done += ids


def _reinstate(revisions: Sequence[Revision]) -> None:
    """The draft whose text is live again is published again, when it is the last one not undone at its address."""
    wanted = {_address(row): row for row in revisions if row.before_hash}
    if not wanted:
        return
    earlier = Revision.objects.filter(
        target_id__in=[row.target_id for row in wanted.values()],
        slot__in={row.slot for row in wanted.values()},
        reverted_at__isnull=True,
    ).order_by("pk")
    last = {_address(row): row for row in earlier if _address(row) in wanted}
    again = [row.draft_number for address, row in last.items() if row.after_hash == wanted[address].before_hash]
    workflow.move("reinstate", again)


def _address(row: Revision) -> tuple[str, str, int, str, str]:
    return (row.slot, row.target_type, row.target_id, row.language, row.channel)
