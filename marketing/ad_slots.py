"""Ad slots and their fields (data/ad_slots.toml), and the limits that hold: a shop's correction before the shipped one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from generation.engine import Limit
from marketing.models import FieldLimit
from opsportal.plugins import Invalid


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of an ad slot: the copy type it takes, how many texts, how long, and who says so."""

    key: str
    names: Mapping[str, str]
    slot: str
    limit: Limit
    source: str
    date: str
    texts: int = 1
    fewest: int = 1
    most: int = 1

    @property
    def name(self) -> str:
        """Its name in the active language."""
        return _named(self.names)


@dataclass(frozen=True, slots=True)
class AdSlot:
    """A place in a channel. ``source`` and ``medium`` are its usual UTM values."""

    key: str
    channel: str
    names: Mapping[str, str]
    source: str
    medium: str
    fields: Mapping[str, FieldSpec]

    @property
    def name(self) -> str:
        """Its name in the active language."""
        return _named(self.names)


#: (ad slot, field) → the limit a shop says holds.
Corrections = Mapping[tuple[str, str], Limit]


@lru_cache(maxsize=1)
def ad_slots() -> Mapping[str, AdSlot]:
    """Every ad slot by key, in the order of the file."""
    text = resources.files("marketing").joinpath("data/ad_slots.toml").read_text(encoding="utf-8")
    return {row["key"]: _ad_slot(row) for row in tomllib.loads(text)["ad_slot"]}


def get_ad_slot(key: str) -> AdSlot:
    """The ad slot; raises ``Invalid`` naming those there are."""
    found = ad_slots().get(key)
    if found is None:
        raise Invalid(
            _("There is no ad slot “%(key)s”. Known: %(known)s.") % {"key": key, "known": ", ".join(ad_slots())},
            "unknown_ad_slot",
        )
    return found


def corrections() -> Corrections:
    """The shop's corrections of limits: one query."""
    rows = FieldLimit.objects.all()
    return {(row.ad_slot, row.field): Limit(row.maximum, row.unit, row.hard) for row in rows}


def limit_of(ad_slot: str, field: str, corrected: Corrections) -> Limit | None:
    """The limit that holds for a field; None for a field that is no longer known."""
    own = corrected.get((ad_slot, field))
    if own is not None:
        return own
    known = ad_slots().get(ad_slot)
    spec = known.fields.get(field) if known else None
    return spec.limit if spec else None


def _ad_slot(row: Mapping[str, Any]) -> AdSlot:
    fields = {field["key"]: _field(field) for field in row["field"]}
    return AdSlot(row["key"], row["channel"], row["names"], row["utm"]["source"], row["utm"]["medium"], fields)


def _field(row: Mapping[str, Any]) -> FieldSpec:
    counts = {name: row[name] for name in ("texts", "fewest", "most") if name in row}
    limit = Limit(row["maximum"], row["unit"], row["hard"])
    return FieldSpec(row["key"], row["names"], row["slot"], limit, row["source"], row["date"], **counts)


def _named(names: Mapping[str, str]) -> str:
    return names.get(get_language() or "en") or names["en"]
