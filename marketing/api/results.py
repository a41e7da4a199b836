"""Results over HTTP: rows of figures as channels report them."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from marketing import services
from marketing.api.serializers import CampaignResultSerializer
from marketing.models import DailyResult
from opsportal.api.views import BaseViewSet

#: Rows of one request.
MOST_ROWS = 5_000


class ResultRow(serializers.Serializer):
    """Figures of one variant on one day; reported again, they replace what was there."""

    campaign = serializers.CharField(max_length=60)
    placement = serializers.CharField(max_length=60)
    variant = serializers.CharField(max_length=10)
    day = serializers.CharField(max_length=30)
    language = serializers.CharField(max_length=20, required=False, allow_blank=True)
    impressions = serializers.CharField(max_length=30)
    clicks = serializers.CharField(max_length=30, required=False, allow_blank=True)
    conversions = serializers.CharField(max_length=30, required=False, allow_blank=True)
    spend = serializers.CharField(max_length=30, required=False, allow_blank=True)
    revenue = serializers.CharField(max_length=30, required=False, allow_blank=True)


class ResultsRequest(serializers.Serializer):
    """Rows to record; ``dry_run`` only looks."""

    rows = serializers.ListField(child=ResultRow(), min_length=1, max_length=MOST_ROWS)
    dry_run = serializers.BooleanField(default=False)


class RefusedRow(serializers.Serializer):
    """A row that was left out, and why."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class ResultsOutcomeSerializer(serializers.Serializer):
    """What recording did."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    errors = RefusedRow(many=True)  # type: ignore[assignment]
    error_count = serializers.IntegerField()
    dry_run = serializers.BooleanField()


class CampaignResultFilter(django_filters.FilterSet):
    """Figures by campaign, placement, variant and day."""

    campaign = django_filters.CharFilter(field_name="variant__placement__campaign__key")
    placement = django_filters.CharFilter(field_name="variant__placement__key")
    variant = django_filters.CharFilter(field_name="variant__label")
    from_day = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    to_day = django_filters.DateFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = DailyResult
        fields: list[str] = []


class CampaignResultViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Figures per variant and day."""

    queryset = DailyResult.objects.select_related("variant__placement__campaign")
    serializer_class = CampaignResultSerializer
    filterset_class = CampaignResultFilter
    permissions = {"create": "marketing.import_results"}

    @extend_schema(request=ResultsRequest, responses=ResultsOutcomeSerializer)
    def create(self, request: Request) -> Response:
        """Record rows; those that cannot be used are reported and the others recorded."""
        asked = ResultsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        rows: list[dict[str, Any]] = [dict(row) for row in asked.validated_data["rows"]]
        outcome = services.record_results(self.actor, rows, dry_run=asked.validated_data["dry_run"])
        return Response(outcome.to_json())
