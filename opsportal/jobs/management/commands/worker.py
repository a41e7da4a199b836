"""``manage.py worker``: the processes that do background work."""

from argparse import ArgumentParser
from typing import Any

from opsportal.jobs.clusters import CLUSTERS
from opsportal.jobs.running import drain_all
from opsportal.jobs.supervising import Supervisor
from opsportal.plugins.commands import PortalCommand


class Command(PortalCommand):
    """Run workers."""

    help = (
        "Run workers until SIGTERM or SIGINT. generation: drafts; bulk: imports, exports, training; portal: the rest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which cluster, and ``--once``."""
        super().add_arguments(parser)
        parser.add_argument("cluster", nargs="?", default="all", choices=[*CLUSTERS, "all"])
        parser.add_argument("--once", action="store_true", help="do what waits now, in this process, then exit")

    def run(self, **options: Any) -> None:
        """Supervise until told to stop, or drain once."""
        clusters = list(CLUSTERS) if options["cluster"] == "all" else [options["cluster"]]
        if options["once"]:
            done = drain_all(tuple(clusters))
            self.emit({"done": done}, f"{done} done")
            return
        Supervisor(clusters).run()
