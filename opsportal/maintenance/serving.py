"""Web and workers under one command, for one machine: started together, stopped together, however that comes about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from opsportal.jobs.supervising import PATIENCE, die_with_parent, kill_group

#: Seconds both get to stop: as long as workers finish their present chunk, and some more.
_STOP_SECONDS = PATIENCE + 10.0


def serve(port: int) -> int:
    """Run web and workers as children until one ends or a stop signal comes; returns the exit status.

    A signal is only noted, whatever this process is doing when it comes; a second one cuts the waiting short. The children
    get no signal of a terminal themselves and end with this process even when it is killed.
    """
    signals: list[int] = []

    def note(signum: int, _frame: FrameType | None) -> None:
        signals.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, note)
    web = ["-m", "gunicorn", "opsportal.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    commands = [[*web, "--threads", "4", "--log-level", "warning"], [sys.argv[0], "worker", "all"]]
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            children.append(_start(command))
        while not signals and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        ended = next((child.returncode for child in children if child.returncode is not None), 0)
        _stop(children, signals)
    return 128 + signals[0] if signals else ended


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, *command], env=environment, start_new_session=True, preexec_fn=die_with_parent
    )


def _stop(children: list[subprocess.Popen[bytes]], signals: list[int]) -> None:
    """Ask all of them to stop, wait, and kill what is left of them."""
    asked = len(signals)
    for child in children:
        child.terminate()
    ends = time.monotonic() + _STOP_SECONDS
    while any(child.poll() is None for child in children) and time.monotonic() < ends and len(signals) == asked:
        time.sleep(0.1)
    for child in children:
        kill_group(child.pid)
        child.wait()
