"""Background work of generation: jobs with a row of their own, and the doorbell the writers answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from generation import archiving, drafting, expansion, mailing, silencing
from generation.models import Batch, Draft, Notice, State
from generation.services import deliveries
from generation.services.batches import DOORBELL, HOUSEKEEPING, close_cancelled
from generation.services.desk import MAIL
from generation.services.publishing import publish, publish_due
from generation.services.silences import APPLY
from opsportal import events, jobs
from opsportal.jobs import Continue, Done, Doorbell, JobKind, JobRun, Schedule, doorbells, job_kinds, schedules


@job_kinds.register
class ExpandBatch(JobKind):
    """Spreads a batch over its targets in slices."""

    key = "generation.expand"
    cluster = "portal"
    permission = "generation.draft_copy"
    title = _("Prepare bulk job")

    def run(self, run: JobRun) -> Continue | Done:
        """One slice of targets after another until time is up."""
        if expansion.expand(run.payload["batch"], run.time_left, run.progress):
            batch = Batch.objects.get(pk=run.payload["batch"])
            return Done({"drafts": batch.total, "skipped": batch.skipped})
        return Continue({})


@job_kinds.register
class PublishBatch(JobKind):
    """Publishes the approved drafts of a batch."""

    key = "generation.publish"
    cluster = "portal"
    permission = "generation.publish_draft"
    title = _("Publish bulk job")

    def run(self, run: JobRun) -> Continue | Done:
        """A slice of drafts at a time; the cursor keeps where it is and what was left."""
        cursor = run.cursor or {"after": 0, "published": 0, "reasons": {}}
        while run.time_left() > 0 and not run.cancelled():
            rows = Draft.objects.filter(batch_id=run.payload["batch"], state=State.APPROVED, pk__gt=cursor["after"])
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:200])
            if not ids:
                result = {"published": cursor["published"], "reasons": cursor["reasons"]}
                with transaction.atomic():
                    batch = Batch.objects.get(pk=run.payload["batch"])
                    events.record("batch.published", actor=run.actor, target=batch, data=result)
                return Done(result)
            outcome = publish(run.actor, ids)
            for code, count in outcome.reasons.items():
                cursor["reasons"][code] = cursor["reasons"].get(code, 0) + count
            cursor |= {"after": ids[-1], "published": cursor["published"] + len(outcome.done)}
            run.progress(cursor["published"])
        return Continue(cursor)


@job_kinds.register
class ApplySilence(JobKind):
    """Hides a false alarm in the drafts that wait for review, or has it speak there again."""

    key = APPLY
    cluster = "portal"
    title = _("Silenced alarm: waiting drafts")

    def run(self, run: JobRun) -> Continue | Done:
        """A slice of findings at a time; the cursor keeps where it is and how many drafts changed."""
        cursor = run.cursor or {"after": 0, "drafts": 0}
        while run.time_left() > 0 and not run.cancelled():
            done = silencing.apply_slice(run.payload["silence"], lifted=run.payload["lifted"], after=cursor["after"])
            cursor = {"after": done.after, "drafts": cursor["drafts"] + done.changed}
            run.progress(cursor["drafts"])
            if done.after is None:
                return Done({"drafts": cursor["drafts"]})
        return Continue(cursor)


@job_kinds.register
class SendDelivery(JobKind):
    """Sends one approved message, once."""

    key = "generation.send"
    cluster = "portal"
    permission = "generation.publish_draft"
    title = _("Send message")
    max_attempts = 1

    def run(self, run: JobRun) -> Continue | Done:
        """Send, or find that it was cut off: then a person must look."""
        return Done({"state": deliveries.send(run.payload["delivery"]).value})


@doorbells.register
class Housekeeping(Doorbell):
    """Frees drafts of dead workers, finishes cancellations, marks cut-off sendings, publishes what is due, archives."""

    key = HOUSEKEEPING
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """Everything in small bounded steps; what is not done comes again in a minute."""
        drafting.sweep()
        unfinished = Draft.objects.filter(
            batch__state=Batch.State.CANCELLED, state__in=[State.QUEUED, State.WRITING, State.FAILED]
        )
        for batch_id in set(unfinished.values_list("batch_id", flat=True)[:20]):
            while not stop() and close_cancelled(batch_id):
                pass
        deliveries.sweep_sending()
        publish_due()
        archiving.archive_closed()
        if Notice.objects.filter(mail_due=True).exists():
            jobs.ring(MAIL)
        if Draft.objects.filter(state=State.QUEUED).exists():
            jobs.ring(DOORBELL)


@doorbells.register
class Mail(Doorbell):
    """Notices wait to be sent by e-mail."""

    key = MAIL
    cluster = "portal"

    def answer(self, stop: Callable[[], bool]) -> None:
        """Send them one by one."""
        mailing.send_due(stop)


@doorbells.register
class Drain(Doorbell):
    """Drafts wait to be written."""

    key = DOORBELL
    cluster = "generation"

    def answer(self, stop: Callable[[], bool]) -> None:
        """Write until the queue is empty or the worker is told to stop; first wake the next worker where there is work."""
        if drafting.plenty():
            jobs.ring(DOORBELL)
        drafting.drain(stop)


schedules.register(Schedule(HOUSEKEEPING, rings=HOUSEKEEPING, every=timedelta(minutes=1)))
