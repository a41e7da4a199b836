"""Bulk jobs over HTTP."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from generation import services
from generation.api.answers import outcome_response
from generation.api.serializers import (
    BatchDetailSerializer,
    BatchRequest,
    BatchSerializer,
    EmptyRequest,
    EstimateSerializer,
    JobLinkSerializer,
    OutcomeSerializer,
)
from generation.filters import BatchFilter
from generation.models import Batch
from generation.services.batches import failures
from opsportal.api.views import BaseViewSet


class BatchViewSet(ListModelMixin, BaseViewSet):
    """Ask for drafts in bulk, watch, stop, go on."""

    queryset = Batch.objects.all()
    serializer_class = BatchSerializer
    filterset_class = BatchFilter
    permissions = {
        "list": "generation.view_batch",
        "retrieve": "generation.view_batch",
        "create": "generation.draft_copy",
        "estimate": "generation.draft_copy",
        "pause": "generation.draft_copy",
        "resume": "generation.draft_copy",
        "cancel": "generation.draft_copy",
        "retry": "generation.draft_copy",
        "publish": "generation.publish_draft",
        "revert": "generation.revert_draft",
    }

    @extend_schema(request=BatchRequest, responses={202: BatchSerializer})
    def create(self, request: Request) -> Response:
        """Ask for drafts. Answers at once with a link to watch; the drafts are written in the background."""
        batch = services.start_batch(self.actor, self._asked(request).spec())
        link = reverse("api:batches-detail", [batch.pk], request=request)
        data = BatchSerializer(batch).data | {"link": link}
        return Response(data, 202, headers={"Location": link})

    @extend_schema(responses=BatchDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One bulk job, with its failures by cause."""
        return self._detail(self.get_object())

    @extend_schema(request=BatchRequest, responses=EstimateSerializer)
    @action(detail=False, methods=["post"])
    def estimate(self, request: Request) -> Response:
        """How much a bulk job would be, without starting it."""
        return Response(EstimateSerializer(services.estimate(self._asked(request).spec())).data)

    @extend_schema(request=EmptyRequest, responses=BatchDetailSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Stop after what is being written now."""
        return self._detail(services.pause_batch(self.actor, self.get_object()))

    @extend_schema(request=EmptyRequest, responses=BatchDetailSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on."""
        return self._detail(services.resume_batch(self.actor, self.get_object()))

    @extend_schema(request=EmptyRequest, responses=BatchDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Close everything that is not written yet."""
        return self._detail(services.cancel_batch(self.actor, self.get_object()))

    @extend_schema(request=EmptyRequest, responses=BatchDetailSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Write the failed drafts again."""
        batch = self.get_object()
        services.retry_failed(self.actor, batch)
        return self._detail(batch)

    @extend_schema(request=EmptyRequest, responses={202: JobLinkSerializer})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish all approved drafts, in the background."""
        with transaction.atomic():
            job = services.publish_batch(self.actor, self.get_object())
        return Response({"job": job.pk}, 202)

    @extend_schema(request=EmptyRequest, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def revert(self, request: Request, pk: str) -> Response:
        """Undo everything this bulk job published; what was changed since is left alone and reported."""
        return outcome_response(services.revert_batch(self.actor, self.get_object()))

    def _asked(self, request: Request) -> BatchRequest:
        asked = BatchRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return asked

    def _detail(self, batch: Any) -> Response:
        batch.failures = failures(batch)
        return Response(BatchDetailSerializer(batch).data)
