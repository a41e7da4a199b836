"""What the pages of copy have in common: JSON answers for the review page, outcomes told to a person."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from generation.outcomes import Outcome
from opsportal.access import Actor
from opsportal.console.navigation import actor_of
from opsportal.plugins.errors import DomainError

#: A request of the review page is never larger: a text and a few words around it.
MOST_BYTES = 2_000_000


class DeskView(View):
    """Answers the review page's requests in JSON, errors too. ``permission`` is asked before anything."""

    permission = "generation.view_draft"

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
            return refusal("login", _("Your session is over. Log in again; the drafts are as you left them."), 401)
        try:
            self.actor.require(self.permission)
            return super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            return refusal(error.code, error.message, error.status_code)
        except PermissionDenied as error:
            return refusal("forbidden", str(error), 403)


def refusal(code: str, message: str, status: int) -> JsonResponse:
    """An error as the review page understands it."""
    return JsonResponse({"ok": False, "code": code, "message": message}, status=status)


def whole_number(value: Any, otherwise: int = 0) -> int:
    """A number a browser sent, or ``otherwise``."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise


def told(outcome: Outcome) -> str:
    """An outcome in a sentence: how many were done, and for each reason how many were left."""
    done = len(outcome.done)
    sentences = {
        "approved": ngettext("%(count)d draft approved.", "%(count)d drafts approved.", done),
        "rejected": ngettext("%(count)d draft rejected.", "%(count)d drafts rejected.", done),
        "published": ngettext("%(count)d draft published.", "%(count)d drafts published.", done),
        "reverted": ngettext("%(count)d publication undone.", "%(count)d publications undone.", done),
        "returned": ngettext("%(count)d draft back in review.", "%(count)d drafts back in review.", done),
        "reopened": ngettext("%(count)d draft back in review.", "%(count)d drafts back in review.", done),
        "refreshed": ngettext("%(count)d draft compared again.", "%(count)d drafts compared again.", done),
        "confirmed": ngettext("%(count)d text live in shop.", "%(count)d texts live in shop.", done),
    }
    said = [sentences[outcome.verb] % {"count": done}]
    for message, count in reasons(outcome):
        said.append(_("%(count)d left: %(reason)s") % {"count": count, "reason": message})
    return " ".join(said)


def reasons(outcome: Outcome) -> list[tuple[str, int]]:
    """Why drafts were left, in words, with how many each; the most frequent first."""
    messages_by_code: dict[str, str] = {}
    for _pk, code, message in outcome.left:
        messages_by_code.setdefault(code, message)
    counts = outcome.reasons
    return sorted(((messages_by_code[code], counts[code]) for code in counts), key=lambda pair: -pair[1])


def flash(request: HttpRequest, outcome: Outcome) -> None:
    """Show an outcome at the top of the next page."""
    level = messages.WARNING if outcome.left else messages.SUCCESS
    messages.add_message(request, level, told(outcome))
