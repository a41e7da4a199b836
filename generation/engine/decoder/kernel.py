"""The optional attention kernel: ``attention.cpp``, built once by the machine's own compiler.

Where there is no compiler, or the result does not agree with torch, the decoder works in plain torch. The library is
kept in the user's cache folder under a name made of source, compiler and processor; nothing is downloaded.
``OPSPORTAL_KERNEL=off`` switches it off.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import torch

logger = logging.getLogger(__name__)

#: Sums may be reordered, which vectorising needs. Not -ffast-math: linked into a library it changes how the whole
#: process treats tiny numbers.
ARITHMETIC = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno")
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", *ARITHMETIC, "-fopenmp", "-shared", "-fPIC", "-std=c++17")
#: Head sizes above this do not fit the kernel's buffers.
MOST_HEAD_SIZE = 256
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
        needed = rows * heads * (context + 2 * head_size)
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
    if os.environ.get("OPSPORTAL_KERNEL", "").lower() == "off" or platform.system() != "Linux":
        return None
    try:
        kernel = AttentionKernel(ctypes.CDLL(str(_built_library())))
    except (OSError, subprocess.SubprocessError, AttributeError) as error:
        logger.info("decoding without the attention kernel: %s", error)
        return None
    return kernel if _agrees(kernel) else None


def _built_library() -> Path:
    """The shared library, compiled unless an equal one is there. Raises ``OSError`` without a compiler."""
    compiler = shutil.which("g++") or shutil.which("c++")
    if compiler is None:
        raise OSError("there is no C++ compiler")
    source = files(__package__).joinpath("attention.cpp").read_text(encoding="utf-8")
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    identity = "\0".join([source, version, *FLAGS, _processor()])
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsportal"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    library = folder / f"attention-{hashlib.sha256(identity.encode()).hexdigest()[:16]}.so"
    if not library.exists():
        with tempfile.TemporaryDirectory(dir=folder) as work:
            (Path(work) / "attention.cpp").write_text(source, encoding="utf-8")
            built = Path(work) / "attention.so"
            command = [compiler, *FLAGS, str(Path(work) / "attention.cpp"), "-o", str(built)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            built.replace(library)  # at once: another worker may be building the same
    return library


def _processor() -> str:
    """What ``-march=native`` looks at: the processor's model and its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


def _agrees(kernel: AttentionKernel) -> bool:
    """Whether the kernel gives torch's numbers on a small case of both dtypes."""
    generator = torch.Generator().manual_seed(2)
    for dtype, tolerance in ((torch.float32, 1e-4), (torch.bfloat16, 3e-2)):
        for head_size in (64, 24):
            joined = torch.randn(3, 3 * 2 * head_size, generator=generator).to(dtype)
            keys = torch.randn(4, 9, 2, head_size, generator=generator).to(dtype)
            values = torch.randn(4, 9, 2, head_size, generator=generator).to(dtype)
            lengths = torch.tensor([0, 3, 8])
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
