"""Drafts and decisions about one, in and out."""

from __future__ import annotations

from rest_framework import serializers

from generation.models import Batch, Draft, RejectReason


class DraftSerializer(serializers.ModelSerializer):
    """A draft in a list."""

    class Meta:
        model = Draft
        fields = (
            "id",
            "version",
            "slot",
            "target_type",
            "target_id",
            "target_key",
            "target_label",
            "target_category",
            "language",
            "channel",
            "state",
            "value",
            "value_hash",
            "errors",
            "warnings",
            "thin",
            "stale_since",
            "stale_reason",
            "batch",
            "parent",
            "writer_used",
            "error_code",
            "error",
            "created_at",
            "decided_at",
        )
        read_only_fields = fields


class TargetSerializer(serializers.Serializer):
    """The object of a draft."""

    type = serializers.CharField()
    id = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()


class FactSerializer(serializers.Serializer):
    """A fact the writer was given."""

    key = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    condition = serializers.CharField()
    part = serializers.CharField()


class FindingSerializer(serializers.Serializer):
    """What a rule says; ``start`` and ``end`` count characters of the draft's ``text``."""

    id = serializers.IntegerField(required=False)
    rule = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning"])
    message = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    fact = serializers.CharField(allow_blank=True)
    fix = serializers.CharField(allow_null=True)
    acknowledged = serializers.BooleanField(required=False)


class SilenceNoteSerializer(serializers.Serializer):
    """Who silenced an alarm, when and why."""

    id = serializers.IntegerField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class SilencedFindingSerializer(serializers.Serializer):
    """What a rule would say, had nobody silenced it."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning"])
    message = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    fact = serializers.CharField(allow_blank=True)
    fix = serializers.CharField(allow_null=True)
    silence = SilenceNoteSerializer()


class DraftDetailSerializer(serializers.Serializer):
    """A draft with candidates, facts and findings; ``text`` is the plain text of ``value``."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    slot = serializers.CharField()
    object = TargetSerializer()
    category = serializers.CharField()
    language = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.CharField()
    text = serializers.CharField()
    value = serializers.JSONField()
    value_hash = serializers.CharField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    warnings = serializers.IntegerField()
    stale = serializers.CharField()
    batch = serializers.IntegerField(allow_null=True)
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    chosen = serializers.IntegerField(allow_null=True)
    candidates = serializers.ListField(child=serializers.CharField())
    facts = FactSerializer(many=True)
    findings = FindingSerializer(many=True)
    silenced = SilencedFindingSerializer(many=True)
    writer = serializers.CharField()
    error = serializers.CharField()


class ApproveRequest(serializers.Serializer):
    """``value_hash``: that of the text you looked at; another text by now is a conflict."""

    acknowledge = serializers.BooleanField(default=False)
    value_hash = serializers.CharField(default="", allow_blank=True)


class RejectRequest(serializers.Serializer):
    """Why a draft is rejected."""

    reason = serializers.ChoiceField(RejectReason.choices)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    value_hash = serializers.CharField(default="", allow_blank=True)


class EditRequest(serializers.Serializer):
    """The new value (text, or a list of texts) and the version it was made from."""

    value = serializers.JSONField()
    version = serializers.IntegerField()


class ChooseRequest(serializers.Serializer):
    """The number of the candidate to propose instead."""

    index = serializers.IntegerField(min_value=0)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class RegenerateRequest(serializers.Serializer):
    """A note to the writer, and what should be different."""

    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    tone = serializers.ChoiceField(Batch.Tone.choices, required=False)
    length = serializers.ChoiceField(Batch.Length.choices, required=False)
    candidates = serializers.IntegerField(required=False, min_value=1, max_value=8)


class EmptyRequest(serializers.Serializer):
    """Nothing is asked."""
