"""docs/operations.md names every setting and every command of the host, and no others."""

import re
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text()
SOURCES = ("opsportal/settings.py", "opsportal/plugins/discovery.py", "opsportal/jobs/clusters.py")
READ = re.compile(r"""(?:env(?:\.\w+)?\(|environ\.get\()\s*"([A-Z_]+)\"""")


def test_the_table_holds_every_variable_and_no_other():
    read = {name for source in SOURCES for name in READ.findall((ROOT / source).read_text())}
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", TEXT, re.MULTILINE))
    assert told == read


def test_commands_it_names_exist():
    named = set(re.findall(r"manage\.py ([a-z_]+)", TEXT))
    assert {"worker", "backup", "restore", "doctor", "migrate"} <= named
    assert named - set(get_commands()) == set()
