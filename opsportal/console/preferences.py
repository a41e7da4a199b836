"""The language switch: for this browser, and for the account of whoever is logged in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from opsportal.access.models import User


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the choice and go back to where the person was."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
