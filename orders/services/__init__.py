"""Every write of orders: permission, transaction, event. Console, API and commands call these and nothing else.

Functions over many orders return an ``Outcome`` that says which were done and why the others were left; ``seen`` maps ids
to the version a person looked at. Reading and writing files is in ``services.importing`` and ``services.exporting``.
"""

from orders.records import CancellationRecord, LineRecord, OrderRecord, PersonRecord, PlaceRecord
from orders.services.cancelling import Settled, mirror_cancellations, settle_waiting
from orders.services.fulfilment import close_orders, complete_orders, deliver_orders, ship_order
from orders.services.handover import hand_over, waiting_decisions
from orders.services.mirroring import Mirrored, mirror_orders, pay_orders, place_order
from orders.services.people import add_note, anonymise_customer, block, block_buyer, set_rule, unblock
from orders.services.returns import (
    add_evidence,
    decide_return,
    receive_return,
    refund_return,
    request_return,
    withdraw_return,
)
from orders.services.reviewing import (
    approve_orders,
    cancel_orders,
    hold_orders,
    release_orders,
    review_orders,
    rule_title,
)
from orders.services.stock import ShortStock, count_stock, receive_stock
from orders.services.tracking import ParcelNews, find_shipment, record_tracking, settle_attention, watch_parcels

__all__ = [
    "CancellationRecord",
    "LineRecord",
    "Mirrored",
    "OrderRecord",
    "ParcelNews",
    "PersonRecord",
    "PlaceRecord",
    "Settled",
    "ShortStock",
    "add_evidence",
    "add_note",
    "anonymise_customer",
    "approve_orders",
    "block",
    "block_buyer",
    "cancel_orders",
    "close_orders",
    "complete_orders",
    "count_stock",
    "decide_return",
    "deliver_orders",
    "find_shipment",
    "hand_over",
    "hold_orders",
    "mirror_cancellations",
    "mirror_orders",
    "pay_orders",
    "place_order",
    "receive_return",
    "receive_stock",
    "record_tracking",
    "refund_return",
    "release_orders",
    "request_return",
    "review_orders",
    "rule_title",
    "set_rule",
    "settle_attention",
    "settle_waiting",
    "ship_order",
    "unblock",
    "waiting_decisions",
    "watch_parcels",
    "withdraw_return",
]
