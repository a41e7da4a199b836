"""A PostgreSQL server for a benchmark: the one that ``TEST_DATABASE_URL`` names, else a private one for the time being."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "TEST_DATABASE_URL"
#: Where Debian and its kin put the server's programs, a folder a version.
_INSTALLED = Path("/usr/lib/postgresql")


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a database to connect to, from which others can be made; "" where there is no server to be had."""
    given = os.environ.get(VARIABLE, "")
    programs = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if given or not programs:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="opsportal-postgresql-") as folder:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        bin_folder, data = programs[-1].parent, f"{folder}/db"
        _run([bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "opsportal", "--locale=C.UTF-8"])
        # Set as it comes, durable: figures without fsync would be no one's.
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        _run([bin_folder / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"])
        try:
            yield f"postgres://opsportal@127.0.0.1:{port}/postgres"
        finally:
            _run([bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"])


def _run(command: Sequence[Path | str]) -> None:
    """Run a program of the server, which refuses to work as root."""
    user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")
