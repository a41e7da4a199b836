"""``manage.py import_products FILE``: a shop's product file into the catalogue."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from products.imports.columns import FORMATS, parse_mapping
from products.imports.reading import UnreadableFile
from products.imports.result import ImportResult
from products.services.importing import ImportSpec, import_products


class Command(PortalCommand):
    """Exit status 0: all rows landed; 1: some did not; 2: the file cannot be read at all."""

    help = "Import products from a CSV or XLSX file; running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and how to read it."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="CSV or XLSX file")
        parser.add_argument("--format", default="auto", choices=FORMATS, help="whose file it is (default: found out)")
        parser.add_argument("--channel", default="", help="code of the channel the file comes from")
        parser.add_argument(
            "--language", default="", help="language of the texts (default: the file's column, or guessed)"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="their header=our field; attr:NAME makes an attribute, attr:* one of the header's own name",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")

    def run(self, **options: Any) -> None:
        """Import, print the outcome, exit."""
        try:
            spec = ImportSpec(
                path=options["file"],
                format=options["format"],
                channel=options["channel"],
                language=options["language"],
                mapping=parse_mapping(options["map"]),
            )
            result = import_products(Actor.of_command(options["acting"]), spec, dry_run=options["dry_run"])
        except UnreadableFile as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        self.emit(result.to_json(), self.told(result))
        if result.error_count:
            raise SystemExit(1)

    def told(self, result: ImportResult) -> str:
        """The outcome in words."""
        lines = [
            _("%(rows)s rows read as %(format)s.") % {"rows": result.rows, "format": result.format},
            _("Products: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.")
            % {name: result.products[name] for name in ("created", "updated", "unchanged")},
            _("Variants: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.")
            % {name: result.variants[name] for name in ("created", "updated", "unchanged")},
        ]
        if result.dry_run:
            lines.append(_("Nothing was written: this was a trial."))
            lines += [f"  {c['key']} {c['field']}: {c['before']!r} -> {c['after']!r}" for c in result.changes]
        if result.ignored:
            lines.append(_("Columns left out: %(columns)s.") % {"columns": ", ".join(result.ignored)})
        for told in (*result.errors, *result.notes):
            lines.append(_("row %(row)s, %(column)s: %(message)s") % told.to_json())
        for conflict in result.conflicts:
            lines.append(_("row %(row)s, %(column)s: %(message)s") % conflict)
        return "\n".join(lines)
