"""Roles: five groups whose permissions are the sum of what plugins grant them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from opsportal.plugins import ExtensionPoint

RoleName = Literal["viewer", "operator", "reviewer", "publisher", "admin"]
ROLES: tuple[RoleName, ...] = ("viewer", "operator", "reviewer", "publisher", "admin")


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """Permissions ("app.codename") a plugin gives to a role. What a viewer may, everyone may."""

    role: RoleName
    permissions: tuple[str, ...]

    @property
    def key(self) -> str:
        """Unique name at the extension point."""
        return f"{self.permissions[0].partition('.')[0]}:{self.role}" if self.permissions else self.role


roles: ExtensionPoint = ExtensionPoint(
    "access.roles", module="roles", base=RoleGrant, doc="Permissions a plugin gives to the roles."
)


def sync_roles() -> None:
    """Make the groups hold what plugins grant; admin holds every permission. Rights added by hand are kept."""
    from django.contrib.auth.models import Group, Permission

    wanted: dict[str, set[str]] = {role: set() for role in ROLES}
    for grant in roles.all():
        targets = ROLES if grant.role == "viewer" else (grant.role,)
        for role in targets:
            wanted[role].update(grant.permissions)
    permissions = {
        f"{row.content_type.app_label}.{row.codename}": row for row in Permission.objects.select_related("content_type")
    }
    wanted["admin"] = set(permissions)
    for role, names in wanted.items():
        group, _created = Group.objects.get_or_create(name=role)
        # A plugin that is off has no permissions here; its grants come back with it.
        group.permissions.add(*(permissions[name] for name in names if name in permissions))
