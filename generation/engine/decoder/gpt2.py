"""GPT-2 over a slot cache: the forward pass of ``GPT2LMHeadModel``, written for many short sequences on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
import torch.nn.functional as F

from generation.engine.decoder.cache import SlotCache, cache_bytes
from generation.engine.decoder.linear import Activation, Int8Linear, Linear, int8_works
from generation.engine.decoder.native import MOST_HEAD_SIZE, attention_kernel

#: oneDNN makes a kernel for each number of rows it meets, which takes longer than many products: rows are filled up to
#: multiples of these (steps; prompts), so that few numbers occur.
STEP_ROWS, PROMPT_ROWS = 16, 64

Product = Linear | Int8Linear
Arithmetic = Literal["reference", "fp32", "bf16", "int8"]


class Block:
    """The weights of one layer."""

    def __init__(self, layer: Any, arithmetic: Arithmetic) -> None:
        def linear(module: Any, activation: Activation = "none") -> Product:
            # Hugging Face's Conv1D keeps its weight as [in, out].
            return _product(module.weight.t(), module.bias, arithmetic, activation)

        dtype = _dtype(arithmetic)
        self.norm_1 = _norm(layer.ln_1, dtype)
        self.norm_2 = _norm(layer.ln_2, dtype)
        self.joined = linear(layer.attn.c_attn)
        self.attention_out = linear(layer.attn.c_proj)
        self.up = linear(layer.mlp.c_fc, "gelu_tanh")
        self.down = linear(layer.mlp.c_proj)


class Gpt2Runner:
    """Computes next-token logits for slots of a cache it owns. Knows nothing of requests or sampling.

    ``arithmetic``: "reference" is torch's own fp32, for comparison; "fp32", "bf16" and "int8" pack the weights and use
    the attention kernel where it can be had. "int8" raises ``ValueError`` where the CPU has no 8-bit products. Without
    the kernel the cache stays fp32, as torch's bf16 attention for single rows is slower than its fp32. ``context``
    bounds prompt and text together and defaults to the model's.
    """

    def __init__(
        self,
        model: Any,
        *,
        slots: int,
        context: int | None = None,
        arithmetic: Arithmetic = "fp32",
        kernel: bool = True,
    ) -> None:
        config, body = model.config, model.transformer
        unsupported_reason = unsupported(config)
        if unsupported_reason:
            raise ValueError(unsupported_reason)
        self.device = body.wte.weight.device
        if arithmetic == "int8" and not int8_works():
            raise ValueError("this CPU has no 8-bit products; use bf16 or fp32")
        self.dtype = _dtype(arithmetic)
        self.slots = slots
        self.context = min(context or config.n_positions, config.n_positions)
        self.vocabulary = config.vocab_size
        self.heads, self.width = config.n_head, config.n_embd
        self.head_size = self.width // self.heads
        self.embedding = body.wte.weight.detach().to(self.dtype)
        self.positions = body.wpe.weight.detach().to(self.dtype)
        self.blocks = [Block(layer, arithmetic) for layer in body.h]
        self.norm = _norm(body.ln_f, self.dtype)
        self.head = _product(model.lm_head.weight, None, arithmetic)
        on_cpu = self.device.type == "cpu"
        wanted = kernel and on_cpu and arithmetic != "reference" and self.head_size <= MOST_HEAD_SIZE
        self.kernel = attention_kernel() if wanted else None
        self.filled_up = on_cpu and arithmetic != "reference"
        self.cache = SlotCache(
            slots=slots,
            context=self.context,
            layers=config.n_layer,
            heads=self.heads,
            head_size=self.head_size,
            dtype=_cache_dtype(arithmetic) if self.kernel or not on_cpu else torch.float32,
            device=self.device,
        )

    @staticmethod
    def memory(config: Any, *, slots: int, context: int, arithmetic: Arithmetic = "bf16", kernel: bool = True) -> int:
        """Bytes that a runner of this shape reserves: weights and cache; the working memory of a step comes on top."""
        size = _cache_dtype(arithmetic).itemsize
        width, layers = config.n_embd, config.n_layer
        # The head is packed apart from the embedding table, which is looked up by row.
        products = 12 * width * width * layers + config.vocab_size * width
        tables = (config.vocab_size + config.n_positions) * width
        weights = products * (1 if arithmetic == "int8" else size) + tables * _dtype(arithmetic).itemsize
        per_number = size if kernel else 4
        cached = cache_bytes(slots=slots, context=context, width=layers * width, element_bytes=per_number)
        return weights + cached

    @torch.inference_mode()
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

    @torch.inference_mode()
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

    @torch.inference_mode()
    def copy(self, source: int, target: int, length: int) -> None:
        """Let slot ``target`` hold the first ``length`` positions of ``source`` as well."""
        self.cache.copy(source, target, length)

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


def unsupported(config: Any) -> str:
    """Why a GPT-2 configuration is not what ``Gpt2Runner`` computes, or ""."""
    if getattr(config, "model_type", "") != "gpt2":
        return f"the architecture {getattr(config, 'model_type', '?')!r} is not GPT-2"
    if config.activation_function not in ("gelu_new", "gelu_pytorch_tanh"):
        return f"the activation {config.activation_function!r} is not GPT-2's"
    if config.scale_attn_by_inverse_layer_idx or not config.scale_attn_weights or config.add_cross_attention:
        return "its attention is scaled another way than GPT-2's"
    if config.n_inner not in (None, 4 * config.n_embd) or config.layer_norm_epsilon <= 0:
        return "its layers are shaped another way than GPT-2's"
    return ""


def _dtype(arithmetic: Arithmetic) -> torch.dtype:
    """Of everything between the products."""
    return torch.bfloat16 if arithmetic == "bf16" else torch.float32


def _cache_dtype(arithmetic: Arithmetic) -> torch.dtype:
    """Of keys and values where the attention kernel, or a GPU, reads them."""
    return torch.bfloat16 if arithmetic in ("bf16", "int8") else torch.float32


def _product(
    weight: torch.Tensor, bias: torch.Tensor | None, arithmetic: Arithmetic, activation: Activation = "none"
) -> Product:
    if arithmetic == "int8":
        return Int8Linear(weight, bias, activation)
    return Linear(weight, bias, _dtype(arithmetic), activation, packed=False if arithmetic == "reference" else None)


def _norm(module: Any, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, float]:
    """Weight, bias and epsilon, in the order in which ``layer_norm`` takes them."""
    return module.weight.detach().to(dtype), module.bias.detach().to(dtype), module.eps
