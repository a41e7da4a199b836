"""The index behind the near-duplicate rule: bands of the texts that stand, looked up for a few texts at a time.

What stands is in the drafts' states (in review, approved, published), so nothing has to be taken out of the index when a
draft is rejected, replaced or undone. A look-up reads a bounded number of rows however large the catalogue is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Neighbourhood:
    """Looks texts up; remembers those of drafts that are finished and not committed yet."""

    _fresh: dict[int, list[tuple[str, int, str]]] = field(default_factory=lambda: defaultdict(list))

    def remember(self, draft: Draft, slot: Slot, value: Value) -> None:
        """Count this text in although its draft is not in the index yet."""
        text = _text(slot, value)
        for key in bands(text, _space(slot, draft.language)):
            self._fresh[key].append((draft.target_label, draft.target_id, text))

    def forget(self) -> None:
        """The remembered drafts are in the index now."""
        self._fresh.clear()

    def around(self, slot: Slot, language: str, asked: Sequence[tuple[int, Value]]) -> list[Neighbours]:
        """For each (target id, value) the texts of other targets it may be a copy of; at most two queries for all."""
        texts = [_text(slot, value) for _target, value in asked]
        keys = [bands(text, _space(slot, language)) for text in texts]
        wanted = {key for row in keys for key in row}
        if not wanted:
            return [()] * len(texts)
        shared: dict[int, list[int]] = defaultdict(list)
        rows = TextBand.objects.filter(key__in=wanted)
        for draft_id, key in rows.values_list("draft_id", "key")[: MOST_ROWS * len(texts)]:
            shared[key].append(draft_id)
        nearest = [
            [pk for pk, _count in Counter(pk for key in row for pk in shared[key]).most_common(MOST_NEIGHBOURS)]
            for row in keys
        ]
        known = _read({pk for row in nearest for pk in row}, slot)
        return [
            tuple(
                (label, text)
                for label, other, text in [*(known[pk] for pk in row if pk in known), *self._remembered(own)]
                if other != target_id
            )
            for (target_id, _value), row, own in zip(asked, nearest, keys, strict=True)
        ]

    def _remembered(self, keys: tuple[int, ...]) -> list[tuple[str, int, str]]:
        found = {row for key in keys if key in self._fresh for row in self._fresh[key]}
        return sorted(found)[:MOST_NEIGHBOURS]


def index(proposed: Sequence[tuple[Draft, Value]]) -> None:
    """Bring the index in line with what these drafts propose now, in the caller's transaction."""
    rows: list[TextBand] = []
    for draft, value in proposed:
        slot = get_slot(draft.slot)
        keys = bands(_text(slot, value), _space(slot, draft.language))
        rows += [TextBand(draft_id=draft.pk, key=key) for key in keys]
    TextBand.objects.filter(draft__in=[draft.pk for draft, _value in proposed]).delete()
    TextBand.objects.bulk_create(rows)


def _read(ids: set[int], slot: Slot) -> dict[int, tuple[str, int, str]]:
    """Label, target and text of those of these drafts that stand."""
    if not ids:
        return {}
    rows = Draft.objects.filter(pk__in=ids, state__in=STANDING)
    found = rows.values_list("pk", "target_label", "target_id", "value")
    return {pk: (label, target_id, _text(slot, value)) for pk, label, target_id, value in found}


def _space(slot: Slot, language: str) -> str:
    """Texts are compared with those of the same copy type and language."""
    return f"{slot.key}/{language}"


def _text(slot: Slot, value: Value) -> str:
    return compared(view(value, slot.value_type).text) if slot.value_type in ("plain", "html", "list") else ""
