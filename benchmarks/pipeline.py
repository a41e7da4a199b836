"""Drafts a minute from "batch created" to "in review", checks and database included, with real worker processes.

``python -m benchmarks.pipeline [--json] [--quick] [--sizes 200 2000 20000] [--workers 1 2] [--writer NAME]``

Runs on a database of its own: SQLite in a temporary folder, and PostgreSQL as well when ``TEST_DATABASE_URL`` is set. Each
figure is one batch of ``products.description`` for that many products; the clock starts when the batch is created and
stops when its last draft is in review; starting the workers and loading the model are in it (``first_drafts_s``). The
cost a draft must not grow with the number of products. ``peak_memory_mb`` is that of the hungriest generation worker
with all its processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
POLL_SECONDS = 0.5
#: A run that makes no progress for so long is broken, not slow.
STUCK_SECONDS = 300.0


def measure_in_this_process(size: int, workers: int, writer: str, candidates: int) -> dict[str, Any]:
    """Set up ``size`` products, draft them with ``workers`` generation workers, and return the figures."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.catalogue import make_products
    from generation.models import Batch
    from generation.services import BatchSpec, start_batch
    from opsportal.access import Actor

    call_command("migrate", verbosity=0, interactive=False)
    make_products(size)
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    # Each worker computes with its share of the cores: threads that wait for each other's core help nobody.
    threads = str(max(1, (os.cpu_count() or 1) // workers))
    environment = {**os.environ, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", threads)}
    processes = [
        subprocess.Popen([*command, cluster], env=environment) for cluster in ["portal", *["generation"] * workers]
    ]
    try:
        spec = BatchSpec(slots=["products.description"], languages=["en"], writer=writer, candidates=candidates)
        batch = start_batch(Actor.system(), spec)
        began = time.perf_counter()
        moved, seen, first, memory = began, -1, 0.0, 0
        while batch.state != Batch.State.FINISHED:
            time.sleep(POLL_SECONDS)
            batch.refresh_from_db()
            now = time.perf_counter()
            first = first or (now - began if batch.written else 0.0)
            memory = max(memory, *(memory_of(process.pid) for process in processes[1:]))
            if batch.written != seen:
                moved, seen = now, batch.written
            elif now - moved > STUCK_SECONDS:
                raise RuntimeError(f"no progress for {STUCK_SECONDS:.0f} s at {batch.written} of {batch.total}")
        seconds = time.perf_counter() - began
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
    return {
        "products": size,
        "workers": workers,
        "writer": batch.writer,
        "candidates": candidates,
        "seconds": round(seconds, 2),
        "failed": batch.failed,
        "fallbacks": batch.fallbacks,
        "first_drafts_s": round(first, 1),
        "occupancy": None if batch.occupancy is None else round(batch.occupancy, 3),
        "peak_memory_mb": round(memory / 2**20),
        "drafts_per_minute": round(batch.written / seconds * 60, 1),
    }


def memory_of(pid: int) -> int:
    """Bytes that a worker and all processes under it hold, memory they share counted once."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_full_info().pss for process in family)
    except psutil.Error:
        return 0


def run_apart(database: str, size: int, workers: int, writer: str, candidates: int) -> dict[str, Any]:
    """One measurement in a fresh process on a fresh database; ``database`` is "sqlite" or a PostgreSQL address."""
    with tempfile.TemporaryDirectory(prefix="opsportal-bench-") as folder:
        environment = {**os.environ, "OPSPORTAL_DATA": folder, "DJANGO_SETTINGS_MODULE": "opsportal.settings"}
        name = f"bench_{uuid.uuid4().hex[:8]}"
        if database == "sqlite":
            environment.pop("DATABASE_URL", None)
        else:
            _postgres(database, f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = database.rsplit("/", 1)[0] + "/" + name
        try:
            command = [
                sys.executable,
                "-m",
                "benchmarks.pipeline",
                "--one",
                json.dumps([size, workers, writer, candidates]),
            ]
            done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            if database != "sqlite":
                _postgres(database, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    return {"database": "sqlite" if database == "sqlite" else "postgresql", **figures}


def _postgres(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def main() -> None:
    """Run the chosen measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one small batch on SQLite, within a minute")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 2000, 20000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--writer", default="", help="writer by name (default: the installation's default)")
    parser.add_argument("--candidates", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_in_this_process(*json.loads(options.one))))
        return
    databases = ["sqlite"]
    if os.environ.get("TEST_DATABASE_URL") and not options.quick:
        databases.append(os.environ["TEST_DATABASE_URL"])
    sizes, workers = ([200], [1]) if options.quick else (options.sizes, options.workers)
    rows = []
    for database in databases:
        for size in sizes:
            for number in workers:
                rows.append(run_apart(database, size, number, options.writer, options.candidates))
                if not options.json:
                    print(
                        "{database:<11}{products:>7} products {workers} worker(s) {drafts_per_minute:>9} drafts/min".format(
                            **rows[-1]
                        )
                    )
    if options.json:
        best = max(row["drafts_per_minute"] for row in rows)
        print(json.dumps({"drafts_per_minute": best, "runs": rows}))


if __name__ == "__main__":
    main()
