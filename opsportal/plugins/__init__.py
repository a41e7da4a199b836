"""How an app joins the portal: its declaration, its extension points, and what happens when it is broken or off.

This is the façade for plugin authors; knows no trade and no other package of the portal.
"""

from opsportal.plugins.errors import Conflict, DomainError, Invalid, UnknownContribution
from opsportal.plugins.plugin import PortalPlugin
from opsportal.plugins.points import ExtensionPoint

__all__ = ["Conflict", "DomainError", "ExtensionPoint", "Invalid", "PortalPlugin", "UnknownContribution"]
