"""Channel limits over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketing import services
from marketing.ad_slots import ad_slots
from marketing.api.serializers import ChannelLimitRequest, ChannelLimitSerializer
from marketing.models import FieldLimit
from opsportal.api.views import BaseViewSet

_PLACE = OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="ad_slot:field")


class ChannelLimitViewSet(BaseViewSet):
    """Limits of every field of every ad slot, found by ``ad_slot:field``."""

    queryset = FieldLimit.objects.all()
    serializer_class = ChannelLimitSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = "[^/]+"
    permissions = {"update": "marketing.change_fieldlimit", "destroy": "marketing.change_fieldlimit"}

    @extend_schema(responses=ChannelLimitSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All limits as they hold."""
        return Response(ChannelLimitSerializer(_limits(), many=True).data)

    @extend_schema(parameters=[_PLACE], request=ChannelLimitRequest, responses=ChannelLimitSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Correct a limit; drafts of open campaigns are compared again."""
        ad_slot, field = _place(pk)
        asked = ChannelLimitRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        services.correct_limit(self.actor, ad_slot=ad_slot, field=field, **asked.validated_data)
        found = next(row for row in _limits() if (row["ad_slot"], row["field"]) == (ad_slot, field))
        return Response(ChannelLimitSerializer(found).data)

    @extend_schema(parameters=[_PLACE], responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Forget a correction: the shipped limit holds again."""
        ad_slot, field = _place(pk)
        limit = FieldLimit.objects.filter(ad_slot=ad_slot, field=field).first()
        if limit is None:
            raise Http404
        services.restore_limit(self.actor, limit)
        return Response(status=204)


def _place(told: str) -> tuple[str, str]:
    ad_slot, _colon, field = told.partition(":")
    if ad_slot not in ad_slots() or field not in ad_slots()[ad_slot].fields:
        raise Http404
    return ad_slot, field


def _limits() -> list[dict[str, Any]]:
    own = {(row.ad_slot, row.field): row for row in FieldLimit.objects.all()}
    found = []
    for slot in ad_slots().values():
        for spec in slot.fields.values():
            row = own.get((slot.key, spec.key))
            limit = row or spec.limit
            found.append(
                {
                    "ad_slot": slot.key,
                    "field": spec.key,
                    "name": f"{slot.name} · {spec.name}",
                    "maximum": limit.maximum,
                    "unit": limit.unit,
                    "hard": limit.hard,
                    "source": row.source if row else spec.source,
                    "checked_on": row.checked_on if row else spec.date,
                    "is_corrected": row is not None,
                }
            )
    return found
