"""App configuration of the maintenance commands."""

from django.utils.translation import gettext_lazy as _

from opsportal.maintenance.points import demos, diagnostics
from opsportal.plugins import PortalPlugin


class MaintenancePlugin(PortalPlugin):
    """Demo, doctor, backup, restore."""

    name = "opsportal.maintenance"
    label = "maintenance"
    verbose_name = _("Maintenance")
    summary = _("Demo shop, health checks, backup and restore")
    extension_points = (demos, diagnostics)
