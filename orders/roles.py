"""Who may do what with orders."""

from opsportal.access import RoleGrant, roles

_VIEWED = (
    "address", "blockedentry", "cancellationline", "customer", "decision", "hold", "note", "order", "orderexport",
    "orderimport", "orderline", "returnevidence", "returnline", "returnrequest", "rulesetting", "shipment",
    "shipmentline", "stockentry", "stocklevel", "toldnotice", "trackingevent",
)  # fmt: skip

roles.register(RoleGrant("viewer", tuple(f"orders.view_{model}" for model in _VIEWED)))
roles.register(
    RoleGrant(
        "operator",
        (
            "orders.add_order",
            "orders.change_order",
            "orders.add_note",
            "orders.add_returnrequest",
            "orders.ship_order",
            "orders.import_orders",
            "orders.export_orders",
            "orders.count_stock",
        ),
    )
)
# Whoever reviews orders also says what the review stops for.
roles.register(
    RoleGrant(
        "reviewer",
        (
            "orders.review_order",
            "orders.decide_returnrequest",
            "orders.add_note",
            "orders.change_rulesetting",
            "orders.add_blockedentry",
            "orders.delete_blockedentry",
        ),
    )
)
