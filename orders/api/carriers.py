"""Carriers over HTTP, and the address to which they push. A push has no user: its signature is all there is."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from opsportal.api.views import BaseViewSet
from opsportal.plugins.errors import DomainError, Invalid
from orders.api.requests import EmptyRequest
from orders.api.serializers import CarrierSerializer, PushAnswer
from orders.carrier import Push, carriers
from orders.models import Shipment
from orders.services.pushes import take_push

log = logging.getLogger(__name__)


class CarrierViewSet(BaseViewSet):
    """Who brings parcels."""

    #: Carriers are no rows; whoever may see parcels may see them.
    queryset = Shipment.objects.none()
    serializer_class = CarrierSerializer
    filterset_class = None
    pagination_class = None
    lookup_value_regex = "[a-z0-9_-]{1,60}"

    @extend_schema(responses=CarrierSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every carrier with the key parcels name it by."""
        rows = sorted((carrier() for carrier in carriers), key=lambda carrier: str(carrier.title))
        return Response(CarrierSerializer(rows, many=True).data)

    @extend_schema(
        request=EmptyRequest,
        responses=PushAnswer,
        auth=[],
        parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH, description="Key of the carrier.")],
    )
    @action(
        detail=True,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        throttle_classes=[],
        parser_classes=[FormParser, JSONParser, MultiPartParser],
    )
    def push(self, request: Request, pk: str) -> Response:
        """For carriers: take in what one pushes, in its own format. The answer is in its own words, too."""
        if pk not in carriers or not carriers.get(pk).pushes:
            raise Invalid(_("“%(carrier)s” sends no pushes.") % {"carrier": pk}, "no_pushes")
        carrier = carriers.get(pk)()
        body = request._request.body
        form = {name: str(value) for name, value in request._request.POST.items()}
        try:
            taken = take_push(pk, Push(body, form, dict(request.headers)))
        except DomainError as error:
            log.warning("push of %s refused: %s", pk, error.code)
            return Response(carrier.answer(False, error.message), error.status_code)
        return Response(carrier.answer(True, "known" if taken.again else "ok"))
