"""App configuration of users, roles and tokens."""

from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from opsportal.access.roles import roles
from opsportal.plugins import PortalPlugin


class AccessPlugin(PortalPlugin):
    """Users, roles, tokens."""

    name = "opsportal.access"
    label = "access"
    verbose_name = _("Access")
    summary = _("Users, roles, tokens, and what each may do")
    extension_points = (roles,)

    def ready(self) -> None:
        """Roles follow the plugins: they are brought up to date after every migration."""
        super().ready()
        from opsportal.access.roles import sync_roles

        post_migrate.connect(lambda **_kwargs: sync_roles(), weak=False, dispatch_uid="access.sync_roles")
