"""How offers are said as facts: money, discounts and moments in each language (data/offer_facts.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

from django.utils import timezone

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    text = resources.files("marketing").joinpath("data/offer_facts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words(language: str) -> Mapping[str, str]:
    """Keys and phrases of offer facts in ``language`` (Chinese for any zh, else English)."""
    return _data()["zh" if language.startswith("zh") else "en"]


def number(value: Decimal) -> str:
    """A number without needless zeros: 20.00 is "20", 319.20 is "319.20"."""
    return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.2f}"


def money(value: Decimal, currency: str, language: str) -> str:
    """An amount as copy writes it: "50元", "€50", "50 CHF"."""
    pattern = _data()["currencies"].get(currency, {}).get("zh" if language.startswith("zh") else "en")
    return (pattern or "{n} " + currency).replace("{n}", number(value))


def percent(off: Decimal, language: str) -> str:
    """What is taken off: 20 is "8折" and "20% off", 15 "8.5折"."""
    if language.startswith("zh"):
        left = (100 - off) / 10
        return f"{left.normalize():f}折"
    return f"{off.normalize():f}% off"


def moment(when: datetime, language: str) -> str:
    """A day, with the hour where it is not the end of the day: "12月11日", "12月11日20:00", "December 11 at 8 pm"."""
    local = timezone.localtime(when)
    if local.hour == 0 and local.minute == 0:
        # Until midnight is the whole day before.
        local -= timedelta(minutes=1)
    whole_day = (local.hour, local.minute) == (23, 59)
    if language.startswith("zh"):
        day = f"{local.month}月{local.day}日"
        return day if whole_day else f"{day}{local.hour}:{local.minute:02}"
    day = f"{_MONTHS[local.month - 1]} {local.day}"
    if whole_day:
        return day
    hour = f"{local.hour % 12 or 12}" + (f":{local.minute:02}" if local.minute else "")
    return f"{day} at {hour} {'am' if local.hour < 12 else 'pm'}"
