"""Who calls: a hashed, scoped, expiring token, or the console's own session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication

from opsportal.access.models import ApiToken

#: ``last_used_at`` is a hint for people; writing it on every request would cost a write a read.
LAST_USED_STEP = timedelta(minutes=5)


class ScopedTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …``; the token row with its scopes becomes ``request.auth``."""

    def validate_user(self, auth_token: ApiToken) -> tuple[Any, ApiToken]:
        """The token's active user and the token; notes that it was used."""
        now = timezone.now()
        if auth_token.last_used_at is None or auth_token.last_used_at < now - LAST_USED_STEP:
            ApiToken.objects.filter(pk=auth_token.pk).update(last_used_at=now)
        return super().validate_user(auth_token)


class ConsoleSessionAuthentication(SessionAuthentication):
    """The logged-in console user, with CSRF protection."""


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes our tokens."""

    target_class = ScopedTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in the ``Authorization`` header."""
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <token>"}


class SessionScheme(OpenApiAuthenticationExtension):
    """How the schema describes the console's session."""

    target_class = ConsoleSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The session cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
