"""``manage.py import_orders FILE``: orders from a file of the shop or the ERP."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from orders.imports.columns import FORMATS, parse_mapping
from orders.imports.result import ImportResult
from orders.services.importing import ImportSpec, import_orders
from products.imports import UnreadableFile


class Command(PortalCommand):
    """Exit status 0: all rows landed; 1: some were refused; 2: the file cannot be read at all."""

    help = "Import orders from a CSV or XLSX file; running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and how to read it."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="CSV or XLSX file")
        parser.add_argument("--format", default="auto", choices=FORMATS, help="whose file it is (default: found out)")
        parser.add_argument("--channel", default="", help="code of the channel the orders come from")
        parser.add_argument(
            "--source", default="", help="name of the system the orders belong to (default: channel, else format)"
        )
        parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS", help="their header=our field")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")

    def run(self, **options: Any) -> None:
        """Import, print the outcome, exit."""
        try:
            spec = ImportSpec(
                path=options["file"],
                format=options["format"],
                source=options["source"],
                channel=options["channel"],
                mapping=parse_mapping(options["map"]),
            )
            result = import_orders(Actor.of_command(options["acting"]), spec, dry_run=options["dry_run"])
        except UnreadableFile as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        self.emit(result.to_json(), self.told(result))
        if result.lines["refused"]:
            raise SystemExit(1)

    def told(self, result: ImportResult) -> str:
        """The outcome in words."""
        lines = [
            _("%(rows)s rows read as %(format)s.") % {"rows": result.rows, "format": result.format},
            _("Orders: %(created)s new, %(held)s held for review, %(cancelled)s cancelled.")
            % {name: result.orders[name] for name in ("created", "held", "cancelled")},
            _(
                "Lines: %(imported)s imported, %(cancellation)s cancellations, %(non_product)s without goods, "
                "%(duplicate)s known already, %(refused)s refused."
            )
            % {
                name: result.lines[name] for name in ("imported", "cancellation", "non_product", "duplicate", "refused")
            },
        ]
        if result.dry_run:
            lines.append(_("Nothing was written: this was a trial."))
        if result.ignored:
            lines.append(_("Columns left out: %(columns)s.") % {"columns": ", ".join(result.ignored)})
        lines += [_("row %(row)s, %(column)s: %(message)s") % error.to_json() for error in result.errors]
        return "\n".join(lines)
