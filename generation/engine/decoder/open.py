"""The best decoder for a model: our own forward pass, Hugging Face's over slots, or plain ``generate``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import torch

from generation.engine.contract import Usage
from generation.engine.decoder.cache import slots_for
from generation.engine.decoder.generate import GenerateDecoder
from generation.engine.decoder.gpt2 import Gpt2Runner, unsupported
from generation.engine.decoder.hf import CacheRunner
from generation.engine.decoder.linear import int8_works
from generation.engine.decoder.native import attention_kernel
from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.scheduler import Decoder
from generation.engine.decoder.stops import Ending
from generation.engine.decoder.torch_forward import Arithmetic

#: Slots of the plain way, which pads a batch and sorts the vocabulary: more do not help it.
MOST_GENERATE_SLOTS = 16


class Decodes(Protocol):
    """Anything that turns decode requests into results, in any order."""

    def decode(self, requests: Iterable[DecodeRequest]) -> Iterator[DecodeResult]:
        """Yield every candidate of every request."""
        ...


def default_dtype(device: str) -> torch.dtype:
    """bf16 on a GPU and on CPUs that multiply it in hardware, else fp32."""
    if device != "cpu":
        return torch.bfloat16
    has_bf16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if has_bf16 else torch.float32


def open_decoder(
    model: Any,
    ending: Ending,
    *,
    dtype: torch.dtype,
    slots: int,
    context: int,
    memory: int,
    pad_token: int | None = None,
    int8: bool = False,
) -> Decodes:
    """The decoder for a causal language ``model``, computing in ``dtype``.

    ``int8`` multiplies by 8-bit weights instead where model (GPT-2 on a CPU) and machine allow it.

    ``slots`` at most, fewer where ``memory`` bytes of cache do not hold them at ``context`` tokens each.
    """
    width = _cache_width(model.config.get_text_config())
    # Without the kernel a bf16 runner on a CPU keeps an fp32 cache.
    eight_bit = int8 and model.device.type == "cpu" and int8_works()
    narrow = (eight_bit or dtype != torch.float32) and (model.device.type != "cpu" or attention_kernel() is not None)
    held = slots_for(memory, context=context, width=width, element_bytes=2 if narrow else 4, most=slots)
    if not unsupported(model.config):
        arithmetic: Arithmetic = "int8" if eight_bit else "bf16" if dtype == torch.bfloat16 else "fp32"
        return Decoder(Gpt2Runner(model, slots=held, context=context, arithmetic=arithmetic), ending)
    runner = CacheRunner.open(model, slots=held, context=context)
    if runner is not None:
        return Decoder(runner, ending)
    pad = pad_token if pad_token is not None else ending.stop_tokens[0]
    return GenerateDecoder(model, pad_token=pad, ending=ending, slots=min(held, MOST_GENERATE_SLOTS))


def _cache_width(config: Any) -> int:
    """Numbers in one key, or value, of all layers together."""
    heads = getattr(config, "num_attention_heads", None) or 1
    head_size = getattr(config, "head_dim", None) or config.hidden_size // heads
    return config.num_hidden_layers * (getattr(config, "num_key_value_heads", None) or heads) * head_size


def usage_of(decoder: Decodes | None) -> Usage:
    """How busy ``decoder`` was; nothing for one that was not opened, or works without slots."""
    stats = getattr(decoder, "stats", None)
    return Usage(stats.busy_slots, stats.steps * stats.slots) if stats else Usage()
