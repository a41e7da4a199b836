"""Moments as files write them. Whether 03/04 is in March or April is the file's habit, found out from all its dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from django.utils.translation import gettext as _

from products.imports import BadCell

Habit = Literal["month_first", "day_first"]

_PARTS = re.compile(r"^(\d{1,4})[./\-年](\d{1,2})[./\-月](\d{1,4})日?(?:[ T]+(.*))?$")
_TIME = re.compile(
    r"^(\d{1,2})[:时.](\d{1,2})(?:[:分.](\d{1,2}))?(?:[.,]\d+)?秒?分?\s*(am|pm|a\.m\.|p\.m\.)?$", re.IGNORECASE
)
_ZONE = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y", "%Y%m%d")
#: Day zero of spreadsheets' date numbers (with the leap day of 1900 they believe in).
_SPREADSHEET_ZERO = datetime(1899, 12, 30)
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_EARLIEST, _LATEST = 1990, 2100


def habit_of(texts: Iterable[str]) -> Habit:
    """Day or month first: whatever no date of the file contradicts. Points and an open question mean what they mostly do:
    31.12. is read day first, 12/31 month first."""
    points = slashes = 0
    for text in texts:
        found = _PARTS.match(text.strip())
        if not found or len(found[1]) > 2:
            continue
        if int(found[1]) > 12:
            return "day_first"
        if int(found[2]) > 12:
            return "month_first"
        if "." in text[:6]:
            points += 1
        else:
            slashes += 1
    return "day_first" if points > slashes else "month_first"


class Moments:
    """Reads moments of one file; those without a time zone are in ``zone``. Remembers: lines of an order share theirs."""

    def __init__(self, habit: Habit, zone: tzinfo) -> None:
        self.habit, self.zone = habit, zone
        self._known: dict[str, datetime] = {}

    def read(self, text: str) -> datetime:
        """The moment. Raises ``BadCell`` for anything else."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) > 10_000:
                self._known.clear()
            known = self._known[text] = self._read(text.strip())
        return known

    def _read(self, text: str) -> datetime:
        try:
            moment = self._parsed(text)
        except (ValueError, OverflowError):
            moment = None
        if moment is None or not _EARLIEST <= moment.year <= _LATEST:
            raise BadCell(_("“%(text)s” is no date. Write it like 2026-03-31 14:05.") % {"text": text[:40]})
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _parsed(self, text: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        zone: tzinfo | None = None
        found = _ZONE.search(text)
        if found and ":" in text[: found.start()]:
            zone, text = _zone(found[1]), text[: found.start()]
        parts = _PARTS.match(text)
        if parts:
            moment = self._date(int(parts[1]), int(parts[2]), int(parts[3]), len(parts[1]), len(parts[3]))
            return _with_time(moment, parts[4] or "").replace(tzinfo=zone)
        if _SERIAL.match(text):
            return (_SPREADSHEET_ZERO + timedelta(days=float(text))).replace(microsecond=0)
        day, _space, clock = text.rpartition(" ")
        halves = ((text, ""), (day, clock)) if ":" in clock else ((text, ""),)
        for date_text, time_text in halves:
            for form in _WORDS:
                try:
                    moment = datetime.strptime(date_text.replace(",", "").strip(), form)
                except ValueError:
                    continue
                return _with_time(moment, time_text).replace(tzinfo=zone)
        return None

    def _date(self, first: int, second: int, third: int, first_width: int, third_width: int) -> datetime:
        if first_width == 4:
            return datetime(first, second, third)
        if third_width == 2:
            third += 2000
        day, month = (first, second) if self.habit == "day_first" else (second, first)
        return datetime(third, month, day)


def _zone(text: str) -> tzinfo:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _with_time(moment: datetime, text: str) -> datetime:
    text = text.strip()
    if not text:
        return moment
    found = _TIME.match(text)
    if not found:
        raise ValueError(text)
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower().startswith("p") else 0)
    return moment.replace(hour=hour, minute=int(found[2]), second=int(found[3] or 0))
