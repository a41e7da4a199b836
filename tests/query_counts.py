"""How many queries a page may cost: measured once, kept in ``query_counts.json``, and never more without being noticed.

``with counted("products.list"): client.get(…)`` compares with the kept figure; more queries fail and print the SQL.
``QUERY_COUNTS=refresh`` in the environment writes what is measured instead; commit the file with the reason.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

KEPT = Path(__file__).with_name("query_counts.json")
REFRESH = "QUERY_COUNTS=refresh"


@contextmanager
def counted(name: str) -> Iterator[CaptureQueriesContext]:
    """Everything inside may cost as many queries as were kept under ``name``; yields the captured queries."""
    with CaptureQueriesContext(connection) as queries:
        yield queries
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if os.environ.get("QUERY_COUNTS") == "refresh":
        KEPT.write_text(json.dumps({**kept, name: len(queries)}, indent=1, sort_keys=True) + "\n")
        return
    if name not in kept:
        pytest.fail(f"no query count is kept for {name!r}: run this test with {REFRESH} and commit {KEPT.name}")
    if len(queries) > kept[name]:
        listing = "\n".join(f"{number:3} {query['sql']}" for number, query in enumerate(queries.captured_queries, 1))
        pytest.fail(f"{name}: {len(queries)} queries, {kept[name]} allowed (or {REFRESH}):\n{listing}")
