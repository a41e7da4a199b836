"""Addresses under /api/: the plugins' endpoints, the schema, and its pages (no CDN)."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from opsportal.api.routing import routes

router = DefaultRouter()
for route in routes.all():
    router.register(route.prefix, route.viewset, basename=route.prefix.replace("/", "-"))

urlpatterns = [
    path("v1/", include((router.urls, "api"))),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
