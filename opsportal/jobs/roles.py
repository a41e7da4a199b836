"""Who sees and stops background work: everyone sees it, stopping another person's work is for admins."""

from opsportal.access import RoleGrant, roles

roles.register(RoleGrant("viewer", ("jobs.view_job",)))
