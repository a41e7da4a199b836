"""The page of a campaign: what is planned, what may be done with it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import LessThanOrEqual
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generation.console.base import flash
from generation.console.drafting import lasting
from generation.console.forms import writer_choices
from generation.services import estimate
from marketing import services
from marketing.board import CellState
from marketing.console.base import CHANGE, CampaignView, complain
from marketing.console.board import board_context
from marketing.models import Campaign, Offer, Status
from marketing.readiness import readiness
from marketing.services.copy import drafting_spec
from marketing.services.scheduling import SCHEDULE
from marketing.workflow import EDITABLE, TRANSITIONS
from opsportal.access import Actor
from opsportal.console.desk import whole_number
from opsportal.plugins import DomainError

#: Products named for an offer; the rest is counted.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A button that takes a campaign on. ``asks``: a second click confirms it."""

    action: str
    title: str | Promise
    permission: str
    do: Callable[..., Any]
    done: str | Promise
    primary: bool = False
    asks: str | Promise = ""


#: What the buttons of the page do, in their order; each is shown where ``workflow.TRANSITIONS`` has the way.
MOVES = (
    Move(
        "submit",
        _("Submit for review"),
        CHANGE,
        services.submit_campaign,
        _("The plan is complete; its copy is in review."),
        primary=True,
    ),
    Move("return", _("Back to planning"), CHANGE, services.return_campaign, _("The campaign is being planned again.")),
    Move("pause", _("Pause"), CHANGE, services.pause_campaign, _("The campaign is paused.")),
    Move(
        "unschedule",
        _("Back to review"),
        SCHEDULE,
        services.unschedule_campaign,
        _("The campaign is in review again and can be changed."),
    ),
    Move(
        "end",
        _("End"),
        SCHEDULE,
        services.end_campaign,
        _("The campaign has ended."),
        asks=_("An ended campaign cannot run again; its results stay."),
    ),
)
#: Moves that need a campaign to be ready; their button stands below what was found.
STARTS = (
    Move("schedule", _("Schedule"), SCHEDULE, services.schedule_campaign, _("The campaign runs as planned.")),
    Move("resume", _("Resume"), SCHEDULE, services.resume_campaign, _("The campaign runs on.")),
)


class CampaignPage(CampaignView):
    """Plan and board of one campaign."""

    template_name = "marketing/campaign.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan, the board, and the ways on from here."""
        campaign = self.campaign
        can = self.actor.can
        offers = list(campaign.offers.annotate(products_listed=Count("products")))
        named = products_named([offer.pk for offer in offers])
        board = board_context(campaign, self.actor, self.request.GET)
        approved = next(count for state, _label, count in board["counts"] if state == CellState.APPROVED)
        return super().get_context_data(
            title=campaign.name,
            offers=[(offer, named.get(offer.pk, [])) for offer in offers],
            may_delete=can("marketing.delete_campaign")
            and campaign.status in EDITABLE
            and campaign.went_live_at is None,
            may_draft=can("generation.draft_copy") and campaign.status != Status.ENDED and board["total"],
            may_publish=can("generation.publish_draft") and approved,
            approved=approved,
            may_export=can("marketing.export_campaigns"),
            looks_ahead=campaign.status != Status.ENDED and board["total"],
            moves=possible_moves(campaign, self.actor),
            **board,
            **kwargs,
        )


class CampaignMove(CampaignView):
    """What the buttons do that take a campaign on. ``version`` is the one on the screen: nobody is overrun."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Do it and show the campaign again."""
        move = next((move for move in (*MOVES, *STARTS) if move.action == action), None)
        if move is None:
            raise Http404
        campaign = self.campaign
        campaign.version = whole_number(request.POST.get("version"), campaign.version)
        try:
            if move in STARTS:
                move.do(self.actor, campaign, accept_warnings="accept_warnings" in request.POST)
            else:
                move.do(self.actor, campaign)
        except DomainError as error:
            complain(request, error)
        else:
            messages.success(request, str(move.done))
        return redirect(campaign.get_absolute_url())


class Readiness(CampaignView):
    """What keeps the campaign from running and what collides, asked for when the page is there: it reads the catalogue."""

    template_name = "marketing/includes/readiness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Problems, warnings, and the button that starts it."""
        campaign = self.campaign
        status = Status(campaign.status)
        start = next((move for move in STARTS if status in TRANSITIONS[move.action].sources), None)
        if start is not None and not self.actor.can(start.permission):
            start = None
        return super().get_context_data(campaign=campaign, ready=readiness(campaign), start=start, **kwargs)


class DraftCampaign(CampaignView):
    """The one action that has the whole campaign drafted: its estimate, and doing it."""

    permission = "generation.draft_copy"
    template_name = "marketing/includes/drafting.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many drafts, how long; or why there is nothing to do."""
        context: dict[str, Any] = {"campaign": self.campaign, "writers": writer_choices()}
        try:
            found = estimate(drafting_spec(self.campaign))
        except DomainError as error:
            context["problem"] = error.message
        else:
            context |= {"estimate": found, "takes": lasting(found.seconds)}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start the bulk job; the board shows how far it is."""
        try:
            services.draft_campaign(self.actor, self.campaign, writer=request.POST.get("writer", ""))
        except DomainError as error:
            complain(request, error)
        else:
            messages.success(request, str(_("The campaign is being drafted; the board shows how far it is.")))
        return redirect(self.campaign.get_absolute_url())


class PublishCampaign(CampaignView):
    """Make what was approved live."""

    permission = "generation.publish_draft"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish and say what became of it."""
        try:
            flash(request, services.publish_campaign(self.actor, self.campaign))
        except DomainError as error:
            complain(request, error)
        return redirect(self.campaign.get_absolute_url())


def possible_moves(campaign: Campaign, actor: Actor) -> list[Move]:
    """The moves this person may make with the campaign as it is."""
    status = Status(campaign.status)
    return [move for move in MOVES if status in TRANSITIONS[move.action].sources and actor.can(move.permission)]


def products_named(offer_ids: list[int]) -> dict[int, list[str]]:
    """Names of the first products each offer lists; one query, however long the lists are."""
    through = Offer.products.through._default_manager
    place = Window(RowNumber(), partition_by="offer_id", order_by="id")
    ranked = through.filter(offer_id__in=offer_ids).alias(place=place).filter(LessThanOrEqual(F("place"), NAMED))
    found: dict[int, list[str]] = {}
    for offer_id, name in ranked.values_list("offer_id", "product__name"):
        found.setdefault(offer_id, []).append(name)
    return found
