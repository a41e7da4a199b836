"""Orders as the shop's own system has them, their lines, and what colleagues noted about them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.customers import Address, Customer
from products.models import Channel, Product, Variant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class State(models.TextChoices):
    """Where an order is in its life. Only ``orders.workflow`` changes it."""

    PENDING_PAYMENT = "pending_payment", pgettext_lazy("order", "awaiting payment")
    AWAITING_REVIEW = "awaiting_review", pgettext_lazy("order", "awaiting review")
    HELD = "held", pgettext_lazy("order", "on hold")
    APPROVED = "approved", pgettext_lazy("order", "to be shipped")
    PART_SHIPPED = "part_shipped", pgettext_lazy("order", "partly shipped")
    SHIPPED = "shipped", pgettext_lazy("order", "shipped")
    DELIVERED = "delivered", pgettext_lazy("order", "delivered")
    COMPLETED = "completed", pgettext_lazy("order", "completed")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")
    CLOSED = "closed", pgettext_lazy("order", "closed")


class PaymentState(models.TextChoices):
    """What the shop's own system says about the money."""

    PENDING = "pending", _("not paid")
    AUTHORISED = "authorised", _("authorised")
    PAID = "paid", pgettext_lazy("payment", "paid")
    PART_REFUNDED = "part_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")
    VOIDED = "voided", _("voided")


def money_field(label: str | _StrPromise) -> models.DecimalField:
    """An amount in the order's currency."""
    return models.DecimalField(label, max_digits=16, decimal_places=4, default=Decimal(0))


class Order(models.Model):
    """One order. ``source`` and ``external_id`` say whose it is and its number there; ``number`` is what people call it.

    Amounts are the shop's. ``version`` grows with every change of state. ``stock_owned``: the portal's own stock ledger
    reserves and releases for it (fixed when it is placed, from its channel). The ``…_key`` fields are digests.
    """

    number = models.CharField(_("order number"), max_length=120)
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("number in the source"), max_length=120)
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("channel")
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("customer")
    )
    shipping_address = models.ForeignKey(
        Address, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("shipping address")
    )
    billing_address = models.ForeignKey(
        Address, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("billing address")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.AWAITING_REVIEW, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    payment_state = models.CharField(
        _("payment"), max_length=20, choices=PaymentState, default=PaymentState.PENDING, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    subtotal = money_field(_("goods"))
    discount = money_field(_("discount"))
    shipping = money_field(_("shipping fee"))
    tax = money_field(_("tax"))
    total = money_field(_("total"))
    refunded = money_field(_("refunded"))
    item_count = models.PositiveIntegerField(_("pieces"), default=0, editable=False)
    country = models.CharField(_("country of delivery"), max_length=60, blank=True)
    billing_country = models.CharField(_("country of the bill"), max_length=60, blank=True)
    customer_note = models.TextField(_("buyer's message"), blank=True)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=200, blank=True)
    source_state = models.CharField(_("state in the source"), max_length=60, blank=True)
    stock_owned = models.BooleanField(_("stock owned here"), default=False, editable=False)
    address_key = models.CharField(_("digest of the address"), max_length=32, blank=True, editable=False)
    phone_key = models.CharField(_("digest of the phone"), max_length=32, blank=True, editable=False)
    email_key = models.CharField(_("digest of the e-mail"), max_length=32, blank=True, editable=False)
    content_key = models.CharField(_("digest of the lines"), max_length=32, blank=True, editable=False)
    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    held_at = models.DateTimeField(_("on hold since"), null=True, blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("finished at"), null=True, blank=True, editable=False)
    synced_at = models.DateTimeField(_("last read from the source"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="order_of_source")]
        indexes = [
            models.Index(fields=["number"], name="order_number"),
            models.Index(fields=["state", "id"], name="order_state"),
            models.Index(fields=["source", "id"], name="order_newest_of_source"),
            models.Index(fields=["placed_at"], name="order_placed"),
            models.Index(fields=["customer", "placed_at"], name="order_customer"),
            models.Index(fields=["address_key", "placed_at"], name="order_address_key", condition=~Q(address_key="")),
            models.Index(fields=["phone_key", "placed_at"], name="order_phone_key", condition=~Q(phone_key="")),
            models.Index(fields=["content_key", "placed_at"], name="order_content_key", condition=~Q(content_key="")),
        ]
        permissions = [
            ("review_order", "Can approve, hold, release and cancel orders"),
            ("ship_order", "Can ship orders and record parcels"),
            ("import_orders", "Can import orders"),
            ("export_orders", "Can export orders"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The order's page in the console; "" where there is no console."""
        try:
            return reverse("admin:orders_order_change", args=[self.pk])
        except NoReverseMatch:
            return ""

    def event_key(self) -> str:
        """Key under which events name this order."""
        return self.external_id

    def event_label(self) -> str:
        """Label under which events name this order."""
        return self.number


class OrderLine(models.Model):
    """One line of an order. ``product`` and ``variant`` are set where the SKU is known here; ``sku`` is the file's own.

    ``fingerprint`` recognises the same line in a file read again. Pieces: ``open`` = quantity - cancelled - shipped; of
    these ``reserved_quantity`` stand reserved in the stock ledger.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("goods")
        CHARGE = "charge", _("charge or discount")

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    position = models.PositiveIntegerField(_("position"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="order_lines", verbose_name=_("product")
    )
    variant = models.ForeignKey(
        Variant, models.SET_NULL, null=True, blank=True, related_name="order_lines", verbose_name=_("variant")
    )
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    quantity = models.IntegerField(_("quantity"))
    unit_price = money_field(_("unit price"))
    discount = money_field(_("discount"))
    tax = money_field(_("tax"))
    total = money_field(_("total"))
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0, editable=False)
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0, editable=False)
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0, editable=False)
    reserved_quantity = models.PositiveIntegerField(_("reserved"), default=0, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=32, editable=False)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ("order_id", "position", "id")
        constraints = [models.UniqueConstraint(fields=["order", "fingerprint"], name="one_line_per_fingerprint")]
        indexes = [models.Index(fields=["sku", "id"], name="order_line_sku")]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"

    @property
    def open_quantity(self) -> int:
        """Pieces that still have to go out; 0 for charges."""
        if self.kind != self.Kind.GOODS:
            return 0
        return max(0, self.quantity - self.cancelled_quantity - self.shipped_quantity)


class CancellationLine(models.Model):
    """A line of the shop's files that takes something back. ``line`` is the order line it was matched to, if any was.

    Kept whether matched or not, so that every line of a file is accounted for.
    """

    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("number in the source"), max_length=120)
    line = models.ForeignKey(
        OrderLine,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cancellations",
        verbose_name=_("order line"),
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    quantity = models.IntegerField(_("quantity"))
    unit_price = money_field(_("unit price"))
    cancelled_at = models.DateTimeField(_("cancelled at"))
    fingerprint = models.CharField(_("fingerprint"), max_length=32, editable=False)

    class Meta:
        verbose_name = _("cancellation line")
        verbose_name_plural = _("cancellation lines")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id", "fingerprint"], name="one_cancellation_line")
        ]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.sku} × {self.quantity}"


class Note(models.Model):
    """What one colleague tells the others about an order. Customers never see it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="notes", verbose_name=_("order"))
    text = models.TextField(_("note"), max_length=4000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ("order_id", "id")

    def __str__(self) -> str:
        return self.text[:60]
