"""Whether a campaign can run: what is in the way (problems), and what a person should know first (warnings)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from marketing.board import Board, Cell, CellState, board
from marketing.conflicts import PriceConflict, conflicts
from marketing.models import Campaign, Placement
from marketing.shown import Shown, shown_in
from marketing.wording import number
from opsportal.plugins.errors import FieldProblem

#: Channels whose ads lead to a page.
LINKED = ("google_ads", "meta")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing, and where: keys of texts or placements inside the campaign, at most all there are."""

    code: str
    message: str
    where: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The message with the first places it is about."""
        named = ", ".join(self.where[:_MOST_NAMED])
        more = " …" if len(self.where) > _MOST_NAMED else ""
        return f"{self.message} ({named}{more})" if named else self.message


@dataclass(slots=True)
class Readiness:
    """``problems`` keep a campaign from running; ``warnings`` have to be accepted when it is scheduled."""

    board: Board
    conflicts: Sequence[PriceConflict]
    problems: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is in the way."""
        return not self.problems

    def as_fields(self, issues: Iterable[Issue]) -> list[FieldProblem]:
        """Issues as the details of an error."""
        return [FieldProblem(issue.sentence(), issue.code) for issue in issues]


def readiness(campaign: Campaign) -> Readiness:
    """Look at everything a campaign needs before it runs; a fixed number of queries beside those for conflicts."""
    shown = list(shown_in(Placement.objects.filter(campaign=campaign)).values())
    made = Readiness(board(campaign), conflicts(campaign))
    made.problems = [*_plan(campaign, shown), *_copy(made.board)]
    made.warnings = [*_remarks(campaign, made.board), *_price_conflicts(made.conflicts)]
    return made


def _plan(campaign: Campaign, shown: Sequence[Shown]) -> Iterable[Issue]:
    if campaign.starts_at is None or campaign.ends_at is None:
        yield Issue("no_dates", _("Say when the campaign starts and ends."))
    elif campaign.ends_at <= timezone.now():
        yield Issue("over", _("The campaign's end has passed."))
    if not shown:
        yield Issue("no_placement", _("There is no placement."))
    unlinked = [one.placement.key for one in shown if one.placement.channel in LINKED and not one.placement.landing_url]
    if unlinked:
        yield Issue("no_landing_page", _("An ad needs a landing page."), tuple(unlinked))
    gone = [one.placement.key for one in shown if one.has_sold_out]
    if gone:
        yield Issue("sold_out", _("A product shown is sold out or no longer sold."), tuple(gone))
    unsigned = [
        one.placement.key
        for one in shown
        if one.placement.channel == "sms"
        and any(not campaign.signatures.get(code) for code in one.placement.languages or campaign.languages)
    ]
    if unsigned:
        yield Issue("no_sender", _("An SMS names its sender: give one in every language."), tuple(unsigned))


def _copy(shown: Board) -> Iterable[Issue]:
    cells = list(shown.cells())
    for code, message, found in (
        ("missing", _("Texts are missing."), _in(cells, CellState.MISSING, CellState.WAITING, CellState.FAILED)),
        ("unapproved", _("Texts are not approved yet."), _in(cells, CellState.DRAFTED)),
        ("unpublished", _("Approved texts are not published yet."), _in(cells, CellState.APPROVED)),
        ("stale", _("Published texts are no longer true."), _in(cells, CellState.STALE)),
        ("too_long", _("The channel would refuse texts for their length."), [c for c in cells if c.refused]),
    ):
        # A text that is live and true may run while its next draft is looked at.
        pending = [cell for cell in found if not cell.is_live or code == "too_long"]
        if pending:
            yield Issue(code, message, tuple(cell.where for cell in pending))


def _remarks(campaign: Campaign, shown: Board) -> Iterable[Issue]:
    cells = list(shown.cells())
    repeated = tuple(cell.where for cell in cells if cell.repeated)
    if repeated:
        yield Issue("repeated", _("Texts that stand side by side say the same."), repeated)
    long = tuple(cell.where for cell in cells if cell.too_long and not cell.refused)
    if long:
        yield Issue("long", _("Texts are longer than the channel shows."), long)
    shares = sum(placement.placement.budget_share for placement in shown.placements)
    if campaign.budget is not None and shares != 100:
        yield Issue(
            "budget", _("The placements share %(sum)s %% of the budget, not 100.") % {"sum": number(Decimal(shares))}
        )


def _price_conflicts(found: Sequence[PriceConflict]) -> Iterable[Issue]:
    for conflict in found:
        yield Issue(
            "price_conflict",
            _("%(products)d products are in another price offer at the same time: %(campaign)s, %(offer)s.")
            % {
                "products": conflict.products,
                "campaign": conflict.other.campaign.name,
                "offer": conflict.other.get_kind_display(),
            },
            (conflict.example,),
        )


def _in(cells: Sequence[Cell], *states: CellState) -> list[Cell]:
    return [cell for cell in cells if cell.state in states]
