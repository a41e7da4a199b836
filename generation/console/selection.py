"""What a person chose on a list before asking for copy: some objects, or everything that matches a filter.

A list's action calls ``draft_copy_url`` and redirects there.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

_SESSION_KEY = "copy_selections"
#: Selections kept in a session; the oldest goes.
_KEPT = 8
#: Objects chosen one by one; more than this is chosen by a filter.
MOST_IDS = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Objects of one kind: ``ids``, or None for all that match ``filter`` (the slot's own filters)."""

    target_type: str = ""
    ids: tuple[int, ...] | None = None
    filter: Mapping[str, str] = field(default_factory=dict)
    back: str = ""


def draft_copy_url(
    request: HttpRequest,
    target_type: str,
    *,
    ids: Sequence[int] | None = None,
    filter: Mapping[str, str] | None = None,
    back: str = "",
) -> str:
    """Remember a selection in the session; returns the address of the form that asks for copy for it.

    ``target_type`` like "products.product". Give ``ids`` for chosen rows, else ``filter`` ({} for everything); ``back`` is
    the address of the list. Raises ``ValueError`` for more than ``MOST_IDS`` ids.
    """
    if ids is not None and len(ids) > MOST_IDS:
        raise ValueError(f"more than {MOST_IDS} objects chosen one by one; use a filter")
    kept: dict[str, Any] = request.session.get(_SESSION_KEY, {})
    token = secrets.token_urlsafe(8)
    kept[token] = {
        "target_type": target_type.lower(),
        "ids": None if ids is None else [int(pk) for pk in ids],
        "filter": dict(filter or {}),
        "back": back if back.startswith("/") and not back.startswith("//") else "",
    }
    while len(kept) > _KEPT:
        kept.pop(next(iter(kept)))
    request.session[_SESSION_KEY] = kept
    return f"{reverse('console:draft_copy')}?selection={token}"


def selection_of(request: HttpRequest) -> Selection:
    """The selection named in the address, or one given there (``target_type``, ``ids``); else everything."""
    kept = request.session.get(_SESSION_KEY, {}).get(request.GET.get("selection", ""))
    if kept is not None:
        ids = kept["ids"]
        return Selection(kept["target_type"], None if ids is None else tuple(ids), kept["filter"], kept["back"])
    given = [int(text) for text in request.GET.get("ids", "").split(",") if text.isdecimal()]
    return Selection(request.GET.get("target_type", "").lower(), tuple(given[:MOST_IDS]) if given else None)
