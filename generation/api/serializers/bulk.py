"""Decisions about many drafts, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.models import RejectReason

#: Drafts named one by one in a bulk request.
MOST_IDS = 2000


class IdField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1} | options)


class BulkRequest(serializers.Serializer):
    """Drafts by number, or all of a bulk job that are in the right state."""

    ids = serializers.ListField(child=IdField(), required=False, max_length=MOST_IDS)
    batch = IdField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of both."""
        if ("ids" in attrs) == ("batch" in attrs):
            raise serializers.ValidationError("Give either ids or batch.")
        return attrs


class BulkRejectRequest(BulkRequest):
    """Drafts to reject, and why."""

    reason = serializers.ChoiceField(RejectReason.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)


class LeftSerializer(serializers.Serializer):
    """A draft left as it was."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()


class OutcomeSerializer(serializers.Serializer):
    """``done`` moved; ``left`` did not, each with its reason; ``reasons`` counts them."""

    done = serializers.ListField(child=serializers.IntegerField())
    left = LeftSerializer(many=True)
    reasons = serializers.DictField(child=serializers.IntegerField())


class SampleSerializer(serializers.Serializer):
    """The sample before a bulk approval: how many, how many are opened, which to open next."""

    required = serializers.IntegerField()  # type: ignore[assignment]
    opened = serializers.IntegerField()
    to_open = serializers.ListField(child=serializers.IntegerField())
    met = serializers.BooleanField()
