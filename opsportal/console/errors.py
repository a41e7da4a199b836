"""Pages for what went wrong: inside the console's frame for who is logged in, and in the API's shape under /api/."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from opsportal.access import Forbidden
from opsportal.api.errors import error_body
from opsportal.plugins.errors import DomainError


class DomainErrorMiddleware:
    """A service said no and the view did not say what to do then: its sentence becomes the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a ``DomainError``; None for everything else."""
        if not isinstance(error, DomainError):
            return None
        return _answer(request, error.status_code, error.code, _("That did not work"), error.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request nobody's page would send."""
    text = _("The portal could not read this request. Go back, reload the page and try again.")
    return _answer(request, 400, "bad_request", _("Request not understood"), text)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the token of this session, mostly because it was open for too long."""
    text = _("This form is too old or your browser blocks cookies. Go back, reload the page and send it again.")
    return _answer(request, 403, "csrf_failed", _("Form expired"), text)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the sentence of whoever refused."""
    said = str(exception) if isinstance(exception, Forbidden | PermissionDenied) else ""
    text = said or _("Your roles do not include this.")
    return _answer(
        request, 403, "forbidden", _("Not allowed"), f"{text} {_('Ask an administrator for the right role.')}"
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing there, or nothing there any more."""
    assert isinstance(exception, Http404)
    text = _("There is nothing at this address. It may have been deleted, or the plugin it belongs to is switched off.")
    return _answer(request, 404, "not_found", _("Page not found"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: touches neither database nor session, which may be what failed."""
    text = _("The portal made a mistake. It is in the log; try again, and tell your administrator when it stays.")
    if request.path.startswith("/api/"):
        return JsonResponse(error_body("server_error", text), status=500)
    return HttpResponse(render_to_string("500.html", {"title": _("Something went wrong"), "text": text}), status=500)


def _answer(request: HttpRequest, status: int, code: str, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse(error_body(code, text), status=status)
    user = getattr(request, "user", None)
    inside = user is not None and user.is_authenticated and user.is_staff
    template = "console/error.html" if inside else "console/error_outside.html"
    context = {**admin.site.each_context(request), "title": title, "text": text, "status": status}
    return render(request, template, context, status=status)
