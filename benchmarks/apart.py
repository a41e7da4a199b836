"""A measurement in a fresh process on a fresh database: nothing that ran before it is warm, and nothing of it is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def run_apart(module: str, asked: Any, address: str = "") -> dict[str, Any]:
    """Run ``python -m module --one ASKED`` (as JSON) and return what it printed last, as data.

    Its database is made beside that of ``address`` and dropped afterwards; without one it is SQLite in a temporary folder.
    """
    name = f"bench_{uuid.uuid4().hex[:8]}"
    with tempfile.TemporaryDirectory(prefix="opsportal-bench-") as folder:
        environment = {**os.environ, "OPSPORTAL_DATA": folder, "DJANGO_SETTINGS_MODULE": "opsportal.settings"}
        environment.pop("DATABASE_URL", None)
        if address:
            _execute(address, f"CREATE DATABASE {name}")
            environment["DATABASE_URL"] = address.rsplit("/", 1)[0] + "/" + name
        command = [sys.executable, "-m", module, "--one", json.dumps(asked)]
        try:
            done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            if address:
                _execute(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def _execute(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
