"""One archive with everything an installation cannot make again: database, uploads, its secret key.

SQLite is copied with its online backup API while the portal runs; PostgreSQL goes through ``pg_dump``/``pg_restore``.
The archive is a tar.gz with ``manifest.json`` first, so that a wrong file is refused before anything is touched.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal.plugins.errors import Invalid

FORMAT = 1
KEPT_FOLDERS = ("media",)
KEPT_FILES = ("secret_key",)


def write_backup(target: Path) -> dict[str, Any]:
    """Write the archive to ``target`` and return its manifest. Raises ``Invalid`` when the target exists."""
    if target.exists():
        raise Invalid(_("%(path)s already exists; choose another file") % {"path": target})
    manifest = {
        "format": FORMAT,
        "engine": connection.vendor,
        "created_at": timezone.now().isoformat(),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
    }
    data_dir = Path(settings.DATA_DIR)
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "database"
        _dump_database(dump)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            described = json.dumps(manifest, indent=2).encode()
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(described)
            archive.addfile(entry, io.BytesIO(described))
            archive.add(dump, "database")
            for name in (*KEPT_FOLDERS, *KEPT_FILES):
                if (data_dir / name).exists():
                    archive.add(data_dir / name, f"data/{name}")
    partial.rename(target)
    return manifest


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest of an archive. Raises ``Invalid`` when it is not a backup of this portal and database engine."""
    try:
        with tarfile.open(source) as archive:
            file = archive.extractfile("manifest.json")
            manifest = json.load(file) if file else {}
    except (OSError, KeyError, tarfile.TarError, ValueError) as error:
        raise Invalid(_("%(path)s is not a backup of this portal") % {"path": source}) from error
    if manifest.get("format") != FORMAT:
        raise Invalid(_("This backup has another format; use the version of the portal that wrote it"))
    if manifest["engine"] != connection.vendor:
        raise Invalid(
            _("The backup holds a %(theirs)s database, this portal uses %(ours)s; set DATABASE_URL to match")
            % {"theirs": manifest["engine"], "ours": connection.vendor}
        )
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Replace database, uploads and key by those of the archive. The database is checked before it is replaced."""
    manifest = read_manifest(source)
    data_dir = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory() as folder, tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
        _load_database(Path(folder) / "database")
        for name in (*KEPT_FOLDERS, *KEPT_FILES):
            _replace(Path(folder) / "data" / name, data_dir / name)
    return manifest


def _dump_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    _run_postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}", "--dbname", _postgres_name())


def _load_database(dump: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(dump)) as copy:
            state = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if state != "ok":
                raise Invalid(_("The database in the backup is damaged: %(state)s") % {"state": state})
            connection.ensure_connection()
            copy.backup(connection.connection)
        return
    connection.close()
    restore = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    _run_postgres("pg_restore", *restore, "--dbname", _postgres_name(), str(dump))


def _postgres_name() -> str:
    return str(connection.settings_dict["NAME"])


def _run_postgres(program: str, *arguments: str) -> None:
    """Run a PostgreSQL client program on the portal's database; the password travels in the environment only."""
    given = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": given["HOST"] or "",
        "PGPORT": str(given["PORT"] or ""),
        "PGUSER": given["USER"] or "",
        "PGPASSWORD": given["PASSWORD"] or "",
    }
    try:
        subprocess.run([program, *arguments], check=True, env=environment, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise Invalid(
            _("%(program)s is not installed; install the PostgreSQL client tools") % {"program": program}
        ) from error
    except subprocess.CalledProcessError as error:
        raise Invalid(f"{program}: {error.stderr.strip().splitlines()[-1]}") from error


def _replace(source: Path, target: Path) -> None:
    """Put ``source`` where ``target`` is; the old one steps aside and goes only when the new one stands."""
    if not source.exists():
        return
    aside = target.with_name(target.name + ".old")
    _remove(aside)
    if target.exists():
        target.rename(aside)
    shutil.move(source, target)
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
