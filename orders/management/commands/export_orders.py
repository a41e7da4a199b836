"""``manage.py export_orders``: orders as a table, or the decisions the shop's own system has to be told."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid
from orders.models import OrderExport
from orders.services.exporting import ExportSpec, export_orders


class Command(PortalCommand):
    """Writes to ``--output``, else to standard output."""

    help = "Export orders as CSV (the portal's own columns), or decisions made here that were not handed over yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Contents, selection and destination."""
        super().add_arguments(parser)
        parser.add_argument("--what", default="orders", choices=OrderExport.What.values, help="what to hand out")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", help="narrow the orders")
        parser.add_argument("--output", type=Path, help="file to write")

    def run(self, **options: Any) -> None:
        """Export and say how much went into the file."""
        output: Path | None = options["output"]
        filters: dict[str, str | list[str]] = {}
        for text in options["filter"]:
            name, equals, value = (part.strip() for part in text.partition("="))
            if not equals:
                raise Invalid(_("“%(text)s” is not a filter. Write it as name=value.") % {"text": text})
            filters[name] = value.split(",") if name == "state" else value
        spec = ExportSpec(options["what"], filters)
        actor = Actor.of_command(options["acting"])
        if output is None:
            export_orders(actor, spec, sys.stdout, reference="standard output")
            return
        try:
            with output.open("w", encoding="utf-8-sig", newline="") as file:
                count = export_orders(actor, spec, file, reference=output.name)
        except OSError as error:
            raise Invalid(_("The file cannot be written: %(reason)s.") % {"reason": error.strerror}) from error
        self.emit(
            {"file": str(output), "rows": count},
            _("%(rows)s rows written to %(file)s.") % {"rows": count, "file": output},
        )
