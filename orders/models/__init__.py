"""Everything the portal keeps about orders."""

from orders.models.customers import Address, Customer
from orders.models.desk import OrderClaim, PushReceipt, Situation, ToldNotice
from orders.models.holds import BlockedEntry, Decision, Hold, RuleSetting
from orders.models.orders import CancellationLine, Note, Order, OrderLine, PaymentState, State
from orders.models.parcels import ParcelState, Shipment, ShipmentLine, TrackingEvent
from orders.models.returns import ReturnEvidence, ReturnLine, ReturnRequest
from orders.models.stock import StockEntry, StockLevel
from orders.models.transfers import OrderExport, OrderImport

__all__ = [
    "Address",
    "BlockedEntry",
    "CancellationLine",
    "Customer",
    "Decision",
    "Hold",
    "Note",
    "Order",
    "OrderClaim",
    "OrderExport",
    "OrderImport",
    "OrderLine",
    "ParcelState",
    "PaymentState",
    "PushReceipt",
    "ReturnEvidence",
    "ReturnLine",
    "ReturnRequest",
    "RuleSetting",
    "Shipment",
    "ShipmentLine",
    "Situation",
    "State",
    "StockEntry",
    "StockLevel",
    "ToldNotice",
    "TrackingEvent",
]
