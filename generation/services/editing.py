"""Changing what a draft proposes: a person's edit, another candidate, or writing it again."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from rapidfuzz.distance import Indel

from generation import similar, workflow, writers
from generation.checking import Judge, clean_value
from generation.checks.text import view
from generation.models import Batch, Candidate, Draft, State
from generation.models.drafts import OPEN_STATES
from generation.progress import Tally
from generation.services.batches import DOORBELL, INTERACTIVE
from generation.slots import Slot, get_slot
from generation.standing import judge_candidates, recount, void_approvals
from generation.values import Value, content_hash, value_hash
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid

#: An edited value may not be longer than this, in characters of its JSON.
LONGEST = 200_000
#: Characters of a text that are compared to tell how much a person changed.
MOST_COMPARED = 20_000


@transaction.atomic
def edit(actor: Actor, draft_id: int, value: Value, version: int) -> Draft:
    """Replace the text by a person's; approvals lapse. ``version`` is the one the person saw.

    Raises ``Conflict`` when the draft changed meanwhile, ``Invalid`` when the value does not fit the slot.
    """
    actor.require("generation.change_draft")
    draft = _one(draft_id, State.IN_REVIEW, State.APPROVED)
    slot = get_slot(draft.slot)
    clean = clean_value(slot, checked_type(slot, value))
    if not content_hash(clean):
        raise Invalid(_("The text is empty."), "empty")
    before = draft.value_hash
    candidate = Candidate.objects.create(
        draft=draft,
        index=_next_index(draft),
        origin=Candidate.Origin.EDIT,
        author=actor.user,
        value=clean,
        value_hash=value_hash(*draft.address, clean),
    )
    editors = sorted({*draft.editor_ids, *([actor.user.pk] if actor.user else [])})
    _choose(actor, draft, candidate, version, "edited", editor_ids=editors, edit_distance=_distance(slot, draft, clean))
    events.record(
        "draft.edited",
        actor=actor,
        target=draft,
        before={"value_hash": before},
        after={"value_hash": candidate.value_hash},
    )
    return _read(draft_id)


@transaction.atomic
def choose_candidate(actor: Actor, draft_id: int, index: int, version: int | None = None) -> Draft:
    """Propose another candidate of the draft; approvals lapse. Raises ``Conflict`` or ``Invalid``."""
    actor.require("generation.change_draft")
    draft = _one(draft_id, State.IN_REVIEW, State.APPROVED)
    candidate = Candidate.objects.filter(draft=draft, index=index).first()
    if candidate is None:
        raise Invalid(_("The draft has no candidate %(number)d.") % {"number": index}, "no_candidate")
    before = draft.value_hash
    seen = draft.version if version is None else version
    _choose(actor, draft, candidate, seen, "other_candidate", edit_distance=None)
    events.record(
        "draft.candidate_chosen",
        actor=actor,
        target=draft,
        before={"value_hash": before},
        after={"value_hash": candidate.value_hash},
        data={"candidate": index},
    )
    return _read(draft_id)


@transaction.atomic
def inspect(draft_id: int) -> list[Candidate]:
    """All candidates of a draft with their findings, those not looked at yet judged now."""
    draft = Draft.objects.select_related("brief").get(pk=draft_id)
    candidates = list(draft.candidates.all())
    if draft.state in (State.IN_REVIEW, State.APPROVED):
        judge_candidates(draft, [row for row in candidates if not row.checked_key], Judge())
    return candidates


@transaction.atomic
def regenerate(actor: Actor, draft_id: int, note: str = "", **params: Any) -> Draft:
    """Have a draft written again, with a note to the writer; returns the new draft, which waits first in line.

    ``params`` may give tone, length and candidates. A draft still open is superseded in the same transaction.
    """
    actor.require("generation.draft_copy")
    unknown = set(params) - {"tone", "length", "candidates"}
    if unknown:
        raise Invalid(_("Unknown setting: %(name)s.") % {"name": ", ".join(sorted(unknown))}, "bad_setting")
    parent = _one(
        draft_id, State.FAILED, State.IN_REVIEW, State.APPROVED, State.REJECTED, State.PUBLISHED, State.REVERTED
    )
    others = Draft.objects.filter(
        target_type=parent.target_type,
        target_id=parent.target_id,
        slot=parent.slot,
        language=parent.language,
        channel=parent.channel,
        state__in=OPEN_STATES,
    )
    if others.exclude(pk=parent.pk).exists():
        raise workflow.Conflict(_("There is another draft for the same place already."), "address_taken")
    batch = parent.batch if parent.batch and parent.batch.state != Batch.State.CANCELLED else None
    if parent.state in OPEN_STATES:
        workflow.move_one("supersede", parent)
        void_approvals([parent.pk], "superseded")
        tally = Tally()
        if batch is not None:
            tally.add(batch.pk, **{"failed" if parent.state == State.FAILED else "written": -1})
        tally.save()
    elif batch is not None:
        Batch.objects.filter(pk=batch.pk).update(total=F("total") + 1)
    child = Draft.objects.create(
        slot=parent.slot,
        target_type=parent.target_type,
        target_id=parent.target_id,
        target_key=parent.target_key,
        target_label=parent.target_label,
        target_category=parent.target_category,
        language=parent.language,
        channel=parent.channel,
        batch=batch,
        parent=parent,
        requested_by=actor.user or parent.requested_by,
        assigned_to=parent.assigned_to,
        priority=INTERACTIVE,
        template_id=parent.template_id,
        writer=get_slot(parent.slot).writer or writers.resolve(parent.writer).name,
        params=params,
        note=note,
        seed=secrets.randbits(31),
    )
    if batch is not None:
        Batch.objects.filter(pk=batch.pk, state=Batch.State.FINISHED).update(
            state=Batch.State.RUNNING, finished_at=None
        )
    events.record("draft.regenerated", actor=actor, target=child, data={"parent": parent.pk, "note": note})
    jobs.ring(DOORBELL)
    return child


def checked_type(slot: Slot, value: Any) -> Value:
    """The value when it has the slot's shape; raises ``Invalid`` otherwise."""
    fits = {
        "plain": lambda: isinstance(value, str),
        "html": lambda: isinstance(value, str),
        "list": lambda: isinstance(value, list) and all(isinstance(item, str) for item in value),
        "money": lambda: isinstance(value, dict) and {"amount", "currency"} <= set(value),
        "quantity": lambda: isinstance(value, dict) and "amount" in value,
    }[slot.value_type]()
    if not fits:
        raise Invalid(_("A value of the kind “%(kind)s” is needed here.") % {"kind": slot.value_type}, "wrong_type")
    if len(str(value)) > LONGEST:
        raise Invalid(_("The text is longer than anything a shop could show."), "too_long")
    return [item for item in value if item.strip()] if slot.value_type == "list" else value


def _choose(actor: Actor, draft: Draft, candidate: Candidate, version: int, reason: str, **values: Any) -> None:
    judge_candidates(draft, [candidate], Judge())
    workflow.move_one(
        "change",
        draft,
        version=version,
        value=candidate.value,
        value_hash=candidate.value_hash,
        chosen_index=candidate.index,
        decided_at=None,
        publish_after=None,
        **values,
    )
    similar.index([(draft, candidate.value)])
    void_approvals([draft.pk], reason)
    recount([draft.pk])


def _distance(slot: Slot, draft: Draft, value: Value) -> float:
    """How far a person's text is from the nearest a writer proposed: 0 the same, 1 nothing left (Indel, normalised)."""
    written = Candidate.objects.filter(draft=draft).exclude(origin=Candidate.Origin.EDIT)
    text = view(value, slot.value_type).text[:MOST_COMPARED]
    texts = [view(one, slot.value_type).text[:MOST_COMPARED] for one in written.values_list("value", flat=True)]
    return round(min((Indel.normalized_distance(one, text) for one in texts), default=1.0), 4)


def _one(draft_id: int, *states: State) -> Draft:
    found = workflow.lock([draft_id])
    if not found:
        raise Invalid(_("There is no such draft."), "gone")
    draft = found[0]
    if draft.state not in states:
        raise workflow.Conflict(
            _("The draft is “%(state)s” now, so this is not possible any more.") % {"state": draft.get_state_display()},
            "wrong_state",
        )
    return draft


def _next_index(draft: Draft) -> int:
    last = Candidate.objects.filter(draft=draft).order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def _read(draft_id: int) -> Draft:
    return Draft.objects.get(pk=draft_id)
