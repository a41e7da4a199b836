"""Plugins: found, ordered, isolated when broken, and what people are told of those that do not run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from opsportal.jobs import Doorbell, doorbells, job_kinds
from opsportal.plugins import ExtensionPoint, UnknownContribution
from opsportal.plugins.discovery import Found, decide
from opsportal.plugins.plugin import BrokenModule, broken
from opsportal.plugins.points import declared

ROOT = Path(__file__).resolve().parents[2]
BROKEN = "tests.plugins_broken.apps."
ALL = [
    *(
        f"{BROKEN}{name}"
        for name in ("Halfway", "Nested", "WrongType", "Duplicate", "BadAdmin", "NoPlugin", "Impostor")
    ),
    *(f"{BROKEN}{name}" for name in ("NeedsAbsent", "NeedsNeeding", "CircleA", "CircleB", "Missing")),
    "tests.plugins_broken.failing_apps.Plugin",
    "nowhere.apps.Plugin",
    "nonsense",
]


def portal(tmp_path, plugins, *arguments, **environment):
    """``manage.py …`` in a process of its own, with these plugins beside our own ones."""
    given = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PLUGIN_ERRORS")}
    given |= {"OPSPORTAL_DATA": str(tmp_path), "OPSPORTAL_PLUGINS": ",".join(plugins), **environment}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=given, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """``manage.py plugins --json`` with every broken plugin there is, by path or label."""
    answer = portal(tmp_path_factory.mktemp("data"), ALL, "plugins", "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def of(rows, label, state):
    return next(row for row in rows if row["plugin"] == label and row["state"] == state)


@pytest.mark.parametrize(
    ("label", "state", "reason"),
    [
        ("halfway", "broken", "navigation: RuntimeError: the rest of the links is missing"),
        ("nested", "broken", "part_that_was_never_written"),
        ("wrong_type", "broken", "events.subscribers takes Subscriber"),
        ("duplicate", "broken", "already has 'jobs.sweep', from opsportal.jobs.tasks"),
        ("bad_admin", "broken", "no further pages"),
        ("plugins_broken", "off", "NoPlugin is not a PortalPlugin"),
        ("generation", "off", "another plugin is called generation"),
        ("needs_absent", "off", "requires teleport, which is off or not installed"),
        ("needs_needing", "off", "requires needs_absent"),
        ("circle_a", "off", "requires circle_b, which in turn requires it"),
        ("circle_b", "off", "requires circle_a, which in turn requires it"),
        ("failing_apps", "off", "a_package_nobody_has"),
        ("nowhere", "off", "No module named 'nowhere'"),
        ("nonsense", "off", "cannot be loaded"),
    ],
)
def test_a_broken_plugin_is_left_out_and_named_with_its_reason(rows, label, state, reason):
    assert reason in of(rows, label, state)["reason"]


def test_a_plugin_that_fails_halfway_leaves_nothing_behind(rows):
    for label in ("halfway", "nested", "wrong_type", "duplicate", "bad_admin"):
        assert of(rows, label, "broken")["adds"] == {}


def test_the_others_work_on(rows):
    assert "jobs.sweep" in of(rows, "jobs", "on")["adds"]["jobs.doorbells"]
    assert "sessions.session" not in str(rows)
    assert of(rows, "products", "on")["adds"]["generation.slots"]


def test_no_error_hides_another_plugin_of_the_same_folder(rows):
    assert [row["reason"].split(": ")[1] for row in rows if row["plugin"] == "plugins_broken"] == [
        "TypeError",
        "AttributeError",
    ]


@pytest.mark.parametrize(
    ("plugin", "error"),
    [
        ("tests.plugins_broken.failing_apps.Plugin", "No module named 'a_package_nobody_has'"),
        (f"{BROKEN}Nested", "part_that_was_never_written"),
    ],
)
def test_strict_ends_the_start_with_the_plugins_own_error(tmp_path, plugin, error):
    answer = portal(tmp_path, [plugin], "check", PLUGIN_ERRORS="strict")
    assert answer.returncode != 0
    assert error in answer.stderr


def test_broken_models_never_start(tmp_path):
    answer = portal(tmp_path, [f"{BROKEN}BadModels"], "check", PLUGIN_ERRORS="isolate")
    assert answer.returncode != 0
    assert "the models are broken" in answer.stderr


def test_a_misspelt_policy_is_refused(tmp_path):
    answer = portal(tmp_path, [], "check", PLUGIN_ERRORS="sometimes")
    assert "it may be isolate or strict" in answer.stderr


def found(label, *requires):
    return Found(label, f"{label}.apps.Plugin", requires)


def test_a_plugin_stands_after_what_it_requires():
    plan = decide([found("roof", "walls"), found("walls", "ground", "jobs"), found("ground")], off=())
    assert [plugin.label for plugin in plan.found] == ["ground", "walls", "roof"]
    assert not plan.off()


def test_what_requires_a_plugin_that_is_off_is_off_with_it():
    plan = decide([found("roof", "walls"), found("walls", "ground"), found("ground")], off=("ground",))
    assert {plugin.label: plugin.cause for plugin in plan.off()} == {
        "ground": "switched_off",
        "walls": "missing",
        "roof": "missing",
    }
    assert plan.apps() == []


def test_the_second_plugin_of_a_name_is_off():
    plan = decide([found("shop"), Found("shop", "other.apps.Shop", ())], off=())
    assert plan.apps() == ["shop.apps.Plugin"]
    assert plan.off()[0].reason == "another plugin is called shop"


@pytest.fixture
def point():
    made = ExtensionPoint("tests.point", module="nothing", base=Doorbell)
    yield made
    del declared["tests.point"]


class Bell(Doorbell):
    key = "tests.bell"

    def answer(self, stop):
        """Nothing."""


def test_a_point_takes_its_base_only_and_each_key_once(point):
    assert point.register(Bell) is Bell
    point.register(Bell)
    with pytest.raises(TypeError, match="takes Doorbell"):
        point.register(dict)
    with pytest.raises(ValueError, match=r"already has 'tests\.bell'"):
        point.register(type("Other", (Bell,), {}))
    assert point.by_plugin() == {"tests": ["tests.bell"]}
    point.withdraw("tests")
    assert list(point) == []


def test_a_point_is_declared_once(point):
    with pytest.raises(ValueError, match="declared twice"):
        ExtensionPoint("tests.point", module="nothing")


def test_whoever_asks_for_the_unknown_is_told_what_is_known():
    with pytest.raises(UnknownContribution, match=r"known: .*jobs\.sweep"):
        doorbells.get("jobs.swep")


def test_whoever_asks_for_something_of_a_broken_plugin_is_told_so():
    broken.append(BrokenModule("weather", "tasks", "OSError: no network"))
    try:
        with pytest.raises(UnknownContribution, match=r"“weather” is broken \(OSError: no network\)"):
            job_kinds.get("weather.fetch")
    finally:
        broken.pop()


def test_the_command_prints_a_line_a_plugin(capsys):
    call_command("plugins")
    printed = capsys.readouterr().out
    assert "jobs           on" in printed
    assert "jobs.sweep" in printed
