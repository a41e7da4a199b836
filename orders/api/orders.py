"""Orders over HTTP: read, placed, decided, shipped. The shop's own system stays the owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from generation.services import Outcome
from opsportal.api.views import BaseViewSet
from opsportal.plugins.errors import Conflict, Invalid
from orders import services
from orders.api.requests import EmptyRequest, NoteRequest, OrderRequest, ReasonRequest, RemarkRequest, ShipRequest
from orders.api.serializers import NoteSerializer, OrderDetailSerializer, OrderSerializer, ShipmentSerializer
from orders.filters import OrderFilter
from orders.models import Order
from products.models import Channel

REVIEW, SHIP = "orders.review_order", "orders.ship_order"


def of_one(outcome: Outcome) -> None:
    """Raise why the one thing asked for was left, if it was."""
    if outcome.left:
        _pk, code, message = outcome.left[0]
        raise Conflict(message, code)


class OrderViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Orders."""

    queryset = Order.objects.select_related("channel", "customer")
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    permissions = {
        "approve": REVIEW,
        "hold": REVIEW,
        "release": REVIEW,
        "cancel": REVIEW,
        "close": REVIEW,
        "ship": SHIP,
        "deliver": SHIP,
        "complete": "orders.change_order",
        "pay": "orders.change_order",
        "note": "orders.add_note",
    }

    @extend_schema(responses=OrderDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One order with lines, addresses, holds, parcels, returns and notes."""
        return self._detail(self.get_object())

    @extend_schema(request=OrderRequest, responses={201: OrderDetailSerializer})
    def create(self, request: Request) -> Response:
        """Take in a new order; it is reviewed at once."""
        asked = OrderRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        code = asked.validated_data["channel"]
        channel = Channel.objects.filter(code=code).first() if code else None
        if code and channel is None:
            raise Invalid(_("There is no channel “%(code)s”.") % {"code": code}, "unknown_channel")
        order = services.place_order(self.actor, asked.validated_data["source"], asked.record(), channel)
        link = reverse("api:orders-detail", [order.pk], request=request)
        return Response(self._shown(order), 201, headers={"Location": link})

    @extend_schema(request=RemarkRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve an order that awaits review."""
        return self._remarked(request, services.approve_orders)

    @extend_schema(request=RemarkRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Let a held order go."""
        return self._remarked(request, services.release_orders)

    @extend_schema(request=ReasonRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """Put an order on hold."""
        return self._reasoned(request, services.hold_orders)

    @extend_schema(request=ReasonRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel an order of which nothing has left."""
        return self._reasoned(request, services.cancel_orders)

    @extend_schema(request=ReasonRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close an order that went out in part or whole and comes to nothing."""
        order, asked = self.get_object(), ReasonRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        of_one(services.close_orders(self.actor, [order.pk], asked.validated_data["reason"]))
        return self._detail(order)

    @extend_schema(request=EmptyRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str) -> Response:
        """Say that an order is paid: it goes into review."""
        return self._plain(services.pay_orders)

    @extend_schema(request=EmptyRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: str) -> Response:
        """Say that a shipped order arrived, where no carrier says so."""
        return self._plain(services.deliver_orders)

    @extend_schema(request=EmptyRequest, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """The buyer confirmed."""
        return self._plain(services.complete_orders)

    @extend_schema(request=ShipRequest, responses={201: ShipmentSerializer})
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, pk: str) -> Response:
        """Send a parcel."""
        order, asked = self.get_object(), ShipRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        pieces: dict[int, int] = {}
        for row in data.get("lines", ()):
            pieces[row["line"]] = pieces.get(row["line"], 0) + row["quantity"]
        parcel = services.ship_order(
            self.actor,
            order,
            carrier=data["carrier"],
            tracking_number=data["tracking_number"],
            lines=pieces or None,
            shipped_at=data.get("shipped_at"),
            version=data.get("version"),
        )
        link = reverse("api:shipments-detail", [parcel.pk], request=request)
        return Response(ShipmentSerializer(parcel).data, 201, headers={"Location": link})

    @extend_schema(request=NoteRequest, responses={201: NoteSerializer})
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: str) -> Response:
        """Add an internal note."""
        order, asked = self.get_object(), NoteRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = services.add_note(self.actor, order, asked.validated_data["text"])
        return Response(NoteSerializer(made).data, 201)

    def _remarked(self, request: Request, decide: Callable[..., Outcome]) -> Response:
        order, asked = self.get_object(), RemarkRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        of_one(decide(self.actor, [order.pk], asked.validated_data["note"], asked.seen(order)))
        return self._detail(order)

    def _reasoned(self, request: Request, decide: Callable[..., Outcome]) -> Response:
        order, asked = self.get_object(), ReasonRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        of_one(decide(self.actor, [order.pk], asked.validated_data["reason"], asked.seen(order)))
        return self._detail(order)

    def _plain(self, decide: Callable[..., Outcome]) -> Response:
        order = self.get_object()
        of_one(decide(self.actor, [order.pk]))
        return self._detail(order)

    def _detail(self, order: Order) -> Response:
        return Response(self._shown(order))

    def _shown(self, order: Order) -> Any:
        rows = Order.objects.select_related("channel", "customer", "shipping_address", "billing_address")
        rows = rows.prefetch_related(
            "lines", "holds", "shipments__lines", "returns__lines", "returns__evidence", "notes__author"
        )
        return OrderDetailSerializer(rows.get(pk=order.pk)).data
