"""The reviewer's desk: who has an order open."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from opsportal.access import Actor
from orders.models import OrderClaim
from orders.services.reviewing import REVIEW

#: A claim lapses after this time without a sign of life: long enough to read, short enough not to be in the way.
CLAIM = timedelta(minutes=5)


def open_order(actor: Actor, order_id: int) -> OrderClaim | None:
    """This person has the order open. Returns the claim that holds, theirs or another's; None when nobody can have one."""
    actor.require(REVIEW)
    if actor.user is None:
        return None
    now = timezone.now()
    holding = OrderClaim.objects.select_related("user").filter(order_id=order_id).first()
    if holding is not None and holding.user_id != actor.user.pk and holding.until > now:
        return holding
    mine = OrderClaim(order_id=order_id, user=actor.user, until=now + CLAIM)
    try:
        with transaction.atomic():
            OrderClaim.objects.bulk_create(
                [mine], update_conflicts=True, unique_fields=["order"], update_fields=["user", "until"]
            )
    except IntegrityError:
        return None
    return mine
