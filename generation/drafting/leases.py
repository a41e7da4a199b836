"""Claiming drafts and giving them back. A worker that dies keeps its drafts only until their lease runs out."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterable
from datetime import timedelta
from types import TracebackType

from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from generation import workflow
from generation.models import Batch, Draft, State
from generation.progress import Tally
from opsportal.access import Actor

log = logging.getLogger(__name__)

#: How long a claimed draft stays with a worker that gives no sign of life, and how often a living one gives it.
LEASE = timedelta(seconds=90)
BEAT_SECONDS = 20.0
#: After this many claims that came to nothing a draft fails instead of waiting again.
MOST_ATTEMPTS = 3
#: Drafts claimed at a time: small enough that pausing works within moments.
CHUNK = 32
PERMISSION = "generation.draft_copy"


def waiting_writer() -> str | None:
    """The writer of the draft that is first in line, or None when nothing waits."""
    first = _in_line().values_list("writer", flat=True)[:1]
    return next(iter(first), None)


def plenty() -> bool:
    """Whether more waits than one worker claims at a time: then another one, awake, has something to do as well."""
    return _in_line()[CHUNK : CHUNK + 1].exists()


def overtaken(writer: str, priority: int) -> bool:
    """Whether a draft for another writer waits that is more urgent than ``priority`` (smaller is more urgent)."""
    return _in_line().filter(priority__lt=priority).exclude(writer=writer).exists()


def claim(writer: str, token: str, limit: int = CHUNK) -> list[Draft]:
    """Lease the next drafts in line for ``writer`` to ``token``; committed before any work, attempts counted.

    Drafts whose requester may no longer have copy drafted are stopped instead (see ``_stop_unpermitted``).
    """
    with transaction.atomic():
        rows = _in_line().filter(writer=writer)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        ids = [row.pk for row in rows.only("pk")[:limit]]
        workflow.move(
            "claim",
            ids,
            lease_token=token,
            lease_until=timezone.now() + LEASE,
            attempts=F("attempts") + 1,
        )
        drafts = list(
            Draft.objects.filter(pk__in=ids, lease_token=token, state=State.WRITING)
            # One row of each batch for all its drafts; which objects it was asked for may be a long list.
            .prefetch_related(Prefetch("batch", Batch.objects.defer("target_ids")), "template")
            .order_by("priority", "batch_id", "id")
        )
        drafts = _stop_unpermitted(drafts, token)
        fresh = {draft.batch.pk for draft in drafts if draft.batch and draft.batch.started_at is None}
        Batch.objects.filter(pk__in=fresh, started_at__isnull=True).update(started_at=timezone.now())
    return drafts


def give_back(token: str, code: str, message: str, *, drafts: Iterable[int] | None = None) -> None:
    """Return what ``token`` still holds (or these of it) to the queue; what was tried too often fails."""
    with transaction.atomic():
        held = Draft.objects.select_for_update(of=("self",)).filter(state=State.WRITING, lease_token=token)
        if drafts is not None:
            held = held.filter(pk__in=list(drafts))
        _give_back(list(held.order_by("pk")), code, message)


def sweep() -> int:
    """Free the drafts of workers that died; returns how many leases were found dead. Safe to run anywhere, any time."""
    with transaction.atomic():
        dead = list(
            Draft.objects.select_for_update(of=("self",))
            .filter(state=State.WRITING, lease_until__lt=timezone.now())
            .order_by("pk")[:1000]
        )
        _give_back(dead, "worker_died", _("The worker writing this draft stopped unexpectedly."))
    return len(dead)


def suspend(writer: str, problem: str) -> None:
    """Pause every batch waiting for a writer that cannot work and say why; drafts of no batch fail."""
    with transaction.atomic():
        waiting = Draft.objects.filter(state=State.QUEUED, writer=writer)
        batches = waiting.exclude(batch=None).values("batch_id").distinct()
        going = Batch.objects.filter(pk__in=batches, state__in=[Batch.State.RUNNING, Batch.State.FINISHED])
        going.update(state=Batch.State.PAUSED, problem=problem[:500])
        alone = list(waiting.filter(batch=None).values_list("pk", flat=True))
        workflow.move("claim", alone)
        workflow.move("fail", alone, error_code="writer_unavailable", error=problem[:500])


def new_token() -> str:
    """A token no other worker has."""
    return secrets.token_hex(16)


class Heartbeat:
    """Keeps the leases of ``token`` alive from a thread of its own while a ``with`` block runs.

    A thread, because one call into a model may take longer than a lease; when the process dies, so does it.
    """

    def __init__(self, token: str) -> None:
        self._token = token
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="draft-leases", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(BEAT_SECONDS):
                try:
                    beat(self._token)
                except DatabaseError:
                    log.warning("leases could not be extended this time", exc_info=True)
        finally:
            connection.close()


def beat(token: str) -> int:
    """Extend the leases of ``token``; returns how many drafts it holds."""
    return Draft.objects.filter(lease_token=token, state=State.WRITING).update(lease_until=timezone.now() + LEASE)


def _in_line():  # type: ignore[no-untyped-def]  # a QuerySet of drafts
    """Waiting drafts in the order they are written: interactive ones first, batch by batch, no stopped batches."""
    goes_on = Q(batch=None) | Q(batch__state__in=[Batch.State.RUNNING, Batch.State.FINISHED])
    return Draft.objects.filter(goes_on, state=State.QUEUED).order_by("priority", "batch_id", "id")


def _give_back(drafts: list[Draft], code: str, message: str) -> None:
    tally = Tally()
    spent = [draft for draft in drafts if draft.attempts >= MOST_ATTEMPTS]
    workflow.move("fail", [draft.pk for draft in spent], error_code=code, error=message[:500])
    workflow.move("release", [draft.pk for draft in drafts if draft.attempts < MOST_ATTEMPTS])
    for draft in spent:
        tally.add(draft.batch_id, failed=1)
    tally.save()


def _stop_unpermitted(drafts: list[Draft], token: str) -> list[Draft]:
    """Stop drafts whose requester lost the permission since asking: their batch pauses, single ones fail."""
    users = get_user_model().objects.in_bulk({draft.requested_by_id for draft in drafts if draft.requested_by_id})
    allowed = {pk: Actor(user=user, via="job").can(PERMISSION) for pk, user in users.items()}
    stopped = [draft for draft in drafts if not (allowed.get(draft.requested_by_id or 0) or _is_portals_own(draft))]
    if not stopped:
        return drafts
    message = _("Permission revoked: the person who asked for this may no longer have copy drafted.")
    with_batch = [draft for draft in stopped if draft.batch_id]
    alone = [draft.pk for draft in stopped if not draft.batch_id]
    workflow.move("release", [draft.pk for draft in with_batch], lease=token, attempts=F("attempts") - 1)
    Batch.objects.filter(pk__in={draft.batch_id for draft in with_batch}).update(
        state=Batch.State.PAUSED, problem=message[:500]
    )
    workflow.move("fail", alone, lease=token, error_code="permission_revoked", error=message[:500])
    gone = {draft.pk for draft in stopped}
    return [draft for draft in drafts if draft.pk not in gone]


def _is_portals_own(draft: Draft) -> bool:
    """Asked for by the portal itself (a command without ``--as``, a job), not by a person deleted since."""
    return draft.requested_by_id is None and draft.batch is not None and draft.batch.requested_via in ("command", "job")
