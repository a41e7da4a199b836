"""``manage.py import_results FILE``: figures of campaigns from a channel's report."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from marketing.services import ResultsOutcome, import_results
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from products.imports.reading import UnreadableFile


class Command(PortalCommand):
    """Exit status 0: all rows landed; 1: some did not; 2: the file cannot be read at all."""

    help = "Record impressions, clicks, conversions, spend and revenue per variant and day from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="CSV or XLSX file with campaign, placement, variant, date, …")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")

    def run(self, **options: Any) -> None:
        """Record, print the outcome, exit."""
        try:
            actor = Actor.of_command(options["acting"])
            outcome = import_results(actor, options["file"], dry_run=options["dry_run"])
        except UnreadableFile as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        self.emit(outcome.to_json(), _told(outcome))
        if outcome.error_count:
            raise SystemExit(1)


def _told(outcome: ResultsOutcome) -> str:
    lines = [
        _("%(rows)s rows: %(created)s new, %(updated)s changed, %(unchanged)s unchanged.")
        % {"rows": outcome.rows, **{name: outcome.counts[name] for name in ("created", "updated", "unchanged")}}
    ]
    if outcome.dry_run:
        lines.append(_("Nothing was written: this was a trial."))
    lines += [_("row %(row)s, %(column)s: %(message)s") % error.to_json() for error in outcome.errors]
    return "\n".join(lines)
