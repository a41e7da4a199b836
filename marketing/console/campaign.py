"""The page of a campaign: what is planned, what may be done with it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketing import services
from marketing.console.base import CHANGE, CampaignView, complain
from marketing.models import Campaign, Status
from marketing.workflow import EDITABLE, TRANSITIONS
from opsportal.access import Actor
from opsportal.plugins import DomainError

#: Products named for an offer; the rest is counted.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A button that takes a campaign on. ``asks``: a second click confirms it."""

    action: str
    title: str | Promise
    permission: str
    do: Callable[[Actor, Campaign], Any]
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
    ),
    Move("return", _("Back to planning"), CHANGE, services.return_campaign, _("The campaign is being planned again.")),
)


class CampaignPage(CampaignView):
    """Plan and board of one campaign."""

    template_name = "marketing/campaign.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The plan, and the ways on from here."""
        campaign = self.campaign
        may_change = self.actor.can(CHANGE) and campaign.status in EDITABLE
        offers = list(campaign.offers.annotate(products_listed=Count("products")).prefetch_related("products"))
        return super().get_context_data(
            title=campaign.name,
            campaign=campaign,
            offers=[(offer, list(offer.products.all())[:NAMED]) for offer in offers],
            may_change=may_change,
            may_delete=self.actor.can("marketing.delete_campaign")
            and campaign.status in EDITABLE
            and campaign.went_live_at is None,
            moves=possible_moves(campaign, self.actor),
            **kwargs,
        )


class CampaignMove(CampaignView):
    """What the buttons do that take a campaign on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Do it and show the campaign again."""
        move = next((move for move in MOVES if move.action == action), None)
        if move is None:
            raise Http404
        try:
            move.do(self.actor, self.campaign)
        except DomainError as error:
            complain(request, error)
        else:
            messages.success(request, str(move.done))
        return redirect(self.campaign.get_absolute_url())


def possible_moves(campaign: Campaign, actor: Actor) -> list[Move]:
    """The moves this person may make with the campaign as it is."""
    status = Status(campaign.status)
    return [move for move in MOVES if status in TRANSITIONS[move.action].sources and actor.can(move.permission)]
