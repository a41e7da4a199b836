"""The host's own questions for ``doctor``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsportal.jobs.health import health
from opsportal.maintenance.points import Diagnostic, Level, Problem, diagnostics
from opsportal.plugins.discovery import plan
from opsportal.plugins.plugin import broken

LEAST_FREE_BYTES = 2 * 1024**3
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")


@diagnostics.register
class Database(Diagnostic):
    """Is the schema the one this version needs, and the database one that fits the use?"""

    key = "database"
    title = gettext_lazy("Database")

    def problems(self) -> Iterable[Problem]:
        """Unapplied migrations; no administrator."""
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            yield Problem("error", _("%(n)d migrations are not applied") % {"n": len(pending)}, "manage.py migrate")
        elif not get_user_model().objects.filter(is_active=True, is_superuser=True).exists():
            yield Problem("warning", _("Nobody administers this portal"), "manage.py createsuperuser")


@diagnostics.register
class Security(Diagnostic):
    """Settings that are right on a laptop and wrong on a network."""

    key = "security"
    title = gettext_lazy("Security")

    def problems(self) -> Iterable[Problem]:
        """Debug mode, open hosts, plain HTTP, demo accounts."""
        public = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS]
        if settings.DEBUG:
            yield Problem("warning", _("DEBUG is on: errors show internals"), _("unset DEBUG"))
        if "*" in settings.ALLOWED_HOSTS:
            yield Problem("error", _("ALLOWED_HOSTS accepts any host name"), _("name the portal's own hosts"))
        if public and not settings.SESSION_COOKIE_SECURE:
            yield Problem("warning", _("Cookies travel over plain HTTP"), _("serve HTTPS and set HTTPS=1"))
        demo_users = get_user_model().objects.filter(username__startswith="demo-", is_active=True)
        if public and demo_users.exists():
            yield Problem("error", _("Demo users with known passwords can log in"), _("deactivate the demo- users"))


@diagnostics.register
class Storage(Diagnostic):
    """Can the data folder be written, and is there room?"""

    key = "storage"
    title = gettext_lazy("Storage")

    def problems(self) -> Iterable[Problem]:
        """A read-only or nearly full data folder."""
        folder = Path(settings.DATA_DIR)
        if not os.access(folder, os.W_OK):
            yield Problem("error", _("%(path)s cannot be written") % {"path": folder}, _("set OPSPORTAL_DATA"))
            return
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE_BYTES:
            yield Problem("warning", _("Only %(mb)d MB are free") % {"mb": free // 2**20}, _("make room"))


@diagnostics.register
class Plugins(Diagnostic):
    """Does every installed plugin work?"""

    key = "plugins"
    title = gettext_lazy("Plugins")

    def problems(self) -> Iterable[Problem]:
        """Broken ones and those that are off; their rows are kept."""
        for entry in broken:
            yield Problem(
                "error",
                _("The plugin “%(plugin)s” does not work: %(module)s: %(error)s")
                % {"plugin": entry.plugin, "module": entry.module, "error": entry.error},
                _("mend or remove it; PLUGIN_ERRORS=strict shows where it fails"),
            )
        for found in plan().found:
            if found.reason:
                yield Problem(
                    "warning",
                    _("The plugin “%(plugin)s” is off: %(reason)s") % {"plugin": found.label, "reason": found.reason},
                    _("its data are kept; see OPSPORTAL_PLUGINS_OFF"),
                )


@diagnostics.register
class Workers(Diagnostic):
    """Is the background work being done?"""

    key = "workers"
    title = gettext_lazy("Background work")

    def problems(self) -> Iterable[Problem]:
        """No workers, work that waits too long, failures."""
        now = health()
        if now.idle_clusters:
            level: Level = "error" if now.waiting or now.undelivered else "warning"
            names = ", ".join(now.idle_clusters)
            yield Problem(level, _("No worker is running for: %(names)s") % {"names": names}, "manage.py worker")
        if now.late:
            yield Problem(
                "warning", _("%(n)d jobs have been waiting for long") % {"n": now.late}, _("start more workers")
            )
        if now.undelivered:
            yield Problem(
                "error",
                _("%(n)d events have not reached their subscribers") % {"n": now.undelivered},
                _("look for “subscriber … failed” in the log of the portal worker"),
            )
        if now.failed:
            yield Problem(
                "warning",
                _("%(n)d jobs failed since yesterday") % {"n": now.failed},
                _("see Background jobs in the console"),
            )
        if now.unreadable:
            yield Problem(
                "warning",
                _("%(n)d queue messages were signed with another SECRET_KEY") % {"n": now.unreadable},
                _("keep one key for web and workers; the work is taken up again within minutes"),
            )
