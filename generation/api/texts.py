"""Copy types, and checking loose texts, over HTTP."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.serializers import SlotSerializer, TextCheckRequest, TextCheckSerializer
from generation.slots import all_slots
from generation.text_checks import TextChecker, TextToCheck
from opsportal.api.views import BaseViewSet
from opsportal.plugins.errors import Invalid


class SlotViewSet(BaseViewSet):
    """What can be drafted."""

    serializer_class = SlotSerializer
    permissions = {"list": "generation.view_draft"}
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=SlotSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All copy types, with the filters a bulk job may use."""
        return Response(
            [
                {
                    "key": slot.key,
                    "title": str(slot.title),
                    "target_type": slot.target_type,
                    "value_type": slot.value_type,
                    "effect": slot.effect,
                    "filters": list(slot.filterset().base_filters),
                }
                for slot in all_slots()
            ]
        )


class TextCheckViewSet(BaseViewSet):
    """What the rules say about a text."""

    serializer_class = TextCheckRequest
    permissions = {"create": "generation.view_draft"}

    @extend_schema(request=TextCheckRequest, responses=TextCheckSerializer)
    def create(self, request: Request) -> Response:
        """Check a text against an object's facts; nothing is stored."""
        asked = TextCheckRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        verdict = TextChecker().check([TextToCheck(**asked.validated_data)])[0]
        if verdict.error:
            raise Invalid(verdict.error, "cannot_check")
        return Response(verdict.to_json())
