"""The order review queue: which orders wait, in which order, and where one stops and the next goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import django_filters
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.models import Hold, Order, State
from orders.review import review_rules
from orders.services.reviewing import BY_HAND, INCOMPLETE, rule_title
from products.models import Channel

#: Orders of a page of the list.
PAGE = 40
#: The count beside the list stops here.
MOST_COUNTED = 1000
#: What waits for a person.
WAITING = (State.AWAITING_REVIEW, State.HELD)
AGES = [("1", gettext_lazy("over a day")), ("3", gettext_lazy("over 3 days")), ("7", gettext_lazy("over a week"))]
#: Columns the list shows; the rest stays in the database.
COLUMNS = ("id", "number", "state", "version", "total", "currency", "item_count", "country", "placed_at", "held_at")


def rule_choices() -> list[tuple[str, str]]:
    """Every reason an order may be on hold for, in the reader's words."""
    return [(key, rule_title(key)) for key in (*(rule.key for rule in review_rules), BY_HAND, INCOMPLETE)]


class QueueFilter(django_filters.FilterSet):
    """Everything the queue can be narrowed by."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=[(state.value, state.label) for state in WAITING]
    )
    rule = django_filters.ChoiceFilter(label=gettext_lazy("Reason"), choices=rule_choices, method="stopped_by")
    verdict = django_filters.ChoiceFilter(
        label=gettext_lazy("Proposal"), choices=Hold.Verdict.choices, method="proposed"
    )
    source = django_filters.CharFilter(label=gettext_lazy("Source"))
    channel = django_filters.ChoiceFilter(
        label=gettext_lazy("Channel"),
        field_name="channel__code",
        choices=lambda: list(Channel.objects.order_by("name").values_list("code", "name")),
    )
    country = django_filters.CharFilter(label=gettext_lazy("Country"), lookup_expr="iexact")
    total_from = django_filters.NumberFilter(label=gettext_lazy("Total from"), field_name="total", lookup_expr="gte")
    total_to = django_filters.NumberFilter(label=gettext_lazy("Total up to"), field_name="total", lookup_expr="lte")
    age = django_filters.ChoiceFilter(label=pgettext_lazy("order", "Waiting"), choices=AGES, method="older")
    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="named")

    class Meta:
        model = Order
        fields: list[str] = []

    def stopped_by(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """Orders with an open hold of a rule."""
        return rows.filter(Exists(_open_holds().filter(rule=value)))

    def proposed(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """Orders some rule makes this proposal about."""
        return rows.filter(Exists(_open_holds().filter(verdict=value)))

    def older(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """Placed longer ago than so many days."""
        return rows.filter(placed_at__lt=timezone.now() - timedelta(days=int(value)))

    def named(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """The order's number begins with it."""
        return rows.filter(Q(number__istartswith=value) | Q(external_id__istartswith=value))


def _open_holds() -> QuerySet[Hold]:
    return Hold.objects.filter(order=OuterRef("pk"), closed_at__isnull=True)


@dataclass(slots=True)
class Queue:
    """A filtered queue, oldest first."""

    filter: QueueFilter
    rows: QuerySet[Order]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Queue:
        """The queue of a query string; unusable values are ignored and shown as such in the form."""
        waiting = Order.objects.filter(state__in=WAITING)
        found = QueueFilter(query, queryset=waiting)
        return cls(found, (found.qs if found.is_valid() else waiting).order_by("id"))

    @property
    def query(self) -> str:
        """The filter as a query string, without what is blank or concerns the page only."""
        data = self.filter.data or {}
        return urlencode([(name, data[name]) for name in self.filter.filters if data.get(name)])

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows it."""
        return bool(self.query)

    def page(self, after: int = 0, size: int = PAGE) -> list[Order]:
        """The orders after one, with what the list shows of them."""
        holds = Hold.objects.filter(closed_at__isnull=True).order_by("id")
        rows = self.rows.filter(pk__gt=after).only(*COLUMNS)
        return list(rows.prefetch_related(Prefetch("holds", holds, "open_holds"))[:size])

    def count(self) -> int:
        """How many, counted no further than ``MOST_COUNTED`` + 1."""
        return self.rows.order_by()[: MOST_COUNTED + 1].values("pk").count()

    def ids(self, most: int) -> list[int]:
        """The first ids, in the order of the queue."""
        return list(self.rows.values_list("pk", flat=True)[:most])
