"""What became of a decision over many drafts: done, or left as it was and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

#: Drafts decided in one transaction: enough to be quick, few enough that nobody waits long for a lock.
SLICE = 200


@dataclass
class Outcome:
    """``done``: the ids that moved; ``left``: (id, reason code, message) of the others; ``verb``: "approved" …"""

    verb: str
    done: list[int] = field(default_factory=list)
    left: list[tuple[int, str, str]] = field(default_factory=list)

    def leave(self, pk: int, code: str, message: str | Promise) -> None:
        """Report that ``pk`` was left as it was."""
        self.left.append((pk, code, str(message)))

    def add(self, other: Outcome) -> None:
        """Take over what became of further drafts."""
        self.done += other.done
        self.left += other.left

    @property
    def reasons(self) -> dict[str, int]:
        """How many were left for each reason code."""
        return dict(Counter(code for _, code, _ in self.left))

    def to_json(self) -> dict[str, Any]:
        """``{"approved": n, "left": m, "reasons": {code: count}}``, the verb naming the first key."""
        return {self.verb: len(self.done), "left": len(self.left), "reasons": self.reasons}


def slices(ids: Iterable[int], size: int = SLICE) -> Iterator[Sequence[int]]:
    """Unique ids in ascending order, ``size`` at a time."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
