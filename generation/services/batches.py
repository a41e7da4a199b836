"""Bulk jobs: asking for copy, and stopping, going on, trying again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from generation import workflow, writers
from generation.models import Batch, Draft, PromptTemplate, State
from generation.models.drafts import OPEN_STATES
from generation.progress import Tally, settle, summary
from generation.slots import Slot, get_slot
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid

PERMISSION = "generation.draft_copy"
DOORBELL = "generation.drain"
HOUSEKEEPING = "generation.housekeeping"
MOST_CANDIDATES = 8
#: Priorities: smaller is written first.
INTERACTIVE, NORMAL = 10, 50
#: Seconds a draft takes when nothing was measured yet; the template needs next to nothing.
_GUESS_SECONDS = 2.0
_GUESS_TEMPLATE_SECONDS = 0.02
_SLICE = 1000
_SLICES_AT_ONCE = 3


@dataclass(frozen=True)
class BatchSpec:
    """What to draft: ``slots`` of one kind of object, in ``languages``, for ``filter`` or ``target_ids``."""

    slots: Sequence[str]
    languages: Sequence[str]
    channel: str = ""
    filter: Mapping[str, str] = field(default_factory=dict)
    target_ids: Sequence[int] | None = None
    tone: str = "plain"
    length: str = "medium"
    candidates: int = 3
    template_id: int | None = None
    writer: str = ""
    skip_existing: bool = False
    priority: int = NORMAL
    note: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much a batch will be. ``skipped`` drafts are not made: one is open already, or there is copy."""

    targets: int
    drafts: int
    seconds: float
    skipped: int


def targets_of(spec: BatchSpec) -> tuple[list[Slot], QuerySet]:
    """The slots and the objects of a spec; raises ``Invalid`` for what cannot be drafted."""
    chosen = [get_slot(key) for key in dict.fromkeys(spec.slots)]
    if not chosen:
        raise Invalid(_("Choose at least one copy type."), "no_slot")
    if len({slot.target_type for slot in chosen}) > 1:
        raise Invalid(_("All copy types of one bulk job must be of the same kind of object."), "mixed_slots")
    known = dict(settings.LANGUAGES)
    if not spec.languages or set(spec.languages) - set(known):
        raise Invalid(_("Choose languages among: %(known)s.") % {"known": ", ".join(known)}, "unknown_language")
    if not 1 <= spec.candidates <= MOST_CANDIDATES:
        raise Invalid(_("Between 1 and %(most)d candidates, please.") % {"most": MOST_CANDIDATES}, "bad_candidates")
    if spec.tone not in Batch.Tone.values or spec.length not in Batch.Length.values:
        raise Invalid(_("Unknown tone or length."), "bad_tone")
    rows = chosen[0].targets(spec.filter)
    if spec.target_ids is not None:
        rows = rows.filter(pk__in=list(spec.target_ids))
    return chosen, rows


def estimate(spec: BatchSpec) -> Estimate:
    """Count what ``start_batch`` would do, without doing it."""
    chosen, rows = targets_of(spec)
    targets = rows.count()
    wanted = sum(_places(slot, rows, language, targets) for slot in chosen for language in set(spec.languages))
    blocked = Q()
    if spec.skip_existing:
        blocked = Q(state=State.PUBLISHED)
    taken = Draft.objects.filter(
        Q(state__in=[state for state in OPEN_STATES if state != State.FAILED]) | blocked,
        slot__in=[slot.key for slot in chosen],
        target_type=chosen[0].target_type,
        language__in=spec.languages,
        channel=spec.channel,
        target_id__in=rows.order_by().values("pk"),
    )
    skipped = min(wanted, taken.values("slot", "target_id", "language").distinct().count())
    drafts = wanted - skipped
    return Estimate(targets, drafts, round(drafts * _seconds_each(writers.resolve(spec.writer).name), 1), skipped)


def _places(slot: Slot, rows: QuerySet, language: str, targets: int) -> int:
    """How many of ``rows``, which are ``targets``, the slot has a place for in ``language``."""
    eligible = slot.eligible(rows, language)
    return targets if eligible is rows else eligible.count()


@transaction.atomic
def start_batch(actor: Actor, spec: BatchSpec) -> Batch:
    """Ask for drafts; returns at once, the work is done by jobs. Raises ``Forbidden`` or ``Invalid``."""
    actor.require(PERMISSION)
    chosen, rows = targets_of(spec)
    if not rows.exists():
        raise Invalid(_("Nothing matches: there is nothing to draft for."), "nothing_matches")
    template = _template(spec)
    batch = Batch.objects.create(
        slots=[slot.key for slot in chosen],
        languages=list(dict.fromkeys(spec.languages)),
        channel=spec.channel,
        target_type=chosen[0].target_type,
        filter=dict(spec.filter),
        target_ids=sorted(set(spec.target_ids)) if spec.target_ids is not None else None,
        tone=spec.tone,
        length=spec.length,
        candidates=spec.candidates,
        template=template,
        writer=writers.resolve(spec.writer).name,
        skip_existing=spec.skip_existing,
        priority=spec.priority,
        note=spec.note,
        seed=secrets.randbits(31) if spec.seed is None else spec.seed,
        requested_by=actor.user,
        requested_via=actor.via,
    )
    job = jobs.enqueue("generation.expand", actor=actor, payload={"batch": batch.pk})
    batch.job_id = job.pk
    batch.save(update_fields=["job_id"])
    events.record(
        "batch.started", actor=actor, target=batch, after={"slots": batch.slots, "languages": batch.languages}
    )
    return batch


@transaction.atomic
def pause_batch(actor: Actor, batch: Batch) -> Batch:
    """Stop after the chunks being written now. Raises ``Conflict`` when it is not running."""
    actor.require(PERMISSION)
    return _turn(actor, batch, "batch.paused", (Batch.State.RUNNING,), Batch.State.PAUSED)


@transaction.atomic
def resume_batch(actor: Actor, batch: Batch) -> Batch:
    """Go on with a paused batch, on this person's authority from now on."""
    actor.require(PERMISSION)
    batch = _turn(actor, batch, "batch.resumed", (Batch.State.PAUSED,), Batch.State.RUNNING)
    if actor.user is not None and batch.requested_by_id != actor.user.pk:
        waiting = Draft.objects.filter(batch=batch, state=State.QUEUED)
        waiting.update(requested_by=actor.user)
        Batch.objects.filter(pk=batch.pk).update(requested_by=actor.user)
    if not batch.expanded:
        job = jobs.enqueue("generation.expand", actor=actor, payload={"batch": batch.pk})
        Batch.objects.filter(pk=batch.pk).update(job_id=job.pk)
    settle([batch.pk])
    jobs.ring(DOORBELL)
    batch.refresh_from_db()
    return batch


def cancel_batch(actor: Actor, batch: Batch) -> Batch:
    """Close every draft that is not written yet; what is in review stays. Raises ``Conflict`` when it is over."""
    actor.require(PERMISSION)
    with transaction.atomic():
        batch = _turn(actor, batch, "batch.cancelled", (Batch.State.RUNNING, Batch.State.PAUSED), Batch.State.CANCELLED)
    # A large batch is closed in the background: nobody waits for it, and no worker takes a cancelled batch's drafts.
    for _slice in range(_SLICES_AT_ONCE):
        if not close_cancelled(batch.pk):
            break
    else:
        jobs.ring(HOUSEKEEPING)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def close_cancelled(batch_id: int, limit: int = _SLICE) -> int:
    """Close a slice of the unwritten drafts of a cancelled batch; returns how many, 0 when all are closed."""
    unwritten = (State.QUEUED, State.WRITING, State.FAILED)
    rows = Draft.objects.select_for_update(of=("self",)).filter(batch_id=batch_id, state__in=unwritten)
    drafts = list(rows.order_by("pk").only("pk", "state")[:limit])
    tally = Tally()
    failed = sum(draft.state == State.FAILED for draft in drafts)
    moved = workflow.move("cancel", [draft.pk for draft in drafts])
    tally.add(batch_id, cancelled=moved, failed=-failed)
    tally.save()
    return moved


@transaction.atomic
def retry_failed(actor: Actor, batch: Batch) -> int:
    """Queue the failed drafts of a batch again with fresh attempts; returns how many."""
    actor.require(PERMISSION)
    rows = Draft.objects.select_for_update(of=("self",)).filter(batch=batch, state=State.FAILED)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    moved = 0
    for start in range(0, len(ids), _SLICE):
        moved += workflow.move(
            "retry", ids[start : start + _SLICE], attempts=0, error_code="", error="", requested_by=actor.user
        )
    if moved:
        Batch.objects.filter(pk=batch.pk).update(failed=F("failed") - moved)
        Batch.objects.filter(pk=batch.pk, state=Batch.State.FINISHED).update(
            state=Batch.State.RUNNING, finished_at=None
        )
        events.record("batch.retried", actor=actor, target=batch, data={"drafts": moved})
        jobs.ring(DOORBELL)
    batch.refresh_from_db()
    return moved


def failures(batch: Batch) -> dict[str, int]:
    """Failed drafts of a batch by cause."""
    rows = Draft.objects.filter(batch=batch, state=State.FAILED).values("error_code").annotate(n=Count("pk"))
    return {row["error_code"]: row["n"] for row in rows.order_by("-n")}


def _turn(actor: Actor, batch: Batch, kind: str, sources: Sequence[str], target: str) -> Batch:
    values = {"state": target} | ({} if target == Batch.State.PAUSED else {"problem": ""})
    if not Batch.objects.filter(pk=batch.pk, state__in=sources).update(**values):
        batch.refresh_from_db()
        raise Conflict(
            _("The bulk job is “%(state)s” now, so this is not possible.") % {"state": batch.get_state_display()},
            "wrong_state",
        )
    batch.refresh_from_db()
    events.record(kind, actor=actor, target=batch, data=summary(batch))
    return batch


def _template(spec: BatchSpec) -> PromptTemplate | None:
    if spec.template_id is None:
        return None
    found = PromptTemplate.objects.filter(pk=spec.template_id, state=PromptTemplate.State.ACTIVE).first()
    if found is None:
        raise Invalid(_("There is no active prompt template with this number."), "unknown_template")
    return found


def _seconds_each(writer: str) -> float:
    """Measured from recent finished batches of this writer: wall-clock seconds a draft."""
    recent = Batch.objects.filter(writer=writer, finished_at__isnull=False, started_at__isnull=False, written__gt=0)
    ids = list(recent.order_by("-pk").values_list("pk", flat=True)[:5])
    if ids:
        figures = Batch.objects.filter(pk__in=ids).aggregate(
            took=Avg(F("finished_at") - F("started_at")), written=Sum("written")
        )
        took = figures["took"].total_seconds() * len(ids)
        return max(took / figures["written"], 0.0)
    return _GUESS_TEMPLATE_SECONDS if writer == writers.TEMPLATE else _GUESS_SECONDS
