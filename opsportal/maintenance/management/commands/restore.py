"""``manage.py restore FILE``: put a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils.translation import gettext as _

from opsportal.maintenance.backup import read_manifest, restore_backup
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid


class Command(PortalCommand):
    """Restore a backup."""

    help = "Replace database, uploads and key by those of a backup. Stop web and workers first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The archive and ``--yes``."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask: everything now in the portal is replaced")

    def run(self, **options: Any) -> None:
        """Check the archive, restore it, then bring its schema up to date."""
        manifest = read_manifest(options["file"])
        if not options["yes"]:
            raise Invalid(
                _("This replaces everything in the portal by the state of %(date)s; say --yes to do it")
                % {"date": manifest["created_at"]}
            )
        restore_backup(options["file"])
        call_command("migrate", interactive=False, verbosity=0)
        self.emit({"restored": str(options["file"]), "created_at": manifest["created_at"]}, _("Restored."))
