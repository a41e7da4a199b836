"""The index behind the near-duplicate rule: bands of the texts that stand, looked up for a few texts at a time.

What stands is in the drafts' states (in review, approved, published), so nothing has to be taken out of the index when a
draft is rejected, replaced or undone; a look-up passes over such rows. Of a text the standing ones that share most bands are
compared, however many were written before; of more than ``EACH`` that share a band the newest count, so that a catalogue of
one wording makes no look-up long.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from django.db import connection

from generation.checks.similarity import bands, compared
from generation.checks.text import view
from generation.models import Draft, State, TextBand
from generation.slots import Slot, get_slot
from generation.values import Value

#: Drafts that count for one band, and texts compared with one.
EACH = 40
MOST_NEIGHBOURS = 10
STANDING = (State.IN_REVIEW, State.APPROVED, State.PUBLISHED)

#: (label, text) of each text that may be alike, as the rule takes them.
Neighbours = tuple[tuple[str, str], ...]


def around(slot: Slot, language: str, asked: Sequence[tuple[int, Value]]) -> list[Neighbours]:
    """For each (target id, value) the standing texts of other targets it may be a copy of; at most two queries for all."""
    keys = [_bands(_text(slot, value), _space(slot, language)) for _target, value in asked]
    sharing = _sharing({key for row in keys for key in row})
    nearest = [
        _nearest((pk, other) for key in row for pk, other in sharing[key] if other != target_id)
        for (target_id, _value), row in zip(asked, keys, strict=True)
    ]
    known = _read({pk for row in nearest for pk, _target in row}, slot)
    return [tuple(known[pk] for pk, _target in row if pk in known) for row in nearest]


def among(slot: Slot, language: str, asked: Sequence[tuple[int, str, Value]]) -> list[Neighbours]:
    """For each (target id, label, value) the earlier ones of the same list it may be a copy of: no query."""
    seen: dict[int, list[tuple[int, int]]] = defaultdict(list)
    texts = [_text(slot, value) for _target, _label, value in asked]
    found: list[Neighbours] = []
    for place, (target_id, _label, _value) in enumerate(asked):
        keys = _bands(texts[place], _space(slot, language))
        near = _nearest(row for key in keys for row in seen[key] if row[1] != target_id)
        found.append(tuple((asked[earlier][1], texts[earlier]) for earlier, _target in near))
        for key in keys:
            seen[key].append((place, target_id))
    return found


def _nearest(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that share most bands, the newest first among equals: each row is (number, target id), once a band shared."""
    shared = Counter(rows)
    return sorted(shared, key=lambda row: (-shared[row], -row[0]))[:MOST_NEIGHBOURS]


def index(proposed: Sequence[tuple[Draft, Value]]) -> None:
    """Bring the index in line with what these drafts propose now, in the caller's transaction."""
    rows: list[TextBand] = []
    for draft, value in proposed:
        slot = get_slot(draft.slot)
        keys = _bands(_text(slot, value), _space(slot, draft.language))
        rows += [TextBand(draft_id=draft.pk, key=key) for key in keys]
    TextBand.objects.filter(draft__in=[draft.pk for draft, _value in proposed]).delete()
    TextBand.objects.bulk_create(rows)


def _sharing(keys: Set[int]) -> dict[int, list[tuple[int, int]]]:
    """(Draft, target) of the standing drafts with each key, of more than ``EACH`` the newest; one query.

    The ORM has no "so many of each": the oldest that still counts is looked up a key at a time, along the index. Written as
    a range, since for a single key PostgreSQL expects few rows and would read and sort all of a crowd; joined by CROSS JOIN,
    since SQLite, which keeps that order, else reads every standing draft for each key while its tables are not analysed.
    """
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    if keys:
        band, draft = TextBand._meta.db_table, Draft._meta.db_table
        stands = f"state IN ({', '.join(['%s'] * len(STANDING))})"
        query = f"""
            WITH given (key) AS (VALUES {", ".join(["(%s)"] * len(keys))}),
            asked AS MATERIALIZED (
                SELECT key, COALESCE(
                    (SELECT b.draft_id FROM {band} b CROSS JOIN {draft} d
                     WHERE d.id = b.draft_id AND b.key >= given.key AND b.key <= given.key AND d.{stands}
                     ORDER BY b.key DESC, b.draft_id DESC LIMIT 1 OFFSET {EACH - 1}), 0
                ) AS oldest FROM given)
            SELECT asked.key, b.draft_id, d.target_id FROM asked
            CROSS JOIN {band} b CROSS JOIN {draft} d
            WHERE b.key = asked.key AND b.draft_id >= asked.oldest AND d.id = b.draft_id AND d.{stands}"""
        with connection.cursor() as cursor:
            cursor.execute(query, [*keys, *STANDING, *STANDING])
            for key, draft_id, target_id in cursor.fetchall():
                found[key].append((draft_id, target_id))
    return found


def _read(ids: Set[int], slot: Slot) -> dict[int, tuple[str, str]]:
    """Label and text of these drafts."""
    rows = Draft.objects.filter(pk__in=ids).values_list("pk", "target_label", "value") if ids else ()
    return {pk: (label, _text(slot, value)) for pk, label, value in rows}


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
