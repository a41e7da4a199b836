"""Endpoints of generation under /api/v1/."""

from generation.api.batches import BatchViewSet
from generation.api.drafts import DraftViewSet
from generation.api.records import DeliveryViewSet, RevisionViewSet
from generation.api.silences import SilenceViewSet
from generation.api.texts import SlotViewSet, TextCheckViewSet
from opsportal.api import Route, routes

for prefix, viewset in (
    ("batches", BatchViewSet),
    ("drafts", DraftViewSet),
    ("revisions", RevisionViewSet),
    ("deliveries", DeliveryViewSet),
    ("silences", SilenceViewSet),
    ("slots", SlotViewSet),
    ("text-checks", TextCheckViewSet),
):
    routes.register(Route(prefix, viewset))
