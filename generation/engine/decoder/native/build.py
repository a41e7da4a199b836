"""Building a native kernel: one C++ source with the headers beside it, compiled on first use and kept for the user.

The library's name is made of source, compiler and processor, so that none is ever used for another; nothing is
downloaded. ``OPSPORTAL_KERNEL=off`` switches all kernels off.
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

logger = logging.getLogger(__name__)

#: Sums may be reordered, which vectorising needs. Not -ffast-math: linked into a library it changes how the whole
#: process treats tiny numbers.
ARITHMETIC = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno")
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", *ARITHMETIC, "-fopenmp", "-shared", "-fPIC", "-std=c++17")


@cache
def library(name: str) -> ctypes.CDLL | None:
    """The library made of ``name``.cpp beside this module, or ``None`` where there is no compiler or it fails."""
    if os.environ.get("OPSPORTAL_KERNEL", "").lower() == "off" or platform.system() != "Linux":
        return None
    try:
        return ctypes.CDLL(str(_built(name)))
    except (OSError, subprocess.SubprocessError) as error:
        logger.info("decoding without the %s kernel: %s", name, error)
        return None


def _built(name: str) -> Path:
    """The shared library, compiled unless an equal one is there. Raises ``OSError`` without a compiler."""
    compiler = shutil.which("g++") or shutil.which("c++")
    if compiler is None:
        raise OSError("there is no C++ compiler")
    sources = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in sorted(files(__package__).iterdir(), key=lambda entry: entry.name)
        if entry.name == f"{name}.cpp" or entry.name.endswith(".hpp")
    }
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    identity = "\0".join([*sources.values(), version, *FLAGS, _processor()])
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "opsportal"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}.so"
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=folder) as work:
            for file, source in sources.items():
                (Path(work) / file).write_text(source, encoding="utf-8")
            made = Path(work) / f"{name}.so"
            command = [compiler, *FLAGS, str(Path(work) / f"{name}.cpp"), "-o", str(made)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            made.replace(kept)  # at once: another worker may be building the same
    return kept


def _processor() -> str:
    """What ``-march=native`` looks at: the processor's model and its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
