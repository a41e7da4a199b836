"""Findings as the review page shows them: who took responsibility for one, who silenced it, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generation.models import Silence, StoredFinding
from opsportal.database import from_row

#: Columns of a finding that the page reads, with whoever answered for it or silenced it.
SHOWN_OF_FINDING = (
    *(field.attname for field in StoredFinding._meta.concrete_fields),
    "acknowledgement__user__username",
    "acknowledgement__attested",
    "acknowledgement__evidence",
    "silence__reason",
    "silence__created_at",
    "silence__created_by__username",
    "silence__lifted_at",
    "silence__lifted_by__username",
)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took responsibility for a finding, and with which proof."""

    user: str
    attested: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """Who silenced an alarm and why; for a draft approved before, who switched it on again since."""

    user: str
    made: Silence
    lifted_by: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> Silenced | None:
        """Of what ``Desk.read`` brought along; None for an alarm that is on."""
        if row["silence_id"] is None:
            return None
        columns = {name: row[f"silence__{name}"] for name in ("reason", "created_at", "lifted_at")}
        made = from_row(Silence, columns | {"id": row["silence_id"]})
        return cls(row["silence__created_by__username"], made, row["silence__lifted_by__username"] or "")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding, who took responsibility for it and who silenced it, if anybody did."""

    stored: StoredFinding
    acknowledgement: Acknowledgement | None
    silenced: Silenced | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Finding:
        """Of what ``Desk.read`` brought along."""
        who = row["acknowledgement__user__username"]
        taken = None
        if who is not None:
            attested, evidence = bool(row["acknowledgement__attested"]), row["acknowledgement__evidence"]
            taken = Acknowledgement(who, attested, evidence)
        return cls(from_row(StoredFinding, row), taken, Silenced.of(row))


@dataclass(slots=True)
class FindingRow:
    """A finding with its number in the text, the words it is about and the fact it points to (0 for none)."""

    finding: StoredFinding
    acknowledgement: Acknowledgement | None
    silenced: Silenced | None
    number: int
    words: str
    fact_number: int

    @property
    def quoted(self) -> str:
        """The words, where the sentence about them does not quote them already."""
        return "" if self.words in self.finding.text() else self.words

    @property
    def is_attested(self) -> bool:
        """Whether someone vouched for it with proof."""
        return self.acknowledgement is not None and self.acknowledgement.attested

    @property
    def stands(self) -> bool:
        """Whether it still speaks against approving."""
        return self.silenced is None and self.acknowledgement is None

    @property
    def is_error(self) -> bool:
        """Whether it keeps the draft from being approved while it stands."""
        return self.finding.severity == StoredFinding.Severity.ERROR
