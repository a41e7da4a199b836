"""Filters of drafts and batches: the same for API and console."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from generation.models import Batch, Delivery, Draft, Revision, Silence, State, StoredFinding


class DraftFilter(django_filters.FilterSet):
    """What the review queue is narrowed down by."""

    state = django_filters.MultipleChoiceFilter(choices=State.choices, label=_("state"))
    category = django_filters.CharFilter(method="in_category", label=_("category"))
    clean = django_filters.BooleanFilter(method="is_clean", label=_("nothing to fix or confirm"))
    stale = django_filters.BooleanFilter(field_name="stale_since", lookup_expr="isnull", exclude=True, label=_("stale"))
    rule = django_filters.CharFilter(method="with_rule", label=_("rule"))
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Draft
        fields = (
            "state",
            "slot",
            "language",
            "channel",
            "batch",
            "target_type",
            "target_id",
            "target_key",
            "requested_by",
            "thin",
            "writer",
            "error_code",
        )

    def in_category(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts in a category or below it."""
        return rows.filter(Q(target_category=value) | Q(target_category__startswith=f"{value}/"))

    def is_clean(self, rows: QuerySet[Draft], name: str, value: bool) -> QuerySet[Draft]:
        """Drafts with nothing, or with something, standing against them."""
        clean = Q(errors=0, warnings=0)
        return rows.filter(clean if value else ~clean)

    def with_rule(self, rows: QuerySet[Draft], name: str, value: str) -> QuerySet[Draft]:
        """Drafts against which a rule stands."""
        standing = StoredFinding.objects.filter(rule=value, lapsed=False, silence__isnull=True)
        return rows.filter(pk__in=standing.values("candidate__draft_id"))


class SilenceFilter(django_filters.FilterSet):
    """What silenced alarms are narrowed down by."""

    lifted = django_filters.BooleanFilter(
        field_name="lifted_at", lookup_expr="isnull", exclude=True, label=_("switched on again")
    )

    class Meta:
        model = Silence
        fields = ("rule", "severity", "slot", "category")


class BatchFilter(django_filters.FilterSet):
    """What bulk jobs are narrowed down by."""

    class Meta:
        model = Batch
        fields = ("state", "requested_by", "channel", "writer")


class RevisionFilter(django_filters.FilterSet):
    """What the version history is narrowed down by."""

    class Meta:
        model = Revision
        fields = ("batch", "slot", "language", "channel", "target_type", "target_id", "target_key")


class DeliveryFilter(django_filters.FilterSet):
    """What deliveries are narrowed down by."""

    class Meta:
        model = Delivery
        fields = ("state", "slot", "language", "channel", "target_type", "target_id", "target_key", "destination")
