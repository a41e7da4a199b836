"""The writer alone on given briefs: no checks, no database. What ``benchmarks.pipeline`` compares the pipeline with.

Run as ``python -m benchmarks.writing`` it is one of the processes, told over its standard input what to write.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generation.engine import Writer, WriteRequest
from generation.engine.apart import limit_threads
from generation.engine.writers import open_writer
from opsportal.jobs.clusters import cores

ROOT = Path(__file__).resolve().parent.parent
#: Requests written before the clock starts, so that loading the model and making its kernels are not measured.
WARM_UP = 8


def sustained(moments: Sequence[float]) -> float:
    """A minute, without ramp-up and tail: between the moments at which a tenth and nine tenths were through.

    Several at one moment (a transaction) count up to its end on both sides. 0 where there are too few to tell.
    """
    through = {moment: number for number, moment in enumerate(sorted(moments), 1)}
    inside = [pair for pair in through.items() if len(moments) <= 10 * pair[1] <= 9 * len(moments)]
    if len(inside) < 2:
        return 0.0
    (began, before), (ended, after) = inside[0], inside[-1]
    return (after - before) / (ended - began) * 60


def rate(kind: str, settings: Mapping[str, Any], requests: Sequence[WriteRequest], processes: int) -> float:
    """Requests a minute, all candidates of each, written by ``processes`` writers that begin together."""
    environment = {"OMP_NUM_THREADS": str(max(1, cores() // processes)), **os.environ}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.writing"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT,
        )
        for _ in range(processes)
    ]  # fmt: skip
    try:
        for number, process in enumerate(running):
            _tell(process, (kind, dict(settings), requests[number::processes]))
        for process in running:
            _line(process)
        for process in running:
            _tell(process, "begin")
        return sustained([moment for process in running for moment in json.loads(_line(process))])
    finally:
        for process in running:
            process.kill()
            process.communicate()


def _tell(process: subprocess.Popen[bytes], message: Any) -> None:
    assert process.stdin is not None
    pickle.dump(message, process.stdin)
    process.stdin.flush()


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a writer's process ended with exit status {process.wait()}")
    return line


def written(writer: Writer, requests: Sequence[WriteRequest]) -> list[float]:
    """When each request's last candidate came (the system's monotonic clock, which all processes share)."""
    left = Counter({request.tag: request.candidates for request in requests})
    moments = []
    for completion in writer.write(requests):
        left[completion.tag] -= 1
        if not left[completion.tag]:
            moments.append(time.monotonic())
    return moments


def main() -> None:
    """Open the writer, warm up, wait for the word, write, and print the moments."""
    kind, settings, requests = pickle.load(sys.stdin.buffer)
    writer = open_writer(kind, settings)
    limit_threads(writer)
    written(writer, requests[:WARM_UP])
    print("ready", flush=True)
    pickle.load(sys.stdin.buffer)
    print(json.dumps(written(writer, requests)), flush=True)


if __name__ == "__main__":
    main()
