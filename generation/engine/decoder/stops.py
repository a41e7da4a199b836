"""When a text is finished: stop tokens, stop strings, and the text of the tokens before them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Literal


def fresh_seed() -> int:
    """A seed nobody chose, small enough for any JSON reader (53 bits)."""
    return secrets.randbits(53)


class Ending:
    """Knows the model's end tokens and, where a ``detokenise`` is given, stop strings."""

    def __init__(self, stop_tokens: Sequence[int], detokenise: Callable[[Sequence[int]], str] | None = None) -> None:
        self.stop_tokens = tuple(stop_tokens)
        self.detokenise = detokenise

    def text(self, tokens: Sequence[int]) -> str:
        """The text of ``tokens``, "" without a ``detokenise``."""
        return self.detokenise(tokens) if self.detokenise else ""

    def stop_at(self, text: str, stops: Sequence[str]) -> int | None:
        """Where the first of the stop strings begins in ``text``, or ``None``."""
        places = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
        return min(places, default=None)

    def cut(
        self, tokens: Sequence[int], stop_tokens: Sequence[int], stops: Sequence[str]
    ) -> tuple[list[int], str, Literal["stop", "length"]]:
        """Tokens before the first stop token, their text before the first stop string, and why the text ends."""
        ends = set(stop_tokens)
        length = next((place for place, token in enumerate(tokens) if token in ends), None)
        written = list(tokens if length is None else tokens[:length])
        text = self.text(written)
        place = self.stop_at(text, stops)
        if place is not None:
            return written, text[:place], "stop"
        return written, text, "length" if length is None else "stop"
