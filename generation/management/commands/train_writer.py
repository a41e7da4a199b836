"""``manage.py train_writer``: train the bundled writer from the corpus in the repository."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid


class Command(PortalCommand):
    """A thin face of ``generation.engine.training``."""

    help = "Train the bundled writer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size, place and how to go on."""
        super().add_arguments(parser)
        parser.add_argument("--preset", default="cpu", help="smoke, cpu or gpu (default cpu)")
        parser.add_argument("--output", type=Path, help="directory for weights and curves (default: the data folder)")
        parser.add_argument("--steps", type=int, help="instead of the preset's")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--resume", action="store_true", help="continue the checkpoint in the output directory")
        parser.add_argument("--from", dest="start_from", type=Path, help="begin with the weights of this directory")
        parser.add_argument("--device", default="", help="cpu or cuda (default: the better one)")

    def run(self, **options: Any) -> None:
        """Train and print what came of it."""
        from generation.engine.training.loop import presets, train

        known = presets()
        if options["preset"] not in known:
            raise Invalid(_("Unknown preset; known: %(known)s.") % {"known": ", ".join(sorted(known))}, "preset")
        preset = known[options["preset"]]
        if options["steps"]:
            preset = replace(preset, steps=options["steps"])
        output = options["output"] or Path(settings.DATA_DIR) / "training" / options["preset"]
        try:
            report = train(
                output,
                preset,
                seed=options["seed"],
                resume=options["resume"],
                start_from=options["start_from"],
                device=options["device"],
                progress=not self.as_json,
            )
        except FileNotFoundError as error:
            raise Invalid(str(error), "resume") from error
        self.emit(
            {
                "output": str(output),
                "steps": report.steps,
                "first_loss": report.first_loss,
                "loss": report.last_loss,
                "held_out_loss": report.held_out_loss,
                "tokens": report.tokens,
                "seconds": round(report.seconds, 1),
            }
        )
