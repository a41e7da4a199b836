"""docs/plugins.md says what the example plugin does: excerpts are its code, the table is what the portal declares."""

import re
from pathlib import Path

import pytest

from opsportal.plugins.discovery import HOST
from opsportal.plugins.plugin import PortalPlugin
from opsportal.plugins.points import declared

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "plugins.md").read_text()
STORES = ROOT / "tests" / "plugin_example" / "stores"
EXCERPT = re.compile(r"<!-- from (?P<file>\S+) -->\n```python\n(?P<code>.*?)\n```", re.DOTALL)


@pytest.mark.parametrize("found", list(EXCERPT.finditer(GUIDE)), ids=lambda found: found["file"])
def test_an_excerpt_is_the_code_that_runs(found):
    assert found["code"] in (STORES / found["file"]).read_text(), f"docs/plugins.md differs from {found['file']}"


def test_every_module_of_the_example_is_shown():
    shown = {found["file"] for found in EXCERPT.finditer(GUIDE)}
    assert {path.name for path in STORES.glob("*.py")} - shown == {"__init__.py"}


def test_the_slot_takes_five_lines():
    body = next(found["code"] for found in EXCERPT.finditer(GUIDE) if found["file"] == "slots.py")
    assert len([line for line in body.splitlines() if " = " in line]) <= 5


def test_every_extension_point_of_host_and_generation_is_in_the_table():
    from django.apps import apps

    ours = [config for config in apps.get_app_configs() if isinstance(config, PortalPlugin) and config.label in HOST]
    points = [point for config in ours for point in config.extension_points]
    assert len(points) > 10
    for point in points:
        assert f"| `{point.key}` | `{point.module}` |" in GUIDE, f"{point.key} is missing"
    for key in re.findall(r"^\| `([a-z_.]+)` \| `", GUIDE, re.MULTILINE):
        assert key in declared, f"{key} is no extension point any more"
