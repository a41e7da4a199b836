"""Findings, silenced alarms, facts and assignments as a reviewer deals with them, in and out."""

from __future__ import annotations

from rest_framework import serializers

from generation.api.serializers.bulk import BulkRequest, IdField
from generation.api.serializers.drafts import FactSerializer
from generation.models import Comment, Silence


class AssignRequest(serializers.Serializer):
    """The user name of whom the draft is for; blank for nobody in particular."""

    to = serializers.CharField(allow_blank=True, max_length=150)


class BulkAssignRequest(BulkRequest):
    """Drafts, and whom they are for."""

    to = serializers.CharField(allow_blank=True, max_length=150)


class AcknowledgeRequest(serializers.Serializer):
    """The warnings you confirm, by their ``id``."""

    findings = serializers.ListField(child=IdField(), allow_empty=False, max_length=500)


class AttestRequest(AcknowledgeRequest):
    """The claims you vouch for, and what proves them: a note, a document or an address."""

    evidence = serializers.CharField(max_length=2000)


class KeepFactRequest(serializers.Serializer):
    """The claim you vouched for, by its finding, as a fact of the object: what it is called and what it says."""

    finding = IdField()
    key = serializers.CharField(max_length=120)
    value = serializers.CharField(max_length=1000)


class CommentRequest(serializers.Serializer):
    """What you say about a draft; people named with @ are told."""

    text = serializers.CharField(max_length=4000)


class CommentSerializer(serializers.ModelSerializer):
    """What somebody said about a draft; ``mentions`` names the people told."""

    author = serializers.CharField(source="author.username", default=None, read_only=True, allow_null=True)
    mentions = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ("id", "author", "text", "mentions", "created_at")
        read_only_fields = fields

    def get_mentions(self, comment: Comment) -> list[str]:
        """The user names; ``names`` of the context has them by id."""
        return sorted(self.context["names"][pk] for pk in comment.mentions if pk in self.context["names"])


class SilenceRequest(serializers.Serializer):
    """The finding that is a false alarm, and why; ``everywhere``: in all categories, not only the draft's."""

    finding = IdField()
    reason = serializers.CharField(max_length=2000)
    everywhere = serializers.BooleanField(default=False)


class SilenceSerializer(serializers.ModelSerializer):
    """A false alarm that was switched off; with ``lifted_at`` it is on again."""

    severity = serializers.ChoiceField(["error", "warning"], read_only=True)
    created_by = serializers.CharField(source="created_by.username", read_only=True)
    lifted_by = serializers.CharField(source="lifted_by.username", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Silence
        fields = (
            "id",
            "rule",
            "severity",
            "slot",
            "category",
            "everywhere",
            "words",
            "reason",
            "created_by",
            "created_at",
            "lifted_by",
            "lifted_at",
        )
        read_only_fields = fields


class LiftedSerializer(SilenceSerializer):
    """A silence just lifted; ``approved``: drafts that keep the approval given while the alarm was off."""

    approved = serializers.IntegerField(read_only=True)

    class Meta(SilenceSerializer.Meta):
        fields = (*SilenceSerializer.Meta.fields, "approved")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class ToldFactSerializer(FactSerializer):
    """A fact, and whether the text proposed tells it; ``missing``: a key fact that it does not."""

    scope = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    date = serializers.CharField(allow_blank=True)
    is_key = serializers.BooleanField()
    mentioned = serializers.BooleanField()
    missing = serializers.BooleanField()
