"""Matrix products of the decoder: oneDNN-packed weights where this build of torch has them, ``F.linear`` elsewhere.

Packing reorders a weight once into the blocks the CPU's matrix kernels read, instead of at every call. The two
operators are private to torch, so they are tried on a small product before they are trusted.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import torch
import torch.nn.functional as F

Activation = Literal["none", "gelu_tanh"]

#: Rows the packed layout is tuned for; other numbers of rows work as well.
TYPICAL_ROWS = 64


@cache
def packing_works(dtype: torch.dtype) -> bool:
    """Whether oneDNN-packed products exist here, and give the right numbers, for ``dtype``."""
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(48, 32, generator=generator).to(dtype)
    bias = torch.randn(48, generator=generator).to(dtype)
    rows = torch.randn(5, 32, generator=generator).to(dtype)
    tolerance = 1e-4 if dtype == torch.float32 else 0.15
    try:
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, TYPICAL_ROWS)
        for activation in ("none", "gelu_tanh"):
            got = _packed_product(rows, packed, bias, activation).float()
            want = _plain_product(rows.float(), weight.float(), bias.float(), activation)
            if not torch.allclose(got, want, atol=tolerance, rtol=tolerance):
                return False
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        return False
    return True


def _packed_product(
    rows: torch.Tensor, packed: torch.Tensor, bias: torch.Tensor | None, activation: Activation
) -> torch.Tensor:
    post, algorithm = ("gelu", "tanh") if activation == "gelu_tanh" else ("none", "")
    return torch.ops.mkldnn._linear_pointwise(rows, packed, bias, post, [], algorithm)


def _plain_product(
    rows: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, activation: Activation
) -> torch.Tensor:
    product = F.linear(rows, weight, bias)
    return F.gelu(product, approximate="tanh") if activation == "gelu_tanh" else product


class Linear:
    """``activation(rows @ weight.T + bias)`` with ``weight`` [out, in] kept in the layout that is fastest here.

    ``packed`` None packs when the probe allows it; False is the reference arithmetic of ``F.linear``.
    """

    def __init__(
        self,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        dtype: torch.dtype,
        activation: Activation = "none",
        packed: bool | None = None,
    ) -> None:
        weight = weight.detach().to(dtype).contiguous()
        self.bias = None if bias is None else bias.detach().to(dtype).contiguous()
        self.activation = activation
        self.packed = weight.device.type == "cpu" and packing_works(dtype) if packed is None else packed
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight, TYPICAL_ROWS) if self.packed else weight

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """The product for ``rows`` [n, in], as [n, out] of the same dtype."""
        product = _packed_product if self.packed else _plain_product
        return product(rows, self.weight, self.bias, self.activation)


@cache
def int8_works() -> bool:
    """Whether ``Int8Linear`` works here, gives the right numbers, and the CPU has the instructions it is meant for."""
    if not torch.cpu._is_vnni_supported():
        return False
    generator = torch.Generator().manual_seed(1)
    weight, rows = torch.randn(48, 32, generator=generator), torch.randn(5, 32, generator=generator)
    try:
        error = Int8Linear(weight.t().contiguous().t(), None)(rows) - F.linear(rows, weight)
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        return False
    return bool(error.abs().max() < 0.5)


class Int8Linear:
    """As ``Linear``, with 8-bit weights (one scale an output) and 8-bit rows (one scale each), float32 in and out.

    A scale for each row, not for all rows together, keeps a text independent of what else is being written.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, activation: Activation = "none") -> None:
        weight = weight.detach().float().contiguous()  # the packing reads memory, not strides
        self.scales = (weight.abs().amax(1) / 127).clamp(min=1e-12)
        whole = (weight / self.scales[:, None]).round().clamp(-127, 127).to(torch.int8)
        self.weight = torch.ops.onednn.qlinear_prepack(whole, None)
        self.zeros = torch.zeros(weight.shape[0], dtype=torch.int64)
        self.bias = torch.zeros(weight.shape[0]) if bias is None else bias.detach().float().contiguous()
        self.activation = activation

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """The product for ``rows`` [n, in] of float32, as [n, out]."""
        scales = (rows.abs().amax(1, keepdim=True) / 127).clamp_(min=1e-12)
        # Unsigned with 128 for zero: the signed form has no fast kernel.
        whole = (rows / scales).round_().add_(128).to(torch.uint8)
        product = torch.ops.onednn.qlinear_pointwise(
            whole, 1.0, 128, self.weight, self.scales, self.zeros, None, 1.0, 0, torch.float32, "none", [], ""
        )
        product = torch.addcmul(self.bias, product, scales)
        return F.gelu(product, approximate="tanh") if self.activation == "gelu_tanh" else product
