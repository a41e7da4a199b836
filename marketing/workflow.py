"""The life of a campaign: the transition table, and the only function that changes a campaign's status.

Every change is one conditional UPDATE; a campaign someone else moved meanwhile is not moved again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from marketing.models import Campaign, Status
from opsportal.plugins import Conflict


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from any of ``sources`` to ``target``."""

    sources: frozenset[Status]
    target: Status


def _way(target: Status, *sources: Status) -> Transition:
    return Transition(frozenset(sources), target)


#: Every change of status there is, by name. Nothing else may write ``Campaign.status``.
TRANSITIONS: dict[str, Transition] = {
    "submit": _way(Status.REVIEW, Status.PLAN),
    "return": _way(Status.PLAN, Status.REVIEW),
    "schedule": _way(Status.SCHEDULED, Status.REVIEW),
    "unschedule": _way(Status.REVIEW, Status.SCHEDULED, Status.PAUSED),
    "go_live": _way(Status.LIVE, Status.SCHEDULED),
    "pause": _way(Status.PAUSED, Status.SCHEDULED, Status.LIVE),
    "resume": _way(Status.SCHEDULED, Status.PAUSED),
    "end": _way(Status.ENDED, Status.PLAN, Status.REVIEW, Status.SCHEDULED, Status.LIVE, Status.PAUSED),
}

#: Statuses in which offers, placements and dates may still be changed.
EDITABLE = frozenset({Status.PLAN, Status.REVIEW})
#: Statuses in which copy must stay true.
WATCHED = frozenset({Status.SCHEDULED, Status.LIVE})


def move(action: str, campaign: Campaign, **values: Any) -> None:
    """Take ``campaign`` (as last read) through ``action``, writing ``values`` with the status; ``campaign`` is updated.

    Raises ``Conflict`` saying where it is now when it cannot be moved, or was moved or changed by someone meanwhile.
    """
    way = TRANSITIONS[action]
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a campaign changes status only inside a transaction")
    rows = Campaign.objects.filter(pk=campaign.pk, status__in=way.sources, version=campaign.version)
    moved = rows.update(status=way.target, version=F("version") + 1, updated_at=timezone.now(), **values)
    seen = campaign.version
    campaign.refresh_from_db()
    if moved:
        return
    if campaign.status not in way.sources:
        raise Conflict(
            _("The campaign is “%(status)s” now, so this is not possible.") % {"status": campaign.get_status_display()},
            "wrong_status",
        )
    raise Conflict(
        _("Someone changed the campaign meanwhile (version %(seen)d, now %(now)d). Look at it again.")
        % {"seen": seen, "now": campaign.version},
        "changed_meanwhile",
    )
