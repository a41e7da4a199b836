"""The board of a campaign: every text laid out by placement, variant and language, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse

from generation.models import Batch
from marketing.board import BoardPlacement, Cell, CellState, board
from marketing.console.base import CHANGE, CampaignView
from marketing.models import Campaign, CopyVariant
from marketing.models.placements import TARGET
from marketing.workflow import EDITABLE
from opsportal.access import Actor

#: Placements of a page of the board; all are counted.
PAGE = 20
TOO_LONG = "too_long"


@dataclass(slots=True)
class Row:
    """One field of a placement: variant and cell of every column, None where there is none (or it is filtered out)."""

    name: str
    cells: list[tuple[CopyVariant, Cell | None]]


@dataclass(slots=True)
class Section:
    """One placement as a table: a column for every variant and language, a row for every field."""

    placement: BoardPlacement
    columns: list[tuple[CopyVariant, str]]
    rows: list[Row] = field(default_factory=list)


class BoardPart(CampaignView):
    """The board alone, which the page asks for again while something is being drafted, and when one comes back to it."""

    template_name = "marketing/includes/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The board as it is now."""
        return super().get_context_data(**board_context(self.campaign, self.actor, self.request.GET), **kwargs)


def board_context(campaign: Campaign, actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """What the board's template shows, in the same number of queries for a campaign of any size."""
    found = board(campaign)
    counts = found.counts
    wanted = query.get("show", "")
    wanted = wanted if wanted in (*CellState.values, TOO_LONG) else ""
    page = _page([section for entry in found.placements if (section := _section(entry, wanted)).rows], query)
    drafting = _drafting(campaign) if counts[CellState.WAITING.value] else None
    return {
        "campaign": campaign,
        "may_change": actor.can(CHANGE) and campaign.status in EDITABLE,
        "counts": [(state, state.label, counts[state.value]) for state in CellState],
        "too_long": counts[TOO_LONG],
        "total": counts["total"],
        "done": counts[CellState.PUBLISHED.value],
        "show": wanted,
        "page": page,
        "sections": page.object_list,
        "batch": drafting,
        "is_live": bool(counts[CellState.WAITING.value]),
        "review": review_url(campaign),
        "query": urlencode({"show": wanted, "page": page.number}),
    }


def review_url(campaign: Campaign) -> str:
    """The review queue, narrowed to the campaign: keys of its texts begin with its own."""
    return f"{reverse('console:copy_review')}?{urlencode({'q': campaign.key + '/'})}"


def _page(sections: list[Section], query: Mapping[str, str]) -> Page:
    return Paginator(sections, PAGE).get_page(query.get("page"))


def _drafting(campaign: Campaign) -> Batch | None:
    """The bulk job that drafts this campaign now."""
    rows = Batch.objects.filter(target_type=TARGET, filter__campaign=campaign.key)
    return rows.exclude(state=Batch.State.CANCELLED).order_by("-id").first()


def _section(entry: BoardPlacement, wanted: str) -> Section:
    order = [code for code, _name in settings.LANGUAGES]
    columns: list[tuple[CopyVariant, str]] = []
    rows: dict[tuple[str, int], dict[tuple[int, str], Cell]] = {}
    for shown in entry.variants:
        languages = sorted({cell.text.language for cell in shown.cells}, key=order.index)
        columns += [(shown.variant, language) for language in languages]
        for cell in shown.cells:
            place = rows.setdefault((cell.text.field, cell.text.position), {})
            place[(shown.variant.pk, cell.text.language)] = cell
    section = Section(entry, columns)
    for cells in rows.values():
        placed = [(variant, _if_wanted(cells.get((variant.pk, language)), wanted)) for variant, language in columns]
        if not wanted or any(cell for _variant, cell in placed):
            section.rows.append(Row(_name(cells.values()), placed))
    return section


def _if_wanted(cell: Cell | None, wanted: str) -> Cell | None:
    if cell is None or not wanted or cell.state == wanted or (wanted == TOO_LONG and cell.too_long):
        return cell
    return None


def _name(cells: Iterable[Cell]) -> str:
    cell = next(iter(cells))
    name = cell.spec.name if cell.spec else cell.text.field
    return f"{name} {cell.text.position}" if cell.spec is None or cell.spec.most > 1 else name
