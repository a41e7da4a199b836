"""Taking responsibility for findings: confirming a warning, attesting a claim with proof, silencing a false alarm."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generation import workflow
from generation.checks.text import view
from generation.models import Draft, FindingAcknowledgement, Silence, State, StoredFinding
from generation.services.decisions import PERMISSION, require_person
from generation.services.freshness import refresh
from generation.slots import get_slot
from generation.standing import recount, void_approvals
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid


@transaction.atomic
def acknowledge(actor: Actor, draft_id: int, finding_ids: Iterable[int]) -> Draft:
    """Confirm warnings of a draft one by one ("approve anyway" does it for all that stand)."""
    actor.require(PERMISSION)
    require_person(actor)
    draft, findings = _standing(draft_id, finding_ids)
    if any(finding.severity == StoredFinding.Severity.ERROR for finding in findings):
        raise Invalid(_("What must be fixed cannot just be confirmed: it takes proof."), "needs_proof")
    return _take(actor, draft, findings, attested=False, evidence="")


@transaction.atomic
def attest(actor: Actor, draft_id: int, finding_ids: Iterable[int], evidence: str) -> Draft:
    """Vouch for claims the data do not hold, with a note or an address as proof; they no longer block this text."""
    actor.require(PERMISSION)
    require_person(actor)
    if not evidence.strip():
        raise Invalid(_("Say what proves it: a note, a document or an address."), "evidence_missing")
    draft, findings = _standing(draft_id, finding_ids)
    # Signatures given before the claim was vouched for say nothing about it.
    void_approvals([draft.pk], "attested")
    return _take(actor, draft, findings, attested=True, evidence=evidence.strip())


@transaction.atomic
def keep_as_fact(actor: Actor, draft_id: int, finding_id: int, key: str, value: str) -> Draft:
    """Make a claim that was confirmed with proof a fact of the object, the proof its source.

    The draft is compared with the facts of now afterwards, so the finding lapses where the fact supports the claim. Raises
    ``Invalid`` for a claim nobody confirmed or a slot that keeps no facts, ``Forbidden`` without the right to change them.
    """
    actor.require(PERMISSION)
    draft, (finding,) = _standing(draft_id, [finding_id])
    taken = FindingAcknowledgement.objects.filter(finding=finding, attested=True).first()
    slot = get_slot(draft.slot)
    if taken is None or not slot.takes_facts:
        raise Invalid(_("Only what was confirmed with proof can become a fact here."), "not_attested")
    key, value = key.strip(), value.strip()
    if not key or not value:
        raise Invalid(_("Say what the fact is called and what it says."), "fact_missing")
    slot.add_fact(actor, draft.target_id, draft.language, key, value, taken.evidence)
    events.record(
        "draft.fact_kept", actor=actor, target=draft, after={"key": key, "value": value}, data={"proof": taken.evidence}
    )
    refresh(actor, [draft.pk])
    return Draft.objects.get(pk=draft.pk)


@transaction.atomic
def silence(actor: Actor, finding_id: int, reason: str, everywhere: bool = False) -> Silence:
    """Switch a false alarm off: this rule about these words, in the draft's category (or everywhere).

    Only warnings: an error is regraded by an administrator instead. Raises ``Conflict`` when it is silenced already.
    """
    actor.require("generation.add_silence")
    if not reason.strip():
        raise Invalid(_("Say why this is a false alarm."), "reason_missing")
    finding = StoredFinding.objects.select_related("candidate__draft").get(pk=finding_id)
    if finding.severity != StoredFinding.Severity.WARNING:
        raise Invalid(_("What must be fixed cannot be silenced."), "is_error")
    draft = finding.candidate.draft
    slot = get_slot(draft.slot)
    words = view(finding.candidate.value, slot.value_type).text[finding.start : finding.end]
    try:
        with transaction.atomic():
            made = Silence.objects.create(
                rule=finding.rule,
                slot=draft.slot,
                category="" if everywhere else draft.target_category,
                words=words[:300],
                reason=reason.strip(),
                created_by_id=_signing(actor),
            )
    except IntegrityError as error:
        raise Conflict(_("This is silenced already."), "exists") from error
    StoredFinding.objects.filter(pk=finding_id).update(silenced=True)
    recount([draft.pk])
    events.record(
        "silence.made",
        actor=actor,
        target=made,
        after={"rule": made.rule, "words": made.words, "category": made.category, "reason": made.reason},
    )
    return made


@transaction.atomic
def lift_silence(actor: Actor, silence_id: int) -> None:
    """Switch an alarm on again. Texts written meanwhile are judged anew when their rules or facts next change."""
    actor.require("generation.delete_silence")
    made = Silence.objects.get(pk=silence_id)
    events.record("silence.lifted", actor=actor, target=made, before={"rule": made.rule, "words": made.words})
    StoredFinding.objects.filter(
        rule=made.rule, silenced=True, lapsed=False, candidate__draft__state=State.IN_REVIEW
    ).update(silenced=False)
    touched = list(
        Draft.objects.filter(
            state=State.IN_REVIEW, candidates__findings__rule=made.rule, candidates__findings__lapsed=False
        ).values_list("pk", flat=True)
    )
    recount(set(touched))
    made.delete()


def _standing(draft_id: int, finding_ids: Iterable[int]) -> tuple[Draft, list[StoredFinding]]:
    drafts = workflow.lock([draft_id], State.IN_REVIEW)
    if not drafts:
        raise workflow.Conflict(_("The draft is not waiting for review."), "wrong_state")
    draft, wanted = drafts[0], set(finding_ids)
    found = list(
        StoredFinding.objects.filter(
            pk__in=wanted, candidate__draft=draft, candidate__index=draft.chosen_index or 0, lapsed=False
        )
    )
    if len(found) != len(wanted):
        raise workflow.Conflict(_("The text or the rules changed; look at it again."), "changed_meanwhile")
    return draft, found


def _take(actor: Actor, draft: Draft, findings: list[StoredFinding], *, attested: bool, evidence: str) -> Draft:
    for finding in findings:
        FindingAcknowledgement.objects.update_or_create(
            finding=finding, defaults={"user_id": _signing(actor), "attested": attested, "evidence": evidence}
        )
    recount([draft.pk])
    workflow.move("sign", [draft.pk])
    events.record(
        "draft.attested" if attested else "draft.acknowledged",
        actor=actor,
        target=draft,
        data={"rules": sorted(finding.rule for finding in findings), "evidence": evidence},
    )
    return Draft.objects.get(pk=draft.pk)


def _signing(actor: Actor) -> int:
    """The id of the person who takes responsibility; raises ``Forbidden`` when nobody does."""
    require_person(actor)
    assert actor.user is not None
    return actor.user.pk
