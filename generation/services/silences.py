"""False alarms: switched off with a reason for a whole category, and on again. Both stay on record."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from generation import silencing, workflow
from generation.checking import Silences, words_digest
from generation.checks.text import view
from generation.models import Draft, Silence, State, StoredFinding
from generation.services.decisions import require_person
from generation.services.findings import signing, standing
from generation.slots import get_slot
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid

SILENCE = "generation.add_silence"
SILENCE_ERROR = "generation.silence_error"
LIFT = "generation.delete_silence"
#: The job that brings the other waiting drafts in line.
APPLY = "generation.apply_silence"


@transaction.atomic
def silence(actor: Actor, draft_id: int, finding_id: int, reason: str, everywhere: bool = False) -> Silence:
    """Switch a false alarm off: this rule about these words, in the draft's category (or everywhere).

    The draft shows it at once; the others that wait follow in a background job, and texts checked from now on are not
    told any more. Alarms that block approval take a right of their own. Raises ``Conflict`` when the finding is silenced
    already or no longer about the present text, ``Invalid`` without a reason.
    """
    if not actor.can(SILENCE_ERROR):
        actor.require(SILENCE)
    require_person(actor)
    if not reason.strip():
        raise Invalid(_("Say why this is a false alarm."), "reason_missing")
    draft, (finding,) = standing(draft_id, [finding_id], any_candidate=True)
    actor.require(SILENCE_ERROR if finding.severity == StoredFinding.Severity.ERROR else SILENCE)
    if finding.silence_id is not None:
        raise Conflict(_("This is silenced already."), "exists")
    made = _silence_of(actor, draft, finding, reason.strip(), everywhere)
    silencing.reapply([draft], Q(rule=made.rule, silence__isnull=True))
    _apply_to_others(made, lifted=False)
    return made


def _silence_of(actor: Actor, draft: Draft, finding: StoredFinding, reason: str, everywhere: bool) -> Silence:
    """The silence there is for these words (the draft was checked just before it was made), or a new one."""
    words = view(finding.candidate.value, get_slot(draft.slot).value_type).text[finding.start : finding.end]
    known = Silences().hiding(draft.slot, draft.target_category, finding.rule, finding.severity, words)
    if known is not None:
        return Silence.objects.get(pk=known)
    try:
        with transaction.atomic():
            made = Silence.objects.create(
                rule=finding.rule,
                severity=finding.severity,
                slot=draft.slot,
                category="" if everywhere else draft.target_category,
                everywhere=everywhere,
                words=words,
                words_digest=words_digest(words),
                reason=reason,
                created_by_id=signing(actor),
            )
    except IntegrityError as error:
        raise Conflict(_("This is silenced already."), "exists") from error
    events.record(
        "silence.made",
        actor=actor,
        target=made,
        after={
            "rule": made.rule,
            "severity": made.severity,
            "words": made.words[:300],
            "category": made.category,
            "everywhere": made.everywhere,
            "reason": made.reason,
        },
        data={"draft": draft.pk},
    )
    return made


@transaction.atomic
def lift_silence(actor: Actor, silence_id: int, draft_id: int | None = None) -> int:
    """Switch an alarm on again wherever this silence hides it; it stays on record. Returns how many approved drafts keep it.

    ``draft_id``, the draft looked at, shows the alarm at once; the others that wait follow in a background job. What was
    approved stays approved: publishing asks the blocking rules once more. Raises ``Conflict`` when it was lifted already.
    """
    actor.require(LIFT)
    require_person(actor)
    held = Silence.objects.filter(pk=silence_id, lifted_at__isnull=True)
    if not held.update(lifted_at=timezone.now(), lifted_by_id=signing(actor)):
        if Silence.objects.filter(pk=silence_id).exists():
            raise Conflict(_("This alarm was switched on again already."), "lifted")
        raise Invalid(_("There is no such silenced alarm."), "gone")
    made = Silence.objects.get(pk=silence_id)
    if draft_id is not None:
        silencing.reapply(workflow.lock([draft_id], State.IN_REVIEW), Q(silence=made))
    hidden = StoredFinding.objects.filter(silence=made, lapsed=False, candidate__draft__state=State.APPROVED)
    approved = hidden.values("candidate__draft").distinct().count()
    events.record(
        "silence.lifted",
        actor=actor,
        target=made,
        before={"rule": made.rule, "words": made.words[:300], "category": made.category, "reason": made.reason},
        data={"approved": approved},
    )
    _apply_to_others(made, lifted=True)
    return approved


def _apply_to_others(made: Silence, *, lifted: bool) -> None:
    # The portal's own job: what a person decided here holds, whatever becomes of the person's rights meanwhile.
    jobs.enqueue(APPLY, actor=Actor.system(), payload={"silence": made.pk, "lifted": lifted})
