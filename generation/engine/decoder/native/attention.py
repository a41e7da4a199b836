"""Attention for one new token a slot: ``attention.cpp``, tried against torch before it is trusted."""

from __future__ import annotations

import ctypes
import logging
from functools import cache

import torch

from generation.engine.decoder.native.build import library

logger = logging.getLogger(__name__)

#: Head sizes above this do not fit the kernel's buffers.
MOST_HEAD_SIZE = 256
#: Positions the kernel reads at a time: its scores need room for a whole last tile.
_TILE = 16
_NAMES = {torch.float32: "attend_f32", torch.bfloat16: "attend_bf16"}


class AttentionKernel:
    """Attention for one new token in each of the first n slots, appending its key and value to the cache."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._functions = {dtype: getattr(library, name) for dtype, name in _NAMES.items()}
        for function in self._functions.values():
            function.restype = None
            function.argtypes = (
                [ctypes.c_void_p] * 6 + [ctypes.c_int] * 3 + [ctypes.c_int64, ctypes.c_float, ctypes.c_int]
            )
        self._scratch = torch.empty(0)

    def __call__(
        self, joined: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, lengths: torch.Tensor
    ) -> torch.Tensor:
        """Attention output [n, width] for ``joined`` [n, 3 × width]: query, key and value side by side.

        ``keys`` and ``values`` [slots, context, heads, head size] of the same dtype are written at ``lengths`` [n],
        which must be below the context.
        """
        rows, width = joined.shape[0], joined.shape[1] // 3
        _, context, heads, head_size = keys.shape
        joined = joined.contiguous()
        needed = rows * heads * (context + _TILE + 2 * head_size)
        if self._scratch.numel() < needed:
            self._scratch = torch.empty(needed)
        out = torch.empty(rows, width, dtype=joined.dtype)
        self._functions[joined.dtype](
            joined.data_ptr(), keys.data_ptr(), values.data_ptr(), lengths.data_ptr(), out.data_ptr(),
            self._scratch.data_ptr(), rows, heads, head_size, context, head_size**-0.5, torch.get_num_threads(),
        )  # fmt: skip
        return out


@cache
def attention_kernel() -> AttentionKernel | None:
    """The kernel, built on first use, or ``None`` where it cannot be had or trusted."""
    built = library("attention")
    if built is None:
        return None
    kernel = AttentionKernel(built)
    return kernel if _agrees(kernel) else None


def _agrees(kernel: AttentionKernel) -> bool:
    """Whether the kernel gives torch's numbers on a small case of both dtypes."""
    generator = torch.Generator().manual_seed(2)
    for dtype, tolerance in ((torch.float32, 1e-4), (torch.bfloat16, 3e-2)):
        for head_size in (64, 24):
            joined = torch.randn(3, 3 * 2 * head_size, generator=generator).to(dtype)
            keys = torch.randn(4, 41, 2, head_size, generator=generator).to(dtype)
            values = torch.randn(4, 41, 2, head_size, generator=generator).to(dtype)
            lengths = torch.tensor([0, 15, 40])
            got = kernel(joined, keys, values, lengths)
            for row, length in enumerate(lengths.tolist()):
                query = joined[row].float().view(3, 2, head_size)[0].unsqueeze(1)
                seen = slice(0, length + 1)
                want = torch.nn.functional.scaled_dot_product_attention(
                    query, keys[row, seen].float().transpose(0, 1), values[row, seen].float().transpose(0, 1)
                )
                if not torch.allclose(got[row].float(), want.flatten(), atol=tolerance, rtol=tolerance):
                    logger.warning("decoding without the attention kernel: its numbers differ from torch's")
                    return False
    return True
