"""Holds and decisions over HTTP: why orders were stopped, and what the owner of the orders has to be told."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from opsportal.api.views import BaseViewSet
from orders import services
from orders.api.requests import HandOverRequest
from orders.api.serializers import DecisionSerializer, HandOverAnswer, HoldSerializer
from orders.models import Decision, Hold


class HoldFilter(django_filters.FilterSet):
    """Holds by order, rule, what came of them, and whether they still stand."""

    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Hold
        fields = ("order", "rule", "verdict", "outcome")


class HoldViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Why orders were stopped; released and cancelled at the orders themselves."""

    queryset = Hold.objects.all()
    serializer_class = HoldSerializer
    filterset_class = HoldFilter


class DecisionFilter(django_filters.FilterSet):
    """Decisions by order and kind, and whether the owner of the orders was told."""

    waiting = django_filters.BooleanFilter(field_name="handed_over_at", lookup_expr="isnull")

    class Meta:
        model = Decision
        fields = ("order", "kind")


class DecisionViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """What was decided here, to be taken up by the system that owns the orders."""

    queryset = Decision.objects.select_related("order")
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    permissions = {"hand_over": "orders.export_orders"}

    @extend_schema(request=HandOverRequest, responses=HandOverAnswer)
    @action(detail=False, methods=["post"])
    def hand_over(self, request: Request) -> Response:
        """Say that another system took decisions up; each counts once."""
        asked = HandOverRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        return Response({"handed_over": services.hand_over(self.actor, data["ids"], data["reference"])})
