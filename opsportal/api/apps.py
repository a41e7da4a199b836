"""App configuration of the API."""

from django.utils.translation import gettext_lazy as _

from opsportal.api.routing import routes
from opsportal.plugins import PortalPlugin


class ApiPlugin(PortalPlugin):
    """The API every app shares."""

    name = "opsportal.api"
    label = "api"
    verbose_name = _("API")
    summary = _("Routes, pages, tokens, errors, schema")
    extension_points = (routes,)
