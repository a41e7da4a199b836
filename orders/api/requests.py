"""What comes in over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from orders.models import Order, OrderLine, ParcelState, PaymentState, ReturnRequest
from orders.services import LineRecord, OrderRecord, PersonRecord, PlaceRecord

#: Pieces of a line: what the database can hold.
MOST_PIECES = 2_000_000_000
#: What an order may be worth, in its currency.
MOST_WORTH = Decimal(10) ** 11


class LineRequest(serializers.Serializer):
    """A line of a new order."""

    sku = serializers.CharField(max_length=255, allow_blank=True, default="")
    description = serializers.CharField(max_length=500, allow_blank=True, default="")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4)
    discount = serializers.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    tax = serializers.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    kind = serializers.ChoiceField(OrderLine.Kind.choices, default=OrderLine.Kind.GOODS)


class PlaceRequest(serializers.Serializer):
    """An address."""

    name = serializers.CharField(max_length=200, allow_blank=True, default="")
    phone = serializers.CharField(max_length=40, allow_blank=True, default="")
    company = serializers.CharField(max_length=200, allow_blank=True, default="")
    line1 = serializers.CharField(max_length=300, allow_blank=True, default="")
    line2 = serializers.CharField(max_length=300, allow_blank=True, default="")
    city = serializers.CharField(max_length=120, allow_blank=True, default="")
    region = serializers.CharField(max_length=120, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=30, allow_blank=True, default="")
    country = serializers.CharField(max_length=60, allow_blank=True, default="")


class PersonRequest(serializers.Serializer):
    """The buyer; known by ``external_id``, else by the e-mail."""

    external_id = serializers.CharField(max_length=120, allow_blank=True, default="")
    name = serializers.CharField(max_length=200, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, allow_blank=True, default="")
    phone = serializers.CharField(max_length=40, allow_blank=True, default="")
    language = serializers.ChoiceField(settings.LANGUAGES, allow_blank=True, default="")
    country = serializers.CharField(max_length=60, allow_blank=True, default="")


class OrderRequest(serializers.Serializer):
    """A new order, as the shop has it. It is reviewed at once."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment]
    external_id = serializers.CharField(max_length=120)
    number = serializers.CharField(max_length=120, allow_blank=True, default="")
    placed_at = serializers.DateTimeField()
    currency = serializers.CharField(max_length=3, allow_blank=True, default="")
    channel = serializers.CharField(max_length=60, allow_blank=True, default="")
    payment_state = serializers.ChoiceField(PaymentState.choices, default=PaymentState.PAID)
    customer = PersonRequest(required=False, allow_null=True)
    shipping = PlaceRequest(required=False, allow_null=True)
    billing = PlaceRequest(required=False, allow_null=True)
    country = serializers.CharField(max_length=60, allow_blank=True, default="")
    lines = LineRequest(many=True, allow_empty=False, max_length=1000)  # type: ignore[call-arg]  # of the list
    discount = serializers.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    shipping_fee = serializers.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    tax = serializers.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    total = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True, default=None)
    customer_note = serializers.CharField(max_length=5000, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An order worth more than any real one is a slip, and more than the database holds."""
        worth = [abs(line["quantity"] * line["unit_price"]) + abs(line["discount"]) for line in attrs["lines"]]
        if sum(worth, Decimal(0)) >= MOST_WORTH:
            raise serializers.ValidationError({"lines": _("An order is worth less than 100,000,000,000.")})
        return attrs

    def record(self) -> OrderRecord:
        """What was sent, as the service takes it."""
        data: dict[str, Any] = dict(self.validated_data)
        data.pop("source")
        data.pop("channel")
        person, shipping, billing = data.pop("customer", None), data.pop("shipping", None), data.pop("billing", None)
        lines = [LineRecord(row=number, **values) for number, values in enumerate(data.pop("lines"), 1)]
        seen: dict[str, int] = {}
        for line in lines:
            # Over the API two equal lines are meant as two.
            seen[line.fingerprint] = seen.get(line.fingerprint, 0) + 1
            line.occurrence = seen[line.fingerprint]
        return OrderRecord(
            lines=lines,
            customer=PersonRecord(**person) if person else None,
            shipping=PlaceRecord(**shipping) if shipping else None,
            billing=PlaceRecord(**billing) if billing else None,
            **data,
        )


class VersionRequest(serializers.Serializer):
    """``version``: the one the caller saw; with another one meanwhile the request is refused (409)."""

    version = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, required=False)

    def seen(self, order: Order) -> dict[int, int] | None:
        """As the services take it."""
        version = self.validated_data.get("version")
        return None if version is None else {order.pk: version}


class RemarkRequest(VersionRequest):
    """A decision with an optional remark."""

    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class ReasonRequest(VersionRequest):
    """A decision that needs a reason."""

    reason = serializers.CharField(max_length=200)


class NoteRequest(serializers.Serializer):
    """An internal note."""

    text = serializers.CharField(max_length=4000)


class PiecesRequest(serializers.Serializer):
    """Pieces of a line."""

    line = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES)


class ShipRequest(VersionRequest):
    """A parcel that leaves; without ``lines`` it holds all that is open."""

    carrier = serializers.CharField(max_length=60)
    tracking_number = serializers.CharField(max_length=80, allow_blank=True, default="")
    lines = PiecesRequest(many=True, required=False)
    shipped_at = serializers.DateTimeField(required=False, allow_null=True)


class TrackingRequest(serializers.Serializer):
    """One thing a carrier said about a parcel."""

    state = serializers.ChoiceField(ParcelState.choices)
    happened_at = serializers.DateTimeField()
    description = serializers.CharField(max_length=500, allow_blank=True, default="")
    location = serializers.CharField(max_length=200, allow_blank=True, default="")
    code = serializers.CharField(max_length=40, allow_blank=True, default="")


class TrackRequest(serializers.Serializer):
    """News of a parcel."""

    events = TrackingRequest(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]  # of the list


class EvidenceRequest(serializers.Serializer):
    """A photo's address or a remark."""

    url = serializers.CharField(max_length=2000, allow_blank=True, default="")
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class ReturnRequestRequest(serializers.Serializer):
    """What a customer wants to give back."""

    order = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = serializers.ChoiceField(ReturnRequest.Reason.choices)
    lines = PiecesRequest(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]  # of the list
    details = serializers.CharField(max_length=5000, allow_blank=True, default="")
    refund_asked = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=0, default=Decimal(0))
    evidence = EvidenceRequest(many=True, required=False, max_length=50)  # type: ignore[call-arg]  # of the list
    requested_at = serializers.DateTimeField(required=False, allow_null=True)
    source = serializers.CharField(max_length=60, allow_blank=True, default="")  # type: ignore[assignment]
    external_id = serializers.CharField(max_length=120, allow_blank=True, default="")


class DecideReturnRequest(serializers.Serializer):
    """The decision about a return request; a refusal needs a ``note``."""

    accept = serializers.BooleanField()
    note = serializers.CharField(max_length=500, allow_blank=True, default="")
    refund_amount = serializers.DecimalField(
        max_digits=14, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    goods_back = serializers.BooleanField(default=True)
    version = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, required=False, allow_null=True)


class ReceiveRequest(serializers.Serializer):
    """Goods that came back; ``restock``: they can be sold again."""

    restock = serializers.BooleanField(default=True)


class EmptyRequest(serializers.Serializer):
    """Nothing is asked for."""


class HandOverRequest(serializers.Serializer):
    """Decisions another system took up."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), allow_empty=False, max_length=1000
    )
    reference = serializers.CharField(max_length=200)
