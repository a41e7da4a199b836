"""What the plugin says of itself."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins import PortalPlugin


class StoresPlugin(PortalPlugin):
    """Stores where customers can walk in."""

    name = "tests.plugin_example.stores"
    label = "stores"
    verbose_name = _("Stores")
    summary = _("Physical stores and the story told of each")
    version = "1.0"
    requires = ("generation",)
