"""Version history and deliveries, out."""

from __future__ import annotations

from rest_framework import serializers

from generation.models import Delivery, Revision


class RevisionSerializer(serializers.ModelSerializer):
    """One publication."""

    class Meta:
        model = Revision
        fields = (
            "id",
            "draft_number",
            "batch",
            "slot",
            "target_type",
            "target_id",
            "target_key",
            "target_label",
            "language",
            "channel",
            "before",
            "after",
            "published_by",
            "published_at",
            "reverted_by",
            "reverted_at",
        )
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer):
    """The way of one value to the outside."""

    class Meta:
        model = Delivery
        fields = (
            "id",
            "revision",
            "draft_number",
            "slot",
            "target_type",
            "target_id",
            "target_key",
            "language",
            "channel",
            "state",
            "destination",
            "reference",
            "error",
            "created_at",
            "changed_at",
        )
        read_only_fields = fields
