"""The channels' limits (data/limits.json); counting itself is ``generation.engine.counting``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_lazy

from generation.engine import Limit
from generation.engine.counting import UNITS, SmsCount, count, fits, sms

__all__ = ["UNITS", "UNIT_NAMES", "ChannelLimit", "SmsCount", "channel_limits", "count", "fits", "limit_for", "sms"]

#: The ways of counting, in words.
UNIT_NAMES = {
    "characters": gettext_lazy("characters"),
    "gbk_bytes": gettext_lazy("bytes (a Chinese character counts 2)"),
    "utf16_units": gettext_lazy("UTF-16 units"),
    "sms_parts": gettext_lazy("text messages"),
    "google_ads_width": gettext_lazy("characters (a Chinese one counts 2)"),
    "seo_width": gettext_lazy("width (a Chinese character counts 2)"),
}


@dataclass(frozen=True, slots=True)
class ChannelLimit:
    """One row of the limits file: what a channel allows in a field, and who says so."""

    channel: str
    field: str
    maximum: int
    unit: str
    hard: bool
    source: str
    date: str

    def limit(self) -> Limit:
        """The same as the brief's ``Limit``."""
        return Limit(maximum=self.maximum, unit=self.unit, hard=self.hard)


def limit_for(channel: str, field: str) -> Limit | None:
    """The limit of ``field`` on ``channel`` (see ``channel_limits``), or None when nothing is known."""
    row = _by_place().get((channel, field))
    return row.limit() if row else None


@lru_cache(maxsize=1)
def channel_limits() -> tuple[ChannelLimit, ...]:
    """All rows of ``data/limits.json``."""
    rows = json.loads(resources.files(__package__).joinpath("data/limits.json").read_text("utf-8"))
    return tuple(ChannelLimit(**row) for row in rows)


@lru_cache(maxsize=1)
def _by_place() -> dict[tuple[str, str], ChannelLimit]:
    return {(row.channel, row.field): row for row in channel_limits()}
