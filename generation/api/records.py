"""Version history and deliveries over HTTP."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from generation import services
from generation.api.answers import require_done
from generation.api.serializers import DeliverySerializer, EmptyRequest, RevisionSerializer
from generation.filters import DeliveryFilter, RevisionFilter
from generation.models import Delivery, Revision
from opsportal.api.views import BaseViewSet


class RevisionViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """What went live, and undoing it."""

    queryset = Revision.objects.all()
    serializer_class = RevisionSerializer
    filterset_class = RevisionFilter
    permissions = {
        "list": "generation.view_revision",
        "retrieve": "generation.view_revision",
        "revert": "generation.revert_draft",
    }

    @extend_schema(request=EmptyRequest, responses=RevisionSerializer)
    @action(detail=True, methods=["post"])
    def revert(self, request: Request, pk: str) -> Response:
        """Undo this publication, unless the live value was changed since."""
        revision = self.get_object()
        require_done(services.revert(self.actor, [revision.pk]))
        return Response(RevisionSerializer(Revision.objects.get(pk=revision.pk)).data)


class DeliveryViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """What was exported or sent, and whether it arrived."""

    queryset = Delivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    permissions = {
        "list": "generation.view_delivery",
        "retrieve": "generation.view_delivery",
        "confirm": "generation.confirm_delivery",
    }

    @extend_schema(request=EmptyRequest, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Say that the exported copy is live in the shop."""
        delivery = self.get_object()
        require_done(services.confirm_deliveries(self.actor, [delivery.pk]))
        return Response(DeliverySerializer(Delivery.objects.get(pk=delivery.pk)).data)
