"""Approving, rejecting, and taking a decision back. Only people approve; what they approve is one exact text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from generation import freshness, silencing, workflow
from generation.checking import Judge
from generation.models import (
    Approval,
    Draft,
    FindingAcknowledgement,
    RejectReason,
    ReviewPolicy,
    State,
    StoredFinding,
)
from generation.outcomes import Outcome, slices
from generation.policies import Sample, ShopRules, approvals_needed, barred_by_four_eyes, sample
from generation.services.publishing import publish_approved
from generation.slots import get_slot
from generation.standing import (
    Signatures,
    chosen_candidates,
    judge_candidates,
    recount,
    signatures,
    to_sign,
    void_approvals,
)
from opsportal import events
from opsportal.access import Actor, Forbidden
from opsportal.plugins.errors import Conflict, Invalid

PERMISSION = "generation.review_draft"
#: Times an approval is begun again because somebody else changed the draft just then.
ATTEMPTS = 5


def require_person(actor: Actor) -> None:
    """Raise ``Forbidden`` unless a person acts: service users and the portal itself never approve."""
    if not actor.is_person:
        raise Forbidden(_("Only people approve; a service user's token cannot."))


def approve(
    actor: Actor,
    ids: Iterable[int],
    acknowledge: bool = False,
    bulk: bool = False,
    seen: Mapping[int, str] | None = None,
    rules: ShopRules | None = None,
) -> Outcome:
    """Sign drafts. ``acknowledge`` takes responsibility for the warnings; ``bulk`` takes clean ones after the sample.

    ``seen`` maps ids to the value hash the person looked at; a draft whose text is another by now is left. Drafts that
    want another signature are left as ``needs_another``. Each slice is one transaction. ``rules``: those the caller read.
    """
    actor.require(PERMISSION)
    require_person(actor)
    wanted = sorted(set(ids))
    outcome = Outcome("approved")
    if bulk:
        _require_sample(actor, wanted)
    signing = _Signing(actor, rules or ShopRules(), acknowledge, bulk, seen or {})
    for chunk in slices(wanted):
        outcome.add(signing.run(chunk))
    return outcome


def bulk_sample(actor: Actor, ids: Iterable[int]) -> Sample:
    """The sample this person still owes before approving these drafts in bulk."""
    if actor.user is None:
        return Sample(0, 0, ())
    drafts: list[Draft] = []
    for chunk in slices(ids, 1000):
        rows = Draft.objects.filter(pk__in=chunk, state=State.IN_REVIEW, errors=0, warnings=0)
        drafts += rows.only("pk", "batch_id", "slot", "target_category")
    return sample(actor.user.pk, drafts)


def _require_sample(actor: Actor, ids: Sequence[int]) -> None:
    owed = bulk_sample(actor, ids)
    if not owed.met:
        raise Conflict(
            _("Open the sample first: %(opened)d of %(required)d drafts were looked at one by one.")
            % {"opened": owed.opened, "required": owed.required},
            "sample",
        )


class _Overtaken(Exception):
    """Somebody changed a draft between reading and signing it; nothing of the slice was written."""


class _Signing:
    """Approval slice by slice, each in one transaction.

    Draft and signatures are read as of one moment; the draft moves only while its version is the one read, else the
    slice is begun again. So two people never sign past each other, and one draft takes no statement just to lock it.
    """

    def __init__(self, actor: Actor, rules: ShopRules, acknowledge: bool, bulk: bool, seen: Mapping[int, str]) -> None:
        self.actor, self.judge, self.policies = actor, rules.judge, rules.policies
        self.acknowledge, self.bulk, self.seen = acknowledge and not bulk, bulk, seen
        assert actor.user is not None
        self.user_id = actor.user.pk
        self.outcome = Outcome("approved")

    def run(self, ids: Sequence[int]) -> Outcome:
        """Sign what may be signed, report the rest. Raises ``Conflict`` when others change the drafts all the time."""
        for _attempt in range(ATTEMPTS):
            self.outcome = Outcome("approved")
            try:
                with transaction.atomic():
                    self._run(ids)
                return self.outcome
            except _Overtaken:
                continue
        raise Conflict(_("The text was changed since you looked at it."), "changed_meanwhile")

    def _run(self, ids: Sequence[int]) -> None:
        if len(ids) > 1:
            # In the order of their ids: two people approving overlapping selections must not wait for each other.
            workflow.lock(ids)
        found = {draft.pk: draft for draft in to_sign(ids, self.user_id)}
        drafts = self._fresh(_in_state(found, ids, (State.IN_REVIEW,), self.outcome))
        standing = self._judged(drafts)
        ready = [draft for draft in drafts if self._may(draft)]
        self._sign(ready, standing)

    def _fresh(self, drafts: list[Draft]) -> list[Draft]:
        reasons = freshness.reasons(drafts)
        if any(reasons.values()):
            workflow.lock(reasons)
        freshness.mark(drafts, reasons, self.actor)
        for draft in drafts:
            if reasons[draft.pk]:
                self.outcome.leave(draft.pk, "stale", freshness.REASONS[reasons[draft.pk]])
        return [draft for draft in drafts if not reasons[draft.pk]]

    def _judged(self, drafts: list[Draft]) -> dict[int, Signatures]:
        """What stands under each draft, its findings brought up to date where the rules changed since it was written."""
        standing = {draft.pk: Signatures.of(draft) for draft in drafts}
        due = [draft for draft in drafts if not _is_current(standing[draft.pk].checked_key, draft, self.judge)]
        hushed = [draft for draft in drafts if standing[draft.pk].hides_lifted and draft not in due]
        if not due and not hushed:
            return standing
        workflow.lock([draft.pk for draft in (*due, *hushed)])
        chosen = chosen_candidates(due)
        prefetch_related_objects(due, "brief")
        for draft in due:
            judge_candidates(draft, [chosen[draft.pk]], self.judge)
        # An alarm that was switched on again speaks here too, however far the job is that says so to all drafts.
        silencing.reapply(hushed, silencing.LIFTED)
        now = {row.pk: row for row in recount(draft.pk for draft in (*due, *hushed))}
        for draft in (*due, *hushed):
            row = now[draft.pk]
            draft.errors, draft.warnings, draft.version = row.errors, row.warnings, row.version
        # What was vouched for lapsed with the findings it was about.
        return signatures([draft.pk for draft in drafts], self.user_id)

    def _may(self, draft: Draft) -> bool:
        reason = self._objection(draft)
        if reason:
            self.outcome.leave(draft.pk, *reason)
        return not reason

    def _objection(self, draft: Draft) -> tuple[str, str] | None:
        policy = self.policies.of(draft.slot, draft.target_category)
        if draft.pk in self.seen and self.seen[draft.pk] != draft.value_hash:
            return "changed_meanwhile", _("The text was changed since you looked at it.")
        if draft.errors:
            return "errors", _("There are issues that must be fixed first.")
        if self.bulk and not policy.bulk_allowed:
            return "bulk_not_allowed", _("Drafts of this kind are approved one by one.")
        if self.bulk and draft.warnings:
            return "not_clean", _("There are issues to confirm; look at it on its own.")
        if draft.warnings and not self.acknowledge:
            return "unacknowledged", _("There are issues to confirm first.")
        if barred_by_four_eyes(policy, draft, self.user_id, draft.editor_ids):
            return "four_eyes", _("Someone who neither asked for this draft nor edited it must approve it.")
        return None

    def _acknowledge_all(self, drafts: list[Draft]) -> Counter[int]:
        if not drafts:
            return Counter()
        standing = StoredFinding.objects.filter(
            candidate__draft_id__in=[draft.pk for draft in drafts],
            severity=StoredFinding.Severity.WARNING,
            lapsed=False,
            silence__isnull=True,
            acknowledgement__isnull=True,
        ).select_related("candidate")
        chosen = {(draft.pk, draft.chosen_index) for draft in drafts}
        mine = [row for row in standing if (row.candidate.draft_id, row.candidate.index) in chosen]
        FindingAcknowledgement.objects.bulk_create(
            [FindingAcknowledgement(finding=finding, user_id=self.user_id) for finding in mine]
        )
        recount(draft.pk for draft in drafts)
        return Counter(finding.candidate.draft_id for finding in mine)

    def _sign(self, drafts: list[Draft], standing: dict[int, Signatures]) -> None:
        new, complete, partial = [], [], []
        for draft in drafts:
            policy = self.policies.of(draft.slot, draft.target_category)
            needed = approvals_needed(policy, attested=standing[draft.pk].attested)
            signed = standing[draft.pk].by_me
            if not signed:
                new.append(
                    Approval(
                        draft_id=draft.pk,
                        user_id=self.user_id,
                        value_hash=draft.value_hash,
                        facts_fingerprint=draft.facts_fingerprint,
                        in_bulk=self.bulk,
                    )
                )
            if standing[draft.pk].by_others + 1 >= needed:
                complete.append((draft, policy))
            else:
                partial.append((draft, signed, needed))
        at: dict[datetime | None, list[Draft]] = {}
        for draft, policy in complete:
            at.setdefault(_publish_after(policy), []).append(draft)
        for moment, group in at.items():
            self._move("approve", group, decided_at=timezone.now(), publish_after=moment)
        self._move("sign", [draft for draft, signed, _needed in partial if not signed])
        acknowledged = self._acknowledge_all([draft for draft in drafts if draft.warnings])
        Approval.objects.bulk_create(new)
        if complete:
            self._complete(complete, acknowledged, standing)
        if partial:
            self._partial(partial)

    def _move(self, action: str, drafts: list[Draft], **values: Any) -> None:
        """Move them, or raise ``_Overtaken`` when one is not the draft that was read any more."""
        versions = {draft.pk: draft.version for draft in drafts}
        if drafts and workflow.move(action, versions, versions=versions, **values) != len(drafts):
            raise _Overtaken

    def _complete(
        self, drafts: list[tuple[Draft, ReviewPolicy]], acknowledged: Counter[int], standing: dict[int, Signatures]
    ) -> None:
        events.record_many(
            [
                events.NewEvent(
                    kind="draft.approved",
                    target=draft,
                    after={"state": State.APPROVED.value, "value_hash": draft.value_hash},
                    data={
                        "bulk": self.bulk,
                        "acknowledged": acknowledged[draft.pk],
                        "silenced": [
                            {"rule": rule, "silence": silence} for rule, silence in standing[draft.pk].silenced
                        ],
                    },
                )
                for draft, _policy in drafts
            ],
            actor=self.actor,
        )
        self.outcome.done += [draft.pk for draft, _policy in drafts]
        at_once = [draft.pk for draft, policy in drafts if policy.publish == ReviewPolicy.Publish.ON_APPROVAL]
        if at_once:
            publish_approved(self.actor, at_once, self.judge)

    def _partial(self, drafts: list[tuple[Draft, bool, int]]) -> None:
        fresh = [draft for draft, signed, _needed in drafts if not signed]
        events.record_many(
            [
                events.NewEvent(kind="draft.signed", target=draft, after={"value_hash": draft.value_hash})
                for draft in fresh
            ],
            actor=self.actor,
        )
        for draft, _signed, needed in drafts:
            self.outcome.leave(
                draft.pk, "needs_another", _("Needs %(count)d signatures by different people.") % {"count": needed}
            )


def reject(
    actor: Actor, ids: Iterable[int], reason: str, note: str = "", seen: Mapping[int, str] | None = None
) -> Outcome:
    """Close drafts with a reason (``RejectReason``); "other" wants a note."""
    actor.require(PERMISSION)
    if reason not in RejectReason.values:
        raise Invalid(_("Choose a reason among: %(known)s.") % {"known": ", ".join(RejectReason.values)}, "bad_reason")
    if reason == RejectReason.OTHER and not note.strip():
        raise Invalid(_("Say why, as none of the reasons fits."), "note_missing")
    outcome = Outcome("rejected")
    for chunk in slices(ids):
        with transaction.atomic():
            drafts = locked(chunk, (State.IN_REVIEW,), outcome)
            drafts = [draft for draft in drafts if _as_seen(draft, seen or {}, outcome)]
            rejected = [draft.pk for draft in drafts]
            workflow.move("reject", rejected, reject_reason=reason, reject_note=note, decided_at=timezone.now())
            void_approvals(rejected, "rejected")
            _record(actor, "draft.rejected", drafts, {"reason": reason, "note": note})
            outcome.done += rejected
    return outcome


def return_to_review(actor: Actor, ids: Iterable[int], reason: str = "returned") -> Outcome:
    """Take approvals back: approved drafts, and those signed once, wait for review again."""
    actor.require(PERMISSION)
    outcome = Outcome("returned")
    for chunk in slices(ids):
        with transaction.atomic():
            drafts = locked(chunk, (State.APPROVED, State.IN_REVIEW), outcome)
            returned = [draft.pk for draft in drafts]
            void_approvals(returned, reason)
            workflow.move("change", returned, decided_at=None, publish_after=None)
            _record(actor, "draft.returned", drafts, {"reason": reason})
            outcome.done += returned
    return outcome


def reopen(actor: Actor, ids: Iterable[int]) -> Outcome:
    """Take a rejection back, where nothing else was drafted for the same place meanwhile."""
    actor.require(PERMISSION)
    outcome = Outcome("reopened")
    for pk in sorted(set(ids)):
        with transaction.atomic():
            drafts = locked([pk], (State.REJECTED,), outcome)
            if not drafts:
                continue
            try:
                with transaction.atomic():
                    workflow.move("reopen", [pk], reject_reason="", reject_note="", decided_at=None)
            except IntegrityError:
                outcome.leave(pk, "address_taken", _("There is another draft for the same place by now."))
                continue
            _record(actor, "draft.reopened", drafts, {})
            outcome.done.append(pk)
    return outcome


def locked(ids: Sequence[int], states: Sequence[State], outcome: Outcome) -> list[Draft]:
    """Lock the drafts that are in one of ``states``, with their brief; reports the others where they are."""
    return _in_state({draft.pk: draft for draft in workflow.lock(ids)}, ids, states, outcome)


def _in_state(
    drafts: Mapping[int, Draft], ids: Iterable[int], states: Sequence[State], outcome: Outcome
) -> list[Draft]:
    ready = []
    for pk in ids:
        draft = drafts.get(pk)
        if draft is None:
            outcome.leave(pk, "gone", _("There is no such draft."))
        elif draft.state not in states:
            outcome.leave(pk, "wrong_state", _("The draft is “%(state)s” now.") % {"state": draft.get_state_display()})
        else:
            ready.append(draft)
    return ready


def _as_seen(draft: Draft, seen: Mapping[int, str], outcome: Outcome) -> bool:
    if draft.pk in seen and seen[draft.pk] != draft.value_hash:
        outcome.leave(draft.pk, "changed_meanwhile", _("The text was changed since you looked at it."))
        return False
    return True


def _is_current(checked_key: str | None, draft: Draft, judge: Judge) -> bool:
    return checked_key is None or checked_key == judge.key(get_slot(draft.slot), draft.facts_fingerprint)


def _publish_after(policy: ReviewPolicy) -> datetime | None:
    """The next time of day the policy publishes at, in the portal's time zone; None when it does not wait."""
    if policy.publish != ReviewPolicy.Publish.AT_TIME or policy.publish_time is None:
        return None
    now = timezone.localtime()
    moment = datetime.combine(now.date(), policy.publish_time, tzinfo=now.tzinfo)
    return moment if moment > now else moment + timedelta(days=1)


def _record(actor: Actor, kind: str, drafts: Sequence[Draft], data: dict) -> None:
    events.record_many(
        [events.NewEvent(kind=kind, target=draft, before={"state": draft.state}, data=data) for draft in drafts],
        actor=actor,
    )
