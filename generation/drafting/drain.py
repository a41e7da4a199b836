"""The worker's loop: claim a chunk, write, check, commit; the next chunk is claimed while the last one decodes."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from generation import writers
from generation.checking import Judge
from generation.checks.service import settle
from generation.drafting import commit, leases, writing
from generation.engine import Completion, Usage, Writer, WriteRequest, WriterError
from generation.models import Draft
from generation.slots import FactSheet, Slot, get_slot
from opsportal.plugins.errors import DomainError

log = logging.getLogger(__name__)

#: Finished drafts are committed when there are this many, or when this long has passed since the last commit.
COMMIT_DRAFTS = 32
COMMIT_SECONDS = 3.0


def drain(stop: Callable[[], bool]) -> int:
    """Write waiting drafts until none is left or ``stop()`` is true; returns how many reached the review queue.

    A writer that cannot work pauses the batches that wait for it, with its message; other writers' drafts go on.
    """
    settle()
    leases.sweep()
    done = 0
    while not stop():
        name = leases.waiting_writer()
        if name is None:
            break
        try:
            writer = writers.warm.get(name)
        except (WriterError, DomainError) as error:
            leases.suspend(name, str(error))
            continue
        done += _Session(name, writer, stop).run()
    return done


class _Session:
    """One writer working off the queue."""

    def __init__(self, name: str, writer: Writer, stop: Callable[[], bool]) -> None:
        self._name = name
        self._writer = writer
        self._template = writer if writer.name == writers.TEMPLATE else writers.warm.get(writers.TEMPLATE)
        self._stop = stop
        self._token = leases.new_token()
        self._judge = Judge()
        self._works: dict[str, writing.Work] = {}
        self._finished: list[writing.Work] = []
        self._failed: list[tuple[Draft, str, str]] = []
        self._committed_at = time.monotonic()
        self._usage = self._present_usage()
        self._written = 0
        self._priority = 0

    def run(self) -> int:
        """Write until the queue is empty for this writer; returns how many drafts were submitted."""
        with leases.Heartbeat(self._token):
            try:
                for completion in self._writer.write(self._requests()):
                    self._receive(completion)
            except WriterError as error:
                self._commit()
                leases.give_back(self._token, "writer_failed", str(error))
                leases.suspend(self._name, str(error))
                return self._written
            except Exception as error:
                # Whatever broke, finished drafts are kept and the rest is tried again, a bounded number of times.
                log.exception("the writer %s broke off", self._name)
                self._commit()
                leases.give_back(self._token, "writer_failed", f"{type(error).__name__}: {error}")
                return self._written
            self._commit()
            leases.give_back(self._token, "no_answer", _("The writer gave no text for this draft."))
        return self._written

    def _present_usage(self) -> Usage:
        return getattr(self._writer, "usage", Usage)()

    def _requests(self) -> Iterator[WriteRequest]:
        """Feed the writer chunk by chunk; it asks for more while what it has still decodes."""
        while not self._stop():
            if leases.overtaken(self._name, self._priority):
                return
            drafts = leases.claim(self._name, self._token)
            if not drafts:
                return
            self._priority = drafts[-1].priority
            self._judge = Judge()
            for work in self._prepared(drafts):
                self._works[work.request.tag] = work
                yield work.request

    def _prepared(self, drafts: list[Draft]) -> Iterator[writing.Work]:
        groups: dict[tuple[str, str, str], list[Draft]] = defaultdict(list)
        for draft in drafts:
            groups[draft.slot, draft.language, draft.channel].append(draft)
        for (key, language, channel), group in groups.items():
            try:
                slot = get_slot(key)
                digests = slot.digests([draft.target_id for draft in group], language, channel)
                targets = list(slot.queryset().filter(pk__in=[draft.target_id for draft in group]))
                sheets = slot.facts(targets, language, channel)
            except DomainError as error:
                self._failed += [(draft, "slot_off", str(error)) for draft in group]
                continue
            except Exception as error:
                log.exception("facts for %s could not be read", key)
                self._failed += [(draft, "facts_failed", f"{type(error).__name__}: {error}") for draft in group]
                continue
            yield from self._works_of(slot, group, sheets, digests)

    def _works_of(
        self, slot: Slot, group: list[Draft], sheets: dict[int, FactSheet], digests: dict[int, str]
    ) -> Iterator[writing.Work]:
        for draft in group:
            sheet = sheets.get(draft.target_id)
            if sheet is None:
                self._failed.append((draft, "target_gone", _("The object no longer exists.")))
                continue
            try:
                yield writing.prepare(draft, slot, sheet, digests.get(draft.target_id, ""))
            except (TypeError, ValueError) as error:
                self._failed.append((draft, "brief_failed", str(error)))

    def _receive(self, completion: Completion) -> None:
        work = self._works.get(completion.tag)
        if work is None:
            return
        work.completions[completion.index] = completion
        if work.complete:
            del self._works[completion.tag]
            self._finish(work)
        waited = time.monotonic() - self._committed_at
        if len(self._finished) + len(self._failed) >= COMMIT_DRAFTS or waited > COMMIT_SECONDS:
            self._commit()

    def _finish(self, work: writing.Work) -> None:
        try:
            writing.finish(work, self._writer, self._judge, self._template)
        except Exception as error:
            log.exception("draft %s could not be checked", work.draft.pk)
            self._failed.append((work.draft, "check_failed", f"{type(error).__name__}: {error}"))
            return
        if work.chosen is None:
            self._failed.append((work.draft, "no_text", work.error or _("The writer gave no usable text.")))
        else:
            self._finished.append(work)

    def _commit(self) -> None:
        if self._finished or self._failed:
            writing.compare(self._finished, self._judge)
            now = self._present_usage()
            since = Usage(now.busy - self._usage.busy, now.offered - self._usage.offered)
            self._written += commit.commit(self._token, self._writer, self._finished, self._failed, since)
            self._usage = now
            self._finished, self._failed = [], []
        self._committed_at = time.monotonic()
