"""The plain way: Hugging Face ``generate`` in batches, for architectures our own decoder does not know."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.stops import Ending, fresh_seed


class GenerateDecoder:
    """Decodes any causal language model batch by batch. No masks; a request with a seed is a batch of its own.

    ``slots`` is the number of sequences in a batch, ``ending`` knows stop tokens and turns tokens into text.
    """

    def __init__(self, model: Any, *, pad_token: int, ending: Ending, slots: int = 16) -> None:
        self.model = model
        self.pad_token = pad_token
        self.ending = ending
        self.slots = slots

    def decode(self, requests: Iterable[DecodeRequest]) -> Iterator[DecodeResult]:
        """Yield every candidate of every request; a batch that fails yields an error for each of its candidates."""
        for batch in self._batches(requests):
            if batch[0].mask is not None:
                yield from self._errors(batch, "this model's architecture cannot be written with masks")
                continue
            try:
                yield from self._decode_batch(batch)
            except (RuntimeError, ValueError, IndexError) as error:
                yield from self._errors(batch, f"{type(error).__name__}: {error}")

    def _batches(self, requests: Iterable[DecodeRequest]) -> Iterator[list[DecodeRequest]]:
        """Requests that may share a batch: same sampling, no seed, at most ``slots`` sequences."""

        def rules(request: DecodeRequest) -> tuple[Any, ...]:
            return (request.sampling, request.candidates, request.stop_tokens, request.mask is not None)

        for _, group in itertools.groupby(requests, key=rules):
            batch: list[DecodeRequest] = []
            for request in group:
                batch.append(request)
                if request.sampling.seed is not None or len(batch) * request.candidates >= self.slots:
                    yield batch
                    batch = []
            if batch:
                yield batch

    @torch.inference_mode()
    def _decode_batch(self, batch: list[DecodeRequest]) -> Iterator[DecodeResult]:
        started = time.monotonic()
        first = batch[0]
        sampling, candidates = first.sampling, first.candidates
        stops = tuple(first.stop_tokens) or self.ending.stop_tokens
        width = max(len(request.prompt) for request in batch)
        tokens = torch.full((len(batch), width), self.pad_token, dtype=torch.long)
        attention = torch.zeros_like(tokens)
        for row, request in enumerate(batch):
            tokens[row, width - len(request.prompt) :] = torch.tensor(request.prompt)
            attention[row, width - len(request.prompt) :] = 1
        seed = fresh_seed() if sampling.seed is None else sampling.seed
        torch.manual_seed(seed)
        output = self.model.generate(
            input_ids=tokens.to(self.model.device),
            attention_mask=attention.to(self.model.device),
            max_new_tokens=sampling.max_new_tokens,
            num_return_sequences=candidates,
            repetition_penalty=sampling.repetition_penalty,
            pad_token_id=self.pad_token,
            eos_token_id=list(stops) or None,
            **self._choice(sampling.temperature, sampling.top_k, sampling.top_p, candidates),
        )
        rows = output[:, width:].tolist()
        seconds = time.monotonic() - started
        for number, row in enumerate(rows):
            request, index = batch[number // candidates], number % candidates
            written, text, reason = self.ending.cut(row, stops, sampling.stop)
            yield DecodeResult(request.tag, index, tuple(written), text, reason, len(request.prompt), seconds, seed)

    @staticmethod
    def _choice(temperature: float, top_k: int, top_p: float, candidates: int) -> dict[str, Any]:
        if temperature <= 0:
            # Greedy cannot return several sequences by itself; one beam a candidate would be another algorithm.
            return {"do_sample": candidates > 1, "top_k": 1}
        return {"do_sample": True, "temperature": temperature, "top_k": top_k, "top_p": top_p}

    @staticmethod
    def _errors(batch: list[DecodeRequest], message: str) -> Iterator[DecodeResult]:
        for request in batch:
            for index in range(request.candidates):
                seed = request.sampling.seed or 0
                yield DecodeResult(request.tag, index, (), "", "error", len(request.prompt), 0.0, seed, message)
