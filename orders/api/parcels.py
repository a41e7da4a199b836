"""Parcels and what carriers say about them, over HTTP."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from opsportal.api.views import BaseViewSet
from orders import services
from orders.api.requests import NoteRequest, TrackRequest
from orders.api.serializers import ShipmentSerializer, TrackingEventSerializer
from orders.models import ParcelState, Shipment, TrackingEvent
from orders.services import ParcelNews


class ShipmentViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Parcels."""

    queryset = Shipment.objects.prefetch_related("lines")
    serializer_class = ShipmentSerializer
    filterset_fields = ("order", "carrier", "tracking_number", "state", "attention")
    permissions = {"track": "orders.ship_order", "settle": "orders.ship_order"}

    @extend_schema(request=TrackRequest, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def track(self, request: Request, pk: str) -> Response:
        """Record what the carrier says; what is known already changes nothing."""
        parcel, asked = self.get_object(), TrackRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        news = [
            ParcelNews(ParcelState(told.pop("state")), told.pop("happened_at"), **told)
            for told in (dict(row) for row in asked.validated_data["events"])
        ]
        services.record_tracking(self.actor, parcel, news)
        return self._shown(parcel)

    @extend_schema(request=NoteRequest, responses=ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Say what was done about a parcel that needed attention."""
        parcel, asked = self.get_object(), NoteRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        services.settle_attention(self.actor, parcel, asked.validated_data["text"])
        return self._shown(parcel)

    def _shown(self, parcel: Shipment) -> Response:
        rows: QuerySet[Shipment] = self.get_queryset()
        return Response(ShipmentSerializer(rows.get(pk=parcel.pk)).data)


class TrackingEventViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """What carriers said."""

    queryset = TrackingEvent.objects.all()
    serializer_class = TrackingEventSerializer
    filterset_fields = ("shipment", "state")
