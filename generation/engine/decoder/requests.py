"""What goes into the decoder and what comes out: token ids and sampling rules, no text rules but stop strings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from generation.engine.contract import Sampling
from generation.engine.decoder.masks import TokenMask
from generation.engine.decoder.siblings import Told


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """One prompt to continue ``candidates`` times; the prompt is computed once and shared by the candidates.

    ``tag`` is handed back with every result. ``sampling.seed`` makes the result repeatable whatever else is in the
    batch: candidate ``i`` draws from a stream of its own made of ``(seed, i)``. ``mask`` makes the rules of candidate
    ``i``, or is ``None`` for none. ``stop_tokens`` end the text and are not part of it; empty means the decoder's own.
    What the candidates in ``told`` said, this one says otherwise where it can.
    """

    tag: Any
    prompt: tuple[int, ...]
    candidates: int = 1
    sampling: Sampling = field(default_factory=Sampling)
    mask: Callable[[int], TokenMask] | None = None
    stop_tokens: tuple[int, ...] = ()
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class DecodeResult:
    """One finished sequence: the new ``tokens`` without prompt and stop token; ``text`` cut before a stop string.

    ``text`` is "" unless the decoder was given a way to turn tokens into text. ``seconds`` runs from entering a slot
    to leaving it. ``error`` is non-empty exactly when ``finish_reason`` is "error".
    """

    tag: Any
    index: int
    tokens: tuple[int, ...]
    text: str
    finish_reason: Literal["stop", "length", "error"]
    prompt_tokens: int
    seconds: float
    seed: int
    error: str = ""
