"""The campaign board: every text of a campaign and how far it is. A fixed number of queries, whatever the size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.engine import Limit
from generation.engine.counting import count
from generation.models import Draft, State
from generation.models.drafts import OPEN_STATES
from marketing.ad_slots import AdSlot, Corrections, FieldSpec, ad_slots, corrections, limit_of
from marketing.models import Campaign, CopyText, CopyVariant, Placement
from marketing.models.placements import TARGET


class CellState(models.TextChoices):
    """How far one text is."""

    MISSING = "missing", _("missing")
    WAITING = "waiting", _("being drafted")
    FAILED = "failed", _("drafting failed")
    DRAFTED = "drafted", _("to review")
    APPROVED = "approved", _("approved, not published")
    PUBLISHED = "published", _("published")
    STALE = "stale", _("no longer true")


_OF_DRAFT = {
    State.QUEUED: CellState.WAITING,
    State.WRITING: CellState.WAITING,
    State.FAILED: CellState.FAILED,
    State.IN_REVIEW: CellState.DRAFTED,
    State.APPROVED: CellState.APPROVED,
}


@dataclass(slots=True)
class Cell:
    """One text. ``value`` is that of its open draft, else what is published; ``draft_id`` the draft that has it.

    ``is_live`` tells whether something is published and still true, whatever the open draft says. ``repeated``: another
    text of the same field, variant and language says the same.
    """

    text: CopyText
    spec: FieldSpec | None
    state: CellState
    draft_id: int | None = None
    value: str = ""
    length: int = 0
    limit: Limit | None = None
    errors: int = 0
    warnings: int = 0
    is_live: bool = False
    stale_reason: str = ""
    repeated: bool = False

    @property
    def too_long(self) -> bool:
        """Whether the channel allows less."""
        return self.limit is not None and self.length > self.limit.maximum

    @property
    def refused(self) -> bool:
        """Whether the channel would refuse it for its length."""
        return self.too_long and self.limit is not None and self.limit.hard

    @property
    def where(self) -> str:
        """Its place inside the campaign, for people: "search/A/headline-2/en"."""
        return self.text.key.partition("/")[2]


@dataclass(slots=True)
class BoardVariant:
    """A variant and its texts in the order of the fields."""

    variant: CopyVariant
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class BoardPlacement:
    """A placement and its variants; ``ad_slot`` None when its kind is no longer known."""

    placement: Placement
    ad_slot: AdSlot | None
    variants: list[BoardVariant] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """All placements of a campaign; ``counts`` by state, and how many are too long."""

    campaign: Campaign
    placements: list[BoardPlacement] = field(default_factory=list)

    def cells(self) -> Iterator[Cell]:
        """Every text."""
        for placement in self.placements:
            for variant in placement.variants:
                yield from variant.cells

    @property
    def counts(self) -> dict[str, int]:
        """How many texts are in each state (``CellState`` values), and ``total`` and ``too_long``."""
        found = Counter(cell.state.value for cell in self.cells())
        states = {state.value: found[state.value] for state in CellState}
        return {**states, "too_long": sum(cell.too_long for cell in self.cells()), "total": sum(states.values())}


def board(campaign: Campaign) -> Board:
    """The board of ``campaign``: placements, variants, texts, drafts and corrected limits, one query each."""
    made = Board(campaign)
    drafts = _drafts(campaign)
    corrected = corrections()
    texts: dict[int, list[CopyText]] = defaultdict(list)
    for text in CopyText.objects.filter(campaign=campaign).order_by("position", "language"):
        text.campaign = campaign
        texts[text.variant_id].append(text)
    variants: dict[int, list[CopyVariant]] = defaultdict(list)
    for variant in CopyVariant.objects.filter(placement__campaign=campaign).order_by("label"):
        variants[variant.placement_id].append(variant)
    for placement in Placement.objects.filter(campaign=campaign).order_by("position", "id"):
        placement.campaign = campaign
        ad_slot = ad_slots().get(placement.ad_slot)
        shown = BoardPlacement(placement, ad_slot)
        made.placements.append(shown)
        for variant in variants[placement.pk]:
            variant.placement = placement
            cells = [_cell(text, placement, ad_slot, drafts.get(text.pk, []), corrected) for text in texts[variant.pk]]
            order = list(ad_slot.fields) if ad_slot else []
            cells.sort(key=lambda cell: order.index(cell.text.field) if cell.text.field in order else len(order))
            _mark_repeated(cells)
            shown.variants.append(BoardVariant(variant, cells))
    return made


def _drafts(campaign: Campaign) -> dict[int, list[Draft]]:
    """The open and the published draft of every text, by text."""
    rows = Draft.objects.filter(
        target_type=TARGET,
        target_id__in=CopyText.objects.filter(campaign=campaign).values("pk"),
        state__in=[*OPEN_STATES, State.PUBLISHED],
    ).only("pk", "target_id", "state", "value", "errors", "warnings", "stale_since", "stale_reason")
    found: dict[int, list[Draft]] = defaultdict(list)
    for draft in rows:
        found[draft.target_id].append(draft)
    return found


def _cell(
    text: CopyText,
    placement: Placement,
    ad_slot: AdSlot | None,
    drafts: list[Draft],
    corrected: Corrections,
) -> Cell:
    limit = limit_of(placement.ad_slot, text.field, corrected)
    cell = Cell(text, ad_slot.fields.get(text.field) if ad_slot else None, CellState.MISSING, limit=limit)
    published = next((draft for draft in drafts if draft.state == State.PUBLISHED), None)
    waiting = next((draft for draft in drafts if draft.state != State.PUBLISHED), None)
    if text.content_hash and published is not None:
        cell.is_live = published.stale_since is None
        cell.state = CellState.PUBLISHED if cell.is_live else CellState.STALE
        cell.draft_id, cell.stale_reason = published.pk, published.stale_reason
        cell.value = str(text.value)
    if waiting is not None:
        cell.state = _OF_DRAFT[State(waiting.state)]
        cell.draft_id, cell.stale_reason = waiting.pk, waiting.stale_reason
        cell.errors, cell.warnings = waiting.errors, waiting.warnings
        cell.value = str(waiting.value or cell.value)
    if cell.value and limit is not None:
        cell.length = count(cell.value, limit.unit)
    return cell


def _mark_repeated(cells: list[Cell]) -> None:
    said = Counter((cell.text.field, cell.text.language, cell.value) for cell in cells if cell.value)
    for cell in cells:
        cell.repeated = said[cell.text.field, cell.text.language, cell.value] > 1
