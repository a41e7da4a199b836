"""Are all strings of the product translated? Run as ``python -m tests.translations`` (needs GNU gettext).

Collects the strings anew, compares them with the committed catalogue, and says what is missing, doubtful or left over;
``--update`` writes the collected strings into the catalogue instead. Exit status 1 when anything is to be done.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
IGNORED = (".venv*/*", "tests/*", "var/*", "benchmarks/*", "*/migrations/*", "build/*")


def collect() -> None:
    """Rewrite the catalogue from the sources, keeping translations."""
    command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "-l", "zh_Hans", "--no-obsolete", "--no-wrap"]
    command += ["--add-location", "file"]
    for pattern in IGNORED:
        command += ["--ignore", pattern]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"})


def entries(*options: str) -> set[str]:
    """Message ids of the catalogue that ``msgattrib`` selects with ``options``."""
    command = ["msgattrib", "--no-wrap", "--no-obsolete", *options, str(CATALOGUE)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = set()
    for block in printed.split("\n\n"):
        lines = block.splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith("msgid ")]
        if starts:
            message = []
            for line in lines[starts[0] :]:
                if line.startswith(("msgstr", "msgid_plural")):
                    break
                message.append(line.removeprefix("msgid ").strip('"'))
            found.add("".join(message))
    return found - {""}


def main() -> int:
    """Check (or update) the catalogue; prints every message id that needs work."""
    if "--update" in sys.argv:
        collect()
        print(f"untranslated: {len(entries('--untranslated'))}, doubtful: {len(entries('--only-fuzzy'))}")
        return 0
    committed = CATALOGUE.read_bytes()
    known = entries()
    try:
        collect()
        wanted, missing, doubtful = entries(), entries("--untranslated"), entries("--only-fuzzy")
    finally:
        CATALOGUE.write_bytes(committed)
    problems = {
        "not in the catalogue": wanted - known,
        "no longer used": known - wanted,
        "untranslated": missing & known,
        "doubtful (fuzzy)": doubtful & known,
    }
    for title, messages in problems.items():
        for message in sorted(messages):
            print(f"{title}: {message}")
    compiled = CATALOGUE.with_suffix(".mo")
    fresh = subprocess.run(["msgfmt", "-o", "-", str(CATALOGUE)], check=True, capture_output=True).stdout
    if not compiled.exists() or compiled.read_bytes() != fresh:
        print(f"{compiled.relative_to(ROOT)} is not compiled from the catalogue: msgfmt it and commit both")
        return 1
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
