"""Taking responsibility for findings: confirming a warning, attesting a claim with proof."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from generation import workflow
from generation.models import Draft, FindingAcknowledgement, State, StoredFinding
from generation.services.decisions import PERMISSION, require_person
from generation.services.freshness import refresh
from generation.slots import get_slot
from generation.standing import recount, void_approvals
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid


@transaction.atomic
def acknowledge(actor: Actor, draft_id: int, finding_ids: Iterable[int]) -> Draft:
    """Confirm warnings of a draft one by one ("approve anyway" does it for all that stand)."""
    actor.require(PERMISSION)
    require_person(actor)
    draft, findings = standing(draft_id, finding_ids)
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
    draft, findings = standing(draft_id, finding_ids)
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
    draft, (finding,) = standing(draft_id, [finding_id])
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


def standing(
    draft_id: int, finding_ids: Iterable[int], *, any_candidate: bool = False
) -> tuple[Draft, list[StoredFinding]]:
    """The locked draft and these findings about the text it proposes, or with ``any_candidate`` about any of its texts.

    Raises ``Conflict`` when the draft waits no more or the findings are not those of now: another person edited the text,
    or the rules or facts changed.
    """
    drafts = workflow.lock([draft_id], State.IN_REVIEW)
    if not drafts:
        raise workflow.Conflict(_("The draft is not waiting for review."), "wrong_state")
    draft, wanted = drafts[0], set(finding_ids)
    rows = StoredFinding.objects.filter(pk__in=wanted, candidate__draft=draft, lapsed=False)
    if not any_candidate:
        rows = rows.filter(candidate__index=draft.chosen_index or 0)
    found = list(rows.select_related("candidate"))
    if not wanted or len(found) != len(wanted):
        raise workflow.Conflict(_("The text or the rules changed; look at it again."), "changed_meanwhile")
    return draft, found


def _take(actor: Actor, draft: Draft, findings: list[StoredFinding], *, attested: bool, evidence: str) -> Draft:
    for finding in findings:
        FindingAcknowledgement.objects.update_or_create(
            finding=finding, defaults={"user_id": signing(actor), "attested": attested, "evidence": evidence}
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


def signing(actor: Actor) -> int:
    """The id of the person who takes responsibility; raises ``Forbidden`` when nobody does."""
    require_person(actor)
    assert actor.user is not None
    return actor.user.pk
