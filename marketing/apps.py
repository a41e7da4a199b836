"""The marketing plugin: what it declares to the portal."""

from django.utils.translation import gettext_lazy as _

from opsportal.plugins import PortalPlugin


class MarketingPlugin(PortalPlugin):
    """Campaigns and their copy."""

    name = "marketing"
    label = "marketing"
    verbose_name = _("Campaigns")
    summary = _("Campaigns, offers, placements and copy for each channel, scheduled, measured and exported.")
    version = "1.0"
    requires = ("products",)
