"""Users and API tokens."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox has no types
    """A person, or with ``is_service`` a program; programs never approve."""

    is_service = models.BooleanField(
        _("service user"), default=False, help_text=_("A program. It uses tokens and can never approve a text.")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)

    #: "app.codename" of each right, where the session's backend read them with the user; else None.
    rights_read: frozenset[str] | None = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        swappable = "AUTH_USER_MODEL"

    def event_key(self) -> str:
        """Key under which events name this user."""
        return self.username


class ApiToken(AbstractAuthToken):
    """A hashed, expiring token. What it may do: its scopes cut with its user's permissions."""

    name = models.CharField(_("name"), max_length=100, help_text=_("What uses this token."))
    scopes = models.JSONField(_("scopes"), default=list)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"


class LoginFailure(models.Model):
    """A failed login, counted against further tries of the same name from the same address."""

    username = models.CharField(_("user name"), max_length=150)
    address = models.CharField(_("address"), max_length=64)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["username", "at"], name="failure_by_name"),
            models.Index(fields=["address", "at"], name="failure_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at:%Y-%m-%d %H:%M}"
