"""The draw of the next tokens in one native call: ``sampling.cpp``, tried against torch before it is trusted."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch

from generation.engine.decoder.native.build import library

logger = logging.getLogger(__name__)

_NAMES = {torch.float32: "draw_f32", torch.bfloat16: "draw_bf16"}


class SamplingKernel:
    """One token for every row of logits, by the rules of its row."""

    def __init__(self, built: ctypes.CDLL) -> None:
        self._functions = {dtype: getattr(built, name) for dtype, name in _NAMES.items()}
        for function in self._functions.values():
            function.restype = None
            function.argtypes = (
                [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64] + [ctypes.c_void_p] * 7 + [ctypes.c_int]
            )

    def __call__(
        self,
        logits: torch.Tensor,
        forbidden: Sequence[torch.Tensor | None],
        temperature: np.ndarray,
        top_k: np.ndarray,
        top_p: np.ndarray,
        uniform: np.ndarray,
    ) -> list[int]:
        """The tokens drawn, -1 where a row forbids all. ``logits`` [n, vocabulary] of float32 or bfloat16 on the CPU.

        ``forbidden`` are token ids (int64) of each row or ``None``; the rules are arrays [n] of float32, ``top_k`` of
        int64; ``uniform`` is a number in [0, 1) for each row.
        """
        rows, vocabulary = logits.shape
        logits = logits.contiguous()
        places = np.fromiter((0 if ids is None else ids.data_ptr() for ids in forbidden), np.uint64, rows)
        counts = np.fromiter((0 if ids is None else ids.shape[0] for ids in forbidden), np.int64, rows)
        out = np.empty(rows, np.int64)
        self._functions[logits.dtype](
            logits.data_ptr(), rows, vocabulary, places.ctypes.data, counts.ctypes.data, temperature.ctypes.data,
            top_k.ctypes.data, top_p.ctypes.data, uniform.ctypes.data, out.ctypes.data, torch.get_num_threads(),
        )  # fmt: skip
        return out.tolist()


@cache
def sampling_kernel() -> SamplingKernel | None:
    """The kernel, built on first use, or ``None`` where it cannot be had or trusted."""
    built = library("sampling")
    if built is None:
        return None
    kernel = SamplingKernel(built)
    return kernel if _agrees(kernel) else None


def _agrees(kernel: SamplingKernel) -> bool:
    """Whether the kernel draws torch's tokens: the most likely one, and by known shares of a small distribution."""
    generator = torch.Generator().manual_seed(4)
    for dtype in _NAMES:
        logits = torch.randn(6, 1000, generator=generator).to(dtype)
        barred = logits.float().argmax(1)
        forbidden = [barred[row : row + 1] if row % 2 else None for row in range(6)]
        ones = np.ones(6, np.float32)
        got = kernel(logits, forbidden, ones, np.ones(6, np.int64), ones, np.full(6, 0.5, np.float32))
        left = logits.float()
        left[range(1, 6, 2), barred[1::2]] = -torch.inf
        want = left.argmax(1).tolist()
        if [left[row, token].item() for row, token in enumerate(got)] != left.amax(1).tolist():
            logger.warning("decoding without the sampling kernel: it drew %s instead of %s", got, want)
            return False
    # 50, 30 and 20 of 100; a top-p of 0.7 leaves the first two.
    shares = torch.tensor([[0.3, 0.5, 0.2]]).log().repeat(4, 1)
    two, half = np.full(4, 3, np.int64), np.full(4, 0.7, np.float32)
    uniform = np.array([0.0, 0.6, 0.63, 0.99], np.float32)
    return kernel(shares, [None] * 4, np.ones(4, np.float32), two, half, uniform) == [1, 1, 0, 0]
