"""From a fact sheet to what a writer is told, and to the fingerprint by which a draft knows its facts changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from generation.engine import Brief, Fact
from generation.engine.contract import Length
from generation.models import StoredBrief
from generation.slots import FactSheet, Slot

#: Bump when ``fingerprint`` covers other fields: every draft is then compared again, none silently passes.
FINGERPRINT_SCHEMA = 1
#: With fewer useful facts than this a draft is kept short and its target listed as needing data.
ENOUGH_FACTS = 4
#: A brief never carries more facts than this; the most important come first.
MOST_FACTS = 80
#: What a fingerprint covers of a fact, and of a volatile one.
_DECLARED = tuple(entry.name for entry in fields(Fact) if entry.name not in {"source", "date", "volatile"})
_DECLARED_OF_VOLATILE = tuple(name for name in _DECLARED if name not in {"value", "unit"})


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """What the person asked for, beside the target's own data."""

    language: str
    channel: str = ""
    tone: str = "plain"
    length: Length = "medium"
    note: str = ""
    instruction: str = ""
    opening: str = ""


def build(slot: Slot, sheet: FactSheet, request: BriefRequest) -> Brief:
    """The brief of one text. A sheet with too few facts asks for a short text: nothing is padded."""
    fields: dict[str, Any] = {
        "copy_kind": slot.copy_kind,
        "language": request.language,
        "name": sheet.name,
        "noun": sheet.noun,
        "brand": sheet.brand,
        "category": sheet.category,
        "facts": tuple(sorted(sheet.facts, key=lambda fact: not fact.is_key)[:MOST_FACTS]),
        "tone": request.tone,
        "length": "short" if is_thin(sheet) else request.length,
        "channel": request.channel,
        "keywords_use": sheet.keywords_use,
        "keywords_avoid": sheet.keywords_avoid,
        "limit": sheet.limit or slot.limit,
        "note": request.note,
        "instruction": request.instruction,
        "opening": request.opening,
    }
    return Brief(**(fields | slot.brief_extra(sheet)))


def is_thin(sheet: FactSheet) -> bool:
    """Whether there are too few facts for a full text (a benefit explains a fact and is none itself)."""
    return sum(fact.kind != "benefit" for fact in sheet.facts) < ENOUGH_FACTS


def fingerprint(sheet: FactSheet) -> str:
    """Versioned SHA-256 over what the sheet declares; neither the order of facts nor where they came from matters.

    Of a volatile fact only that there is one: whether copy says its value is another question (``generation.freshness``).
    """

    def declared(fact: Fact) -> dict[str, Any]:
        return {name: getattr(fact, name) for name in (_DECLARED_OF_VOLATILE if fact.volatile else _DECLARED)}

    content: dict[str, Any] = {
        "name": sheet.name,
        "noun": sheet.noun,
        "brand": sheet.brand,
        "category": sheet.category,
        "facts": sorted(json.dumps(declared(fact), ensure_ascii=False, sort_keys=True) for fact in sheet.facts),
        "spec_rows": sorted([list(row) for row in sheet.spec_rows]),
    }
    if sheet.limit is not None:
        content["limit"] = asdict(sheet.limit)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{FINGERPRINT_SCHEMA}:{hashlib.sha256(canonical.encode()).hexdigest()}"


def stored(brief: Brief, sheet: FactSheet) -> StoredBrief:
    """An unsaved row for the brief and the specification beside it, addressed by its content."""
    rows = [list(row) for row in sheet.spec_rows]
    extra = json.dumps([rows, sheet.background], ensure_ascii=False).encode()
    digest = hashlib.sha256(brief.digest.encode() + extra).hexdigest()
    return StoredBrief(digest=digest, brief=brief.to_json(), spec_rows=rows, background=list(sheet.background))
