"""Slots for any other architecture: Hugging Face's forward pass over a cache allocated once.

Each slot has a length of its own, which Hugging Face's static cache has not; so the cache layers here write every
row at its own position, and the attention mask says what each row holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

#: How far the logits of the slot cache may be from those of a plain forward pass, as a share of their spread.
TOLERANCE = {torch.float32: 1e-3, torch.bfloat16: 0.1, torch.float16: 0.03}


class _SlotLayer(CacheLayerMixin):
    """Keys and values of one layer: [slots, heads, context, head size], allocated when the first prompt is read."""

    def __init__(self, cache: _SlotCache) -> None:
        super().__init__()
        self.cache = cache

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        shape = (self.cache.slots, key_states.shape[1], self.cache.context)
        self.keys = key_states.new_zeros((*shape, key_states.shape[3]))
        self.values = value_states.new_zeros((*shape, value_states.shape[3]))
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        assert self.keys is not None
        assert self.values is not None
        if self.cache.reading is not None:
            size = key_states.shape[2]
            self.keys[self.cache.reading, :, :size] = key_states[0]
            self.values[self.cache.reading, :, :size] = value_states[0]
            return key_states, value_states
        rows, places = self.cache.rows, self.cache.places
        self.keys[rows, :, places] = key_states[:, :, 0]
        self.values[rows, :, places] = value_states[:, :, 0]
        seen = slice(0, self.cache.longest)
        return self.keys[: len(rows), :, seen], self.values[: len(rows), :, seen]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.cache.longest, 0

    def get_seq_length(self) -> int:
        return 0 if self.cache.reading is not None else self.cache.longest - 1

    def get_max_length(self) -> int:
        return self.cache.context


class _SlotCache(Cache):
    """The layers, and which rows the present forward pass writes."""

    def __init__(self, layers: int, slots: int, context: int) -> None:
        self.slots, self.context = slots, context
        self.reading: int | None = None
        self.rows = self.places = torch.empty(0, dtype=torch.long)
        self.longest = 1
        super().__init__(layers=[_SlotLayer(self) for _ in range(layers)])


class CacheRunner:
    """Next-token logits for slots, by the forward pass of a Hugging Face model with full causal attention.

    ``CacheRunner.open`` is the way to get one: it tries the model first.
    """

    def __init__(self, model: Any, *, slots: int, context: int) -> None:
        config = model.config.get_text_config()
        self.model = model
        self.slots = slots
        self.context = context
        self.vocabulary = model.get_output_embeddings().weight.shape[0]
        self.device: torch.device = model.device
        self.cache = _SlotCache(config.num_hidden_layers, slots, context)

    @classmethod
    def open(cls, model: Any, *, slots: int, context: int) -> CacheRunner | None:
        """A runner for ``model``, or ``None`` where its architecture cannot be served this way."""
        try:
            trial = cls(model, slots=2, context=16)
            if trial._agrees():
                return cls(model, slots=slots, context=_full_attention(model.config.get_text_config(), context))
        except Exception:  # any architecture may refuse in its own way; the caller has another decoder for those
            return None
        return None

    @property
    def nbytes(self) -> int:
        """Bytes reserved for the cache once the first prompt has been read."""
        return sum(cached.nbytes for layer in self.cache.layers for cached in _held(layer))

    @torch.inference_mode()
    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read ``prompts`` into ``slots`` (one each) and return the logits [n, vocabulary] after each."""
        logits = []
        for prompt, slot in zip(prompts, slots, strict=True):
            size = len(prompt)
            causal = torch.ones(size, size, dtype=torch.bool, device=self.device).tril()
            self.cache.reading, self.cache.longest = slot, size
            tokens = torch.tensor([prompt], device=self.device)
            logits.append(self._forward(tokens, torch.arange(size, device=self.device)[None], causal[None, None]))
        return torch.cat(logits)

    @torch.inference_mode()
    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary] after it."""
        places = torch.tensor(lengths, device=self.device)
        longest = max(lengths) + 1
        seen = torch.arange(longest, device=self.device) <= places[:, None]
        self.cache.reading, self.cache.longest = None, longest
        self.cache.rows, self.cache.places = torch.arange(len(lengths), device=self.device), places
        return self._forward(torch.tensor(tokens, device=self.device)[:, None], places[:, None], seen[:, None, None])

    @torch.inference_mode()
    def copy(self, source: int, target: int, length: int) -> None:
        """Let slot ``target`` hold the first ``length`` positions of ``source`` as well."""
        for layer in self.cache.layers:
            for cached in _held(layer):
                cached[target, :, :length] = cached[source, :, :length]

    def _forward(self, tokens: torch.Tensor, places: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        dtype = self.model.dtype
        mask = torch.zeros(seen.shape, dtype=dtype, device=self.device).masked_fill(~seen, torch.finfo(dtype).min)
        output = self.model(
            input_ids=tokens,
            position_ids=places,
            attention_mask=mask,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return output.logits[:, -1]

    @torch.inference_mode()
    def _agrees(self) -> bool:
        """Whether two rows of different lengths get the logits of plain forward passes."""
        prompts = ([3, 1, 2, 4, 1], [2, 1])
        self.prefill(prompts, (0, 1))
        got = self.step((2, 3), (5, 2))
        for row, prompt in enumerate(([*prompts[0], 2], [*prompts[1], 3])):
            want = self.model(input_ids=torch.tensor([prompt], device=self.device), use_cache=False).logits[0, -1]
            spread = want.float().std().clamp(min=1e-6)
            if ((got[row].float() - want.float()).abs().max() / spread) > TOLERANCE[self.model.dtype]:
                return False
        return True


def _full_attention(config: Any, context: int) -> int:
    """``context``, or the sliding window where the model has one: up to that many tokens its attention is full."""
    kinds = set(getattr(config, "layer_types", None) or ())
    window = getattr(config, "sliding_window", None)
    slides = "sliding_attention" in kinds or (not kinds and getattr(config, "use_sliding_window", True))
    return min(context, window) if window and slides else context


def _held(layer: Any) -> list[torch.Tensor]:
    """Keys and values of a cache layer; nothing before it has read its first prompt."""
    return [layer.keys, layer.values] if getattr(layer, "is_initialized", False) else []
