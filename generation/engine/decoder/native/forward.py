"""GPT-2's forward pass in one native call: ``forward.cpp``, tried against torch before it is trusted."""

from __future__ import annotations

import ctypes
import itertools
import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from generation.engine.decoder.cache import SlotCache
from generation.engine.decoder.native.build import library

logger = logging.getLogger(__name__)

#: Outputs side by side in a packed weight; rows and weights are read in multiples of it.
PANEL = 64


class _Model(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("embedding", "positions", "layers")),
        *((name, ctypes.c_void_p) for name in ("norm_weight", "norm_bias", "head_weight", "head_bias")),
        *((name, ctypes.c_int64) for name in ("depth", "heads", "head_size", "vocabulary", "context", "slots")),
        ("epsilon", ctypes.c_double),
    ]


class ForwardKernel:
    """The weights of one GPT-2 in bf16, packed for the kernel, and its forward pass over ``cache``, which is bf16 too.

    ``model`` is Hugging Face's. Every row is computed by itself, its sums in one order: what a text gets does not depend
    on what is read or written beside it, nor on the number of threads.
    """

    def __init__(self, built: ctypes.CDLL, model: Any, cache: SlotCache) -> None:
        self._run, space = built.forward_bf16, built.space_bf16
        self._run.restype, space.restype = None, ctypes.c_int64
        self._run.argtypes = [*[ctypes.c_void_p] * 6, ctypes.c_int64, *[ctypes.c_void_p] * 4, ctypes.c_int]
        self._kept: list[torch.Tensor] = [cache.keys, cache.values]
        self._cache = cache.keys.data_ptr(), cache.values.data_ptr()
        body, config = model.transformer, model.config
        layers = []
        for layer in body.h:
            attention, inner = layer.attn, layer.mlp
            # Hugging Face's Conv1D keeps its weight as [in, out].
            for norm, products in (
                (layer.ln_1, (attention.c_attn, attention.c_proj)),
                (layer.ln_2, (inner.c_fc, inner.c_proj)),
            ):
                layers += self._floats(norm.weight, norm.bias)
                for product in products:
                    layers += self._packed(product.weight.t(), product.bias)
        self._layers = np.array(layers, np.uint64)
        depth, slots, context, heads, head_size = cache.keys.shape
        self._model = _Model(
            self._keep(body.wte.weight.detach().bfloat16().contiguous()),
            self._keep(body.wpe.weight.detach().bfloat16().contiguous()),
            self._layers.ctypes.data,
            *self._floats(body.ln_f.weight, body.ln_f.bias),
            *self._packed(model.lm_head.weight, None),
            depth, heads, head_size, config.vocab_size, context, slots, config.layer_norm_epsilon,
        )  # fmt: skip
        self._vocabulary = config.vocab_size
        self._slots = np.arange(slots, dtype=np.int64)
        self._space_each = space(ctypes.byref(self._model))
        self._space = torch.empty(0)

    def prefill(self, prompts: Sequence[Sequence[int]], slots: Sequence[int]) -> torch.Tensor:
        """Read ``prompts`` into ``slots`` (one each) and return the logits [n, vocabulary] in float32 after each."""
        sizes = np.fromiter(map(len, prompts), np.int64, len(prompts))
        ends = sizes.cumsum()
        tokens = np.fromiter(itertools.chain.from_iterable(prompts), np.int64, ends[-1])
        places = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        outs = np.full(ends[-1], -1)
        outs[ends - 1] = np.arange(len(prompts))
        return self._call(tokens, np.repeat(np.asarray(slots, np.int64), sizes), places, outs, ends)

    def step(self, tokens: Sequence[int], lengths: Sequence[int]) -> torch.Tensor:
        """Append ``tokens[i]`` to slot i, which holds ``lengths[i]`` positions; logits [n, vocabulary] in float32."""
        slots = self._slots[: len(tokens)]
        return self._call(np.array(tokens, np.int64), slots, np.array(lengths, np.int64), slots, slots + 1)

    def _call(
        self, tokens: np.ndarray, slots: np.ndarray, places: np.ndarray, outs: np.ndarray, ends: np.ndarray
    ) -> torch.Tensor:
        """Write ``tokens[i]`` at ``places[i]`` of slot ``slots[i]``; its logits become row ``outs[i]`` unless that is -1.

        The rows of a slot stand together, in the order of their places, and end before one of the rising ``ends``:
        threads divide the rows there, as evenly as it goes.
        """
        threads = torch.get_num_threads()
        cuts = np.searchsorted(ends, len(tokens) * np.arange(1, threads) / threads)
        bounds = np.unique([0, *ends[cuts], len(tokens)])
        if self._space.numel() < threads * self._space_each:
            self._space = torch.empty(threads * self._space_each)
        logits = torch.empty(int(outs[-1]) + 1, self._vocabulary)
        self._run(
            ctypes.byref(self._model), *(row.ctypes.data for row in (tokens, slots, places, outs, bounds)),
            len(bounds) - 1, *self._cache, logits.data_ptr(), self._space.data_ptr(), threads,
        )  # fmt: skip
        return logits

    def _keep(self, tensor: torch.Tensor) -> int:
        self._kept.append(tensor)
        return tensor.data_ptr()

    def _floats(self, *parameters: torch.Tensor) -> list[int]:
        return [self._keep(parameter.detach().float().contiguous()) for parameter in parameters]

    def _packed(self, weight: torch.Tensor, bias: torch.Tensor | None) -> list[int]:
        """A weight [out, in] as [panels, in / 2, 64, 2] with rows of nought to fill the last panel; its bias likewise."""
        outs, ins = weight.shape
        spare = -outs % PANEL
        filled = F.pad(weight.detach().bfloat16(), (0, 0, 0, spare))
        panels = filled.view(-1, PANEL, ins // 2, 2).permute(0, 2, 1, 3).contiguous()
        offsets = torch.zeros(outs) if bias is None else bias.detach().float()
        return [self._keep(panels), self._keep(F.pad(offsets, (0, spare)))]


@cache
def forward_kernel() -> ctypes.CDLL | None:
    """What ``ForwardKernel`` computes with, built on first use, or ``None`` where it cannot be had or trusted.

    Nor where the CPU multiplies bf16 in tiles (AMX): oneDNN uses them, and they are faster than the vectors used here.
    """
    if not torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported():
        return None
    built = library("forward")
    return built if built is not None and _agrees(built) else None


@torch.inference_mode()
def _agrees(built: ctypes.CDLL) -> bool:
    """Whether the kernel gives the numbers of Hugging Face's forward pass on small models of two head sizes."""
    for head_size in (64, 24):
        config = GPT2Config(
            n_layer=2, n_embd=2 * head_size, n_head=2, vocab_size=70, n_positions=41, bos_token_id=0, eos_token_id=0
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            model = GPT2LMHeadModel(config).eval()
            for parameter in model.parameters():
                parameter.normal_(0, 0.3)
        cache = SlotCache(
            slots=3, context=41, layers=2, heads=2, head_size=head_size, dtype=torch.bfloat16, device="cpu"
        )
        kernel = ForwardKernel(built, model, cache)
        prompts = [[token * step % 70 for token in range(size)] for size, step in ((1, 3), (17, 5), (40, 11))]
        kernel.prefill(prompts, (2, 0, 1))
        got = kernel.step((7, 8, 9), (17, 40, 1))
        for row, prompt in enumerate(([*prompts[1], 7], [*prompts[2], 8], [*prompts[0], 9])):
            want = model(torch.tensor([prompt])).logits[0, -1]
            if not torch.allclose(got[row], want, atol=0.05 * want.std().item(), rtol=0):
                logger.warning("decoding without the forward kernel: its numbers differ from torch's")
                return False
    return True
