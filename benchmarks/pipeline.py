"""Drafts a minute from "batch created" to "in review", checks and database included, with real worker processes.

``python -m benchmarks.pipeline [--json] [--quick] [--full] [--sizes …] [--workers …] [--languages …] [--writer NAME]``

Each run has a database of its own: SQLite in a temporary folder, and PostgreSQL where there is a server
(``benchmarks.postgresql``). It drafts ``products.description`` for that many products in every language in one batch,
with workers started just before, then has the writer alone write the same briefs with as many processes.

- ``drafts_per_minute``: the whole batch, from its creation to its last draft in review; starting the workers and loading
  the model are in it. ``cold_start_s``: from starting them to the first drafts in review.
- ``sustained_per_minute``: the same without ramp-up and tail (``benchmarks.writing.sustained``).
- ``engine_per_minute``: the writer alone, sustained. ``ratio``: the pipeline's sustained rate over that.
- ``peak_memory_mb``: all generation workers with all their processes, memory they share counted once.

With ``--json`` the top ``drafts_per_minute`` is the highest sustained rate, with that run's ``ratio``. The cost a draft
must not grow with the number of products.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.apart import run_apart
from benchmarks.postgresql import postgresql
from benchmarks.writing import rate, sustained
from opsportal.jobs.clusters import cores

if TYPE_CHECKING:
    from generation.engine import WriteRequest
    from generation.models import Batch

ROOT = Path(__file__).resolve().parent.parent
POLL_SECONDS = 0.5
#: Looks at the batch between two at the workers' memory, which takes a moment.
POLLS_A_MEASUREMENT = 4
#: A run that makes no progress for so long is broken, not slow.
STUCK_SECONDS = 300.0
#: The writer alone writes at most so many of the batch's briefs, evenly taken: its rate does not change with more.
MOST_ALONE = 4_000
AIM = 0.85


@dataclass(frozen=True)
class Run:
    """One measurement: ``products`` × ``languages`` drafts of ``candidates`` candidates by ``workers`` workers."""

    products: int
    workers: int
    languages: list[str]
    writer: str
    candidates: int


def measure_in_this_process(run: Run) -> dict[str, Any]:
    """Set up the products in the database of this process, draft them, and return the figures."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.catalogue import make_products
    from generation import writers
    from generation.models import Draft
    from generation.services import BatchSpec, start_batch
    from opsportal.access import Actor

    call_command("migrate", verbosity=0, interactive=False)
    make_products(run.products)
    began = time.time()
    with workers(run.workers) as generation:
        spec = BatchSpec(["products.description"], run.languages, writer=run.writer, candidates=run.candidates, seed=1)
        batch = start_batch(Actor.system(), spec)
        memory = wait_for(batch, generation.pid)
    moments = [at.timestamp() for at in Draft.objects.filter(batch=batch).values_list("written_at", flat=True) if at]
    choice = writers.resolve(batch.writer)
    alone = rate(choice.kind, choice.settings, requests_of(batch), run.workers)
    steady = sustained(moments)
    return {
        **asdict(run),
        "writer": batch.writer,
        "drafts": batch.total,
        "failed": batch.failed,
        "fallbacks": batch.fallbacks,
        "tokens_per_draft": round(batch.tokens / max(1, batch.written), 1),
        "drafts_per_minute": round(len(moments) / (max(moments) - batch.created_at.timestamp()) * 60, 1),
        "sustained_per_minute": round(steady, 1),
        "engine_per_minute": round(alone, 1),
        "ratio": round(steady / alone, 3) if alone else None,
        "cold_start_s": round(min(moments) - began, 1),
        "occupancy": None if batch.occupancy is None else round(batch.occupancy, 3),
        "peak_memory_mb": round(memory / 2**20),
    }


@contextmanager
def workers(number: int) -> Iterator[subprocess.Popen[bytes]]:
    """``number`` generation workers and a portal worker beside them; yields the supervisor of the former."""
    environment = {**os.environ, "GENERATION_WORKERS": str(number)}
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    processes = [subprocess.Popen([*command, cluster], env=environment) for cluster in ("generation", "portal")]
    try:
        yield processes[0]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def wait_for(batch: Batch, workers_pid: int) -> int:
    """Until ``batch`` is finished; returns the most memory the workers held. Raises ``RuntimeError`` when it gets stuck."""
    moved, seen, memory, looks = time.monotonic(), -1, 0, 0
    while batch.state != batch.State.FINISHED:
        time.sleep(POLL_SECONDS)
        batch.refresh_from_db()
        if looks % POLLS_A_MEASUREMENT == 0:
            memory = max(memory, memory_of(workers_pid))
        looks += 1
        if batch.written != seen:
            moved, seen = time.monotonic(), batch.written
        elif time.monotonic() - moved > STUCK_SECONDS:
            raise RuntimeError(f"no progress for {STUCK_SECONDS:.0f} s at {batch.written} of {batch.total}")
    return memory


def memory_of(pid: int) -> int:
    """Bytes that a process and all under it hold."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_full_info().pss for process in family)
    except psutil.Error:
        return 0


def requests_of(batch: Batch) -> list[WriteRequest]:
    """What the writer was asked for the drafts of ``batch``: same briefs, same seeds."""
    from generation.engine import Brief, Sampling, WriteRequest
    from generation.models import Draft

    drafts = Draft.objects.filter(batch=batch, brief__isnull=False).order_by("pk").select_related("brief")
    step = -(-batch.total // MOST_ALONE)
    return [
        WriteRequest(
            str(draft.pk), Brief.from_json(draft.brief.brief), None, "", batch.candidates, Sampling(seed=draft.seed)
        )
        for draft in list(drafts)[::step]
        if draft.brief
    ]


def told(row: dict[str, Any]) -> str:
    """One run in a line."""
    return (
        f"{row['database']:<11}{row['products']:>7,} products {row['workers']} worker(s)"
        f"{row['drafts_per_minute']:>9,.0f} drafts/min, sustained {row['sustained_per_minute']:,.0f},"
        f" engine {row['engine_per_minute']:,.0f}, ratio {row['ratio']} (aim {AIM}),"
        f" cold start {row['cold_start_s']} s, {row['peak_memory_mb']:,} MB"
    )


def main() -> None:
    """Run the chosen measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print figures for machines to read")
    parser.add_argument("--quick", action="store_true", help="one small batch on SQLite, within a minute")
    parser.add_argument("--full", action="store_true", help="20,000 products as well")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of products (default: 200 and 2,000)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--languages", nargs="+", default=["en", "zh-hans"])
    parser.add_argument("--writer", default="", help="writer by name (default: the installation's default)")
    parser.add_argument("--candidates", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_in_this_process(Run(**json.loads(options.one)))))
        return
    sizes = options.sizes or [200, 2000, *([20000] if options.full else [])]
    numbers = options.workers
    if options.quick:
        sizes, numbers = [200], [min(2, cores())]
    rows = []
    with nullcontext("") if options.quick else postgresql() as server:
        for address in ["", *([server] if server else [])]:
            for size in sizes:
                for number in numbers:
                    run = Run(size, number, options.languages, options.writer, options.candidates)
                    figures = run_apart("benchmarks.pipeline", asdict(run), address)
                    rows.append({"database": "postgresql" if address else "sqlite", **figures})
                    print(told(rows[-1]), file=sys.stderr if options.json else sys.stdout, flush=True)
    if options.json:
        best = max(rows, key=lambda row: row["sustained_per_minute"])
        print(json.dumps({"drafts_per_minute": best["sustained_per_minute"], "ratio": best["ratio"], "runs": rows}))


if __name__ == "__main__":
    main()
