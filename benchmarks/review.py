"""Server time of a reviewer's decision that brings the next draft, with many drafts waiting.

``DATABASE_URL=postgres://… python -m benchmarks.review [--json] [--drafts 100000] [--decisions 200]``

Runs on a database of its own, made beside that of ``DATABASE_URL`` and dropped afterwards; SQLite in a temporary folder
without one. The drafts decided about are really written and checked (descriptions of products, by the template writer);
the others waiting are copies of them for other objects, written in bulk. One person approves draft after draft over
the Django test client, just as the review page asks: the decision, the draft now shown, the one to load ahead.
Statements that only begin or end transactions are not counted as queries. ``cpu_ms`` is the share computed in the web
process itself: on a machine busy with other things it tells more than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from typing import Any

from benchmarks.apart import run_apart

#: Drafts really written beyond those decided about; the rest are copies.
SPARE = 40
CHUNK = 2000
#: Decisions before the clock counts: templates and word lists are read on first use.
WARMING_UP = 20
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def measure_in_this_process(drafts: int, decisions: int) -> dict[str, Any]:
    """Fill the queue with ``drafts`` drafts, decide about ``decisions`` of them, and return the figures."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from generation.models import Draft, State
    from opsportal.access.roles import sync_roles

    call_command("migrate", verbosity=0, interactive=False)
    sync_roles()
    _write(WARMING_UP + decisions + SPARE)
    waiting = list(Draft.objects.filter(state=State.IN_REVIEW, errors=0).order_by("pk").values_list("pk", flat=True))
    _copy(drafts - len(waiting))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reviewer = get_user_model().objects.create(username="bench-reviewer", is_staff=True)
    reviewer.groups.add(Group.objects.get(name="reviewer"))
    client = Client()
    client.force_login(reviewer)

    seconds: list[float] = []
    computing: list[float] = []
    queries: list[int] = []
    ready = client.get(f"/console/copy/review/{waiting[0]}/?shown=1").json()["draft"]
    total = min(WARMING_UP + decisions, len(waiting) - 2)
    following = client.get(f"/console/copy/review/{waiting[1]}/").json()["draft"]
    for place in range(total):
        proposed = next(tab for tab in ready["tabs"] if tab["index"] == ready["chosen"] - 1 or len(ready["tabs"]) == 1)
        sent = {
            "action": "approve",
            "anyway": True,
            "version": ready["version"],
            "hash": proposed["hash"],
            "shown": following["id"],
            "shown_version": following["version"],
            "ahead": waiting[place + 2],
        }
        body = json.dumps(sent)
        with CaptureQueriesContext(connection) if place < WARMING_UP else _Uncounted() as captured:
            began, worked = time.perf_counter(), time.thread_time()
            answer = client.post(f"/console/copy/review/{ready['id']}/decide/", body, content_type="application/json")
            took, worked = time.perf_counter() - began, time.thread_time() - worked
        told = answer.json()
        if not told["ok"] or told["ahead"]["id"] != waiting[place + 2]:
            raise RuntimeError(f"draft {ready['id']} was not approved: {told.get('message')}")
        if place < WARMING_UP:
            queries.append(sum(not query["sql"].startswith(_CONTROL) for query in captured.captured_queries))
        else:
            seconds.append(took)
            computing.append(worked)
        ready, following = following, told["ahead"]
    return {
        "database": connection.vendor,
        "drafts_waiting": Draft.objects.filter(state=State.IN_REVIEW).count() + total,
        "decisions": len(seconds),
        "median_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(statistics.quantiles(seconds, n=20)[-1] * 1000, 1),
        "cpu_ms": round(statistics.median(computing) * 1000, 1),
        "queries": round(statistics.median(queries)),
    }


class _Uncounted:
    captured_queries: tuple[dict[str, str], ...] = ()

    def __enter__(self) -> _Uncounted:
        return self

    def __exit__(self, *_error: object) -> None:
        return None


def _write(count: int) -> None:
    """Draft and check the descriptions of ``count`` products, with the template writer."""
    from benchmarks.catalogue import make_products
    from generation.drafting import drain
    from generation.services import BatchSpec, start_batch
    from opsportal import jobs
    from opsportal.access import Actor
    from opsportal.jobs.models import Job

    make_products(count)
    spec = BatchSpec(slots=["products.description"], languages=["en"], writer="template", candidates=1)
    batch = start_batch(Actor.system(), spec)
    jobs.run_now(Job.objects.get(pk=batch.job_id or 0))
    drain(lambda: False)


def _copy(count: int) -> None:
    """Write ``count`` more drafts to review, copies of those there are, each for an object of its own."""
    from django.db import transaction

    from generation.models import Candidate, Draft, State, StoredFinding

    patterns = list(Draft.objects.filter(state=State.IN_REVIEW).order_by("pk"))
    candidates = {row.draft_id: row for row in Candidate.objects.filter(draft__in=patterns)}
    findings: dict[int, list[StoredFinding]] = {}
    for finding in StoredFinding.objects.filter(candidate__draft__in=patterns, lapsed=False):
        findings.setdefault(finding.candidate_id, []).append(finding)
    for start in range(0, count, CHUNK):
        chosen = [patterns[number % len(patterns)] for number in range(start, min(start + CHUNK, count))]
        with transaction.atomic():
            made = Draft.objects.bulk_create(
                _again(pattern, target_id=10_000_000 + start + offset, target_key=f"copy-{start + offset}")
                for offset, pattern in enumerate(chosen)
            )
            texts = Candidate.objects.bulk_create(
                _again(candidates[pattern.pk], draft_id=draft.pk) for draft, pattern in zip(made, chosen, strict=True)
            )
            StoredFinding.objects.bulk_create(
                _again(finding, candidate_id=text.pk)
                for text, pattern in zip(texts, chosen, strict=True)
                for finding in findings.get(candidates[pattern.pk].pk, ())
            )


def _again(row: Any, **other: Any) -> Any:
    """An unsaved copy of a row with other values in some columns."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**{**values, **other})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--drafts", type=int, default=100_000, help="drafts waiting for review")
    parser.add_argument("--decisions", type=int, default=200, help="decisions measured")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_in_this_process(*json.loads(options.one))))
        return
    address = os.environ.get("DATABASE_URL", "")
    asked = [options.drafts, options.decisions]
    figures = run_apart("benchmarks.review", asked, address if address.startswith("postgres") else "")
    if options.json:
        print(json.dumps(figures))
        return
    print(
        "{database}, {drafts_waiting} drafts waiting: decision + next draft {median_ms} ms median, {p95_ms} ms p95, "
        "{cpu_ms} ms of computing in this process, {queries} queries ({decisions} decisions)".format(**figures)
    )


if __name__ == "__main__":
    main()
