"""The way to the outside: exported and confirmed copy, messages sent once or settled by a person."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Delivery, Draft, Revision, State
from generation.outcomes import Outcome, slices
from generation.slots import Change, SendRefused, get_slot
from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Conflict, Invalid

log = logging.getLogger(__name__)
PERMISSION = "generation.confirm_delivery"
#: A delivery "being sent" for longer than this was cut off; whether it went out is unknown.
SENDING_AT_MOST = timedelta(minutes=10)


@transaction.atomic
def record_exported(actor: Actor, revision_ids: Iterable[int], *, destination: str, reference: str = "") -> int:
    """Note that published values went into an export; returns how many. The exporter asked for its own right."""
    made = 0
    for chunk in slices(revision_ids, 500):
        revisions = Revision.objects.filter(pk__in=chunk).order_by("pk")
        made += len(
            Delivery.objects.bulk_create(
                [
                    Delivery(
                        revision=row,
                        draft_number=row.draft_number,
                        slot=row.slot,
                        target_type=row.target_type,
                        target_id=row.target_id,
                        target_key=row.target_key,
                        language=row.language,
                        channel=row.channel,
                        content_hash=row.after_hash,
                        state=Delivery.State.EXPORTED,
                        destination=destination[:200],
                        reference=reference[:200],
                        requested_by=actor.user,
                    )
                    for row in revisions
                ]
            )
        )
    if made:
        events.record(
            "delivery.exported", actor=actor, data={"count": made, "destination": destination, "reference": reference}
        )
    return made


@transaction.atomic
def confirm_deliveries(actor: Actor, delivery_ids: Iterable[int]) -> Outcome:
    """Confirm that exported copy is live in the shop."""
    actor.require(PERMISSION)
    outcome = Outcome("confirmed")
    for chunk in slices(delivery_ids, 500):
        rows = {row.pk: row for row in Delivery.objects.select_for_update(of=("self",)).filter(pk__in=chunk)}
        for pk in chunk:
            if pk not in rows or rows[pk].state != Delivery.State.EXPORTED:
                outcome.leave(pk, "wrong_state", _("There is nothing to confirm."))
        _confirm(actor, [row for row in rows.values() if row.state == Delivery.State.EXPORTED], outcome)
    return outcome


@transaction.atomic
def confirm_matching(
    actor: Actor, target_type: str, slot: str, language: str, channel: str, found: Mapping[int, str]
) -> int:
    """Confirm exported copy that an import found in the shop; ``found`` maps target ids to ``content_hash``es."""
    outcome = Outcome("confirmed")
    for chunk in slices(found, 500):
        rows = Delivery.objects.select_for_update(of=("self",)).filter(
            target_type=target_type,
            target_id__in=chunk,
            slot=slot,
            language=language,
            channel=channel,
            state=Delivery.State.EXPORTED,
        )
        _confirm(actor, [row for row in rows if row.content_hash == found[row.target_id]], outcome)
    return len(outcome.done)


def _confirm(actor: Actor, rows: list[Delivery], outcome: Outcome) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Delivery.State.CONFIRMED, settled_by=actor.user, changed_at=timezone.now()
    )
    events.record_many([events.NewEvent(kind="delivery.confirmed", target=row) for row in rows], actor=actor)
    outcome.done += [row.pk for row in rows]


def send(delivery_id: int) -> Delivery.State:
    """Send one queued delivery: "sending" is committed first, then the carrier is called, outside any transaction.

    A delivery found "sending" is not sent again; the sweep makes it "unknown".
    """
    with transaction.atomic():
        if not Delivery.objects.filter(pk=delivery_id, state=Delivery.State.QUEUED).update(
            state=Delivery.State.SENDING, attempts=F("attempts") + 1, changed_at=timezone.now()
        ):
            return Delivery.State(Delivery.objects.values_list("state", flat=True).get(pk=delivery_id))
        delivery = Delivery.objects.get(pk=delivery_id)
        draft = Draft.objects.filter(pk=delivery.draft_number or 0, state=State.PUBLISHED).first()
        if draft is None:
            return _settle(delivery, Delivery.State.FAILED, error=_("The draft is no longer published."))
    change = Change(draft.target_id, draft.language, draft.channel, draft.value, None, draft.pk)
    try:
        reference = get_slot(delivery.slot).send(change)
    except SendRefused as refused:
        return _settle(delivery, Delivery.State.FAILED, error=str(refused))
    except Exception as error:
        log.exception("delivery %s may or may not have gone out", delivery_id)
        return _settle(delivery, Delivery.State.UNKNOWN, error=f"{type(error).__name__}: {error}")
    return _settle(delivery, Delivery.State.SENT, reference=reference)


def sweep_sending() -> int:
    """Mark deliveries whose sending was cut off as unknown; returns how many."""
    with transaction.atomic():
        cut = list(
            Delivery.objects.select_for_update(of=("self",)).filter(
                state=Delivery.State.SENDING, changed_at__lt=timezone.now() - SENDING_AT_MOST
            )
        )
        for delivery in cut:
            _settle(delivery, Delivery.State.UNKNOWN, error=_("Cut off while sending."))
    return len(cut)


@transaction.atomic
def settle_delivery(actor: Actor, delivery_id: int, went_out: bool) -> Delivery:
    """A person found out whether an unknown delivery went out. One that did not may be sent again by a new draft."""
    actor.require(PERMISSION)
    if not actor.is_person:
        raise Invalid(_("Only a person can settle this."), "not_a_person")
    state = Delivery.State.SENT if went_out else Delivery.State.FAILED
    rows = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.UNKNOWN)
    if not rows.update(state=state, settled_by=actor.user, changed_at=timezone.now()):
        raise Conflict(_("There is nothing to settle here any more."), "wrong_state")
    delivery = Delivery.objects.get(pk=delivery_id)
    events.record("delivery.settled", actor=actor, target=delivery, after={"state": state.value})
    return delivery


@transaction.atomic
def _settle(delivery: Delivery, state: Delivery.State, error: str = "", reference: str = "") -> Delivery.State:
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING).update(
        state=state, error=error[:500], reference=reference[:200], changed_at=timezone.now()
    )
    events.record(f"delivery.{state.value}", actor=Actor.system(), target=delivery, data={"reference": reference})
    return state
