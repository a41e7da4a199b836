"""How the console looks and is put together: navigation and dashboard from plugins, one base for all admin pages.

The points are cheap to import from any plugin; ``BaseAdmin`` and ``ConsoleView`` come from their own modules.
"""

from opsportal.console.dashboard import Card, dashboard
from opsportal.console.navigation import NavItem, navigation
from opsportal.console.pages import Page, pages

__all__ = ["Card", "NavItem", "Page", "dashboard", "navigation", "pages"]
