"""``PortalCommand``: what all commands of the portal share."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, connection

from opsportal.plugins.errors import DomainError


class PortalCommand(BaseCommand):
    """Adds ``--json`` and ``--as``; turns errors for people into one clear line and a non-zero exit.

    Subclasses implement ``run(**options)`` and print through ``emit``.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json`` for machines, ``--as USER`` where a person acts."""
        parser.add_argument("--json", action="store_true", help="print data as JSON")
        parser.add_argument("--as", dest="acting", metavar="USER", help="act as this user (default: the portal itself)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; a domain error ends it with one line."""
        self.as_json: bool = options.get("json", False)
        try:
            self.run(**options)
        except DomainError as error:
            lines = [error.message]
            for problem in error.fields:
                place = " ".join(part for part in (f"row {problem.row}" if problem.row else "", problem.field) if part)
                lines.append(f"  {place}: {problem.message}" if place else f"  {problem.message}")
            raise CommandError("\n".join(lines)) from error
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if connection.introspection.table_names():
                raise
            raise CommandError("The database has no tables yet. Run: manage.py migrate") from error

    def run(self, **options: Any) -> None:
        """What the command does."""
        raise NotImplementedError

    def emit(self, data: Any, text: str | None = None) -> None:
        """Print ``data`` as JSON under ``--json``, else ``text`` (or the data, indented, when there is none)."""
        if self.as_json:
            self.stdout.write(json.dumps(data, ensure_ascii=False, default=str))
        else:
            self.stdout.write(text if text is not None else json.dumps(data, ensure_ascii=False, indent=2, default=str))
