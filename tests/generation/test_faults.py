"""What must hold when processes race or die: real processes on a real database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count

from generation import services
from generation.drafting import drain, sweep
from generation.models import Approval, Batch, Candidate, Draft, State
from generation.services import BatchSpec
from opsportal import jobs
from opsportal.events.models import Event
from opsportal.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """The test database, as another process is told about it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    host = given["HOST"] or ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{host}{port}/{given['NAME']}"


@pytest.fixture
def start():
    """``start("drain")`` starts a process on the test database; all are killed at the end."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.generation.process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "opsportal.settings"},
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_approving_and_rejecting_the_same_500_drafts(drafted, people, ids_of, start):
    ids = ids_of(drafted(500))
    names = [str(pk) for pk in ids]
    approving = start("approve", "the-reviewer", *names)
    rejecting = start("reject", "the-second", *names)
    both = (approving, rejecting)
    assert [process.stdout.readline() for process in both] == ["ready\n"] * 2
    # Round by round on the same ten drafts, so that neither is through before the other has begun.
    for _round in range(50):
        for process in both:
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in both] == ["decided\n"] * 2
    approved, rejected = (json.loads(process.stdout.readline()) for process in both)
    assert sorted(approved["done"] + rejected["done"]) == ids
    assert {tuple(pair) for pair in approved["left"]} == {(pk, "wrong_state") for pk in rejected["done"]}
    assert {tuple(pair) for pair in rejected["left"]} == {(pk, "wrong_state") for pk in approved["done"]}
    states = dict(Draft.objects.values_list("pk", "state"))
    assert all(states[pk] == State.APPROVED for pk in approved["done"])
    assert all(states[pk] == State.REJECTED for pk in rejected["done"])
    assert set(Approval.objects.values_list("draft_id", flat=True)) == set(approved["done"])
    told = Counter(
        Event.objects.filter(kind__in=["draft.approved", "draft.rejected"]).values_list("target_id", flat=True)
    )
    assert told == Counter(ids)


def kill_while_holding_drafts(worker: subprocess.Popen[str]) -> None:
    """Kill -9 in the middle of the batch, at a moment when the worker has claimed drafts and written others."""
    for _text in range(400):
        assert worker.stdout.readline() == "writing\n"
    for line in worker.stdout:
        assert line == "writing\n"
        os.kill(worker.pid, signal.SIGSTOP)
        if Draft.objects.filter(state=State.WRITING).exists():
            break
        os.kill(worker.pid, signal.SIGCONT)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def test_a_batch_of_2000_survives_a_killed_worker(people, make_things, start, scripted):
    make_things(2000)
    scripted(says="true", tells=True)
    spec = BatchSpec(["things.blurb"], ["en"], writer="scripted", candidates=1)
    batch = services.start_batch(people["operator"], spec)
    jobs.run_now(Job.objects.get(pk=batch.job_id))
    victim = start("drain")
    kill_while_holding_drafts(victim)
    held = set(Draft.objects.filter(state=State.WRITING).values_list("pk", flat=True))
    written = set(Draft.objects.filter(state=State.IN_REVIEW).values_list("pk", flat=True))
    assert held
    assert written
    assert len(held) + len(written) < 2000
    batch.refresh_from_db()
    assert batch.written == len(written)
    # Their lease runs out; then two workers share the rest.
    Draft.objects.filter(pk__in=held).update(lease_until="2020-01-01T00:00Z")
    other = start("drain")
    assert other.stdout.readline() == "writing\n"
    drain(lambda: False)
    assert all(line == "writing\n" for line in other.stdout)
    assert other.wait() == 0
    sweep()
    batch.refresh_from_db()
    assert (batch.state, batch.total, batch.written, batch.failed) == (Batch.State.FINISHED, 2000, 2000, 0)
    assert dict(Draft.objects.values_list("state").annotate(Count("pk"))) == {State.IN_REVIEW: 2000}
    assert set(Draft.objects.filter(attempts=2).values_list("pk", flat=True)) == held
    assert Draft.objects.filter(attempts=1).count() == 2000 - len(held)
    assert Candidate.objects.count() == 2000
    assert Draft.objects.values("target_id").distinct().count() == 2000
    assert Event.objects.filter(kind="batch.finished").count() == 1
