"""All addresses of the portal: console, API, schema. What plugins add is collected from the registries."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("api/", include("opsportal.api.urls")),
    path("console/", include("opsportal.console.urls")),
    path("console/", admin.site.urls),
]

handler400 = "opsportal.console.errors.bad_request"
handler403 = "opsportal.console.errors.forbidden"
handler404 = "opsportal.console.errors.not_found"
handler500 = "opsportal.console.errors.server_error"
