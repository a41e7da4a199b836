"""Parcels and orders that nobody hears of: found by themselves, by the days in ``data/parcels.toml``."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from opsportal.access import Actor
from orders.models import Order, PushReceipt, State
from orders.services.tracking import watch_parcels

#: A push that comes again after this long is taken for a new one; its events are known all the same.
RECEIPTS_KEPT = timedelta(days=180)


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    """The days of ``data/parcels.toml``."""
    return tomllib.loads(resources.files("orders.data").joinpath("parcels.toml").read_text("utf-8"))


def surface_stuck(actor: Actor) -> int:
    """Mark the parcels that have not moved for longer than their state allows; returns how many."""
    return sum(watch_parcels(actor, days, states=(state,)) for state, days in limits()["stuck_after_days"].items())


def late_orders() -> QuerySet[Order]:
    """Orders that should have gone out by now: the buyer counts from the day they paid."""
    before = timezone.now() - timedelta(days=float(limits()["late"]["after_days"]))
    return Order.objects.filter(state=State.APPROVED).filter(
        Q(paid_at__lt=before) | Q(paid_at__isnull=True, placed_at__lt=before)
    )


def forget_receipts(most: int = 10_000) -> int:
    """Delete receipts of pushes that are old; returns how many."""
    old = PushReceipt.objects.filter(received_at__lt=timezone.now() - RECEIPTS_KEPT).values_list("pk", flat=True)
    return PushReceipt.objects.filter(pk__in=list(old[:most])).delete()[0]
