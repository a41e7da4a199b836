"""Files of tracking events, as carriers and warehouses send them: one event a row, every row accounted for."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from opsportal import events
from opsportal.access import Actor
from opsportal.plugins.errors import Invalid
from orders.carrier import known_carrier
from orders.imports.dates import Moments, habit_of
from orders.models import ParcelState
from orders.models.parcels import KUAIDI100_STATES
from orders.services.fulfilment import SHIP
from orders.services.tracking import ParcelNews, find_shipment, record_tracking
from products.imports import BadCell, Limits, UnreadableFile, open_table

#: Names each column goes by in files, folded.
COLUMNS: dict[str, tuple[str, ...]] = {
    "tracking_number": ("tracking number", "tracking", "waybill", "单号", "快递单号", "运单号", "物流单号"),
    "carrier": ("carrier", "快递", "快递公司", "承运商"),
    "state": ("state", "status", "状态", "物流状态"),
    "happened_at": ("happened at", "time", "date", "时间", "发生时间"),
    "description": ("description", "event", "details", "描述", "轨迹", "内容"),
    "location": ("location", "place", "城市", "地点"),
}
NEEDED = ("tracking_number", "state", "happened_at")
#: Errors told one by one.
MOST_ERRORS = 200
#: Rows of one file at most: it is read while somebody waits.
MOST_ROWS = 50_000


@dataclass(slots=True)
class TrackingResult:
    """What became of the rows: each is recorded, known before, about an unknown parcel, or refused."""

    rows: int = 0
    recorded: int = 0
    known: int = 0
    unknown_parcel: int = 0
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, row: int, name: str, message: str) -> None:
        """Count a row that cannot be used."""
        self.refused += 1
        self.tell(row, name, message)

    def tell(self, row: int, name: str, message: str) -> None:
        """Say what is wrong with a row."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"row": row, "field": name, "message": message})

    def to_json(self) -> dict[str, Any]:
        """All of it; the four counts sum to ``rows``."""
        return {
            "rows": self.rows,
            "recorded": self.recorded,
            "known": self.known,
            "unknown_parcel": self.unknown_parcel,
            "refused": self.refused,
            "errors": self.errors,
        }


def import_tracking(actor: Actor, path: Path) -> TrackingResult:
    """Record the tracking events of a CSV or XLSX file. Read again, the same changes nothing.

    Raises ``Invalid`` for a file that cannot be read or lacks a column.
    """
    actor.require(SHIP)
    result = TrackingResult()
    news: dict[tuple[str, str], list[tuple[int, ParcelNews]]] = defaultdict(list)
    try:
        rows = list(_rows(path, result))
    except UnreadableFile as error:
        raise Invalid(str(error), "unreadable") from error
    moments = Moments(habit_of(values["happened_at"] for _number, values in rows), timezone.get_default_timezone())
    for number, values in rows:
        result.rows += 1
        told = _read(number, values, moments, result)
        if told is not None:
            news[values["tracking_number"].strip(), known_carrier(values["carrier"])].append((number, told))
    for (tracking_number, carrier), told_rows in news.items():
        shipment = find_shipment(tracking_number, carrier)
        if shipment is None:
            result.unknown_parcel += len(told_rows)
            for number, _told in told_rows:
                result.tell(
                    number, "tracking_number", _("No parcel has the number %(number)s.") % {"number": tracking_number}
                )
            continue
        fresh = record_tracking(actor, shipment, [told for _number, told in told_rows])
        result.recorded += fresh
        result.known += len(told_rows) - fresh
    with transaction.atomic():
        data = {name: value for name, value in result.to_json().items() if name != "errors"}
        events.record("tracking.imported", actor=actor, data=data)
    return result


def _rows(path: Path, result: TrackingResult) -> Iterator[tuple[int, dict[str, str]]]:
    table = open_table(path, Limits.installed())
    columns = {_folded(name): position for position, name in enumerate(table.header)}
    places = {
        name: next((columns[known] for known in (_folded(name), *map(_folded, names)) if known in columns), -1)
        for name, names in COLUMNS.items()
    }
    missing = [name for name in NEEDED if places[name] < 0]
    if missing:
        raise Invalid(
            _("The file lacks the column %(name)s. It has: %(known)s.")
            % {"name": ", ".join(missing), "known": ", ".join(table.header)},
            "missing_column",
        )
    for row in table.rows():
        if table.row_count > MOST_ROWS:
            raise UnreadableFile(
                _("The file has more than %(limit)s rows. Split it into smaller files.") % {"limit": f"{MOST_ROWS:,}"}
            )
        cells = row.cells
        yield row.number, {name: cells[at] if 0 <= at < len(cells) else "" for name, at in places.items()}
    for error in table.errors:
        result.rows += 1
        result.refuse(error.row, error.column, error.message)


def _read(number: int, values: dict[str, str], moments: Moments, result: TrackingResult) -> ParcelNews | None:
    if not values["tracking_number"].strip():
        result.refuse(number, "tracking_number", _("The tracking number is missing."))
        return None
    state = state_of(values["state"])
    if state is None:
        result.refuse(
            number,
            "state",
            _("“%(state)s” is no state of a parcel. Known: %(known)s.")
            % {"state": values["state"][:40], "known": ", ".join(ParcelState.values)},
        )
        return None
    try:
        moment = moments.read(values["happened_at"])
    except BadCell as error:
        result.refuse(number, "happened_at", str(error))
        return None
    return ParcelNews(state, moment, values["description"].strip(), values["location"].strip())


def state_of(text: str) -> ParcelState | None:
    """A state by our name, 快递100's number, or what it is called in Chinese or English."""
    wanted = _folded(text)
    if wanted in KUAIDI100_STATES:
        return KUAIDI100_STATES[wanted]
    return _NAMES.get(wanted)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold().replace("_", " ")


#: What files call the states. The numbers of 快递100 are in ``KUAIDI100_STATES``.
_NAMES: dict[str, ParcelState] = {
    **{_folded(state.value): state for state in ParcelState},
    "待揽收": ParcelState.READY,
    "揽收": ParcelState.PICKED_UP,
    "已揽收": ParcelState.PICKED_UP,
    "在途": ParcelState.IN_TRANSIT,
    "运输中": ParcelState.IN_TRANSIT,
    "疑难": ParcelState.PROBLEM,
    "签收": ParcelState.DELIVERED,
    "已签收": ParcelState.DELIVERED,
    "退签": ParcelState.RETURNED,
    "派件": ParcelState.OUT_FOR_DELIVERY,
    "派件中": ParcelState.OUT_FOR_DELIVERY,
    "退回": ParcelState.RETURNING,
    "转投": ParcelState.FORWARDED,
    "清关": ParcelState.CUSTOMS,
    "拒签": ParcelState.REFUSED,
}
