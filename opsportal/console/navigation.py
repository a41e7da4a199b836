"""The sidebar, assembled from what plugins add."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from opsportal.access import Actor
from opsportal.plugins import ExtensionPoint

logger = logging.getLogger(__name__)

#: Sections in the order of a shop's day; a plugin may name further ones, which follow.
SECTIONS: dict[str, str | Promise] = {
    "start": _("Start"),
    "orders": _("Orders"),
    "catalogue": _("Catalogue"),
    "copy": _("Copy"),
    "campaigns": _("Campaigns"),
    "setup": _("Settings"),
    "system": _("System"),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link. ``url_name`` is reversed when shown; ``permission`` hides it from those who may not.

    ``icon`` is the name of a Material symbol; ``badge`` gives a short text for the request, "" for none.
    """

    section: str
    title: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    order: int = 100
    badge: Callable[[HttpRequest], str] | None = None

    @property
    def key(self) -> str:
        """Unique name at the extension point: the address."""
        return self.url_name


navigation: ExtensionPoint = ExtensionPoint(
    "console.navigation", module="navigation", base=NavItem, doc="Links in the sidebar."
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar as Unfold wants it, with what this person may see."""
    if not request.user.is_authenticated:
        return []
    actor = actor_of(request)
    groups: dict[str, list[NavItem]] = {section: [] for section in SECTIONS}
    for item in sorted(navigation.all(), key=lambda item: item.order):
        if not item.permission or actor.can(item.permission):
            groups.setdefault(item.section, []).append(item)
    sections = []
    for section, items in groups.items():
        links = [link for item in items if (link := _link(item, request))]
        if links:
            title = SECTIONS.get(section, section)
            sections.append({"title": title, "separator": True, "collapsible": False, "items": links})
    return sections


def _link(item: NavItem, request: HttpRequest) -> dict[str, Any] | None:
    """The item as Unfold wants it; None when it leads nowhere: one plugin's slip must not take every page down."""
    try:
        link: dict[str, Any] = {"title": item.title, "icon": item.icon, "link": reverse(item.url_name)}
    except NoReverseMatch:
        if settings.PLUGIN_ERRORS == "strict":
            raise
        logger.error("the sidebar leaves out %s", item.key)
        return None
    text = item.badge(request) if item.badge else ""
    if text:
        link["badge"] = text
    return link


def actor_of(request: HttpRequest) -> Actor:
    """The request's actor, made once a request: its rights are read from the database only once."""
    if not hasattr(request, "_actor"):
        request._actor = Actor.of_request(request)  # type: ignore[attr-defined]
    return request._actor  # type: ignore[attr-defined]


navigation.register(NavItem("start", _("Overview"), "dashboard", "admin:index", order=0))
navigation.register(NavItem("system", _("Users"), "group", "admin:access_user_changelist", "access.view_user", 10))
navigation.register(
    NavItem("system", _("API tokens"), "key", "admin:access_apitoken_changelist", "access.view_apitoken", 20)
)
navigation.register(NavItem("system", _("Background jobs"), "sync", "admin:jobs_job_changelist", "jobs.view_job", 30))
navigation.register(
    NavItem("system", _("Event log"), "history", "admin:events_event_changelist", "events.view_event", 40)
)
