"""Real worker processes: they do the work, and stop without leaving anything behind, however they are told to."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
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


@contextmanager
def worker(*clusters):
    """``manage.py worker`` on the test database, in a process group of its own."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"]
    if connection.vendor != "sqlite":
        url = url.rsplit("/", 1)[0] + "/" + database["NAME"]
    environment = {**os.environ, "DATABASE_URL": url, "OPSPORTAL_DATA": str(settings.DATA_DIR)}
    environment["SECRET_KEY"] = settings.SECRET_KEY
    command = [sys.executable, str(ROOT / "manage.py"), "worker", *clusters]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
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
