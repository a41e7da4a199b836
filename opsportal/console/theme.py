"""Unfold's settings: our name, colours, sidebar and first page (imported by settings: no models here)."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "opsportal",
    "SITE_HEADER": "opsportal",
    "SITE_SUBHEADER": _("Shop operations"),
    "SITE_URL": None,
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("console/favicon.svg")},
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": lambda request: reverse("console:set_language")},
    "DASHBOARD_CALLBACK": "opsportal.console.dashboard.dashboard_context",
    "STYLES": [lambda request: static("console/console.css")],
    "SCRIPTS": [lambda request: static("console/console.js")],
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .014 195)",
            "100": "oklch(94% .03 195)",
            "200": "oklch(88.5% .055 195)",
            "300": "oklch(80% .09 195)",
            "400": "oklch(70% .11 195)",
            "500": "oklch(60% .105 197)",
            "600": "oklch(51.5% .094 199)",
            "700": "oklch(43.5% .08 201)",
            "800": "oklch(37% .066 203)",
            "900": "oklch(32% .055 205)",
            "950": "oklch(24% .042 207)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "opsportal.console.navigation.sidebar",
    },
}
