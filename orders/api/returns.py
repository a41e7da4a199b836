"""Return requests over HTTP."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from opsportal.api.views import BaseViewSet
from opsportal.plugins.errors import Invalid
from orders import services
from orders.api.requests import DecideReturnRequest, EmptyRequest, EvidenceRequest, ReceiveRequest, ReturnRequestRequest
from orders.api.serializers import ReturnSerializer
from orders.models import Order, ReturnRequest


class ReturnViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """What customers want to give back, and what was decided."""

    queryset = ReturnRequest.objects.prefetch_related("lines", "evidence")
    serializer_class = ReturnSerializer
    filterset_fields = ("order", "state", "reason", "source", "external_id")
    permissions = {
        "decide": "orders.decide_returnrequest",
        "refund": "orders.decide_returnrequest",
        "receive": "orders.ship_order",
        "withdraw": "orders.add_returnrequest",
        "evidence": "orders.add_returnrequest",
    }

    @extend_schema(request=ReturnRequestRequest, responses={201: ReturnSerializer})
    def create(self, request: Request) -> Response:
        """Note a request."""
        asked = ReturnRequestRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        order = Order.objects.filter(pk=data.pop("order")).first()
        if order is None:
            raise Invalid(_("There is no such order."), "unknown_order")
        pieces: dict[int, int] = {}
        for row in data.pop("lines"):
            pieces[row["line"]] = pieces.get(row["line"], 0) + row["quantity"]
        made = services.request_return(self.actor, order, lines=pieces, **data)
        link = reverse("api:returns-detail", [made.pk], request=request)
        return Response(self._shown(made), 201, headers={"Location": link})

    @extend_schema(request=DecideReturnRequest, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Accept, with a refund, or refuse, with a reason."""
        asked = DecideReturnRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self._shown(services.decide_return(self.actor, self.get_object(), **asked.validated_data)))

    @extend_schema(request=ReceiveRequest, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """The goods are back."""
        asked = ReceiveRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        restock = asked.validated_data["restock"]
        return Response(self._shown(services.receive_return(self.actor, self.get_object(), restock=restock)))

    @extend_schema(request=EmptyRequest, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: str) -> Response:
        """The shop's system moved the money."""
        return Response(self._shown(services.refund_return(self.actor, self.get_object())))

    @extend_schema(request=EmptyRequest, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """The customer keeps the goods."""
        return Response(self._shown(services.withdraw_return(self.actor, self.get_object())))

    @extend_schema(request=EvidenceRequest, responses=ReturnSerializer)
    @action(detail=True, methods=["post"])
    def evidence(self, request: Request, pk: str) -> Response:
        """Add a photo's address or a remark."""
        asked = EvidenceRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        found = self.get_object()
        services.add_evidence(self.actor, found, **asked.validated_data)
        return Response(self._shown(found))

    def _shown(self, found: ReturnRequest) -> object:
        rows: QuerySet[ReturnRequest] = self.get_queryset()
        return ReturnSerializer(rows.get(pk=found.pk)).data
