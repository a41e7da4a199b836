"""How a campaign stands, over HTTP: board, readiness, results as JSON with their shapes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.services.batches import MOST_CANDIDATES
from marketing.board import Board, CellState
from marketing.exports import FORMATS
from marketing.readiness import Issue, Readiness
from marketing.results import FIGURES, PlacementResults


class MoveRequest(serializers.Serializer):
    """``version``: the one you read. ``accept_warnings``: you looked at what ``readiness`` warns of."""

    accept_warnings = serializers.BooleanField(default=False)
    version = serializers.IntegerField(required=False)


class PauseRequest(serializers.Serializer):
    """Why it is paused, for the others."""

    note = serializers.CharField(max_length=500, default="", allow_blank=True)


class DraftRequest(serializers.Serializer):
    """``placement`` by its key: only that one. ``only_missing`` false: also what is published and true."""

    placement = serializers.SlugField(default="", allow_blank=True)
    writer = serializers.CharField(max_length=60, default="", allow_blank=True)
    candidates = serializers.IntegerField(min_value=1, max_value=MOST_CANDIDATES, default=3)
    only_missing = serializers.BooleanField(default=True)


class CampaignExportRequest(serializers.Serializer):
    """The channel whose file is wanted."""

    format = serializers.ChoiceField(list(FORMATS))


class BatchLinkSerializer(serializers.Serializer):
    """A bulk job to watch."""

    batch = serializers.IntegerField()
    link = serializers.URLField()


class LeftDraftSerializer(serializers.Serializer):
    """A draft that was left as it was."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()


class PublishedSerializer(serializers.Serializer):
    """Drafts that are live now, and those that were left."""

    published = serializers.ListField(child=serializers.IntegerField())
    left = LeftDraftSerializer(many=True)


class CellSerializer(serializers.Serializer):
    """One text of the board."""

    key = serializers.CharField()
    text = serializers.IntegerField()
    placement = serializers.CharField()
    variant = serializers.CharField()
    field = serializers.CharField()
    position = serializers.IntegerField()
    language = serializers.CharField()
    state = serializers.ChoiceField(CellState.choices)
    draft = serializers.IntegerField(allow_null=True)
    value = serializers.CharField()
    length = serializers.IntegerField()
    maximum = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    too_long = serializers.BooleanField()
    errors = serializers.IntegerField()  # type: ignore[assignment]
    warnings = serializers.IntegerField()
    is_live = serializers.BooleanField()
    repeated = serializers.BooleanField()


class BoardSerializer(serializers.Serializer):
    """Counts by state and every text."""

    counts = serializers.DictField(child=serializers.IntegerField())
    texts = CellSerializer(many=True)


class IssueSerializer(serializers.Serializer):
    """One thing, and where."""

    code = serializers.CharField()
    message = serializers.CharField()
    where = serializers.ListField(child=serializers.CharField())


class ConflictSerializer(serializers.Serializer):
    """One product or more in two price offers at the same time."""

    offer = serializers.IntegerField()
    other = serializers.IntegerField()
    other_campaign = serializers.CharField()
    products = serializers.IntegerField()
    example = serializers.CharField()


class ReadinessSerializer(serializers.Serializer):
    """What is in the way, what should be looked at, what collides."""

    is_ready = serializers.BooleanField()
    problems = IssueSerializer(many=True)
    warnings = IssueSerializer(many=True)
    conflicts = ConflictSerializer(many=True)


class VariantResultSerializer(serializers.Serializer):
    """Figures of one variant; rate and interval are of the metric asked for."""

    variant = serializers.CharField()
    impressions = serializers.IntegerField()
    clicks = serializers.IntegerField()
    conversions = serializers.IntegerField()
    spend = serializers.DecimalField(max_digits=20, decimal_places=4)
    revenue = serializers.DecimalField(max_digits=20, decimal_places=4)
    rate = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class PlacementResultsSerializer(serializers.Serializer):
    """Results of one placement with the verdict."""

    placement = serializers.CharField()
    metric = serializers.CharField()
    verdict = serializers.CharField()
    sentence = serializers.CharField()
    winner = serializers.CharField()
    variants = VariantResultSerializer(many=True)


def board_json(found: Board) -> dict[str, Any]:
    """The board as ``BoardSerializer`` describes it."""
    texts = [
        {
            "key": cell.text.key,
            "text": cell.text.pk,
            "placement": entry.placement.key,
            "variant": shown.variant.label,
            "field": cell.text.field,
            "position": cell.text.position,
            "language": cell.text.language,
            "state": cell.state.value,
            "draft": cell.draft_id,
            "value": cell.value,
            "length": cell.length,
            "maximum": cell.limit.maximum if cell.limit else None,
            "unit": cell.limit.unit if cell.limit else "",
            "too_long": cell.too_long,
            "errors": cell.errors,
            "warnings": cell.warnings,
            "is_live": cell.is_live,
            "repeated": cell.repeated,
        }
        for entry in found.placements
        for shown in entry.variants
        for cell in shown.cells
    ]
    return {"counts": found.counts, "texts": texts}


def readiness_json(found: Readiness) -> dict[str, Any]:
    """The readiness as ``ReadinessSerializer`` describes it."""

    def told(issue: Issue) -> dict[str, Any]:
        return {"code": issue.code, "message": issue.message, "where": list(issue.where)}

    return {
        "is_ready": found.is_ready,
        "problems": [told(issue) for issue in found.problems],
        "warnings": [told(issue) for issue in found.warnings],
        "conflicts": [
            {
                "offer": conflict.offer.pk,
                "other": conflict.other.pk,
                "other_campaign": conflict.other.campaign.key,
                "products": conflict.products,
                "example": conflict.example,
            }
            for conflict in found.conflicts
        ],
    }


def results_json(found: PlacementResults) -> dict[str, Any]:
    """Results as ``PlacementResultsSerializer`` describes them."""
    return {
        "placement": found.placement.key,
        "metric": found.metric,
        "verdict": found.verdict.code,
        "sentence": found.sentence(),
        "winner": found.verdict.winner if found.verdict.code == "better" else "",
        "variants": [
            {
                "variant": result.variant.label,
                **{name: getattr(result, name) for name in FIGURES},
                "rate": result.rate,
                "low": result.low,
                "high": result.high,
            }
            for result in found.variants
        ],
    }
