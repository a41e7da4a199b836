"""``Actor``: the person or program on whose behalf a service works. Passed explicitly, never looked up."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from opsportal.access.scopes import scope_allows
from opsportal.plugins.errors import Invalid

if TYPE_CHECKING:
    from opsportal.access.models import User

Via = Literal["console", "api", "command", "job"]


class Forbidden(PermissionDenied):
    """The actor may not do this; the message says what is missing."""

    status_code = 403
    code = "forbidden"


@dataclass(frozen=True)
class Actor:
    """``user`` None is the portal itself (its own jobs, a command without ``--as``), which may do everything but approve.

    ``scopes`` None means no token is involved. Rights are read from the database when first asked, once an actor: a
    request, a command or a slice of a job each has its own. They are the user's own and those of their groups.
    """

    user: User | None
    via: Via
    scopes: frozenset[str] | None = None
    os_user: str = ""
    _permissions: set[str] = field(default_factory=set, repr=False, compare=False)
    _loaded: list[bool] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def of_request(cls, request: Any) -> Actor:
        """The logged-in user of a console or API request; with a token, its scopes."""
        token = getattr(request, "auth", None)
        scopes = getattr(token, "scopes", None)
        via: Via = "api" if token is not None or hasattr(request, "accepted_renderer") else "console"
        return cls(request.user, via, None if scopes is None else frozenset(scopes))

    @classmethod
    def of_command(cls, username: str | None) -> Actor:
        """The user named by ``--as``, else the portal itself; keeps the system user. Raises ``Invalid`` for nobody."""
        if username is None:
            return cls(None, "command", os_user=_os_user())
        from opsportal.access.models import User

        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise Invalid(_("There is no active user “%(name)s”.") % {"name": username}, "unknown_user")
        return cls(user, "command", os_user=_os_user())

    @classmethod
    def system(cls) -> Actor:
        """The portal's own jobs."""
        return cls(None, "job")

    @property
    def label(self) -> str:
        """Name for the record."""
        return self.user.get_username() if self.user else "portal"

    @property
    def is_person(self) -> bool:
        """Whether a human being stands behind this: not a service user, not the portal itself."""
        return self.user is not None and not self.user.is_service

    def can(self, permission: str) -> bool:
        """Whether the actor may: the user's permissions cut with the token's scopes."""
        if self.user is None:
            return True
        if self.scopes is not None and not scope_allows(self.scopes, permission):
            return False
        if not self._loaded:
            self._read()
        return "*" in self._permissions or permission in self._permissions

    def require(self, permission: str) -> None:
        """Raise ``Forbidden`` naming the permission when the actor may not."""
        if not self.can(permission):
            raise Forbidden(
                _("%(user)s may not do this (missing right: %(permission)s).")
                % {"user": self.label, "permission": permission}
            )

    def _read(self) -> None:
        from opsportal.access.models import User

        assert self.user is not None
        if self.user.rights_read is not None:
            self._permissions.update({"*"} if self.user.is_superuser else self.user.rights_read)
            self._loaded.append(True)
            return
        # Asked anew, never from a cached user: a right withdrawn a second ago is gone.
        fresh = User.objects.filter(pk=self.user.pk, is_active=True).order_by()
        rights = [
            fresh.values_list("is_superuser", f"{way}__content_type__app_label", f"{way}__codename")
            for way in ("groups__permissions", "user_permissions")
        ]
        for is_superuser, app, codename in rights[0].union(rights[1]):
            if is_superuser:
                self._permissions.add("*")
            elif codename:
                self._permissions.add(f"{app}.{codename}")
        self._loaded.append(True)


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
