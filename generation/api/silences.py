"""Silenced alarms over HTTP."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from generation import services
from generation.api import serializers as s
from generation.filters import SilenceFilter
from generation.models import Silence
from generation.services.silences import LIFT
from opsportal.api.views import BaseViewSet


class SilenceViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """False alarms that were switched off, those on again among them. A draft's ``silence`` makes one."""

    queryset = Silence.objects.select_related("created_by", "lifted_by")
    serializer_class = s.SilenceSerializer
    filterset_class = SilenceFilter
    permissions = {"list": "generation.view_silence", "retrieve": "generation.view_silence", "lift": LIFT}

    @extend_schema(request=s.EmptyRequest, responses=s.LiftedSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """Switch the alarm on again wherever this silence hides it; drafts that wait follow in the background."""
        made = self.get_object()
        approved = services.lift_silence(self.actor, made.pk)
        made = self.get_queryset().get(pk=made.pk)
        return Response({**s.SilenceSerializer(made).data, "approved": approved})
