"""Who may do what with stores."""

from opsportal.access import RoleGrant, roles

roles.register(RoleGrant("viewer", ("stores.view_store",)))
roles.register(RoleGrant("operator", ("stores.add_store", "stores.change_store")))
