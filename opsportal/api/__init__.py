"""The API every app shares: routes, pages, tokens, errors, schema.

``Route`` and ``routes`` are cheap to import from any plugin's ``api`` module; views come from ``opsportal.api.views``.
"""

from opsportal.api.routing import Route, routes

__all__ = ["Route", "routes"]
