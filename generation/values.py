"""Hashes of what a draft proposes: equal values have equal hashes on every machine and database."""

from __future__ import annotations

import hashlib
import json
from typing import Any

#: A draft's proposed value: text (plain, html), a list of texts, or a JSON object (money, quantity). None: nothing.
Value = str | list[str] | dict[str, Any] | None


def _canonical(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(value: Value) -> str:
    """SHA-256 (hex) of a live value; "" for nothing (None, "" and [] are all nothing)."""
    if value is None or value == "" or value == []:
        return ""
    return hashlib.sha256(_canonical(value)).hexdigest()


def value_hash(slot: str, target_type: str, target_id: int, language: str, channel: str, value: Value) -> str:
    """SHA-256 (hex) of a proposed value together with its address: what an approval is bound to."""
    return hashlib.sha256(_canonical([slot, target_type, target_id, language, channel, value])).hexdigest()
