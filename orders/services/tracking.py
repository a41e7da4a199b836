"""What carriers say about parcels: each thing once, whatever order it arrives in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.events import NewEvent
from opsportal.plugins.errors import Conflict, Invalid
from orders import workflow
from orders.matching import digest
from orders.models import ParcelState, Shipment, TrackingEvent
from orders.models.parcels import FINAL_PARCEL_STATES
from orders.services.fulfilment import SHIP, delivered_with

#: Tells which of two events of the same second is the newer one: the later a state comes on a parcel's way.
_WAY = {state: rank for rank, state in enumerate(ParcelState.values)}
_ATTENTION = {
    ParcelState.PROBLEM: Shipment.Attention.EXCEPTION,
    ParcelState.REFUSED: Shipment.Attention.RETURNED,
    ParcelState.RETURNING: Shipment.Attention.RETURNED,
    ParcelState.RETURNED: Shipment.Attention.RETURNED,
}


@dataclass(frozen=True, slots=True)
class ParcelNews:
    """One thing a carrier says about a parcel."""

    state: ParcelState
    happened_at: datetime
    description: str = ""
    location: str = ""
    code: str = ""

    @property
    def digest(self) -> str:
        """Equal for the same news told again."""
        moment = self.happened_at.astimezone(timezone.get_default_timezone()).isoformat()
        return digest(str(self.state), moment, self.description[:500], self.location[:200], self.code[:40])


def find_shipment(tracking_number: str, carrier: str = "") -> Shipment | None:
    """The parcel with that number; without ``carrier`` only if no two carriers have it."""
    rows = Shipment.objects.filter(tracking_number=tracking_number)
    found = list((rows.filter(carrier=carrier) if carrier else rows)[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def record_tracking(actor: Actor, shipment: Shipment, news: Sequence[ParcelNews]) -> int:
    """Add what is new to a parcel's history and bring parcel and order up to date; returns how many were new.

    Harmless when told twice or at the same time: the order and the parcel are locked, the state follows from the whole
    history (newest event first; of two at the same moment the one further on the way).
    """
    actor.require(SHIP)
    # The order first, like everywhere: two parcels of one order arriving at once must see each other.
    order = workflow.lock([shipment.order_id])[0]
    shipment = Shipment.objects.select_for_update().get(pk=shipment.pk)
    known = set(shipment.events.values_list("digest", flat=True))
    fresh = {told.digest: told for told in news if told.digest not in known}
    if not fresh:
        return 0
    TrackingEvent.objects.bulk_create(
        TrackingEvent(
            shipment=shipment,
            state=told.state,
            happened_at=told.happened_at,
            description=told.description[:500],
            location=told.location[:200],
            code=told.code[:40],
            digest=key,
        )
        for key, told in fresh.items()
    )
    history = list(shipment.events.all())
    newest = max(history, key=lambda event: (event.happened_at, _WAY[event.state], event.digest))
    arrivals = [event.happened_at for event in history if event.state == ParcelState.DELIVERED]
    before = shipment.state
    attention = _ATTENTION.get(ParcelState(newest.state), Shipment.Attention.NONE)
    values: dict[str, Any] = {
        "state": newest.state,
        "last_event_at": newest.happened_at,
        "delivered_at": min(arrivals) if arrivals else None,
        "attention": attention,
    }
    if attention != shipment.attention:
        values["attention_since"] = timezone.now() if attention else None
        values["attention_note"] = ""
    Shipment.objects.filter(pk=shipment.pk).update(version=F("version") + 1, **values)
    events.record(
        "shipment.tracked",
        actor=actor,
        target=shipment,
        before={"state": before},
        after={"state": str(newest.state)},
        data={"order": order.pk, "events": len(fresh), "attention": str(attention)},
    )
    delivered_with(actor, order)
    return len(fresh)


def watch_parcels(actor: Actor, days: float, most: int = 1000, states: Collection[str] = ()) -> int:
    """Mark parcels that have not moved for ``days`` as stuck; returns how many. Those that arrived are left.

    ``states``: only parcels that stand in one of these (default: in any).
    """
    since = timezone.now() - timedelta(days=days)
    with transaction.atomic():
        rows = (
            Shipment.objects.select_for_update(of=("self",))
            .filter(attention="")
            .exclude(state__in=FINAL_PARCEL_STATES)
            .filter(**({"state__in": list(states)} if states else {}))
            .annotate(moved_at=Coalesce("last_event_at", "shipped_at"))
            .filter(moved_at__lt=since)
            .order_by("pk")[:most]
        )
        stuck = list(rows)
        Shipment.objects.filter(pk__in=[shipment.pk for shipment in stuck]).update(
            attention=Shipment.Attention.STUCK, attention_since=timezone.now(), attention_note=""
        )
        told = [
            NewEvent("shipment.stuck", target=shipment, data={"order": shipment.order_id, "days": days})
            for shipment in stuck
        ]
        events.record_many(told, actor=actor)
    return len(stuck)


@transaction.atomic
def settle_attention(actor: Actor, shipment: Shipment, note: str) -> None:
    """Somebody took care of a parcel. Raises ``Invalid`` without saying how, ``Conflict`` when it needs no attention."""
    actor.require(SHIP)
    if not note.strip():
        raise Invalid(_("Say what was done about the parcel."), "note_missing")
    settled = Shipment.objects.filter(pk=shipment.pk).exclude(attention="")
    if not settled.update(attention="", attention_since=None, attention_note=note[:300], version=F("version") + 1):
        raise Conflict(_("The parcel needs no attention any more."), "changed_meanwhile")
    events.record(
        "shipment.settled", actor=actor, target=shipment, data={"order": shipment.order_id, "note": note[:300]}
    )
