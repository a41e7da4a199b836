"""``manage.py doctor``: what is misconfigured, and the remedy."""

from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from opsportal.maintenance.points import diagnostics
from opsportal.plugins.commands import PortalCommand


class Command(PortalCommand):
    """Ask every diagnostic and print what is wrong."""

    help = "Say what is misconfigured and how to mend it. Exit status 1 when there is an error."

    def run(self, **options: Any) -> None:
        """Run all diagnostics; one that fails itself is reported as an error of its own."""
        found: list[dict[str, str]] = []
        asked = 0
        for diagnostic_class in diagnostics.all():
            diagnostic = diagnostic_class()
            asked += 1
            try:
                problems = list(diagnostic.problems())
            except DatabaseError as error:
                row = {"level": "error", "message": str(error), "remedy": "manage.py migrate"}
                found.append({"key": diagnostic.key, **row})
                continue
            except Exception as error:  # a broken diagnostic must not hide the others
                row = {"level": "error", "message": f"{type(error).__name__}: {error}", "remedy": _("report this")}
                found.append({"key": diagnostic.key, **row})
                continue
            for problem in problems:
                row = {"level": problem.level, "message": str(problem.message), "remedy": str(problem.remedy)}
                found.append({"key": diagnostic.key, **row})
        lines = [f"{row['level'].upper():8}{row['key']}: {row['message']}\n        → {row['remedy']}" for row in found]
        lines.append(_("%(asked)d questions asked, %(found)d problems") % {"asked": asked, "found": len(found)})
        self.emit({"problems": found, "asked": asked}, "\n".join(lines))
        if any(row["level"] == "error" for row in found):
            raise SystemExit(1)
