"""Login by password, throttled: too many failures for a name from an address, or from an address at all, and it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.http import HttpRequest
from django.utils import timezone

from opsportal.access.models import LoginFailure, User
from opsportal.database import JSONRows

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 8
PER_ADDRESS = 40


class ThrottledModelBackend(ModelBackend):
    """Django's model backend behind a counter in the database, so that all web processes share it."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user, or None. Raises ``PermissionDenied`` (which ends the login) while throttled."""
        if request is None or username is None:
            return super().authenticate(request, username=username, password=password, **kwargs)
        address = request.META.get("REMOTE_ADDR", "")
        recent = LoginFailure.objects.filter(address=address, at__gte=timezone.now() - WINDOW)
        name = username.casefold()[:150]
        if recent.filter(username=name).count() >= PER_NAME_AND_ADDRESS or recent.count() >= PER_ADDRESS:
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            LoginFailure.objects.create(username=name, address=address)
        else:
            recent.filter(username=name).delete()
        return user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session with their rights, which every page asks for: one query for both."""
        held = {
            way: JSONRows(
                Permission.objects.filter(**{way: OuterRef("pk")}).order_by(), "content_type__app_label", "codename"
            )
            for way in ("user", "group__user")
        }
        user = (
            User.objects.annotate(own_rights=held["user"], group_rights=held["group__user"]).filter(pk=user_id).first()
        )
        if user is None or not self.user_can_authenticate(user):
            return None
        rights = [*user.own_rights, *user.group_rights]
        user.rights_read = frozenset(f"{right['content_type__app_label']}.{right['codename']}" for right in rights)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        """Active people only: a service user has tokens, not a password login."""
        return super().user_can_authenticate(user) and not getattr(user, "is_service", False)
