"""Endpoints of orders under /api/v1/."""

from opsportal.api import Route, routes
from orders.api.carriers import CarrierViewSet
from orders.api.orders import OrderViewSet
from orders.api.parcels import ShipmentViewSet, TrackingEventViewSet
from orders.api.returns import ReturnViewSet
from orders.api.review import DecisionViewSet, HoldViewSet
from orders.models import Decision, OrderLine, ParcelState, ReturnRequest, State

ENUMS = {
    "OrderStateEnum": State,
    "OrderLineKindEnum": OrderLine.Kind,
    "OrderDecisionEnum": Decision.Kind,
    "ParcelStateEnum": ParcelState,
    "ReturnStateEnum": ReturnRequest.State,
    "ReturnReasonEnum": ReturnRequest.Reason,
}

for prefix, viewset in (
    ("orders", OrderViewSet),
    ("holds", HoldViewSet),
    ("decisions", DecisionViewSet),
    ("shipments", ShipmentViewSet),
    ("tracking-events", TrackingEventViewSet),
    ("returns", ReturnViewSet),
    ("carriers", CarrierViewSet),
):
    routes.register(Route(prefix, viewset, ENUMS))
