"""Bulk jobs, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.models import Batch
from generation.services import BatchSpec


class BatchRequest(serializers.Serializer):
    """What to draft. Give ``filter`` (all that match) or ``target_ids``; without either, everything."""

    slots = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    languages = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    channel = serializers.CharField(default="", allow_blank=True, max_length=60)
    filter = serializers.DictField(child=serializers.CharField(), default=dict)
    target_ids = serializers.ListField(child=serializers.IntegerField(), allow_null=True, default=None)
    tone = serializers.ChoiceField(Batch.Tone.choices, default=Batch.Tone.PLAIN)
    length = serializers.ChoiceField(Batch.Length.choices, default=Batch.Length.MEDIUM)
    candidates = serializers.IntegerField(default=3, min_value=1, max_value=8)
    template = serializers.IntegerField(allow_null=True, default=None)
    writer = serializers.CharField(default="", allow_blank=True, max_length=60)
    skip_existing = serializers.BooleanField(default=False)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    seed = serializers.IntegerField(allow_null=True, default=None, min_value=0)

    def spec(self) -> BatchSpec:
        """The validated request as services take it."""
        data: dict[str, Any] = dict(self.validated_data)
        return BatchSpec(template_id=data.pop("template"), **data)


class EstimateSerializer(serializers.Serializer):
    """How much a bulk job would be."""

    targets = serializers.IntegerField()
    drafts = serializers.IntegerField()
    seconds = serializers.FloatField()
    skipped = serializers.IntegerField()


class BatchSerializer(serializers.ModelSerializer):
    """A bulk job and how far it is."""

    waiting = serializers.IntegerField(read_only=True)
    occupancy = serializers.FloatField(read_only=True, allow_null=True)
    job = serializers.IntegerField(source="job_id", read_only=True, allow_null=True)

    class Meta:
        model = Batch
        fields = (
            "id",
            "state",
            "problem",
            "slots",
            "languages",
            "channel",
            "target_type",
            "filter",
            "tone",
            "length",
            "candidates",
            "template",
            "writer",
            "skip_existing",
            "note",
            "seed",
            "requested_by",
            "job",
            "expanded",
            "total",
            "written",
            "failed",
            "cancelled",
            "skipped",
            "waiting",
            "thin",
            "fallbacks",
            "tokens",
            "occupancy",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields


class BatchDetailSerializer(BatchSerializer):
    """A bulk job with its failures by cause."""

    failures = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta(BatchSerializer.Meta):
        fields = (*BatchSerializer.Meta.fields, "failures")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class JobLinkSerializer(serializers.Serializer):
    """A background job that was started."""

    job = serializers.IntegerField()
