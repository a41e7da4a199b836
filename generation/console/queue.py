"""The review queue: which drafts wait, in which order, and where one stops and the next goes on."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.checks.registry import all_checks
from generation.models import Draft, State, StoredFinding
from generation.points import draft_checks
from generation.slots import all_slots

#: Drafts of a page of the list.
PAGE = 40
#: The count beside the list stops here.
MOST_COUNTED = 1000
#: Columns the list shows; texts and briefs stay in the database.
COLUMNS = (
    "id",
    "slot",
    "target_key",
    "target_label",
    "target_category",
    "language",
    "channel",
    "state",
    "version",
    "errors",
    "warnings",
    "stale_since",
    "thin",
    "created_at",
)
QUALITY = [
    ("clean", gettext_lazy("nothing to fix or confirm")),
    ("warnings", gettext_lazy("something to confirm")),
    ("errors", gettext_lazy("something must be fixed")),
    ("stale", gettext_lazy("product changed, recheck")),
    ("thin", gettext_lazy("too little data")),
]
#: The same in a word or two, as the list says it.
IN_SHORT = {
    "clean": gettext_lazy("clean"),
    "warnings": gettext_lazy("to confirm"),
    "errors": gettext_lazy("must fix"),
    "stale": gettext_lazy("recheck"),
    "thin": gettext_lazy("little data"),
}
#: Words of the filter by assignee.
ME, NOBODY = "me", "nobody"
#: What a filter that narrows nothing says.
ALL = gettext_lazy("all")
AGES = [("1", gettext_lazy("over a day")), ("3", gettext_lazy("over 3 days")), ("7", gettext_lazy("over a week"))]
SHOWN_STATES = (State.IN_REVIEW, State.APPROVED, State.REJECTED, State.PUBLISHED, State.FAILED)


def _offering(name: str, **attrs: str) -> forms.TextInput:
    """A field in which the review page offers what there is (``narrowing.offered``)."""
    return forms.TextInput({"list": f"offered-{name}", "autocomplete": "off", **attrs})


class QueueFilter(django_filters.FilterSet):
    """Everything the queue can be narrowed by; without ``state`` it holds what waits for review."""

    slot = django_filters.ChoiceFilter(
        empty_label=ALL,
        label=gettext_lazy("Copy type"),
        choices=lambda: [(slot.key, slot.title) for slot in all_slots()],
    )
    language = django_filters.ChoiceFilter(
        empty_label=ALL, label=gettext_lazy("Language"), choices=lambda: settings.LANGUAGES
    )
    category = django_filters.CharFilter(
        label=gettext_lazy("Category"), method="in_category", widget=_offering("category")
    )
    batch = django_filters.NumberFilter(
        label=gettext_lazy("Bulk job"), field_name="batch_id", widget=_offering("batch", inputmode="numeric")
    )
    state = django_filters.ChoiceFilter(
        empty_label=None,
        label=gettext_lazy("State"),
        choices=[(state.value, state.label) for state in SHOWN_STATES],
        method="in_state",
    )
    requester = django_filters.CharFilter(
        label=gettext_lazy("Requested by"),
        field_name="requested_by__username",
        lookup_expr="exact",
        widget=_offering("requester"),
    )
    quality = django_filters.ChoiceFilter(
        empty_label=ALL, label=gettext_lazy("Issues"), choices=QUALITY, method="of_quality"
    )
    rule = django_filters.ChoiceFilter(
        empty_label=ALL,
        label=gettext_lazy("Rule"),
        choices=lambda: sorted(_rules(), key=lambda pair: pair[1]),
        method="with_rule",
    )
    assignee = django_filters.CharFilter(label=gettext_lazy("Assigned to"), method="given_to")
    age = django_filters.ChoiceFilter(empty_label=ALL, label=gettext_lazy("Waiting time"), choices=AGES, method="older")
    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="named")

    class Meta:
        model = Draft
        fields: list[str] = []

    #: Who asks: what "me" means.
    user_id = 0

    def filter_queryset(self, queryset: QuerySet[Draft]) -> QuerySet[Draft]:
        """Narrow; what waits for review is the default."""
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(state=State.IN_REVIEW)
        return super().filter_queryset(queryset)

    def in_state(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts in one state."""
        return rows.filter(state=value)

    def in_category(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """A category and what lies below it."""
        path = value.strip().strip("/")
        return rows.filter(Q(target_category=path) | Q(target_category__startswith=path + "/"))

    def of_quality(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """What stands against the text."""
        wanted = {
            "clean": Q(errors=0, warnings=0),
            "warnings": Q(errors=0, warnings__gt=0),
            "errors": Q(errors__gt=0),
            "stale": Q(stale_since__isnull=False),
            "thin": Q(thin=True),
        }
        return rows.filter(wanted[value])

    def with_rule(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts whose chosen text a rule objects to."""
        findings = StoredFinding.objects.filter(
            rule=value,
            lapsed=False,
            silence__isnull=True,
            candidate__draft_id=OuterRef("pk"),
            candidate__index=OuterRef("chosen_index"),
        )
        return rows.filter(Exists(findings))

    def given_to(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts assigned to somebody: "me", "nobody" or a user name."""
        if value == NOBODY:
            return rows.filter(assigned_to__isnull=True)
        if value == ME:
            return rows.filter(assigned_to_id=self.user_id)
        return rows.filter(assigned_to__username=value)

    def older(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts asked for at least so many days ago."""
        return rows.filter(created_at__lt=timezone.now() - timedelta(days=int(value)))

    def named(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """The object's key begins with it, or its name contains it."""
        return rows.filter(Q(target_key__istartswith=value) | Q(target_label__icontains=value))


@dataclass(slots=True)
class Queue:
    """A filtered queue in its order: oldest first, or by number where an index gives that order for free."""

    filter: QueueFilter
    rows: QuerySet[Draft]
    by_number: bool

    @classmethod
    def of(cls, query: Mapping[str, str], user: Any = None) -> Queue:
        """The queue of a query string as ``user`` asks for it; unusable values are ignored and shown as such in the form."""
        found = QueueFilter(query, queryset=Draft.objects.all())
        found.user_id = getattr(user, "pk", None) or 0
        rows = found.qs if found.is_valid() else Draft.objects.filter(state=State.IN_REVIEW)
        values = found.form.cleaned_data
        by_number = bool(values.get("batch") or (values.get("slot") and values.get("language")))
        return cls(found, rows.order_by("id") if by_number else rows.order_by("created_at", "id"), by_number)

    @property
    def query(self) -> str:
        """The filter as a query string, without what is blank or concerns the page only."""
        from urllib.parse import urlencode

        data = self.filter.data or {}
        return urlencode([(name, data[name]) for name in self.filter.filters if data.get(name)])

    def page(self, after: str = "", size: int = PAGE) -> list[Draft]:
        """The drafts after a cursor, with what the list shows of them."""
        rows = self.rows
        place = _read(after)
        if place is not None:
            moment, number = place
            if self.by_number or moment is None:
                rows = rows.filter(pk__gt=number)
            else:
                rows = rows.filter(Q(created_at__gt=moment) | Q(created_at=moment, pk__gt=number))
        return list(rows.annotate(assignee=F("assigned_to__username")).only(*COLUMNS)[:size])

    def count(self) -> int:
        """How many, counted no further than ``MOST_COUNTED`` + 1."""
        return self.rows.order_by()[: MOST_COUNTED + 1].values("pk").count()

    def ids(self, most: int) -> list[int]:
        """The first ids, in the order of the queue."""
        return list(self.rows.values_list("pk", flat=True)[:most])


def _rules() -> list[tuple[str, str]]:
    return [(check.key, _(check.title)) for check in (*all_checks(), *draft_checks.all())]


def counted(count: int) -> str:
    """A capped count as people read it."""
    return _("more than %(count)d") % {"count": MOST_COUNTED} if count > MOST_COUNTED else str(count)


def cursor(draft: Draft) -> str:
    """Where the list goes on after ``draft``; opaque."""
    place = json.dumps([draft.created_at.isoformat(), draft.pk])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _read(text: str) -> tuple[Any, int] | None:
    from django.utils.dateparse import parse_datetime

    try:
        moment, number = json.loads(base64.urlsafe_b64decode(text.encode()))
        return parse_datetime(moment), int(number)
    except (ValueError, TypeError):
        return None
