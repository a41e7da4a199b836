"""What happens to orders, in words."""

from django.utils.translation import gettext_lazy as _

from opsportal.events import EventTitle, event_titles

TITLES = {
    "order.noted": _("note on an order"),
    "order.synced": _("order read from the shop"),
    "order.customer_told": _("customer told"),
    "order.placed": _("order placed"),
    "order.lines_added": _("order lines added"),
    "order.lines_cancelled": _("order lines cancelled"),
    "order.decision_handed_over": _("order decision handed over"),
    "order_rule.changed": _("order rule changed"),
    "orders.import_started": _("order import started"),
    "orders.imported": _("orders imported"),
    "orders.exported": _("orders exported"),
    "shipment.created": _("shipment created"),
    "tracking.imported": _("parcel news imported"),
    "shipment.tracked": _("shipment tracked"),
    "shipment.settled": _("shipment settled"),
    "shipment.stuck": _("shipment stuck"),
    "return.requested": _("return requested"),
    "return.accepted": _("return accepted"),
    "return.refused": _("return refused"),
    "return.received": _("returned goods received"),
    "return.refunded": _("return refunded"),
    "return.withdrawn": _("return withdrawn"),
    "return.evidence_added": _("proof added to a return"),
    "stock.counted": _("stock counted"),
    "stock.received": _("goods received"),
    "blocked.added": _("customer blocked"),
    "blocked.removed": _("customer no longer blocked"),
    "customer.erased": _("customer data erased"),
}

for kind, title in TITLES.items():
    event_titles.register(EventTitle(kind, title))
