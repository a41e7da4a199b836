"""Parcels: what went out, with whom, and what the carrier says about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order, OrderLine


class ParcelState(models.TextChoices):
    """Where a parcel is, in the carriers' own terms (快递100: 0 在途 … 14 拒签)."""

    READY = "ready", _("waiting for pick-up")
    PICKED_UP = "picked_up", _("picked up")
    IN_TRANSIT = "in_transit", _("in transit")
    CUSTOMS = "customs", _("at customs")
    OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
    FORWARDED = "forwarded", _("handed to another carrier")
    PROBLEM = "problem", _("problem on the way")
    REFUSED = "refused", _("refused by the buyer")
    RETURNING = "returning", _("on its way back")
    RETURNED = "returned", _("returned to sender")
    DELIVERED = "delivered", _("signed for")


#: The state codes of 快递100's push and query interfaces (channels.md §6).
KUAIDI100_STATES: dict[str, ParcelState] = {
    "0": ParcelState.IN_TRANSIT,
    "1": ParcelState.PICKED_UP,
    "2": ParcelState.PROBLEM,
    "3": ParcelState.DELIVERED,
    "4": ParcelState.RETURNED,
    "5": ParcelState.OUT_FOR_DELIVERY,
    "6": ParcelState.RETURNING,
    "7": ParcelState.FORWARDED,
    "8": ParcelState.CUSTOMS,
    "14": ParcelState.REFUSED,
}
#: Nothing more is expected of a parcel in one of these.
FINAL_PARCEL_STATES = (ParcelState.DELIVERED, ParcelState.RETURNED)


class Shipment(models.Model):
    """One parcel of an order. ``state`` is that of its newest tracking event, whatever order events arrived in.

    ``carrier`` is the key of a carrier plugin. ``attention`` marks parcels somebody has to look at.
    """

    class Attention(models.TextChoices):
        NONE = "", _("none")
        STUCK = "stuck", _("no movement")
        EXCEPTION = "exception", _("exception")
        RETURNED = "returned", _("coming back")

    order = models.ForeignKey(Order, models.CASCADE, related_name="shipments", verbose_name=_("order"))
    carrier = models.CharField(_("carrier"), max_length=60)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=ParcelState, default=ParcelState.READY, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("number in the source"), max_length=120, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    last_event_at = models.DateTimeField(_("last movement"), null=True, blank=True, editable=False)
    attention = models.CharField(
        _("needs attention"), max_length=10, choices=Attention, default=Attention.NONE, blank=True, editable=False
    )
    attention_since = models.DateTimeField(_("needs attention since"), null=True, blank=True, editable=False)
    attention_note = models.CharField(_("what was done about it"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"], condition=~Q(tracking_number=""), name="one_parcel_per_number"
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="shipment_of_source"
            ),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="shipment_tracking_number"),
            models.Index(fields=["state", "last_event_at"], name="shipment_state"),
            models.Index(
                fields=["attention", "attention_since"], name="shipment_attention", condition=~Q(attention="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()

    def event_key(self) -> str:
        """Key under which events name this shipment."""
        return self.tracking_number or str(self.pk)


class ShipmentLine(models.Model):
    """How many pieces of an order line are in a parcel."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines", verbose_name=_("shipment"))
    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="shipment_lines", verbose_name=_("order line"))
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipped line")
        verbose_name_plural = _("shipped lines")
        ordering = ("shipment_id", "id")
        constraints = [models.UniqueConstraint(fields=["shipment", "line"], name="one_line_per_shipment")]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class TrackingEvent(models.Model):
    """One thing the carrier said about a parcel. ``digest`` makes telling it twice harmless."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="events", verbose_name=_("shipment"))
    state = models.CharField(_("state"), max_length=20, choices=ParcelState)
    happened_at = models.DateTimeField(_("when"))
    description = models.CharField(_("description"), max_length=500, blank=True)
    location = models.CharField(_("place"), max_length=200, blank=True)
    code = models.CharField(_("carrier's code"), max_length=40, blank=True)
    digest = models.CharField(_("digest"), max_length=32, editable=False)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ("shipment_id", "happened_at", "id")
        constraints = [models.UniqueConstraint(fields=["shipment", "digest"], name="one_tracking_event")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.happened_at:%Y-%m-%d %H:%M}"
