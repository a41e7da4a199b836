"""Real worker processes, alone and beside the web: they do the work, and leave nothing behind however they stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

from opsportal import jobs
from opsportal.jobs.clusters import cores, generation_threads, generation_workers
from opsportal.jobs.models import Bell, WorkerBeat

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]


def wait_for(condition, seconds=40.0):
    """Until ``condition()`` holds; the time limit only ends a hopeless wait."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.1)
    return False


def environment():
    """The test database, as another process is told about it."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"]
    if connection.vendor != "sqlite":
        url = url.rsplit("/", 1)[0] + "/" + database["NAME"]
    given = {"DATABASE_URL": url, "OPSPORTAL_DATA": str(settings.DATA_DIR), "SECRET_KEY": settings.SECRET_KEY}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "opsportal.settings", **given}


@contextmanager
def worker(*clusters):
    """``manage.py worker`` on the test database, in a process group of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), "worker", *clusters]
    process = subprocess.Popen(command, env=environment(), cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        for left in [*psutil.Process(process.pid).children(recursive=True)] if process.poll() is None else []:
            left.kill()
        process.kill()
        process.wait()


def tree(process):
    return [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]


def started(process):
    return wait_for(lambda: len(tree(process)) >= 5 and WorkerBeat.objects.filter(pid=process.pid).exists())


def all_gone(processes):
    return wait_for(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes))


@pytest.mark.postgres
def test_a_worker_answers_and_stops_on_a_signal_to_the_group():
    with worker("portal") as process:
        assert started(process)
        jobs.ring("jobs.sweep")
        assert wait_for(lambda: not Bell.objects.get(key="jobs.sweep").waiting)
        everything = tree(process)
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(60) == 0
        assert all_gone(everything)
        assert not WorkerBeat.objects.filter(pid=process.pid).exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_on_a_signal_to_the_process(stop):
    with worker("portal") as process:
        assert started(process)
        everything = tree(process)
        process.send_signal(stop)
        assert process.wait(60) == 0
        assert all_gone(everything)


def test_a_killed_supervisor_takes_its_workers_with_it():
    with worker("portal") as process:
        assert started(process)
        everything = tree(process)
        process.kill()
        assert all_gone(everything)


def test_a_cluster_whose_sentinel_was_killed_is_replaced_without_orphans():
    with worker("portal") as process:
        assert started(process)
        (cluster,) = psutil.Process(process.pid).children()
        old = [cluster, *cluster.children(recursive=True)]
        assert wait_for(lambda: cluster.children())
        cluster.children()[0].kill()
        cluster.kill()
        assert all_gone(old)
        assert wait_for(lambda: len(tree(process)) >= 5)
        process.terminate()
        assert process.wait(60) == 0


SERVE = """
import sys, django
sys.argv = ["manage.py"]
django.setup()
from opsportal.maintenance.serving import serve
sys.exit(serve(int(sys.stdin.readline())))
"""


@contextmanager
def served(**options):
    """Web and workers as ``manage.py demo`` runs them, on the test database and a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE], env=environment(), cwd=ROOT, start_new_session=True,
        stdin=subprocess.PIPE, text=True, **options,
    )  # fmt: skip
    process.stdin.write(f"{port}\n")
    process.stdin.close()
    seen = []
    try:
        yield process, seen
    finally:
        for left in [*seen, *(tree(process) if process.poll() is None else [])]:
            with suppress(psutil.NoSuchProcess):
                left.kill()
        process.kill()
        process.wait()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_web_and_workers_stop_together_at_whatever_moment(stop):
    with served() as (process, seen):
        assert wait_for(lambda: len(tree(process)) > 1)
        seen += tree(process)
        process.send_signal(stop)
        assert process.wait(60) == 128 + stop
        assert all_gone(seen)


def test_they_stop_when_nobody_reads_what_they_say():
    with served(stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as (process, seen):
        assert wait_for(lambda: len(tree(process)) >= 10)
        seen += tree(process)
        process.stdout.close()
        process.terminate()
        assert process.wait(60) == 128 + signal.SIGTERM
        assert all_gone(seen)


def settled(process):
    """Whether all processes are there and no new one comes: django-q2 hangs when it is stopped while it starts."""
    before = set(tree(process))
    time.sleep(2)
    return len(before) >= 10 and before == set(tree(process))


def test_workers_that_end_take_the_web_with_them():
    with served() as (process, seen):
        assert wait_for(lambda: settled(process))
        seen += tree(process)
        (workers,) = (child for child in psutil.Process(process.pid).children() if "worker" in child.cmdline())
        workers.kill()
        assert process.wait(60) != 0
        assert all_gone(seen)


def test_one_generation_worker_a_core_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("GENERATION_WORKERS", raising=False)
    assert 1 <= generation_workers() <= cores()
    monkeypatch.setenv("GENERATION_WORKERS", "1")
    assert (generation_workers(), generation_threads()) == (1, cores())
    monkeypatch.setenv("GENERATION_WORKERS", str(3 * cores()))
    assert (generation_workers(), generation_threads()) == (3 * cores(), 1)


@pytest.mark.parametrize("given", ["0", "-1", "many"])
def test_a_wrong_number_of_workers_is_refused_in_words(monkeypatch, given):
    monkeypatch.setenv("GENERATION_WORKERS", given)
    with pytest.raises(ValueError, match="GENERATION_WORKERS is a whole number"):
        generation_workers()
