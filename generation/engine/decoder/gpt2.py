"""GPT-2 in slots: the cache, and the fastest forward pass over it that this machine has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch

from generation.engine.decoder.cache import SlotCache, cache_bytes
from generation.engine.decoder.linear import int8_works
from generation.engine.decoder.native import MOST_HEAD_SIZE, ForwardKernel, attention_kernel, forward_kernel
from generation.engine.decoder.torch_forward import Arithmetic, TorchForward, working_dtype


class Forward(Protocol):
    """The network's arithmetic over a cache it was given."""

    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read ``prompts`` into ``slots`` (one each); logits [n, vocabulary] after each."""
        ...

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary] after it."""
        ...


class Gpt2Runner:
    """Computes next-token logits for slots of a cache it owns. Knows nothing of requests or sampling.

    ``arithmetic``: "reference" is torch's own fp32, for comparison; "fp32", "bf16" and "int8" pack the weights and use
    native kernels where ``kernel`` allows it and they can be had: the whole forward pass in bf16, attention alone in the
    others. "int8" raises ``ValueError`` where the CPU has no 8-bit products. Without a kernel the cache stays fp32, as
    torch's bf16 attention for single rows is slower than its fp32. ``context`` bounds prompt and text together and
    defaults to the model's.
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
        config = model.config
        unsupported_reason = unsupported(config)
        if unsupported_reason:
            raise ValueError(unsupported_reason)
        self.device = model.transformer.wte.weight.device
        on_cpu = self.device.type == "cpu"
        if arithmetic == "int8" and not int8_works():
            raise ValueError("this CPU has no 8-bit products; use bf16 or fp32")
        self.slots = slots
        self.context = min(context or config.n_positions, config.n_positions)
        self.vocabulary = config.vocab_size
        head_size = config.n_embd // config.n_head
        wanted = kernel and on_cpu and arithmetic != "reference" and head_size <= MOST_HEAD_SIZE
        whole = forward_kernel() if wanted and arithmetic == "bf16" else None
        attention = attention_kernel() if wanted and whole is None else None
        self.kernel = "forward" if whole else "attention" if attention else None
        self.cache = SlotCache(
            slots=slots,
            context=self.context,
            layers=config.n_layer,
            heads=config.n_head,
            head_size=head_size,
            dtype=_cache_dtype(arithmetic) if self.kernel or not on_cpu else torch.float32,
            device=self.device,
        )
        # One of the two, as each holds the weights packed in its own way.
        self._forward: Forward = (
            ForwardKernel(whole, model, self.cache) if whole else TorchForward(model, self.cache, arithmetic, attention)
        )

    @staticmethod
    def memory(config: Any, *, slots: int, context: int, arithmetic: Arithmetic = "bf16", kernel: bool = True) -> int:
        """Bytes that a runner of this shape reserves: weights and cache; the working memory of a step comes on top."""
        size = _cache_dtype(arithmetic).itemsize
        width, layers = config.n_embd, config.n_layer
        # The head is packed apart from the embedding table, which is looked up by row.
        products = 12 * width * width * layers + config.vocab_size * width
        tables = (config.vocab_size + config.n_positions) * width
        weights = products * (1 if arithmetic == "int8" else size) + tables * working_dtype(arithmetic).itemsize
        per_number = size if kernel else 4
        cached = cache_bytes(slots=slots, context=context, width=layers * width, element_bytes=per_number)
        return weights + cached

    @torch.inference_mode()
    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read ``prompts`` into ``slots`` (one each) and return the logits [n, vocabulary] after each."""
        return self._forward.prefill(prompts, slots)

    @torch.inference_mode()
    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary] after it."""
        return self._forward.step(tokens, lengths)

    @torch.inference_mode()
    def copy(self, source: int, target: int, length: int) -> None:
        """Let slot ``target`` hold the first ``length`` positions of ``source`` as well."""
        self.cache.copy(source, target, length)


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


def _cache_dtype(arithmetic: Arithmetic) -> torch.dtype:
    """Of keys and values where a kernel, or a GPU, reads them."""
    return torch.bfloat16 if arithmetic in ("bf16", "int8") else torch.float32
