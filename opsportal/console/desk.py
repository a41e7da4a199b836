"""Pages where a person works through a list by keyboard (``static/console/desk``): what answers their requests."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from opsportal.access import Actor
from opsportal.console.navigation import actor_of
from opsportal.plugins.errors import DomainError

#: A request of such a page is never larger: a text and a few words around it.
MOST_BYTES = 2_000_000


class DeskView(View):
    """Answers the requests of such a page in JSON, errors too. ``permission`` is asked before anything."""

    permission: str

    @property
    def actor(self) -> Actor:
        """Whoever is logged in."""
        return actor_of(self.request)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object sent; empty when it is none."""
        if len(self.request.body) > MOST_BYTES:
            return {}
        try:
            sent = json.loads(self.request.body or b"{}")
        except ValueError:
            return {}
        return sent if isinstance(sent, dict) else {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask for login and right; turn what a service refuses into an answer."""
        if not request.user.is_authenticated or not request.user.is_staff:
            return refusal("login", _("Your session is over. Log in again; everything is as you left it."), 401)
        try:
            self.actor.require(self.permission)
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return refusal(error.code, error.message, error.status_code)
        except PermissionDenied as error:
            return refusal("forbidden", str(error), 403)


def refusal(code: str, message: str, status: int) -> JsonResponse:
    """An error as the page's script understands it."""
    return JsonResponse({"ok": False, "code": code, "message": message}, status=status)


#: The largest number a database column holds.
_MOST = 2**63 - 1


def whole_number(value: Any, otherwise: int = 0) -> int:
    """A number a browser sent, or ``otherwise``, also for one that is larger than any the database knows."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return number if abs(number) <= _MOST else otherwise
