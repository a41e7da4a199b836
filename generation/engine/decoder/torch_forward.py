"""GPT-2's forward pass over a slot cache in torch: what runs in every arithmetic, on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
import torch.nn.functional as F

from generation.engine.decoder.cache import SlotCache
from generation.engine.decoder.linear import Activation, Int8Linear, Linear
from generation.engine.decoder.native import AttentionKernel

#: oneDNN makes a kernel for each number of rows it meets, which takes longer than many products: rows are filled up to
#: multiples of these (steps; prompts), so that few numbers occur.
STEP_ROWS, PROMPT_ROWS = 16, 64

Product = Linear | Int8Linear
Arithmetic = Literal["reference", "fp32", "bf16", "int8"]


def working_dtype(arithmetic: Arithmetic) -> torch.dtype:
    """Of everything between the products."""
    return torch.bfloat16 if arithmetic == "bf16" else torch.float32


class Block:
    """The weights of one layer."""

    def __init__(self, layer: Any, arithmetic: Arithmetic) -> None:
        def linear(module: Any, activation: Activation = "none") -> Product:
            # Hugging Face's Conv1D keeps its weight as [in, out].
            return _product(module.weight.t(), module.bias, arithmetic, activation)

        dtype = working_dtype(arithmetic)
        self.norm_1 = _norm(layer.ln_1, dtype)
        self.norm_2 = _norm(layer.ln_2, dtype)
        self.joined = linear(layer.attn.c_attn)
        self.attention_out = linear(layer.attn.c_proj)
        self.up = linear(layer.mlp.c_fc, "gelu_tanh")
        self.down = linear(layer.mlp.c_proj)


class TorchForward:
    """The weights of a GPT-2 ``model`` as its ``arithmetic`` has them, computing over ``cache``.

    Attention of steps is ``kernel``'s, or torch's without one; the kernel takes a cache of its own two dtypes.
    """

    def __init__(self, model: Any, cache: SlotCache, arithmetic: Arithmetic, kernel: AttentionKernel | None) -> None:
        config, body = model.config, model.transformer
        self.device = body.wte.weight.device
        self.dtype = working_dtype(arithmetic)
        self.cache = cache
        self.kernel = kernel
        self.heads, self.width = config.n_head, config.n_embd
        self.head_size = self.width // self.heads
        self.embedding = body.wte.weight.detach().to(self.dtype)
        self.positions = body.wpe.weight.detach().to(self.dtype)
        self.blocks = [Block(layer, arithmetic) for layer in body.h]
        self.norm = _norm(body.ln_f, self.dtype)
        self.head = _product(model.lm_head.weight, None, arithmetic)
        self.filled_up = self.device.type == "cpu" and arithmetic != "reference"

    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read ``prompts`` into ``slots`` (one each) and return the logits [n, vocabulary] after each."""
        sizes = [len(prompt) for prompt in prompts]
        spare = self._spare(sum(sizes), PROMPT_ROWS)
        tokens = torch.tensor([token for prompt in prompts for token in prompt] + [0] * spare, device=self.device)
        places = torch.cat([torch.arange(size) for size in (*sizes, spare)]).to(self.device)
        hidden = self.embedding[tokens] + self.positions[places]
        ends = (torch.tensor(sizes).cumsum(0) - 1).tolist()
        last = torch.tensor(ends + [0] * self._spare(len(ends), STEP_ROWS), device=self.device)
        for number, block in enumerate(self.blocks):
            joined = block.joined(F.layer_norm(hidden, (self.width,), *block.norm_1))
            read = zip(joined[: sum(sizes)].split(sizes), slots, strict=True)
            nothing = joined.new_zeros(spare, self.width)
            mixed = torch.cat([*(self._read(rows, number, slot) for rows, slot in read), nothing])
            if block is self.blocks[-1]:
                # Nothing reads the other rows any more: only the last token of each prompt is asked what comes next.
                hidden, mixed = hidden[last], mixed[last]
            hidden = self._rest(block, hidden, mixed)
        return self._logits(hidden)[: len(prompts)]

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary] after it."""
        rows, held = len(tokens), torch.tensor(lengths, device=self.device)
        spare = self._spare(rows, STEP_ROWS)
        entered = torch.tensor([*tokens, *[0] * spare], device=self.device)
        hidden = self.embedding[entered] + self.positions[F.pad(held, (0, spare))]
        attend = self._attend_by_kernel if self.kernel else self._attend_by_torch(held, max(lengths) + 1)
        for number, block in enumerate(self.blocks):
            joined = block.joined(F.layer_norm(hidden, (self.width,), *block.norm_1))
            mixed = attend(joined[:rows], number, held)
            hidden = self._rest(block, hidden, F.pad(mixed, (0, 0, 0, spare)) if spare else mixed)
        return self._logits(hidden)[:rows]

    def _spare(self, rows: int, unit: int) -> int:
        """How many rows fill ``rows`` up to a multiple of ``unit``, where that saves time."""
        return -rows % unit if self.filled_up else 0

    def _rest(self, block: Block, hidden: torch.Tensor, mixed: torch.Tensor) -> torch.Tensor:
        hidden = hidden + block.attention_out(mixed)
        return hidden + block.down(block.up(F.layer_norm(hidden, (self.width,), *block.norm_2)))

    def _logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.head(F.layer_norm(hidden, (self.width,), *self.norm))

    def _read(self, rows: torch.Tensor, layer: int, slot: int) -> torch.Tensor:
        """Causal attention within one prompt, whose keys and values go into ``slot``."""
        size = rows.shape[0]
        query, key, value = rows.view(size, 3, self.heads, self.head_size).unbind(1)
        self.cache.keys[layer, slot, :size] = key
        self.cache.values[layer, slot, :size] = value
        query, key, value = (part.transpose(0, 1)[None] for part in (query, key, value))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return mixed[0].transpose(0, 1).reshape(size, self.width)

    def _attend_by_kernel(self, joined: torch.Tensor, layer: int, held: torch.Tensor) -> torch.Tensor:
        assert self.kernel is not None
        keys, values = self.cache.keys[layer], self.cache.values[layer]
        return self.kernel(joined.to(keys.dtype), keys, values, held).to(self.dtype)

    def _attend_by_torch(self, held: torch.Tensor, longest: int) -> Any:
        """The same in plain torch: every slot padded to the longest, what it does not hold masked."""
        rows = len(held)
        dtype = self.cache.keys.dtype
        missing = torch.arange(longest, device=self.device) > held[:, None]
        mask = torch.zeros(missing.shape, dtype=dtype, device=self.device).masked_fill(missing, -torch.inf)[
            :, None, None
        ]
        slots = torch.arange(rows, device=self.device)

        def attend(joined: torch.Tensor, layer: int, held: torch.Tensor) -> torch.Tensor:
            query, key, value = joined.view(rows, 3, self.heads, self.head_size).to(dtype).unbind(1)
            keys, values = self.cache.keys[layer], self.cache.values[layer]
            keys[slots, held] = key
            values[slots, held] = value
            seen = keys[:rows, :longest].transpose(1, 2), values[:rows, :longest].transpose(1, 2)
            mixed = F.scaled_dot_product_attention(query[:, :, None], *seen, attn_mask=mask)
            return mixed.reshape(rows, self.width).to(self.dtype)

        return attend


def _product(
    weight: torch.Tensor, bias: torch.Tensor | None, arithmetic: Arithmetic, activation: Activation = "none"
) -> Product:
    if arithmetic == "int8":
        return Int8Linear(weight, bias, activation)
    return Linear(
        weight, bias, working_dtype(arithmetic), activation, packed=False if arithmetic == "reference" else None
    )


def _norm(module: Any, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, float]:
    """Weight, bias and epsilon, in the order in which ``layer_norm`` takes them."""
    return module.weight.detach().to(dtype), module.bias.detach().to(dtype), module.eps
