"""The index behind the near-duplicate rule: bands of the texts that stand, looked up for a few texts at a time.

What stands is in the drafts' states (in review, approved, published), so nothing has to be taken out of the index when a
draft is rejected, replaced or undone. A look-up reads a bounded number of rows however large the catalogue is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from generation.checks.similarity import bands, compared
from generation.checks.text import view
from generation.models import Draft, State, TextBand
from generation.slots import Slot, get_slot
from generation.values import Value

#: Rows read for one text, and texts compared with it: whole catalogues of one wording must not make a look-up long.
MOST_ROWS = 400
MOST_NEIGHBOURS = 10
STANDING = (State.IN_REVIEW, State.APPROVED, State.PUBLISHED)

#: (label, text) of each text that may be alike, as the rule takes them.
Neighbours = tuple[tuple[str, str], ...]


def around(slot: Slot, language: str, asked: Sequence[tuple[int, Value]]) -> list[Neighbours]:
    """For each (target id, value) the standing texts of other targets it may be a copy of; at most two queries for all."""
    keys = [_bands(_text(slot, value), _space(slot, language)) for _target, value in asked]
    wanted = {key for row in keys for key in row}
    if not wanted:
        return [()] * len(asked)
    shared: dict[int, list[int]] = defaultdict(list)
    rows = TextBand.objects.filter(key__in=wanted)
    for draft_id, key in rows.values_list("draft_id", "key")[: MOST_ROWS * len(asked)]:
        shared[key].append(draft_id)
    nearest = [
        [pk for pk, _count in Counter(pk for key in row for pk in shared[key]).most_common(MOST_NEIGHBOURS)]
        for row in keys
    ]
    known = _read({pk for row in nearest for pk in row}, slot)
    return [
        tuple(known[pk][1:] for pk in row if pk in known and known[pk][0] != target_id)
        for (target_id, _value), row in zip(asked, nearest, strict=True)
    ]


def among(slot: Slot, language: str, asked: Sequence[tuple[int, str, Value]]) -> list[Neighbours]:
    """For each (target id, label, value) the earlier ones of the same list it may be a copy of: no query."""
    seen: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    found: list[Neighbours] = []
    for target_id, label, value in asked:
        text = _text(slot, value)
        keys = _bands(text, _space(slot, language))
        near = dict.fromkeys(row for key in keys for row in seen[key][:MOST_NEIGHBOURS] if row[0] != target_id)
        found.append(tuple(row[1:] for row in near)[:MOST_NEIGHBOURS])
        for key in keys:
            seen[key].append((target_id, label, text))
    return found


def index(proposed: Sequence[tuple[Draft, Value]]) -> None:
    """Bring the index in line with what these drafts propose now, in the caller's transaction."""
    rows: list[TextBand] = []
    for draft, value in proposed:
        slot = get_slot(draft.slot)
        keys = _bands(_text(slot, value), _space(slot, draft.language))
        rows += [TextBand(draft_id=draft.pk, key=key) for key in keys]
    TextBand.objects.filter(draft__in=[draft.pk for draft, _value in proposed]).delete()
    TextBand.objects.bulk_create(rows)


def _read(ids: set[int], slot: Slot) -> dict[int, tuple[int, str, str]]:
    """Target, label and text of those of these drafts that stand."""
    if not ids:
        return {}
    rows = Draft.objects.filter(pk__in=ids, state__in=STANDING)
    found = rows.values_list("pk", "target_id", "target_label", "value")
    return {pk: (target_id, label, _text(slot, value)) for pk, target_id, label, value in found}


def _space(slot: Slot, language: str) -> str:
    """Texts are compared with those of the same copy type and language."""
    return f"{slot.key}/{language}"


def _text(slot: Slot, value: Value) -> str:
    if slot.value_type not in ("plain", "html", "list"):
        return ""
    return _read_text(value, slot.value_type) if isinstance(value, str) else compared(view(value, slot.value_type).text)


#: A text on its way to review is read and signed three times: beside standing texts, beside its chunk, and for the index.
_KEPT = 256
_bands = lru_cache(maxsize=_KEPT)(bands)


@lru_cache(maxsize=_KEPT)
def _read_text(value: str, value_type: str) -> str:
    return compared(view(value, value_type).text)
