"""The decoder's optional native kernels, built once by the machine's own compiler; without them torch does the work."""

from generation.engine.decoder.native.attention import MOST_HEAD_SIZE, AttentionKernel, attention_kernel
from generation.engine.decoder.native.forward import ForwardKernel, forward_kernel
from generation.engine.decoder.native.sampling import sampling_kernel

__all__ = [
    "MOST_HEAD_SIZE",
    "AttentionKernel",
    "ForwardKernel",
    "attention_kernel",
    "forward_kernel",
    "sampling_kernel",
]
