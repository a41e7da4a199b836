"""``manage.py write``: let a language model continue a text."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from generation import writers
from generation.engine import Sampling, WriteRequest, WriterError
from opsportal.access import Actor
from opsportal.plugins.commands import PortalCommand
from opsportal.plugins.errors import Invalid


class Command(PortalCommand):
    """Free text generation, with any writer that can continue a text."""

    help = "Continue a text with a language model."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The opening words and how to sample."""
        super().add_arguments(parser)
        parser.add_argument("prompt", help="opening words")
        parser.add_argument("-n", "--number", type=int, default=1, help="how many texts (default 1)")
        parser.add_argument("--max-length", type=int, default=200, help="tokens to write at most (default 200)")
        parser.add_argument("--top-k", type=int, default=50)
        parser.add_argument("--top-p", type=float, default=0.95)
        parser.add_argument("--temperature", type=float, default=0.9, help="0 always takes the likeliest token")
        parser.add_argument("--seed", type=int, help="the same seed gives the same texts")
        parser.add_argument("--writer", default="", metavar="NAME", help="writer (default: the shop's)")

    def run(self, **options: Any) -> None:
        """Write and print."""
        Actor.of_command(options["acting"]).require("generation.draft_copy")
        _check(options)
        try:
            writer = writers.open_named(options["writer"])
            request = WriteRequest(
                tag="write",
                prompt=options["prompt"],
                candidates=options["number"],
                sampling=Sampling(
                    temperature=options["temperature"],
                    top_k=options["top_k"],
                    top_p=options["top_p"],
                    max_new_tokens=options["max_length"],
                    seed=options["seed"],
                ),
            )
            began = time.monotonic()
            completions = sorted(writer.write([request]), key=lambda completion: completion.index)
            seconds = time.monotonic() - began
        except WriterError as error:
            raise Invalid(str(error), "writer") from error
        writer.close()
        broken = next((completion.error for completion in completions if completion.finish_reason == "error"), "")
        if broken:
            raise Invalid(broken, "writer")
        data = {
            "completions": [completion.text for completion in completions],
            "writer": writers.resolve(options["writer"]).name,
            "tokens": sum(completion.tokens for completion in completions),
            "seconds": round(seconds, 3),
        }
        self.emit(data, "\n\n".join(options["prompt"] + completion.text for completion in completions))


def _check(options: dict[str, Any]) -> None:
    """Raise ``Invalid`` for numbers no writer can use."""
    if not options["prompt"].strip():
        raise Invalid(_("Give some opening words."), "empty_prompt")
    for name, least, most in (("number", 1, 100), ("max_length", 1, 100_000), ("top_k", 0, 1_000_000)):
        if not least <= options[name] <= most:
            raise Invalid(
                _("--%(name)s must be between %(least)d and %(most)d.")
                % {"name": name.replace("_", "-"), "least": least, "most": most},
                "bad_number",
            )
    if not 0 < options["top_p"] <= 1:
        raise Invalid(_("--top-p must be above 0 and at most 1."), "bad_number")
    if not 0 <= options["temperature"] <= 10:
        raise Invalid(_("--temperature must be between 0 and 10."), "bad_number")
