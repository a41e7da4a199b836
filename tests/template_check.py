"""Do all templates of the product compile, and keep to the content policy? Run as ``python -m tests.template_check``.

A template must parse, and may hold no inline script and no inline event handler: the console's policy refuses both.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("templates", "opsportal", "generation", "products", "orders", "marketing")
#: A script without an address runs inline, unless it only carries data.
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"'](?:application/json|module/json)[\"'])", re.IGNORECASE
)
EVENT_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)


def problems(path: Path) -> list[str]:
    """What is wrong with one template."""
    text = path.read_text("utf-8")
    found = []
    try:
        engines["django"].from_string(text)
    except TemplateSyntaxError as error:
        found.append(str(error))
    if INLINE_SCRIPT.search(text):
        found.append("inline script")
    if EVENT_HANDLER.search(text):
        found.append("inline event handler")
    return [f"{path.relative_to(ROOT)}: {problem}" for problem in found]


def main() -> int:
    """Check every template; prints what is wrong and returns the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsportal.settings")
    django.setup()
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.html"))
    told = [line for path in paths for line in problems(path)]
    print("\n".join(told) or f"{len(paths)} templates are fine")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
