"""App configuration of the console."""

from django.utils.translation import gettext_lazy as _

from opsportal.console.dashboard import dashboard
from opsportal.console.model_pages import model_pages
from opsportal.console.navigation import navigation
from opsportal.console.pages import pages
from opsportal.plugins import PortalPlugin


class ConsolePlugin(PortalPlugin):
    """The web console."""

    name = "opsportal.console"
    label = "console"
    verbose_name = _("Console")
    summary = _("Admin site, navigation, first page")
    extension_points = (navigation, dashboard, pages, model_pages)
