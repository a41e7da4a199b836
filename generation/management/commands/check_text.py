"""``manage.py check_text``: what the rules say about a text meant for an object."""

from __future__ import annotations

import json
import queue
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from generation.checks.service import settle
from generation.text_checks import TextChecker, TextToCheck
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid

#: Lines taken together when they are waiting anyway, so that their objects are read in one go.
TOGETHER = 256
#: A line longer than this is refused instead of being held in memory.
LONGEST_LINE = 1_000_000
#: Stands for such a line; no JSON.
TOO_LONG = b"\0"


class Command(PortalCommand):
    """Check one text from standard input, or a stream of them."""

    help = (
        "Check a text (standard input) against an object's facts. With --jsonl: one JSON object "
        '{"key", "slot", "language", "text"} a line in, one {"blocking", "findings"} a line out.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The object and the place the text is meant for."""
        super().add_arguments(parser)
        parser.add_argument("--key", "--sku", default="", help="the object")
        parser.add_argument("--slot", default="products.description", metavar="KEY", help="copy type")
        parser.add_argument("--language", default="zh-hans", metavar="CODE")
        parser.add_argument("--channel", default="")
        parser.add_argument("--jsonl", action="store_true", help="check a stream of texts")

    def run(self, **options: Any) -> None:
        """Print what was found."""
        Actor.of_command(options["acting"]).require("generation.view_draft")
        if options["jsonl"]:
            self._stream(options)
            return
        if not options["key"]:
            raise Invalid(_("Say which object the text is for: --key."), "key_missing")
        text = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace").rstrip("\n")
        asked = TextToCheck(options["key"], options["slot"], options["language"], text, options["channel"])
        verdict = TextChecker().check([asked])[0]
        if verdict.error:
            raise Invalid(verdict.error, "cannot_check")
        lines = [
            f"{finding.severity:<8}{finding.start}–{finding.end}  {finding.text()}  [{finding.rule}]"
            for finding in verdict.findings
        ]
        self.emit(verdict.to_json(), "\n".join(lines) or _("Nothing found."))

    def _stream(self, options: dict[str, Any]) -> None:
        settle()
        checker = TextChecker()
        for lines in _together(sys.stdin.buffer):
            parsed = [_parsed(line, options) for line in lines]
            verdicts = iter(checker.check([entry for entry in parsed if isinstance(entry, TextToCheck)]))
            for entry in parsed:
                answer = next(verdicts).to_json() if isinstance(entry, TextToCheck) else {"error": entry}
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
            self.stdout.flush()


def _parsed(line: bytes, options: dict[str, Any]) -> TextToCheck | str:
    """What a line asks for, or what is wrong with it."""
    if line == TOO_LONG:
        return _("This line is too long.")
    try:
        data = json.loads(line)
    except ValueError:
        return _("This line is no JSON.")
    if not isinstance(data, dict) or not isinstance(data.get("text"), str) or not data.get("key"):
        return _("A line needs at least “key” and “text”.")
    return TextToCheck(
        str(data["key"]),
        str(data.get("slot") or options["slot"]),
        str(data.get("language") or options["language"]),
        data["text"],
        str(data.get("channel") or options["channel"]),
    )


def _together(source: BinaryIO) -> Iterator[list[bytes]]:
    """Lines as they come: one alone when no more is waiting, up to ``TOGETHER`` when there is."""
    lines: queue.Queue[bytes | None] = queue.Queue(maxsize=4 * TOGETHER)

    def read() -> None:
        while line := source.readline(LONGEST_LINE):
            whole = line.endswith(b"\n")
            while not whole and len(rest := source.readline(LONGEST_LINE)) > 0:
                line, whole = TOO_LONG, rest.endswith(b"\n")
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    ended = False
    while not ended:
        some = [lines.get()]
        while some[-1] is not None and len(some) < TOGETHER and not lines.empty():
            some.append(lines.get())
        ended = some[-1] is None
        kept = [line for line in some if line is not None and line.strip()]
        if kept:
            yield kept
