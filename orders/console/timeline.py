"""What happened to an order, newest first: its events, its parcels' news and its notes in one list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from opsportal.events.models import Event
from orders.models import Note, Shipment, Situation, State
from orders.services.reviewing import rule_title

#: Events that say what another line says better.
_LEFT_OUT = ("order.noted", "order.synced", "order.decision_handed_over")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. ``kind``: "order", "parcel" or "note", for how it looks."""

    when: datetime
    kind: str
    title: str
    details: str = ""
    who: str = ""


def timeline(events: Iterable[Event], parcels: Sequence[Shipment], notes: Iterable[Note]) -> list[Moment]:
    """Everything in one list."""
    found = [_of_event(event) for event in events if event.kind not in _LEFT_OUT]
    for parcel in parcels:
        for told in parcel.events.all():
            place = f"{told.location} · " if told.location else ""
            words = f"{place}{told.description}"
            found.append(
                Moment(told.happened_at, "parcel", str(told.get_state_display()), words, parcel.tracking_number)
            )
    for note in notes:
        text = note.text or _("erased")
        found.append(Moment(note.created_at, "note", pgettext("order", "Note"), text, str(note.author or "")))
    return sorted(found, key=lambda moment: moment.when, reverse=True)


def _of_event(event: Event) -> Moment:
    data = event.data or {}
    details = ""
    if event.kind == "order.held":
        details = ", ".join(rule_title(rule) for rule in data.get("rules", []))
    elif event.kind == "order.customer_told":
        details = str(dict(Situation.choices).get(data.get("situation", ""), ""))
    elif "reason" in data:
        details = str(data["reason"])
    elif event.kind in ("order.shipped", "order.part_shipped") and data.get("pieces"):
        details = _("%(pieces)s shipped, %(open)s still open") % {
            "pieces": data["pieces"],
            "open": data.get("open", 0),
        }
    return Moment(event.created_at, "order", title_of(event), details, event.actor_label)


def title_of(event: Event) -> str:
    """What an event of an order is called: by the state it led to, else by what it is."""
    titles = {
        "order.placed": _("Order came in"),
        "order.released": _("Released"),
        "order.customer_told": _("Customer told"),
        "order.lines_added": _("Lines were added"),
        "order.lines_cancelled": _("Lines were cancelled"),
        "order.paid": _("Paid"),
    }
    if event.kind in titles:
        return titles[event.kind]
    state = (event.after or {}).get("state", "") if isinstance(event.after, dict) else ""
    return str(dict(State.choices).get(state, event.kind))
