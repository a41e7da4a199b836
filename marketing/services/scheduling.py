"""When a campaign runs: scheduled by a person, started, paused and ended by the clock or by hand."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.services import compare_targets
from marketing import workflow
from marketing.models import Campaign, Placement, Status
from marketing.readiness import readiness
from marketing.services.saving import CHANGE
from marketing.shown import shown_in
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Conflict
from opsportal.plugins.errors import DomainError

log = logging.getLogger(__name__)
SCHEDULE = "marketing.schedule_campaign"
Reason = Campaign.PauseReason


def schedule_campaign(actor: Actor, campaign: Campaign, *, accept_warnings: bool = False) -> Campaign:
    """Let the campaign run from its start (at once when that has come); ``campaign`` is as the person saw it.

    Raises ``Forbidden``; ``Conflict`` "not_ready" with every problem, "warnings" with every warning unless they are
    accepted, "changed_meanwhile" when someone was faster.
    """
    actor.require(SCHEDULE)
    return _start(actor, campaign, "schedule", "campaign.scheduled", accept_warnings)


def resume_campaign(actor: Actor, campaign: Campaign, *, accept_warnings: bool = False) -> Campaign:
    """Let a paused campaign run on; it must be as ready as for scheduling."""
    actor.require(SCHEDULE)
    return _start(actor, campaign, "resume", "campaign.resumed", accept_warnings)


@transaction.atomic
def unschedule_campaign(actor: Actor, campaign: Campaign) -> Campaign:
    """Take a scheduled or paused campaign back to review, so that it can be changed."""
    actor.require(SCHEDULE)
    return _move(actor, campaign, "unschedule", "campaign.unscheduled", pause_reason="", pause_note="")


@transaction.atomic
def pause_campaign(actor: Actor, campaign: Campaign, note: str = "") -> Campaign:
    """Stop a scheduled or live campaign for now. Whoever plans campaigns may: stopping does no harm."""
    actor.require(CHANGE)
    return _pause(actor, campaign, Reason.BY_HAND, note)


@transaction.atomic
def end_campaign(actor: Actor, campaign: Campaign) -> Campaign:
    """End a campaign for good."""
    actor.require(SCHEDULE)
    return _move(actor, campaign, "end", "campaign.ended", ended_at=timezone.now())


def run_due(now: datetime | None = None) -> dict[str, int]:
    """Start what is due, end what is over; the portal's clock calls this. Returns how many of each.

    A campaign that is not ready when it should start is paused and people are told. One that fails does not keep the
    others waiting.
    """
    now = now or timezone.now()
    done = {"started": 0, "paused": 0, "ended": 0}
    over = Campaign.objects.filter(status__in=[Status.SCHEDULED, Status.LIVE, Status.PAUSED], ends_at__lte=now)
    for campaign in over.order_by("ends_at"):
        with transaction.atomic():
            done["ended"] += _quietly(_move, Actor.system(), campaign, "end", "campaign.ended", ended_at=now)
    due = Campaign.objects.filter(status=Status.SCHEDULED, starts_at__lte=now)
    for campaign in due.order_by("starts_at"):
        _quietly(_go_live, campaign)
        done["started" if campaign.status == Status.LIVE else "paused"] += campaign.status != Status.SCHEDULED
    return done


def look_at_shelves() -> int:
    """Compare the copy of running campaigns that show a product which is sold out; returns how many campaigns.

    Prices tell of their change by an event; stock is a mirror of the shop's and does not.
    """
    running = Placement.objects.filter(campaign__status__in=workflow.WATCHED)
    affected = {one.campaign.pk for one in shown_in(running).values() if one.has_sold_out}
    if affected:
        compare_targets([("marketing.campaign", pk) for pk in sorted(affected)])
    return len(affected)


@transaction.atomic
def pause_stale(campaign_ids: Iterable[int]) -> int:
    """Pause running campaigns whose published copy is no longer true; returns how many."""
    paused = 0
    rows = Campaign.objects.select_for_update(of=("self",)).filter(
        pk__in=list(campaign_ids), status__in=workflow.WATCHED
    )
    for campaign in rows.order_by("pk"):
        _pause(Actor.system(), campaign, Reason.STALE)
        paused += 1
    return paused


def _start(actor: Actor, campaign: Campaign, action: str, kind: str, accept_warnings: bool) -> Campaign:
    compare_targets([("marketing.campaign", campaign.pk)])
    with transaction.atomic():
        list(Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign.pk))
        ready = readiness(campaign)
        if not ready.is_ready:
            raise Conflict(_("The campaign is not ready."), "not_ready", ready.as_fields(ready.problems))
        if ready.warnings and not accept_warnings:
            raise Conflict(_("Look at these first."), "warnings", ready.as_fields(ready.warnings))
        _move(
            actor, campaign, action, kind, scheduled_by_id=actor.user.pk if actor.user else None, pause_reason="",
            pause_note="",
        )  # fmt: skip
    if campaign.starts_at is not None and campaign.starts_at <= timezone.now():
        _go_live(campaign)
    return campaign


def _go_live(campaign: Campaign) -> Campaign:
    """Start a scheduled campaign, or pause it when it is not ready."""
    compare_targets([("marketing.campaign", campaign.pk)])
    with transaction.atomic():
        list(Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign.pk))
        ready = readiness(campaign)
        if ready.is_ready:
            return _move(Actor.system(), campaign, "go_live", "campaign.went_live", went_live_at=timezone.now())
        return _pause(Actor.system(), campaign, Reason.NOT_READY)


def _pause(actor: Actor, campaign: Campaign, reason: str, note: str = "") -> Campaign:
    data = {"reason": str(reason), "note": note}
    return _move(actor, campaign, "pause", "campaign.paused", data, pause_reason=reason, pause_note=note[:500])


def _move(
    actor: Actor, campaign: Campaign, action: str, kind: str, data: dict[str, Any] | None = None, **values: Any
) -> Campaign:
    before = campaign.status
    workflow.move(action, campaign, **values)
    events.record(
        kind,
        actor=actor,
        target=campaign,
        before={"status": before},
        after={"status": campaign.status},
        data=data or {},
    )
    return campaign


def _quietly(step: Any, *args: Any, **values: Any) -> bool:
    """Run one step of the clock; a refusal is logged and left for the next minute."""
    try:
        with transaction.atomic():
            step(*args, **values)
    except DomainError as error:
        log.warning("marketing clock: %s", error.message)
        return False
    return True
