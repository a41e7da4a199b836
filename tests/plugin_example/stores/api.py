"""Stores over HTTP: /api/v1/stores/."""

from typing import Any

from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer

from opsportal.api import Route, routes
from opsportal.api.views import BaseViewSet

from .models import Store
from .services import FIELDS, save_store


class StoreSerializer(ModelSerializer):
    """A store and its live story."""

    class Meta:
        model = Store
        fields = ("id", *FIELDS, "story")
        read_only_fields = ("story",)


class StoreViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Read, add and change stores."""

    queryset = Store.objects.all()
    serializer_class = StoreSerializer
    filterset_fields = ("city", "parking")

    def create(self, request: Request) -> Response:
        """Add a store."""
        return self._saved(Store(), request, partial=False, status=201)

    def partial_update(self, request: Request, pk: Any = None) -> Response:
        """Change some fields of a store."""
        return self._saved(self.get_object(), request, partial=True, status=200)

    def _saved(self, store: Store, request: Request, *, partial: bool, status: int) -> Response:
        asked = self.get_serializer(store if store.pk else None, data=request.data, partial=partial)
        asked.is_valid(raise_exception=True)
        save_store(self.actor, store, **asked.validated_data)
        return Response(self.get_serializer(store).data, status)


routes.register(Route("stores", StoreViewSet))
