"""App configuration of the plugin machinery."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins.plugin import PortalPlugin


class PluginsPlugin(PortalPlugin):
    """Declaration, discovery and extension points."""

    name = "opsportal.plugins"
    label = "plugins"
    verbose_name = _("Plugins")
    summary = _("How apps join the portal")
