"""Endpoints of products under /api/v1/."""

from opsportal.api import Route, routes
from products.api.views import CategoryViewSet, ChannelViewSet, ExportViewSet, ImportViewSet, ProductViewSet

for prefix, viewset in (
    ("products", ProductViewSet),
    ("categories", CategoryViewSet),
    ("channels", ChannelViewSet),
    ("imports", ImportViewSet),
    ("exports", ExportViewSet),
):
    routes.register(Route(prefix, viewset))
