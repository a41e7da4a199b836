"""Campaigns over HTTP: planning, drafting, publishing, running, and how they stand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django_filters
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from marketing import services
from marketing.api.serializers import CampaignChange, CampaignRequest, CampaignSerializer, EmptySerializer
from marketing.api.standing import (
    BatchLinkSerializer,
    BoardSerializer,
    CampaignExportRequest,
    DraftRequest,
    MoveRequest,
    PauseRequest,
    PlacementResultsSerializer,
    PublishedSerializer,
    ReadinessSerializer,
    board_json,
    readiness_json,
    results_json,
)
from marketing.board import board
from marketing.models import Campaign, Placement
from marketing.readiness import readiness
from marketing.results import METRICS, results_of
from marketing.services.exporting import EXPORT, file_name
from opsportal.api.views import BaseViewSet
from opsportal.plugins import Conflict

CHANGE, SCHEDULE = "marketing.change_campaign", "marketing.schedule_campaign"
VIEW = "marketing.view_campaign"


class CampaignFilter(django_filters.FilterSet):
    """Campaigns by where they are and when they run."""

    starts_before = django_filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")
    ends_after = django_filters.IsoDateTimeFilter(field_name="ends_at", lookup_expr="gt")

    class Meta:
        model = Campaign
        fields = ("status", "goal", "key")


class CampaignViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Campaigns, found by key or number."""

    queryset = Campaign.objects.select_related("owner")
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    lookup_value_regex = "[^/]+"
    permissions = {
        "submit": CHANGE,
        "return_to_planning": CHANGE,
        "schedule": SCHEDULE,
        "unschedule": SCHEDULE,
        "pause": CHANGE,
        "resume": SCHEDULE,
        "end": SCHEDULE,
        "draft": "generation.draft_copy",
        "publish": "generation.publish_draft",
        "board": VIEW,
        "readiness": VIEW,
        "results": VIEW,
        "export": EXPORT,
    }

    def get_object(self) -> Campaign:
        """By number, else by key."""
        told = self.kwargs["pk"]
        found = Campaign.objects.filter(key=told).first()
        if found is not None:
            self.kwargs["pk"] = str(found.pk)
        elif not told.isdecimal() or len(told) > 18:
            self.kwargs["pk"] = "0"
        return super().get_object()

    @extend_schema(request=CampaignRequest, responses={201: CampaignSerializer})
    def create(self, request: Request) -> Response:
        """Plan a campaign."""
        asked = CampaignRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        campaign = services.create_campaign(self.actor, **asked.validated_data)
        link = reverse("api:campaigns-detail", [campaign.pk], request=request)
        return Response(CampaignSerializer(campaign).data, 201, headers={"Location": link})

    @extend_schema(request=CampaignChange, responses=CampaignSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the fields that are given, in planning or review."""
        asked = CampaignChange(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._shown(services.update_campaign(self.actor, self.get_object(), **asked.validated_data))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a plan that never went live."""
        services.delete_campaign(self.actor, self.get_object())
        return Response(status=204)

    @extend_schema(request=EmptySerializer, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """The plan is complete: its copy goes to review."""
        return self._shown(services.submit_campaign(self.actor, self.get_object()))

    @extend_schema(request=EmptySerializer, responses=CampaignSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def return_to_planning(self, request: Request, pk: str) -> Response:
        """Back from review to planning."""
        return self._shown(services.return_campaign(self.actor, self.get_object()))

    @extend_schema(request=MoveRequest, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Request, pk: str) -> Response:
        """Let it run from its start. Answers 409 with every problem, or with warnings that were not accepted."""
        return self._started(services.schedule_campaign, request)

    @extend_schema(request=MoveRequest, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Let a paused campaign run on; it must be as ready as for scheduling."""
        return self._started(services.resume_campaign, request)

    @extend_schema(request=EmptySerializer, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def unschedule(self, request: Request, pk: str) -> Response:
        """Back to review, so that it can be changed."""
        return self._shown(services.unschedule_campaign(self.actor, self.get_object()))

    @extend_schema(request=PauseRequest, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop it for now."""
        asked = PauseRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._shown(services.pause_campaign(self.actor, self.get_object(), asked.validated_data["note"]))

    @extend_schema(request=EmptySerializer, responses=CampaignSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End it for good."""
        return self._shown(services.end_campaign(self.actor, self.get_object()))

    @extend_schema(request=DraftRequest, responses={202: BatchLinkSerializer})
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, pk: str) -> Response:
        """Have every missing text drafted as one bulk job; answers at once with a link to watch."""
        asked = DraftRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        campaign = self.get_object()
        key = values.pop("placement")
        placement = Placement.objects.filter(campaign=campaign, key=key).first() if key else None
        batch = services.draft_campaign(self.actor, campaign, placement=placement, **values)
        link = reverse("api:batches-detail", [batch.pk], request=request)
        return Response({"batch": batch.pk, "link": link}, 202, headers={"Location": link})

    @extend_schema(request=EmptySerializer, responses=PublishedSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Make the approved drafts of the campaign live; what may not go out is reported with its reason."""
        outcome = services.publish_campaign(self.actor, self.get_object())
        left = [{"id": number, "code": code, "message": message} for number, code, message in outcome.left]
        return Response({"published": outcome.done, "left": left})

    @extend_schema(responses=BoardSerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def board(self, request: Request, pk: str) -> Response:
        """Every text and how far it is, with its length counted the channel's way."""
        return Response(board_json(board(self.get_object())))

    @extend_schema(responses=ReadinessSerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def readiness(self, request: Request, pk: str) -> Response:
        """What keeps it from running, and what should be looked at first (price conflicts included)."""
        return Response(readiness_json(readiness(self.get_object())))

    @extend_schema(
        parameters=[OpenApiParameter("metric", enum=list(METRICS))], responses=PlacementResultsSerializer(many=True)
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def results(self, request: Request, pk: str) -> Response:
        """Figures, intervals and a verdict for every placement."""
        told = request.query_params.get("metric", "")
        placements = list(self.get_object().placements.order_by("position", "id"))
        metric = next((metric for metric in METRICS if metric == told), METRICS[0])
        return Response([results_json(found) for found in results_of(placements, metric)])

    @extend_schema(request=CampaignExportRequest, responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["post"])
    def export(self, request: Request, pk: str) -> Any:
        """The published copy of one channel as its file; a delivery is noted for every text in it."""
        asked = CampaignExportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        campaign, name = self.get_object(), asked.validated_data["format"]
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "export"
            services.export_campaign(self.actor, campaign, name, target)
            # Opened before the folder goes: the file lives until it is sent.
            return FileResponse(target.open("rb"), as_attachment=True, filename=file_name(campaign, name))

    def _started(self, start: Callable[..., Campaign], request: Request) -> Response:
        asked = MoveRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        campaign = self.get_object()
        seen = asked.validated_data.get("version")
        if seen is not None and seen != campaign.version:
            raise Conflict(_("Someone changed the campaign meanwhile. Look at it again."), "changed_meanwhile")
        return self._shown(start(self.actor, campaign, accept_warnings=asked.validated_data["accept_warnings"]))

    def _shown(self, campaign: Campaign) -> Response:
        return Response(CampaignSerializer(self.get_queryset().get(pk=campaign.pk)).data)
