"""Endpoints of campaigns under /api/v1/."""

from marketing.api.campaigns import CampaignViewSet
from marketing.api.limits import ChannelLimitViewSet
from marketing.api.parts import CampaignTextViewSet, OfferViewSet, PlacementViewSet, VariantViewSet
from marketing.api.results import CampaignResultViewSet
from opsportal.api import Route, routes

for prefix, viewset in (
    ("campaigns", CampaignViewSet),
    ("campaign-offers", OfferViewSet),
    ("campaign-placements", PlacementViewSet),
    ("campaign-variants", VariantViewSet),
    ("campaign-texts", CampaignTextViewSet),
    ("campaign-results", CampaignResultViewSet),
    ("channel-limits", ChannelLimitViewSet),
):
    routes.register(Route(prefix, viewset))
