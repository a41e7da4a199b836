"""Batches for training: examples from the generator, tokenised, sorted by length within a pool, padded."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerFast

from generation.engine.corpus.generator import Example, Source, examples
from generation.engine.pointers.tokens import END, PAD, token_id


@dataclass(frozen=True, slots=True)
class Batch:
    """``tokens`` [examples, length]; ``targets`` the next tokens, -100 where no loss is taken (brief and padding)."""

    tokens: torch.Tensor
    targets: torch.Tensor


class Batches:
    """The endless training stream. Step ``n`` is always the same batch for the same arguments: resuming is exact."""

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerFast,
        *,
        seed: int,
        batch: int,
        pool: int,
        context: int,
        source: Source = examples,
    ) -> None:
        self.tokenizer, self.seed, self.batch, self.pool, self.context = tokenizer, seed, batch, pool, context
        self.source = source
        self.end = token_id(tokenizer, END)
        self.pad = token_id(tokenizer, PAD)

    def encode(self, made: list[Example]) -> list[tuple[list[int], int]]:
        """Token ids of prompt, text and end, and the length of the prompt; too long examples are left out."""
        prompts = self.tokenizer([example.prompt for example in made], add_special_tokens=False)["input_ids"]
        texts = self.tokenizer([example.text for example in made], add_special_tokens=False)["input_ids"]
        rows = [([*prompt, *text, self.end], len(prompt)) for prompt, text in zip(prompts, texts, strict=True)]
        return [row for row in rows if len(row[0]) <= self.context]

    def collate(self, rows: list[tuple[list[int], int]]) -> Batch:
        """One padded batch."""
        length = max(len(tokens) for tokens, _ in rows) - 1
        inputs = torch.full((len(rows), length), self.pad, dtype=torch.long)
        targets = torch.full((len(rows), length), -100, dtype=torch.long)
        for index, (tokens, prompt) in enumerate(rows):
            inputs[index, : len(tokens) - 1] = torch.tensor(tokens[:-1])
            targets[index, prompt - 1 : len(tokens) - 1] = torch.tensor(tokens[prompt:])
        return Batch(inputs, targets)

    def of_pool(self, number: int) -> list[Batch]:
        """All batches of one pool, in random order."""
        seed = self.seed * 1_000_003 + number
        rows = self.encode(list(itertools.islice(self.source(seed), self.pool)))
        rows.sort(key=lambda row: len(row[0]))
        batches = [rows[start : start + self.batch] for start in range(0, len(rows) - self.batch + 1, self.batch)]
        random.Random(seed).shuffle(batches)
        return [self.collate(batch) for batch in batches]

    def held_out(self, count: int) -> list[Batch]:
        """``count`` examples of categories that training never sees."""
        rows = self.encode(list(itertools.islice(self.source(self.seed, held_out=True), count)))
        return [self.collate(rows[start : start + self.batch]) for start in range(0, len(rows), self.batch)]

    def stream(self, skip: int = 0) -> Iterator[Batch]:
        """Batches from number ``skip`` on."""
        seen = 0
        for number in itertools.count():
            # A pool loses a few over-long examples, so its batches must be counted, not computed.
            made = self.of_pool(number)
            yield from made[max(0, skip - seen) :]
            seen += len(made)
