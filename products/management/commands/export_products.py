"""``manage.py export_products``: published copy back to the shop."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid
from products.imports.columns import parse_mapping
from products.imports.reading import UnreadableFile
from products.services.exporting import FORMATS, ExportSpec, export_products, suffix


class Command(PortalCommand):
    """Writes to ``--output``, else to standard output (CSV only)."""

    help = "Export published copy: our own table, Shopify's copy columns, or your own file with only the copy changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Format, selection and destination."""
        super().add_arguments(parser)
        parser.add_argument("--format", default="portal", choices=FORMATS)
        parser.add_argument("--like", type=Path, help="your own file (format original)")
        parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS", help="columns of --like")
        parser.add_argument(
            "--columns", default="", help="copy columns to fill in --like, comma separated: description,name"
        )
        parser.add_argument(
            "--copy-only", action="store_true", help="only products with published copy, only their copy"
        )
        parser.add_argument("--block", action="store_true", help="Shopify: replace only the marked block of the body")
        parser.add_argument("--language", default="", help="language of the copy")
        parser.add_argument("--channel", default="", help="code of the channel")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE", help="narrow the products")
        parser.add_argument("--output", type=Path, help="file to write; .xlsx gives a spreadsheet (format portal)")

    def run(self, **options: Any) -> None:
        """Export and say what went into the file."""
        output: Path | None = options["output"]
        try:
            spec = ExportSpec(
                format=options["format"],
                language=options["language"],
                channel=options["channel"],
                filter=dict(_pair(text) for text in options["filter"]),
                copy_only=options["copy_only"],
                spreadsheet=output is not None and output.suffix.lower() == ".xlsx",
                block=options["block"],
                like=options["like"],
                mapping=parse_mapping(options["map"]),
                fields=tuple(name.strip() for name in options["columns"].split(",") if name.strip()),
            )
            actor = Actor.of_command(options["acting"])
            if output is not None:
                if spec.like is not None and output.resolve() == spec.like.resolve():
                    raise Invalid(_("The output would replace the file it is made from. Choose another name."))
                result = export_products(actor, spec, output)
                self.emit(
                    {"file": str(output), **result.to_json()},
                    _("%(products)s products, %(texts)s published texts written to %(file)s.")
                    % {"products": result.products, "texts": result.texts, "file": output},
                )
            else:
                with tempfile.TemporaryDirectory() as folder:
                    target = Path(folder) / f"export{suffix(spec)}"
                    result = export_products(actor, spec, target)
                    sys.stdout.flush()
                    sys.stdout.buffer.write(target.read_bytes())
        except UnreadableFile as error:
            self.stderr.write(str(error))
            raise SystemExit(2) from error
        if result.note:
            self.stderr.write(f"{result.note} ({', '.join(result.left_out[:20])})")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(_("“%(text)s” is not a filter. Write it as name=value.") % {"text": text})
    return name.strip(), value.strip()
