"""Backup and restore of a real installation, on the database the tests run on."""

import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

import pytest
from django.db import connection

from opsportal.maintenance.backup import restore_backup, write_backup
from opsportal.plugins import Invalid

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]
ADD_USER = "from opsportal.access.models import User; User.objects.create_user('{}')"
USERS = "from opsportal.access.models import User; print(*sorted(u.username for u in User.objects.all()))"


class Installation:
    """A portal with a data folder and a database of its own, driven through ``manage.py``."""

    def __init__(self, folder, url):
        self.folder = folder
        folder.mkdir()
        self.environment = {**os.environ, "OPSPORTAL_DATA": str(folder), "DATABASE_URL": url}

    def try_to(self, *arguments):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)

    def manage(self, *arguments):
        answer = self.try_to(*arguments)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def python(self, code):
        return self.manage("shell", "-v0", "-c", code).strip()


@pytest.fixture
def installation(tmp_path):
    """``installation(name)``: a new one; its database goes when the test is over."""
    made = []

    def make(name):
        folder = tmp_path / name
        if connection.vendor == "sqlite":
            return Installation(folder, f"sqlite:///{folder / 'portal.sqlite3'}")
        database = f"backup_{uuid.uuid4().hex[:12]}"
        _on_server(f"CREATE DATABASE {database}")
        made.append(database)
        return Installation(folder, os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}")

    yield make
    for database in made:
        _on_server(f"DROP DATABASE {database} WITH (FORCE)")


def _on_server(statement):
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(statement)


def test_an_installation_comes_back_as_it_was(installation, tmp_path):
    portal = installation("portal")
    portal.manage("migrate", "-v0")
    portal.python(ADD_USER.format("before"))
    (portal.folder / "media").mkdir()
    (portal.folder / "media" / "shop.csv").write_text("sku,name\n")
    key = (portal.folder / "secret_key").read_text()
    archive = tmp_path / "portal.tar.gz"
    assert json.loads(portal.manage("backup", "--output", archive, "--json"))["engine"] == connection.vendor
    assert archive.stat().st_mode & 0o077 == 0
    assert "already exists" in portal.try_to("backup", "--output", archive).stderr

    portal.python(ADD_USER.format("after"))
    portal.python("from django.db import connection; connection.cursor().execute('CREATE TABLE later (id int)')")
    (portal.folder / "media" / "shop.csv").write_text("changed")
    refused = portal.try_to("restore", archive)
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    assert portal.python(USERS) == "after before"
    portal.manage("restore", archive, "--yes")
    assert portal.python(USERS) == "before"
    assert (portal.folder / "media" / "shop.csv").read_text() == "sku,name\n"
    tables = portal.python("from django.db import connection; print('later' in connection.introspection.table_names())")
    assert tables == "False"

    # Elsewhere, with a plugin switched off whose rows the backup holds.
    other = installation("other")
    other.environment["OPSPORTAL_PLUGINS_OFF"] = "stores"
    other.manage("restore", archive, "--yes")
    assert other.python(USERS) == "before"
    assert (other.folder / "secret_key").read_text() == key
    assert not [path.name for path in other.folder.iterdir() if path.name.endswith(".old")]


def archive_of(path, **members):
    """An archive at ``path``: bytes become a file, a string a link to it."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name.replace("__", "/").replace("manifest", "manifest.json"))
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                archive.addfile(entry)
                continue
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def manifest(**changes):
    return json.dumps({"format": 1, "engine": connection.vendor, "created_at": "", "migrations": []} | changes).encode()


@pytest.mark.parametrize("filters", [True, False], ids=["filters of tarfile", "Python before 3.11.4"])
@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_restored_is_refused_before_anything_is_touched(
    tmp_path, django_user_model, monkeypatch, filters
):
    if not filters:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    django_user_model.objects.create_user("present")
    good = tmp_path / "good.tar.gz"
    write_backup(good)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size * 2 // 3])
    text = tmp_path / "text.tar.gz"
    text.write_text("not an archive")
    other = "sqlite" if connection.vendor != "sqlite" else "postgresql"
    outside = {"manifest": manifest(), "database": b"x", "..__..__evil": b"evil"}
    cases = {
        cut: "damaged",
        text: "not a backup",
        tmp_path / "nowhere.tar.gz": "not a backup",
        archive_of(tmp_path / "outside.tar.gz", **outside): "damaged",
        archive_of(tmp_path / "link.tar.gz", manifest=manifest(), database=b"x", data__media="/etc"): "damaged",
        archive_of(tmp_path / "a.tar.gz", database=b"x"): "another format",
        archive_of(tmp_path / "b.tar.gz", manifest=b"[1]"): "another format",
        archive_of(tmp_path / "c.tar.gz", manifest=manifest(format=99)): "another format",
        archive_of(tmp_path / "d.tar.gz", manifest=manifest(engine=other)): "set DATABASE_URL",
        archive_of(tmp_path / "e.tar.gz", manifest=manifest(migrations=["jobs.0099_later"])): "newer version",
        archive_of(tmp_path / "f.tar.gz", manifest=manifest()): "no database",
        archive_of(tmp_path / "g.tar.gz", manifest=manifest(), database=b"no database at all"): "",
    }
    for path, reason in cases.items():
        with pytest.raises(Invalid, match=reason or None):
            restore_backup(path)
    assert not (tmp_path.parent / "evil").exists()
    assert django_user_model.objects.filter(username="present").exists()
