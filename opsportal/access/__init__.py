"""Who acts, with which rights, from where: users, roles, tokens, and the ``Actor`` every service asks."""

from opsportal.access.actors import Actor, Forbidden
from opsportal.access.roles import RoleGrant, roles

__all__ = ["Actor", "Forbidden", "RoleGrant", "roles"]
