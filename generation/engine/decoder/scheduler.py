"""Continuous batching: finished sequences leave their slot at once, queued requests enter it.

The scheduler knows slots, requests and rules; the arithmetic is a runner's (``Gpt2Runner`` or ``CacheRunner``).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from generation.engine.decoder.masks import TokenMask
from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.sampling import SlotSampler
from generation.engine.decoder.stops import Ending, fresh_seed

#: Prompt tokens read at once: enough rows for the matrix kernels, little enough working memory.
PREFILL_TOKENS = 1024


class Runner(Protocol):
    """Next-token logits for slots 0 … ``slots`` - 1 over a cache of ``context`` positions each."""

    slots: int
    context: int
    vocabulary: int
    device: torch.device

    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read each prompt into its slot; logits [n, vocabulary] after each."""
        ...

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary]."""
        ...

    def copy(self, source: int, target: int, length: int) -> None:
        """Let slot ``target`` hold the first ``length`` positions of ``source``."""
        ...


@dataclass(slots=True)
class DecodeStats:
    """Counts since the decoder was made. ``occupancy`` is the share of slots in use over all steps."""

    tokens: int = 0
    prompt_tokens: int = 0
    steps: int = 0
    busy_slots: int = 0
    finished: int = 0
    slots: int = 1

    @property
    def occupancy(self) -> float:
        """Between 0 and 1."""
        return self.busy_slots / (self.steps * self.slots) if self.steps else 0.0


@dataclass(slots=True)
class _Sequence:
    """One candidate in its slot."""

    request: DecodeRequest
    index: int
    seed: int
    stops: frozenset[int]
    mask: TokenMask | None
    most: int
    window: int
    started: float
    tokens: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Waiting:
    """Candidates of a request whose prompt has been read into slot ``source`` but who have no slot yet."""

    request: DecodeRequest
    seed: int
    next_index: int
    source: int
    logits: torch.Tensor


class Decoder:
    """Decodes a stream of requests in the slots of ``runner``. One ``decode`` at a time; not thread-safe.

    ``ending`` knows the model's end tokens and turns tokens into text.
    """

    def __init__(self, runner: Runner, ending: Ending) -> None:
        self.runner = runner
        self.ending = ending
        self.sampler = SlotSampler(runner.slots, runner.vocabulary, runner.device)
        self.stats = DecodeStats(slots=runner.slots)

    def decode(self, requests: Iterable[DecodeRequest]) -> Iterator[DecodeResult]:
        """Yield every candidate of every request as it finishes; a request is taken when there is a slot for it.

        A request that cannot be decoded yields an error for each candidate. What the runner raises, such as memory
        running out, ends the stream; the decoder can be used again.
        """
        yield from _Run(self, iter(requests)).results()


class _Run:
    """One call of ``decode``: the running sequences, always in slots 0 … n-1 of which some may be free to fill."""

    def __init__(self, decoder: Decoder, requests: Iterator[DecodeRequest]) -> None:
        self.decoder = decoder
        self.runner, self.sampler, self.ending = decoder.runner, decoder.sampler, decoder.ending
        self.stats = decoder.stats
        self.requests: Iterator[DecodeRequest] | None = requests
        self.running: list[_Sequence | None] = [None] * self.runner.slots
        self.lengths = [0] * self.runner.slots
        self.waiting: _Waiting | None = None
        self.done: deque[DecodeResult] = deque()

    def results(self) -> Iterator[DecodeResult]:
        while True:
            self._fill()
            while self.done:
                yield self.done.popleft()
            if None in self.running and (self.waiting or self.requests is not None):
                continue  # some were finished by their first token; moving others now could hit a prompt still needed
            active = self._compact()
            if not active:
                return
            self._step(active)

    def _fill(self) -> None:
        """Give free slots to waiting candidates, then to new requests, until none is free or nothing is left."""
        free = deque(slot for slot, sequence in enumerate(self.running) if sequence is None)
        started: list[int] = []
        logits: list[torch.Tensor] = []
        if free and self.waiting:
            self._place_waiting(free, started, logits)
        while free and self.requests is not None:
            batch = self._take(len(free))
            if batch:
                self._read(batch, free, started, logits)
        if started:
            self._draw(started, torch.cat(logits))

    def _take(self, free: int) -> list[DecodeRequest]:
        """Requests to read next: their candidates fill the free slots; the last one's may have to wait for more."""
        batch: list[DecodeRequest] = []
        tokens = 0
        while free > 0 and tokens < PREFILL_TOKENS and self.requests is not None:
            request = next(self.requests, None)
            if request is None:
                self.requests = None
                break
            complaint = self._complaint(request)
            if complaint:
                self._refuse(request, complaint)
                continue
            batch.append(request)
            tokens += len(request.prompt)
            free -= request.candidates
        return batch

    def _read(
        self, batch: list[DecodeRequest], free: deque[int], started: list[int], first_logits: list[torch.Tensor]
    ) -> None:
        """Compute the prompts and start their candidates."""
        first = list(free)
        places: list[int] = []
        taken = 0
        for request in batch:
            places.append(first[taken])
            taken += request.candidates
        logits = self.runner.prefill([request.prompt for request in batch], places)
        self.stats.prompt_tokens += sum(len(request.prompt) for request in batch)
        for row, (request, source) in enumerate(zip(batch, places, strict=True)):
            seed = fresh_seed() if request.sampling.seed is None else request.sampling.seed
            self.waiting = _Waiting(request, seed, 0, source, logits[row : row + 1])
            self._place_waiting(free, started, first_logits)
        if self.waiting:
            self.waiting.logits = self.waiting.logits.clone()  # lets go of the logits of the other prompts

    def _place_waiting(self, free: deque[int], started: list[int], first_logits: list[torch.Tensor]) -> None:
        """Start as many candidates of the waiting request as there are free slots; note whose first token is due."""
        waiting = self.waiting
        assert waiting is not None
        request, length = waiting.request, len(waiting.request.prompt)
        while free and waiting.next_index < request.candidates:
            # The slot that holds the prompt first, if it is free: it needs no copy, and must not be overwritten.
            slot = waiting.source if waiting.source in free else free[0]
            free.remove(slot)
            if slot != waiting.source:
                self.runner.copy(waiting.source, slot, length)
            self._enter(slot, request, waiting.next_index, waiting.seed)
            waiting.next_index += 1
            started.append(slot)
            first_logits.append(waiting.logits)
        if waiting.next_index == request.candidates:
            self.waiting = None

    def _enter(self, slot: int, request: DecodeRequest, index: int, seed: int) -> None:
        sampling = request.sampling
        self.sampler.enter(slot, sampling, seed, index, request.prompt)
        self.lengths[slot] = len(request.prompt)
        self.running[slot] = _Sequence(
            request=request,
            index=index,
            seed=seed,
            stops=frozenset(request.stop_tokens or self.ending.stop_tokens),
            mask=request.mask(index) if request.mask else None,
            most=min(sampling.max_new_tokens, self.runner.context - len(request.prompt)),
            # A token holds at least one byte, a character at most four: enough tokens to see any stop string whole.
            window=max((len(stop.encode()) for stop in sampling.stop), default=0) + 4 if sampling.stop else 0,
            started=time.monotonic(),
        )

    def _step(self, active: int) -> None:
        tokens = [sequence.tokens[-1] for sequence in self.running[:active] if sequence]
        logits = self.runner.step(tokens, self.lengths[:active])
        self.stats.steps += 1
        self.stats.busy_slots += active
        for slot in range(active):
            self.lengths[slot] += 1
        self._draw(list(range(active)), logits)

    def _draw(self, slots: list[int], logits: torch.Tensor) -> None:
        """Draw the next token of ``slots`` and let those that are finished leave."""
        sequences = [self.running[slot] for slot in slots]
        masks = [sequence.mask if sequence else None for sequence in sequences]
        falls = [self._fall(sequence) for sequence in sequences]
        drawn = self.sampler.draw(logits, slots, masks if any(mask is not None for mask in masks) else None, falls)
        for slot, sequence, token in zip(slots, sequences, drawn, strict=True):
            if sequence is not None:
                self._note(slot, sequence, token)

    @staticmethod
    def _fall(sequence: _Sequence | None) -> Mapping[int, float]:
        """What earlier candidates said at this place."""
        if sequence is None or sequence.request.told is None:
            return {}
        return sequence.request.told.fall(sequence.tokens)

    def _note(self, slot: int, sequence: _Sequence, token: int) -> None:
        if token < 0:
            self._leave(slot, sequence, "error", "the mask forbids every token")
            return
        if sequence.mask is not None:
            sequence.mask.update(token)
        if token in sequence.stops:
            self._leave(slot, sequence, "stop")
            return
        sequence.tokens.append(token)
        if sequence.window and self._stopped(sequence):
            self._leave(slot, sequence, "stop")
        elif len(sequence.tokens) >= sequence.most:
            self._leave(slot, sequence, "length")

    def _stopped(self, sequence: _Sequence) -> bool:
        tail = self.ending.text(sequence.tokens[-sequence.window :])
        return self.ending.stop_at(tail, sequence.request.sampling.stop) is not None

    def _leave(self, slot: int, sequence: _Sequence, reason: str, error: str = "") -> None:
        request = sequence.request
        text = self.ending.text(sequence.tokens)
        place = self.ending.stop_at(text, request.sampling.stop)
        self.running[slot] = None
        self.stats.tokens += len(sequence.tokens)
        self.stats.finished += 1
        self.done.append(
            DecodeResult(
                request.tag,
                sequence.index,
                tuple(sequence.tokens),
                text if place is None else text[:place],
                reason,  # type: ignore[arg-type]
                len(request.prompt),
                time.monotonic() - sequence.started,
                sequence.seed,
                error,
            )
        )

    def _compact(self) -> int:
        """Close gaps, which only stay when nothing is left to enter, and return how many slots are running."""
        last = self.runner.slots - 1
        for slot in range(self.runner.slots):
            while last > slot and self.running[last] is None:
                last -= 1
            if last <= slot:
                break
            if self.running[slot] is None:
                self.runner.copy(last, slot, self.lengths[last])
                self.sampler.move(last, slot)
                self.running[slot], self.running[last] = self.running[last], None
                self.lengths[slot] = self.lengths[last]
        return sum(sequence is not None for sequence in self.running)

    def _complaint(self, request: DecodeRequest) -> str:
        """Why a request cannot be decoded, or ""."""
        if not request.prompt:
            return "the prompt is empty"
        if len(request.prompt) >= self.runner.context:
            return f"the prompt has {len(request.prompt)} tokens, and there is room for {self.runner.context - 1}"
        if min(request.prompt) < 0 or max(request.prompt) >= self.runner.vocabulary:
            return "the prompt has tokens the model does not know"
        if request.sampling.max_new_tokens < 1:
            return "max_new_tokens must be at least 1"
        return ""

    def _refuse(self, request: DecodeRequest, complaint: str) -> None:
        seed = request.sampling.seed or 0
        for index in range(request.candidates):
            self.done.append(
                DecodeResult(request.tag, index, (), "", "error", len(request.prompt), 0.0, seed, complaint)
            )
