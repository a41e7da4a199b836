"""A grant that has to go when the plugin fails later."""

from opsportal.access import RoleGrant, roles

roles.register(RoleGrant("viewer", ("halfway.view_nothing",)))
