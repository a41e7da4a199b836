"""Regular expressions that people tune, kept in data files (data/*_cues.json)."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources


@cache
def cues(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of ``data/<name>_cues.json`` by their names; a list is joined to one pattern."""
    rows = json.loads(resources.files(__package__).joinpath(f"data/{name}_cues.json").read_text("utf-8"))
    return {key: re.compile(value if isinstance(value, str) else "".join(value)) for key, value in rows.items()}
