"""``manage.py backup``: one archive with database, uploads and key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from opsportal.maintenance.backup import write_backup
from opsportal.plugins.commands import PortalCommand


class Command(PortalCommand):
    """Write a backup."""

    help = "Write database, uploads and secret key to one archive (keep it as safe as the portal itself)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--output FILE``; default: a dated file in the data folder."""
        super().add_arguments(parser)
        parser.add_argument("--output", type=Path, help="archive to write (.tar.gz)")

    def run(self, **options: Any) -> None:
        """Write it and say where."""
        target = options["output"]
        if target is None:
            folder = Path(settings.DATA_DIR) / "backups"
            folder.mkdir(exist_ok=True)
            target = folder / f"opsportal-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
        manifest = write_backup(target)
        size = target.stat().st_size
        self.emit({"file": str(target), "bytes": size, "engine": manifest["engine"]}, f"{target} ({size:,} bytes)")
