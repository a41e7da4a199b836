"""Writers that do what a test wants: real objects behind the engine's door, no patching."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generation.engine import Completion, WriteRequest, WriterError

TEXTS = {
    "lie": "Weighs 999 g and lasts 40 days.",
    "true": "It weighs 19 g. The battery lasts 7 days. It is made of silicone and comes in black.",
}


class ScriptedWriter:
    """Settings: ``says`` a key of TEXTS, a text, or a list by candidate; ``fails`` "open", "write", "each", "crash" or "";
    ``tells`` prints a line a request, so that another process can watch."""

    name = "scripted"
    version = "scripted-1"
    continues_text = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = dict(settings)
        if self.settings.get("fails") == "open":
            raise WriterError("no weights here; install them")

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        for request in requests:
            if self.settings.get("tells"):
                print("writing", flush=True)
            if self.settings.get("fails") == "write":
                raise WriterError("the server went away; start it")
            if self.settings.get("fails") == "crash":
                raise RuntimeError("bug in the writer")
            for index in range(request.candidates):
                if self.settings.get("fails") == "each":
                    yield Completion(request.tag, index, "", "error", error="cannot")
                    continue
                says = self.settings.get("says", "true")
                says = says[index % len(says)] if isinstance(says, list) else says
                yield Completion(request.tag, index, TEXTS.get(says, says), "stop", tokens=7, prompt_tokens=9)

    def close(self) -> None:
        """Nothing is held."""
