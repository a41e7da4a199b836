"""What every write of a plan has in common: lock, may it still change, validate, save, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from marketing.models import Campaign
from marketing.workflow import EDITABLE
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins import Conflict, Invalid
from opsportal.plugins.errors import FieldProblem

CHANGE = "marketing.change_campaign"


def locked(actor: Actor, campaign_id: int, version: int | None = None) -> Campaign:
    """The campaign, locked and still open to planning; raises ``Forbidden`` or ``Conflict``.

    ``version`` is the one the person saw: another one means that somebody was faster.
    """
    actor.require(CHANGE)
    campaign = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign_id).first()
    if campaign is None:
        raise Conflict(_("The campaign no longer exists."), "gone")
    if campaign.status not in EDITABLE:
        raise Conflict(
            _("The campaign is “%(status)s”. Take it back to review before you change it.")
            % {"status": campaign.get_status_display()},
            "wrong_status",
        )
    if version is not None and version != campaign.version:
        raise Conflict(_("Someone changed the campaign meanwhile. Look at it again."), "changed_meanwhile")
    return campaign


def assign(row: Model, values: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Set fields; raises ``Invalid`` for one that is not for editing."""
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise Invalid(
            _("Unknown field: %(name)s. Known: %(known)s.") % {"name": ", ".join(unknown), "known": ", ".join(allowed)},
            "unknown_field",
        )
    for name, value in values.items():
        setattr(row, name, value)


def save(row: Model) -> None:
    """Validate, then save; raises ``Invalid`` naming the fields."""
    try:
        row.full_clean()
    except ValidationError as error:
        problems = [
            FieldProblem(" ".join(messages), "" if name == "__all__" else name)
            for name, messages in error.message_dict.items()
        ]
        raise Invalid(_("Some values are not usable."), "invalid", problems) from error
    row.save()


def refuse(**problems: str) -> None:
    """Raise ``Invalid`` with one problem a field."""
    raise Invalid(
        _("Some values are not usable."), "invalid", [FieldProblem(text, name) for name, text in problems.items()]
    )


def told(actor: Actor, campaign: Campaign, what: str, after: Mapping[str, Any]) -> None:
    """Record a change of the plan; drafts made from the campaign are compared with it again."""
    Campaign.objects.filter(pk=campaign.pk).update(version=F("version") + 1, updated_at=timezone.now())
    campaign.refresh_from_db()
    shown = {name: str(value) if value is not None else None for name, value in after.items()}
    events.record("campaign.facts_changed", actor=actor, target=campaign, after=shown, data={"part": what})
