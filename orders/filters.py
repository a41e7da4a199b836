"""Filters of orders: the same for console, API and commands."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Order, PaymentState, State


class OrderFilter(django_filters.FilterSet):
    """What orders can be narrowed by."""

    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=State.choices)
    payment = django_filters.ChoiceFilter(label=_("Payment"), field_name="payment_state", choices=PaymentState.choices)
    source = django_filters.CharFilter(label=_("Source"))
    channel = django_filters.CharFilter(label=_("Channel"), field_name="channel__code")
    rule = django_filters.CharFilter(label=_("Held by rule"), method="by_rule")
    placed_from = django_filters.IsoDateTimeFilter(label=_("Placed from"), field_name="placed_at", lookup_expr="gte")
    placed_to = django_filters.IsoDateTimeFilter(label=_("Placed before"), field_name="placed_at", lookup_expr="lt")
    sku = django_filters.CharFilter(label=_("SKU"), method="by_sku")
    number = django_filters.CharFilter(label=_("Order number"), method="by_number")

    class Meta:
        model = Order
        fields: list[str] = []

    def by_rule(self, rows: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        """Orders a rule holds at present."""
        return rows.filter(holds__rule=value, holds__closed_at__isnull=True)

    def by_sku(self, rows: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        """Orders with that SKU in a line."""
        return rows.filter(lines__sku=value).distinct()

    def by_number(self, rows: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        """Ours or the source's number."""
        return rows.filter(Q(number=value) | Q(external_id=value))
