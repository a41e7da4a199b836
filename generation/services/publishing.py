"""Publishing approved drafts and undoing publications."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation import publishing, workflow
from generation.checking import Judge
from generation.models import Batch, Draft, Revision, State
from generation.outcomes import Outcome, slices
from opsportal import events, jobs
from opsportal.access import Actor
from opsportal.jobs.models import Job

PUBLISH = "generation.publish_draft"
REVERT = "generation.revert_draft"


def publish(actor: Actor, ids: Iterable[int]) -> Outcome:
    """Make approved drafts live, exactly as approved. Slices are transactions of their own, so a stop loses nothing."""
    actor.require(PUBLISH)
    return publish_approved(actor, ids, Judge())


def publish_approved(actor: Actor, ids: Iterable[int], judge: Judge) -> Outcome:
    """``publish`` without asking for the right: where a policy says that approved copy goes live by itself."""
    outcome = Outcome("published")
    for chunk in slices(ids):
        with transaction.atomic():
            drafts = {draft.pk: draft for draft in workflow.lock(chunk)}
            ready = []
            for pk in chunk:
                draft = drafts.get(pk)
                if draft is None:
                    outcome.leave(pk, "gone", _("There is no such draft."))
                elif draft.state != State.APPROVED:
                    outcome.leave(
                        pk, "wrong_state", _("The draft is “%(state)s” now.") % {"state": draft.get_state_display()}
                    )
                else:
                    ready.append(draft)
            publishing.publish_slice(actor, ready, judge, outcome)
    return outcome


def publish_batch(actor: Actor, batch: Batch) -> Job:
    """Publish all approved drafts of a batch in the background; returns the job."""
    actor.require(PUBLISH)
    with transaction.atomic():
        return jobs.enqueue("generation.publish", actor=actor, payload={"batch": batch.pk})


def publish_due(limit: int = 500) -> Outcome:
    """Publish what a policy scheduled for a time that has come; the portal's own job calls this."""
    due = Draft.objects.filter(state=State.APPROVED, publish_after__lte=timezone.now(), stale_since=None)
    ids = list(due.order_by("publish_after").values_list("pk", flat=True)[:limit])
    outcome = publish_approved(Actor.system(), ids, Judge())
    # What could not go out waits for a person instead of being tried every minute.
    left = {pk: message for pk, _code, message in outcome.left}
    with transaction.atomic():
        Draft.objects.filter(pk__in=left).update(publish_after=None)
        events.record_many(
            [
                events.NewEvent(kind="draft.publish_failed", target=draft, data={"message": left[draft.pk]})
                for draft in Draft.objects.filter(pk__in=left)
            ],
            actor=Actor.system(),
        )
    return outcome


def revert(actor: Actor, revision_ids: Iterable[int]) -> Outcome:
    """Undo publications, newest first; a value changed since is left alone and reported."""
    actor.require(REVERT)
    outcome = Outcome("reverted")
    for chunk in list(slices(revision_ids))[::-1]:
        with transaction.atomic():
            rows = {row.pk: row for row in Revision.objects.select_for_update(of=("self",)).filter(pk__in=chunk)}
            for layer in _layers(rows, chunk, outcome):
                publishing.restore_slice(actor, layer, outcome)
    return outcome


def revert_batch(actor: Actor, batch: Batch) -> Outcome:
    """Undo everything a batch published, with a report of what was changed since."""
    ids = Revision.objects.filter(batch=batch, reverted_at__isnull=True).values_list("pk", flat=True)
    return revert(actor, list(ids))


def _layers(rows: dict[int, Revision], chunk: Iterable[int], outcome: Outcome) -> Iterable[list[Revision]]:
    """Revisions to undo, at most one an address at a time, the newest of an address first."""
    waiting: list[Revision] = []
    for pk in chunk:
        row = rows.get(pk)
        if row is None:
            outcome.leave(pk, "gone", _("There is no such version."))
        elif row.reverted_at is not None:
            outcome.leave(pk, "wrong_state", _("This was undone already."))
        else:
            waiting.append(row)
    while waiting:
        layer: dict[tuple[str, str, int, str, str], Revision] = {}
        for row in waiting:
            layer[row.slot, row.target_type, row.target_id, row.language, row.channel] = row
        yield list(layer.values())
        waiting = [row for row in waiting if row not in layer.values()]
