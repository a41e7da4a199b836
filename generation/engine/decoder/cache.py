"""Keys and values of every slot, allocated once: memory is known before the first text."""

from __future__ import annotations

import torch


def cache_bytes(*, slots: int, context: int, width: int, element_bytes: int = 4) -> int:
    """Bytes of the cache: ``width`` numbers (layers × heads × head size) in the keys, and in the values, of a position.

    With the kernel the cache holds 2-byte numbers in bf16 mode (``element_bytes=2``); plain torch on a CPU keeps 4.
    """
    return 2 * slots * context * width * element_bytes


def slots_for(budget: int, *, context: int, width: int, element_bytes: int = 4, most: int = 64) -> int:
    """How many slots fit into ``budget`` bytes, at least 1 and at most ``most``."""
    one = cache_bytes(slots=1, context=context, width=width, element_bytes=element_bytes)
    return max(1, min(most, budget // one))


class SlotCache:
    """``keys`` and ``values``: [layers, slots, context, heads, head size].

    Pages of positions never written are never touched, so the memory in use grows with what is written only.
    """

    def __init__(
        self,
        *,
        slots: int,
        context: int,
        layers: int,
        heads: int,
        head_size: int,
        dtype: torch.dtype,
        device: torch.device | str,
    ) -> None:
        shape = (layers, slots, context, heads, head_size)
        self.keys = torch.zeros(shape, dtype=dtype, device=device)
        self.values = torch.zeros(shape, dtype=dtype, device=device)
        self.context = context

    @property
    def nbytes(self) -> int:
        """Bytes reserved."""
        return self.keys.nbytes + self.values.nbytes

    def copy(self, source: int, target: int, length: int) -> None:
        """Copy the first ``length`` positions of slot ``source`` to ``target``."""
        for cached in (self.keys, self.values):
            cached[:, target, :length] = cached[:, source, :length]
