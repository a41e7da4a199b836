"""A page for somebody else's model, then a failure."""

from django.contrib import admin
from django.contrib.sessions.models import Session

from opsportal.console.admin_base import ReadOnlyAdmin


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Must not stay on the site."""


raise RuntimeError("no further pages")
