"""Carriers: who brings parcels, and where plugins add some. A carrier may tell what becomes of its parcels by a push."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from opsportal.plugins import ExtensionPoint
from opsportal.plugins.errors import DomainError


@dataclass(frozen=True, slots=True)
class Push:
    """A request somebody sent to a carrier's address: what stood in it, as it came. Nothing of it is trusted yet."""

    body: bytes
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackedEvent:
    """One thing a carrier says about a parcel. ``state`` is a value of ``orders.models.ParcelState``."""

    state: str
    happened_at: datetime
    description: str = ""
    location: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class TrackedParcel:
    """What a push says of one parcel. ``carrier``: key of the carrier that brings it; "" when the push does not say."""

    tracking_number: str
    carrier: str = ""
    events: Sequence[TrackedEvent] = ()


class PushRefused(DomainError):
    """The push is not from the carrier, or cannot be read; nothing was changed."""

    status_code = 403
    default_code = "push_refused"


class Carrier:
    """Somebody who brings parcels; ``key`` is what ``Shipment.carrier`` holds. Subclass and register the class.

    ``tracking_page`` is where people follow a parcel, with ``{number}`` in it. ``names``: what the carrier is called in
    other places (codes of 快递100, names in files), by which its key is found.
    """

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    tracking_page: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ()
    #: Whether it sends pushes.
    pushes: ClassVar[bool] = False

    def read_push(self, push: Push) -> Sequence[TrackedParcel]:
        """What the push says, after its signature was checked. Raises ``PushRefused``."""
        raise PushRefused(f"{self.key} sends no pushes")

    def answer(self, taken: bool, message: str) -> dict[str, Any]:
        """What the carrier wants to be answered: that the push was taken in, or that it should send it again."""
        return {"result": taken, "message": message}


carriers: ExtensionPoint = ExtensionPoint(
    "orders.carriers",
    module="carriers",
    base=Carrier,
    doc="Carriers of parcels: a Carrier each, with or without pushes.",
)


def carrier_title(key: str) -> str:
    """What the carrier is called in the reader's language; its key where the plugin that knows it is off."""
    return str(carriers.get(key).title) if key in carriers else key


def tracking_url(key: str, number: str) -> str:
    """Where people follow a parcel; "" where the carrier has no such page."""
    if not number or key not in carriers:
        return ""
    return str(carriers.get(key).tracking_page).replace("{number}", number)


def known_carrier(name: str) -> str:
    """The key of the carrier called ``name`` (key, code or one of its names); "" when nobody is."""
    wanted = name.strip().casefold()
    for carrier in carriers:
        if wanted in {carrier.key.casefold(), str(carrier.title).casefold(), *(n.casefold() for n in carrier.names)}:
            return str(carrier.key)
    return ""
