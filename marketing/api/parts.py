"""Parts of a campaign over HTTP: offers, placements with their variants, texts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from marketing import services
from marketing.api.serializers import (
    CampaignTextSerializer,
    CopyVariantSerializer,
    EmptySerializer,
    OfferChange,
    OfferRequest,
    OfferSerializer,
    PlacementChange,
    PlacementRequest,
    PlacementSerializer,
    SplitRequest,
    TextRequest,
)
from marketing.filters import CopyTextFilter
from marketing.models import Campaign, CopyText, CopyVariant, Offer, Placement
from opsportal.api.views import BaseViewSet
from opsportal.plugins import Invalid

CHANGE = "marketing.change_campaign"


def campaign_named(key: str) -> Campaign:
    """The campaign of a key; raises ``Invalid`` for none."""
    found = Campaign.objects.filter(key=key).first()
    if found is None:
        raise Invalid(_("There is no campaign “%(key)s”.") % {"key": key}, "unknown_campaign")
    return found


class OfferFilter(django_filters.FilterSet):
    """Offers of a campaign, by its key."""

    campaign = django_filters.CharFilter(field_name="campaign__key")
    kind = django_filters.CharFilter()

    class Meta:
        model = Offer
        fields: list[str] = []


class OfferViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Offers of campaigns."""

    queryset = Offer.objects.select_related("campaign").prefetch_related("products")
    serializer_class = OfferSerializer
    filterset_class = OfferFilter
    permissions = {"create": CHANGE, "partial_update": CHANGE, "destroy": CHANGE}

    @extend_schema(request=OfferRequest, responses={201: OfferSerializer})
    def create(self, request: Request) -> Response:
        """Add an offer to a campaign in planning or review."""
        asked = OfferRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        offer = services.add_offer(self.actor, campaign_named(values.pop("campaign")), **values)
        return Response(self._shown(offer), 201)

    @extend_schema(request=OfferChange, responses=OfferSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the fields that are given."""
        asked = OfferChange(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self._shown(services.update_offer(self.actor, self.get_object(), **asked.validated_data)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take an offer out of the plan."""
        services.remove_offer(self.actor, self.get_object())
        return Response(status=204)

    def _shown(self, offer: Offer) -> Any:
        return OfferSerializer(self.get_queryset().get(pk=offer.pk)).data


class PlacementFilter(django_filters.FilterSet):
    """Placements of a campaign, by its key, or of a channel."""

    campaign = django_filters.CharFilter(field_name="campaign__key")
    channel = django_filters.CharFilter()
    ad_slot = django_filters.CharFilter()

    class Meta:
        model = Placement
        fields: list[str] = []


class PlacementViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Placements of campaigns."""

    queryset = Placement.objects.select_related("campaign").prefetch_related("products", "variants")
    serializer_class = PlacementSerializer
    filterset_class = PlacementFilter
    permissions = dict.fromkeys(("create", "partial_update", "destroy", "variants", "split"), CHANGE)

    @extend_schema(request=PlacementRequest, responses={201: PlacementSerializer})
    def create(self, request: Request) -> Response:
        """Add a placement with its variants to a campaign in planning or review."""
        asked = PlacementRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.given()
        placement = services.add_placement(self.actor, campaign_named(values.pop("campaign")), **values)
        return Response(self._shown(placement), 201)

    @extend_schema(request=PlacementChange, responses=PlacementSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the fields that are given. Another ad slot means other texts."""
        asked = PlacementChange(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self._shown(services.update_placement(self.actor, self.get_object(), **asked.given())))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a placement out of the plan; one that has results stays."""
        services.remove_placement(self.actor, self.get_object())
        return Response(status=204)

    @extend_schema(request=EmptySerializer, responses={201: CopyVariantSerializer})
    @action(detail=True, methods=["post"])
    def variants(self, request: Request, pk: str) -> Response:
        """Add the next variant; the traffic is split equally again."""
        return Response(CopyVariantSerializer(services.add_variant(self.actor, self.get_object())).data, 201)

    @extend_schema(request=SplitRequest, responses=PlacementSerializer)
    @action(detail=True, methods=["put"])
    def split(self, request: Request, pk: str) -> Response:
        """Split the traffic between the variants."""
        asked = SplitRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        placement = self.get_object()
        services.set_split(self.actor, placement, asked.validated_data["split"])
        return Response(self._shown(placement))

    def _shown(self, placement: Placement) -> Any:
        return PlacementSerializer(self.get_queryset().get(pk=placement.pk)).data


class VariantViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Copy variants of placements."""

    queryset = CopyVariant.objects.select_related("placement__campaign")
    serializer_class = CopyVariantSerializer
    filterset_fields = ("placement",)
    permissions = {"destroy": CHANGE, "texts": CHANGE, "promote": "marketing.promote_variant"}

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a variant out; the last one and one that has results stay."""
        services.remove_variant(self.actor, self.get_object())
        return Response(status=204)

    @extend_schema(request=TextRequest, responses={201: CampaignTextSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def texts(self, request: Request, pk: str) -> Response:
        """One more text of a field (a fourth headline), in every language."""
        asked = TextRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = services.add_text(self.actor, self.get_object(), asked.validated_data["field"])
        rows = CopyText.objects.filter(pk__in=[text.pk for text in made])
        return Response(
            CampaignTextSerializer(rows.select_related("campaign", "variant__placement"), many=True).data, 201
        )

    @extend_schema(request=EmptySerializer, responses=CopyVariantSerializer)
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """Give the winner of a test all traffic."""
        return Response(CopyVariantSerializer(services.promote_variant(self.actor, self.get_object())).data)


class CampaignTextViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet):
    """Texts of campaigns: what is published. Their drafts are under /drafts/ (``target_type=marketing.copytext``)."""

    queryset = CopyText.objects.select_related("campaign", "variant__placement")
    serializer_class = CampaignTextSerializer
    filterset_class = CopyTextFilter
