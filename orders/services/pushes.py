"""Carriers' pushes: checked, taken in once, brought to the parcels they are about."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.errors import DomainError, Invalid
from orders.carrier import Push, TrackedParcel, carriers
from orders.models import ParcelState, PushReceipt, Shipment
from orders.services.tracking import ParcelNews, find_shipment, record_tracking


class UnknownParcel(DomainError):
    """The push is about a parcel that is not here (yet): the carrier should send it again later (404)."""

    status_code = 404
    default_code = "unknown_parcel"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a push changed. ``again``: it was taken in before, so nothing."""

    parcels: int = 0
    events: int = 0
    again: bool = False


def take_push(key: str, push: Push) -> Taken:
    """Take a push in, wholly or not at all. The signature is the carrier's; no user stands behind it.

    Raises ``PushRefused`` for one that is not the carrier's, ``UnknownParcel`` (nothing is kept then, so that the push may
    come again), ``Invalid`` for a carrier without pushes.
    """
    if key not in carriers or not carriers.get(key).pushes:
        raise Invalid(_("“%(carrier)s” sends no pushes.") % {"carrier": key[:60]}, "no_pushes")
    parcels = carriers.get(key)().read_push(push)
    digest = hashlib.sha256(push.body + repr(sorted(push.form.items())).encode()).hexdigest()
    actor = Actor(None, "api")
    try:
        with transaction.atomic():
            # First of all: of two equal pushes at once the second waits here, and finds that it is known.
            PushReceipt.objects.create(carrier=key, digest=digest)
            events = sum(_record(actor, parcel) for parcel in parcels)
    except IntegrityError:
        if PushReceipt.objects.filter(carrier=key, digest=digest).exists():
            return Taken(again=True)
        raise
    return Taken(len(parcels), events)


def _record(actor: Actor, parcel: TrackedParcel) -> int:
    shipment = _shipment(parcel)
    news = [
        ParcelNews(ParcelState(told.state), told.happened_at, told.description, told.location, told.code)
        for told in parcel.events
    ]
    return record_tracking(actor, shipment, news)


def _shipment(parcel: TrackedParcel) -> Shipment:
    found = find_shipment(parcel.tracking_number, parcel.carrier) if parcel.carrier else None
    found = found or find_shipment(parcel.tracking_number)
    if found is None:
        raise UnknownParcel(_("No parcel has the number %(number)s.") % {"number": parcel.tracking_number[:80]})
    return found
