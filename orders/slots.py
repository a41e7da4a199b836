"""What can be drafted about an order: the notice to its customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from generation.engine import Limit
from generation.models import Draft
from generation.slots import ApplyResult, Change, FactSheet, Slot, TargetInfo, slots
from generation.values import Value, content_hash
from orders.filters import OrderFilter
from orders.messenger import messengers
from orders.models import Order, ParcelState, ReturnRequest, Shipment, State, ToldNotice
from orders.notices import RETURNED_STATES, Happening, facts_of, item_of, with_goods, with_happenings
from orders.services.watching import late_orders

if TYPE_CHECKING:
    from opsportal.access import Actor


@slots.register
class Notice(Slot):
    """A short message: shipped, late, on hold, cancelled, back, refunded. Which of these, the order says.

    The channel is the messenger that sends it. {{customer}}, {{phone}} and {{address}} are bound when it is sent.
    """

    key = "orders.notice"
    title = gettext_lazy("Notice to the customer")
    target_model = "orders.Order"
    effect = "send"
    copy_kind = "orders.notice"
    limit = Limit(300, "characters", hard=False)
    order = 200

    def filterset(self) -> type[django_filters.FilterSet]:
        """The filters of the order list."""
        return OrderFilter

    def find(self, keys: Iterable[str]) -> dict[str, int]:
        """By order number."""
        return dict(self.queryset().filter(number__in=[str(key) for key in keys]).values_list("number", "pk"))

    def channels(self) -> Sequence[tuple[str, str]]:
        """The messengers."""
        return [(messenger.key, str(messenger.title)) for messenger in messengers]

    def queryset(self) -> QuerySet:
        """All orders."""
        return Order.objects.all()

    def eligible(self, rows: QuerySet, language: str) -> QuerySet:
        """Orders about which there is something to tell."""
        returns = ReturnRequest.objects.filter(order=OuterRef("pk"), state__in=RETURNED_STATES)
        parcels = Shipment.objects.filter(order=OuterRef("pk"))
        back = parcels.filter(Q(state=ParcelState.RETURNED) | ~Q(attention=""))
        moved = Q(state__in=(State.HELD, State.CANCELLED)) | Q(pk__in=late_orders().values("pk"))
        out = Q(state__in=(State.PART_SHIPPED, State.SHIPPED)) & Exists(parcels)
        return rows.filter(moved | out | Exists(returns) | Exists(back))

    def facts(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, FactSheet]:
        """What the notice may say; nothing for an order about which there is nothing to tell."""
        orders = with_goods(target.pk for target in targets)
        happenings = with_happenings(orders)
        told = _told(happenings)
        sheets = {}
        for order in orders:
            sources = (("orders.order", order.pk),)
            happening = happenings.get(order.pk)
            if happening is None:
                sheets[order.pk] = FactSheet(name=order.number, sources=sources)
                continue
            sheets[order.pk] = FactSheet(
                name=item_of(order, language, happening) or order.number,
                category=happening.category,
                facts=facts_of(order, happening, language),
                sources=sources,
                live_hash=content_hash(told.get(order.pk)),
                # Not for the writer: a new occasion of the same kind makes the draft stale.
                spec_rows=(("occasion", happening.occasion),),
            )
        return sheets

    def brief_extra(self, sheet: FactSheet) -> dict[str, Any]:
        """The situation."""
        return {"situation": sheet.category.partition("/")[0]}

    def live(self, targets: Iterable[Model], language: str, channel: str) -> dict[int, Value]:
        """What the customer was told of what holds now, in whatever language and way: nothing is said twice."""
        return dict(_told(with_happenings([target for target in targets if isinstance(target, Order)])))

    def describe(self, targets: Iterable[Model]) -> dict[int, TargetInfo]:
        """By number; no personal data."""
        orders = [target for target in targets if isinstance(target, Order)]
        return {
            order.pk: TargetInfo(
                "orders.order", order.pk, order.number, order.number, admin_url=order.get_absolute_url()
            )
            for order in orders
        }

    def apply(self, changes: Sequence[Change], actor: Actor) -> list[ApplyResult]:
        """A notice sets nothing."""
        return [ApplyResult(change.target_id, False) for change in changes]

    def send(self, change: Change) -> str:
        """Hand one approved notice to its messenger, once."""
        from orders.services.notices import send_notice

        return send_notice(change)


def _told(happenings: Mapping[int, Happening]) -> dict[int, Value]:
    """The text each customer was sent about what holds now, by order; the notice's number where its draft is archived."""
    rows = ToldNotice.objects.filter(order__in=list(happenings))
    fitting = {
        row.order_id: row
        for row in rows
        if (row.situation, row.occasion) == (happenings[row.order_id].situation, happenings[row.order_id].occasion)
    }
    numbers = [row.draft_number for row in fitting.values() if row.draft_number]
    texts: dict[int, Value] = dict(Draft.objects.filter(pk__in=numbers).values_list("pk", "value")) if numbers else {}
    return {pk: texts.get(row.draft_number or 0) or f"notice {row.pk}" for pk, row in fitting.items()}
