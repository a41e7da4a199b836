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
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal.plugins.errors import Invalid

FORMAT = 1
KEPT_FOLDERS = ("media",)
KEPT_FILES = ("secret_key",)
#: What reading an archive that is cut off, damaged, hostile or no archive at all may raise.
_UNREADABLE = (OSError, EOFError, KeyError, ValueError, tarfile.TarError, zlib.error)


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
    """The manifest of an archive. Raises ``Invalid`` when this portal, as it is set up now, cannot restore it."""
    try:
        with tarfile.open(source) as archive:
            first = archive.next()
            file = archive.extractfile(first) if first and first.name == "manifest.json" else None
            manifest = json.load(file) if file else {}
    except _UNREADABLE as error:
        raise Invalid(_("%(path)s is not a backup of this portal") % {"path": source}) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Invalid(_("This backup has another format; use the version of the portal that wrote it"))
    if manifest["engine"] != connection.vendor:
        raise Invalid(
            _("The backup holds a %(theirs)s database, this portal uses %(ours)s; set DATABASE_URL to match")
            % {"theirs": manifest["engine"], "ours": connection.vendor}
        )
    newer = _unknown_migrations(manifest["migrations"])
    if newer:
        raise Invalid(
            _("The backup was written by a newer version of the portal (%(migration)s); install that version first")
            % {"migration": newer[0]}
        )
    return manifest


def _unknown_migrations(applied: list[str]) -> list[str]:
    """Migrations this version does not know, of apps it does know (the rows of a plugin that is off are no obstacle)."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    return [name for name in applied if name not in known and name.partition(".")[0] in loader.migrated_apps]


def restore_backup(source: Path) -> dict[str, Any]:
    """Replace database, uploads and key by those of the archive. The database is checked before it is replaced."""
    manifest = read_manifest(source)
    data_dir = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory() as folder:
        _unpack(source, Path(folder))
        _load_database(Path(folder) / "database")
        for name in (*KEPT_FOLDERS, *KEPT_FILES):
            _replace(Path(folder) / "data" / name, data_dir / name)
    return manifest


def _unpack(source: Path, folder: Path) -> None:
    """All of the archive, read to its end before anything in the portal is touched; nothing lands outside ``folder``."""
    try:
        with tarfile.open(source) as archive:
            _extract(archive, folder)
    except _UNREADABLE as error:
        raise Invalid(_("The backup is damaged: %(error)s") % {"error": error}) from error
    if not (folder / "database").is_file():
        raise Invalid(_("The backup is damaged: %(error)s") % {"error": _("it holds no database")})


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Files and folders of ``archive`` into ``folder``; raises ``ValueError`` for a link, a device or a path outside."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    # Python before 3.11.4 (Debian 12 has 3.11.2) knows no filters.
    top = folder.resolve()
    for member in archive.getmembers():
        if not (member.isfile() or member.isdir()) or not (top / member.name).resolve().is_relative_to(top):
            raise ValueError(f"{member.name!r} must not be in a backup")
    archive.extractall(folder)


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
            try:
                state = copy.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                state = str(error)
            if state != "ok":
                raise Invalid(_("The database in the backup is damaged: %(state)s") % {"state": state})
            connection.ensure_connection()
            copy.backup(connection.connection)
        return
    restore = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
    with _schema_aside():
        _run_postgres("pg_restore", *restore, "--dbname", _postgres_name(), str(dump))


@contextmanager
def _schema_aside() -> Iterator[None]:
    """The present tables step aside and come back when restoring fails: those newer than the backup must not stay."""
    aside = "before_restore"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {aside} CASCADE")
        cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    try:
        yield
    except BaseException:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute(f"ALTER SCHEMA {aside} RENAME TO public")
        raise
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {aside} CASCADE")


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
        raise Invalid(f"{program}: {error.stderr.strip() or error.returncode}") from error


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
