"""``ConsoleView``: a page inside the console's frame, for a person with the right to see it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.views.generic import TemplateView

from opsportal.access import Actor
from opsportal.console.navigation import actor_of


class ConsoleView(AccessMixin, TemplateView):
    """Templates extend ``console/page.html``. ``permission`` is asked before anything; "" needs a login only."""

    title: str | Promise = ""
    permission: str = ""

    @property
    def actor(self) -> Actor:
        """Whoever is logged in."""
        return actor_of(self.request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to the login, refuse those without the right."""
        if not request.user.is_authenticated or not request.user.is_staff:
            return self.handle_no_permission()
        if self.permission:
            self.actor.require(self.permission)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The frame's context and the title."""
        frame = admin.site.each_context(self.request)
        return {**frame, "title": self.title, **super().get_context_data(**kwargs)}
