"""What goes out over HTTP."""

from __future__ import annotations

from rest_framework import serializers

from orders.models import (
    Address,
    Decision,
    Hold,
    Note,
    Order,
    OrderLine,
    ReturnEvidence,
    ReturnLine,
    ReturnRequest,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)


class OrderLineSerializer(serializers.ModelSerializer):
    """A line of an order."""

    class Meta:
        model = OrderLine
        fields = (
            "id", "position", "kind", "sku", "description", "product", "variant", "quantity", "unit_price", "discount",
            "tax", "total", "cancelled_quantity", "shipped_quantity", "returned_quantity", "reserved_quantity",
        )  # fmt: skip


class AddressSerializer(serializers.ModelSerializer):
    """Where an order goes."""

    class Meta:
        model = Address
        fields = ("name", "phone", "company", "line1", "line2", "city", "region", "postal_code", "country", "erased_at")


class HoldSerializer(serializers.ModelSerializer):
    """Why an order was stopped, with the numbers the rule saw."""

    explanation = serializers.CharField(read_only=True)

    class Meta:
        model = Hold
        fields = (
            "id", "order", "rule", "verdict", "explanation", "numbers", "outcome", "opened_at", "closed_at",
        )  # fmt: skip


class DecisionSerializer(serializers.ModelSerializer):
    """What was decided here, for the system that owns the order."""

    number = serializers.CharField(source="order.number", read_only=True)
    source = serializers.CharField(source="order.source", read_only=True)  # type: ignore[assignment]
    external_id = serializers.CharField(source="order.external_id", read_only=True)

    class Meta:
        model = Decision
        fields = (
            "id", "order", "number", "source", "external_id", "kind", "automatic", "note", "details", "made_at",
            "handed_over_at", "handed_over_in",
        )  # fmt: skip


class HandOverAnswer(serializers.Serializer):
    """How many of them had not been taken up before."""

    handed_over = serializers.IntegerField()


class ShipmentLineSerializer(serializers.ModelSerializer):
    """Pieces of a line in a parcel."""

    class Meta:
        model = ShipmentLine
        fields = ("line", "quantity")


class TrackingEventSerializer(serializers.ModelSerializer):
    """One thing the carrier said."""

    class Meta:
        model = TrackingEvent
        fields = ("id", "shipment", "state", "happened_at", "description", "location", "code", "received_at")


class ShipmentSerializer(serializers.ModelSerializer):
    """A parcel."""

    lines = ShipmentLineSerializer(many=True, read_only=True)

    class Meta:
        model = Shipment
        fields = (
            "id", "order", "carrier", "tracking_number", "state", "version", "shipped_at", "delivered_at",
            "last_event_at", "attention", "attention_since", "attention_note", "lines",
        )  # fmt: skip


class ReturnLineSerializer(serializers.ModelSerializer):
    """Pieces of a line a customer gives back."""

    class Meta:
        model = ReturnLine
        fields = ("line", "quantity")


class ReturnEvidenceSerializer(serializers.ModelSerializer):
    """A photo's address or a remark."""

    class Meta:
        model = ReturnEvidence
        fields = ("url", "note", "added_at")


class ReturnSerializer(serializers.ModelSerializer):
    """A return request and its decision."""

    lines = ReturnLineSerializer(many=True, read_only=True)
    evidence = ReturnEvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = ReturnRequest
        fields = (
            "id", "order", "source", "external_id", "state", "version", "reason", "details", "refund_asked",
            "refund_amount", "goods_back", "decision_note", "requested_at", "decided_at", "received_at", "closed_at",
            "lines", "evidence",
        )  # fmt: skip


class NoteSerializer(serializers.ModelSerializer):
    """What a colleague noted."""

    author = serializers.CharField(source="author.username", default="", read_only=True)

    class Meta:
        model = Note
        fields = ("id", "text", "author", "created_at")


class OrderSerializer(serializers.ModelSerializer):
    """An order in a list."""

    channel = serializers.CharField(source="channel.code", default="", read_only=True)
    customer = serializers.CharField(source="customer.external_id", default="", read_only=True)

    class Meta:
        model = Order
        fields = (
            "id", "number", "source", "external_id", "channel", "customer", "state", "version", "payment_state",
            "currency", "subtotal", "discount", "shipping", "tax", "total", "refunded", "item_count", "country",
            "customer_note", "cancel_reason", "source_state", "stock_owned", "placed_at", "paid_at", "held_at",
            "approved_at", "shipped_at", "delivered_at", "closed_at", "synced_at",
        )  # fmt: skip


class OrderDetailSerializer(OrderSerializer):
    """An order with everything of its own."""

    shipping_address = AddressSerializer(read_only=True)
    billing_address = AddressSerializer(read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)
    holds = HoldSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)
    returns = ReturnSerializer(many=True, read_only=True)
    notes = NoteSerializer(many=True, read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *OrderSerializer.Meta.fields, "shipping_address", "billing_address", "lines", "holds", "shipments",
            "returns", "notes",
        )  # fmt: skip


class CarrierSerializer(serializers.Serializer):
    """A carrier."""

    key = serializers.CharField()
    title = serializers.CharField()
    tracking_page = serializers.CharField()
    pushes = serializers.BooleanField()


class PushAnswer(serializers.Serializer):
    """What the carrier is answered; its own words."""

    result = serializers.BooleanField()
    message = serializers.CharField()
