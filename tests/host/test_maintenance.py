"""The demo's machinery and doctor's questions."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from opsportal import jobs
from opsportal.access import Actor
from opsportal.access.models import User
from opsportal.jobs.clusters import CLUSTERS
from opsportal.jobs.models import WorkerBeat
from opsportal.maintenance.points import Demo, Diagnostic, Problem, demos, diagnostics
from opsportal.plugins.plugin import BrokenModule, broken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


class Shelves(Demo):
    """Loaded second."""

    key, order = "tests.shelves", 20

    def load(self, actor):
        yield f"shelves by {actor.label}"


class Walls(Demo):
    """Loaded first."""

    key, order = "tests.walls", 10

    def load(self, actor):
        yield "walls"


@pytest.fixture
def only():
    """``only(point, *entries)``: nothing else is registered there during the test."""
    restores = []

    def replace(point, *entries):
        restores.append(point.snapshot())
        point._entries = {}
        for entry in entries:
            point.register(entry)

    yield replace
    for restore in restores:
        restore()


def run(capsys, *arguments):
    """Output and exit status of a command."""
    status = 0
    try:
        call_command(*arguments)
    except SystemExit as error:
        status = error.code
    return capsys.readouterr().out, status


def test_the_demo_loads_in_order_and_prints_who_can_log_in(only, capsys, client):
    only(demos, Shelves, Walls)
    printed, _status = run(capsys, "demo", "--no-serve", "--json")
    told = json.loads(printed)
    assert told["loaded"] == ["walls", "shelves by demo-admin"]
    assert [person["role"] for person in told["users"]] == ["viewer", "operator", "reviewer", "publisher", "admin"]
    for person in told["users"]:
        assert client.login(username=person["user"], password=person["password"])
        assert client.get("/console/").status_code == 200
    run(capsys, "demo", "--no-serve", "--json")
    assert User.objects.filter(username__startswith="demo-").count() == 5


def doctor(capsys):
    printed, status = run(capsys, "doctor", "--json")
    return {problem["message"]: problem["level"] for problem in json.loads(printed)["problems"]}, status


def test_doctor_misses_workers_and_sees_them(capsys):
    found, _status = doctor(capsys)
    assert found["No worker is running for: " + ", ".join(CLUSTERS)] == "warning"
    jobs.ring("jobs.sweep")
    for cluster in CLUSTERS:
        WorkerBeat.objects.create(cluster=cluster, host="here", pid=1, seen_at=timezone.now())
    found, _status = doctor(capsys)
    assert not [message for message in found if "worker" in message]


def test_doctor_names_broken_plugins_and_exits_with_1(capsys):
    broken.append(BrokenModule("weather", "tasks", "OSError: no network"))
    try:
        found, status = doctor(capsys)
    finally:
        broken.pop()
    assert status == 1
    assert [level for message, level in found.items() if "weather" in message] == ["error"]


def test_doctor_objects_to_demo_users_and_open_hosts(capsys, settings):
    User.objects.create_user("demo-admin")
    settings.ALLOWED_HOSTS = ["*"]
    found, status = doctor(capsys)
    assert (found["ALLOWED_HOSTS accepts any host name"], status) == ("error", 1)
    assert found["Demo users with known passwords can log in"] == "error"


def test_a_diagnostic_that_fails_hides_no_other(only, capsys):
    class Fails(Diagnostic):
        key, title = "tests.fails", "Fails"

        def problems(self):
            raise OSError("nothing to look at")

    class Speaks(Diagnostic):
        key, title = "tests.speaks", "Speaks"

        def problems(self):
            yield Problem("warning", "the lamp is dim", "change the bulb")

    only(diagnostics, Fails, Speaks)
    found, status = doctor(capsys)
    assert found == {"OSError: nothing to look at": "error", "the lamp is dim": "warning"}
    assert status == 1


def test_a_command_for_nobody_says_so_in_one_line():
    with pytest.raises(CommandError, match="no active user “nobody”"):
        call_command("review", "approve", "1", acting="nobody")
    assert Actor.system().can("anything.at_all")


def test_a_command_without_a_database_says_what_to_do(tmp_path):
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "OPSPORTAL_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "write", "这款手环："],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Run: manage.py migrate")
    assert "Traceback" not in done.stderr
