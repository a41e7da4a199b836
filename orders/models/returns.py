"""Return requests: what a customer wants back, what they show for it, and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order, OrderLine, money_field


class ReturnRequest(models.Model):
    """A customer's request. The shop's system moves the money; here it is decided whether and how much."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("to be decided")
        ACCEPTED = "accepted", _("accepted, goods expected")
        REFUSED = "refused", _("request refused")
        RECEIVED = "received", _("goods received")
        REFUNDED = "refunded", _("refunded")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Reason(models.TextChoices):
        CHANGED_MIND = "changed_mind", _("changed their mind")
        DAMAGED = "damaged", _("arrived damaged")
        WRONG_ITEM = "wrong_item", _("wrong item")
        NOT_AS_DESCRIBED = "not_as_described", _("not as described")
        DEFECTIVE = "defective", _("defective")
        NOT_RECEIVED = "not_received", _("never arrived")
        OTHER = "other", _("other reason")

    order = models.ForeignKey(Order, models.CASCADE, related_name="returns", verbose_name=_("order"))
    source = models.CharField(_("source"), max_length=60, blank=True)
    external_id = models.CharField(_("number in the source"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    details = models.TextField(_("what the customer says"), blank=True)
    refund_asked = money_field(_("refund asked for"))
    refund_amount = money_field(_("refund granted"))
    goods_back = models.BooleanField(_("goods have to come back"), default=True)
    decision_note = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    received_at = models.DateTimeField(_("goods received at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("finished at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("return request")
        verbose_name_plural = _("return requests")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="return_of_source"
            )
        ]
        indexes = [models.Index(fields=["state", "id"], name="return_state")]
        permissions = [("decide_returnrequest", "Can decide return requests")]

    def __str__(self) -> str:
        return f"{self.order_id} · {self.get_reason_display()}"

    def event_key(self) -> str:
        """Key under which events name this request."""
        return self.external_id or str(self.pk)

    def event_label(self) -> str:
        """Label under which events name this request."""
        return f"#{self.pk}"


class ReturnLine(models.Model):
    """How many pieces of an order line the customer wants to give back."""

    request = models.ForeignKey(ReturnRequest, models.CASCADE, related_name="lines", verbose_name=_("return request"))
    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="return_lines", verbose_name=_("order line"))
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        ordering = ("request_id", "id")
        constraints = [models.UniqueConstraint(fields=["request", "line"], name="one_line_per_return")]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class ReturnEvidence(models.Model):
    """A photo or document for a request, by its address (the portal never fetches it) or in words."""

    request = models.ForeignKey(
        ReturnRequest, models.CASCADE, related_name="evidence", verbose_name=_("return request")
    )
    url = models.URLField(_("address"), max_length=2000, blank=True)
    note = models.CharField(_("what it shows"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("request_id", "id")

    def __str__(self) -> str:
        return self.note or self.url
