"""``manage.py draft``: have copy drafted for many objects."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from tqdm import tqdm

from generation import drafting, services
from generation.models import Batch, Draft, State
from generation.slots import get_slot
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Conflict, Invalid


class Command(PortalCommand):
    """Ask for drafts; with ``--wait`` write them here and now."""

    help = "Have copy drafted for objects chosen by --all, --key or --filter. With --wait, write it in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to draft, for which objects, and how."""
        super().add_arguments(parser)
        parser.add_argument("--slot", action="append", required=True, metavar="KEY", help="copy type; may be repeated")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="for every object")
        which.add_argument("--key", "--sku", action="append", metavar="KEY", help="for this object; may be repeated")
        which.add_argument("--filter", action="append", metavar="K=V", help="for what matches; may be repeated")
        parser.add_argument("--language", action="append", metavar="CODE", help="zh-hans (default) or en; repeatable")
        parser.add_argument("--channel", default="", help="sales channel the copy is for")
        parser.add_argument("--candidates", type=int, default=3, help="texts to choose from (default 3)")
        parser.add_argument("--writer", default="", metavar="NAME", help="writer (default: the shop's)")
        parser.add_argument("--template", type=int, metavar="ID", help="prompt template")
        parser.add_argument("--tone", default="plain", choices=Batch.Tone.values)
        parser.add_argument("--length", default="medium", choices=Batch.Length.values)
        parser.add_argument("--note", default="", help="a note to the writer")
        parser.add_argument("--seed", type=int, help="the same seed gives the same texts")
        parser.add_argument("--skip-existing", action="store_true", help="leave out what has copy already")
        parser.add_argument("--wait", action="store_true", help="write here and wait until done")

    def run(self, **options: Any) -> None:
        """Start the batch; wait for it when asked to."""
        actor = Actor.of_command(options["acting"])
        began = time.monotonic()
        batch = services.start_batch(actor, self._spec(options))
        if not options["wait"]:
            self.emit(
                {"batch": batch.pk, "job": batch.job_id}, _("Bulk job %(id)d waits for a worker.") % {"id": batch.pk}
            )
            return
        self._write(batch)
        self._report(batch, time.monotonic() - began)

    def _spec(self, options: dict[str, Any]) -> services.BatchSpec:
        chosen = [get_slot(key) for key in options["slot"]]
        ids = None
        if options["key"]:
            found = chosen[0].find(options["key"])
            missing = [key for key in options["key"] if key not in found]
            if missing:
                raise Invalid(_("Unknown key: %(keys)s.") % {"keys": ", ".join(missing)}, "unknown_key")
            ids = list(found.values())
        filters = {}
        for pair in options["filter"] or []:
            name, equals, value = pair.partition("=")
            if not equals:
                raise Invalid(_("A filter is written NAME=VALUE, not “%(text)s”.") % {"text": pair}, "bad_filter")
            filters[name] = value
        return services.BatchSpec(
            slots=options["slot"],
            languages=options["language"] or ["zh-hans"],
            channel=options["channel"],
            filter=filters,
            target_ids=ids,
            tone=options["tone"],
            length=options["length"],
            candidates=options["candidates"],
            template_id=options["template"],
            writer=options["writer"],
            skip_existing=options["skip_existing"],
            note=options["note"],
            seed=options["seed"],
        )

    def _write(self, batch: Batch) -> None:
        """Write here, with a progress bar."""
        with tqdm(total=None, file=self.stderr, disable=None, unit="") as bar:

            def show(batch: Batch) -> None:
                bar.total, bar.n = batch.total, batch.written + batch.failed + batch.cancelled
                bar.refresh()

            drafting.write_here(batch, show)

    def _report(self, batch: Batch, seconds: float) -> None:
        if batch.state == Batch.State.PAUSED:
            raise Conflict(
                _("Bulk job %(id)d stopped: %(problem)s") % {"id": batch.pk, "problem": batch.problem or _("paused")}
            )
        states = Draft.objects.filter(batch=batch)
        data = {
            "batch": batch.pk,
            "total": batch.total,
            "in_review": states.filter(state=State.IN_REVIEW).count(),
            "failed": batch.failed,
            "skipped": batch.skipped,
            "fallbacks": batch.fallbacks,
            "seconds": round(seconds, 2),
        }
        self.emit(
            data,
            _("Bulk job %(batch)d: %(total)d drafts, %(in_review)d to review, %(failed)d failed, %(seconds)s s.")
            % data,
        )
