"""Spreading a batch over its targets: slices in id order; 200,000 rows need neither memory nor one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from generation import workflow
from generation.models import Batch, Draft, State
from generation.models.drafts import OPEN_STATES
from generation.progress import Tally
from generation.slots import Slot, TargetInfo, get_slot
from generation.values import content_hash
from opsportal import jobs
from opsportal.plugins.errors import Conflict

#: Targets a slice.
SLICE = 500


def expand(batch_id: int, time_left: Callable[[], float], progress: Callable[[int], None]) -> bool:
    """Make drafts for the targets of a batch until time is up; false when there is more to do.

    Where it goes on is kept on the batch and moves with the drafts, so running it again, or twice, is harmless.
    """
    batch = Batch.objects.get(pk=batch_id)
    slots = [get_slot(key) for key in batch.slots]
    rows = slots[0].targets(batch.filter).order_by("pk")
    made = 0
    while not batch.expanded:
        if time_left() <= 0:
            return False
        targets, upto = _next(rows, batch)
        if upto is None:
            _finish(batch)
            return True
        for attempt in range(3):
            try:
                if not _slice(batch, slots, targets, upto):
                    return True
                break
            except IntegrityError:
                # Someone opened a draft at one of these addresses meanwhile; look again.
                if attempt == 2:
                    raise
        made += len(targets)
        progress(made)
        batch.refresh_from_db()
    return True


def _next(rows: models.QuerySet, batch: Batch) -> tuple[list[models.Model], int | None]:
    """The next targets and the id up to which the batch is spread with them; None when there are no more."""
    after = batch.expanded_to
    if batch.target_ids is None:
        targets = list(rows.filter(pk__gt=after)[:SLICE])
        return targets, targets[-1].pk if targets else None
    chosen = [pk for pk in batch.target_ids if pk > after][:SLICE]
    return list(rows.filter(pk__in=chosen)), chosen[-1] if chosen else None


@transaction.atomic
def _slice(batch: Batch, slots: list[Slot], targets: list[models.Model], upto: int) -> bool:
    """Drafts of one slice of targets; false when the batch was stopped, or another job is spreading it."""
    held = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state != Batch.State.RUNNING or held.expanded_to != batch.expanded_to:
        return False
    Batch.objects.filter(pk=held.pk).update(expanded_to=upto)
    described = slots[0].describe(targets)
    ids = [target.pk for target in targets]
    open_drafts = {
        (draft.slot, draft.target_id, draft.language): draft
        for draft in Draft.objects.filter(
            Q(state__in=OPEN_STATES),
            target_type=held.target_type,
            target_id__in=ids,
            slot__in=held.slots,
            language__in=held.languages,
            channel=held.channel,
        ).only("pk", "slot", "target_id", "language", "state", "batch_id")
    }
    rows: list[Draft] = []
    failed: list[Draft] = []
    skipped = 0
    for slot in slots:
        rows_here = slot.queryset().filter(pk__in=ids)
        for language in held.languages:
            eligible = slot.eligible(rows_here, language)
            places = ids if eligible is rows_here else sorted(eligible.values_list("pk", flat=True))
            live = slot.live(targets, language, held.channel) if held.skip_existing else {}
            for pk in places:
                present = open_drafts.get((slot.key, pk, language))
                if (present is not None and present.state != State.FAILED) or content_hash(live.get(pk)):
                    skipped += 1
                    continue
                if present is not None:
                    failed.append(present)
                rows.append(_draft(held, slot, described[pk], pk, language, present))
    tally = Tally()
    if workflow.move("supersede", [draft.pk for draft in failed]) != len(failed):
        raise Conflict(_("Someone is working on the same objects; the job goes on by itself."), "busy")
    for draft in failed:
        tally.add(draft.batch_id, failed=-1, cancelled=1)
    Draft.objects.bulk_create(rows, batch_size=500)
    tally.add(held.pk, total=len(rows), skipped=skipped)
    tally.save()
    if rows:
        jobs.ring("generation.drain")
    return True


def _draft(batch: Batch, slot: Slot, info: TargetInfo, target_id: int, language: str, parent: Draft | None) -> Draft:
    return Draft(
        slot=slot.key,
        target_type=batch.target_type,
        target_id=target_id,
        target_key=info.key[:255],
        target_label=info.label[:500],
        target_category=info.category[:500],
        language=language,
        channel=batch.channel,
        batch=batch,
        parent=parent,
        requested_by_id=batch.requested_by_id,
        priority=batch.priority,
        template_id=batch.template_id,
        writer=slot.writer or batch.writer,
    )


@transaction.atomic
def _finish(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(expanded=True)
    tally = Tally()
    tally.add(batch.pk, total=0)
    tally.save()
