"""What goes in and out over HTTP."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.models import Batch, Delivery, Draft, RejectReason, Revision
from generation.services import BatchSpec

#: Drafts named one by one in a bulk request.
MOST_IDS = 2000


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


class BulkRequest(serializers.Serializer):
    """Drafts by number, or all of a bulk job that are in the right state."""

    ids = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=MOST_IDS)
    batch = serializers.IntegerField(required=False)

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


class JobLinkSerializer(serializers.Serializer):
    """A background job that was started."""

    job = serializers.IntegerField()


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
