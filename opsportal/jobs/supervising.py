"""Keeping qcluster processes: one a cluster, restarted when they die, stopped without leaving orphans.

django-q2's own cluster hangs when its whole process group gets SIGTERM and orphans its workers when its sentinel is
killed. So each cluster runs in a session of its own, out of reach of signals to our group; we tell its main process to
stop, leave word for long drains (the stop file), wait, and kill whatever is left of its process tree.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from opsportal.jobs.clusters import generation_threads
from opsportal.jobs.models import WorkerBeat
from opsportal.jobs.running import STOP_FILE, SUPERVISOR_PID
from opsportal.jobs.ticking import tick

#: Seconds a stopping cluster gets to finish its present chunk before its processes are killed.
PATIENCE = 30.0
BEAT_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """In the child: get SIGTERM when the supervisor dies, however it dies (Linux only, elsewhere a no-op)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs the given clusters until a stop signal."""

    def __init__(self, clusters: list[str]) -> None:
        self.clusters = clusters
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = False
        folder = Path(settings.DATA_DIR) / "run"
        folder.mkdir(parents=True, exist_ok=True)
        self._stop_file = Path(tempfile.mkdtemp(prefix="worker-", dir=folder)) / "stop"

    def run(self) -> None:
        """Start, watch, and stop everything; returns when no process is left."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        try:
            beaten = 0.0
            while not self._stop:
                self._watch()
                if time.monotonic() - beaten >= BEAT_SECONDS:
                    beaten = time.monotonic()
                    self._beat()
                time.sleep(0.2)
        finally:
            self._stop_all()

    def _on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        self._stop = True

    def _watch(self) -> None:
        for cluster in self.clusters:
            child = self._children.get(cluster)
            if child is None or child.poll() is not None:
                if child is not None:
                    kill_group(child.pid)
                self._children[cluster] = self._start(cluster)

    def _start(self, cluster: str) -> subprocess.Popen[bytes]:
        environment = {
            "DJANGO_SETTINGS_MODULE": "opsportal.settings",
            **os.environ,
            "Q_CLUSTER_NAME": cluster,
            STOP_FILE: str(self._stop_file),
            SUPERVISOR_PID: str(os.getpid()),
        }
        if cluster == "generation":
            environment.setdefault("OMP_NUM_THREADS", str(generation_threads()))
        return subprocess.Popen(
            # Generation runs without a task timeout on purpose; django-q2 warns about that at every start.
            [sys.executable, "-W", "ignore::UserWarning", "-m", "django", "qcluster"],
            env=environment,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def _beat(self) -> None:
        """Sign of life, and the schedules; a database that is away for a moment must not end the workers."""
        try:
            close_old_connections()
            for cluster in self.clusters:
                WorkerBeat.objects.update_or_create(
                    cluster=cluster,
                    host=socket.gethostname()[:100],
                    pid=os.getpid(),
                    defaults={"seen_at": timezone.now()},
                )
            if "portal" in self.clusters:
                tick()
        except DatabaseError as error:
            print(f"worker: database not available: {error}", file=sys.stderr)

    def _stop_all(self) -> None:
        self._stop_file.touch()
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        ends = time.monotonic() + PATIENCE
        for child in self._children.values():
            try:
                child.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            kill_group(child.pid)
        self._stop_file.unlink(missing_ok=True)
        self._stop_file.parent.rmdir()
        WorkerBeat.objects.filter(host=socket.gethostname()[:100], pid=os.getpid()).delete()


def kill_group(leader: int) -> None:
    """Kill what is left of a cluster: its processes share the group of their leader even when they are orphans."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
