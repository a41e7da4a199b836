"""Copy types and loose texts, in and out."""

from __future__ import annotations

from rest_framework import serializers

from generation.api.serializers.drafts import FindingSerializer


class SlotSerializer(serializers.Serializer):
    """A copy type."""

    key = serializers.CharField()
    title = serializers.CharField()
    target_type = serializers.CharField()
    value_type = serializers.CharField()
    effect = serializers.CharField()
    filters = serializers.ListField(child=serializers.CharField())


class TextCheckRequest(serializers.Serializer):
    """A text and what it is meant for."""

    key = serializers.CharField()
    slot = serializers.CharField()
    language = serializers.CharField()
    channel = serializers.CharField(default="", allow_blank=True)
    text = serializers.CharField(allow_blank=True, max_length=200_000, trim_whitespace=False)


class TextCheckSerializer(serializers.Serializer):
    """What the rules say."""

    blocking = serializers.BooleanField()
    findings = FindingSerializer(many=True)
