"""Near-duplicates without comparing every pair: a signature of a text, and keys under which a table can index it.

Two texts that share a band key are candidates; ``similarity`` says how alike they are. The caller stores
``bands(signature(text))`` with each draft and gives the texts found by equal keys as ``Context.neighbours``.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from rapidfuzz import fuzz

from generation.checks.normalise import CJK, fold

PERMUTATIONS = 64
BANDS = 16
_ROWS = PERMUTATIONS // BANDS
_PRIME = np.uint64((1 << 61) - 1)
_GENERATOR = np.random.default_rng(20_261)
_A = _GENERATOR.integers(1, 1 << 29, PERMUTATIONS, dtype=np.uint64)[:, None]
_B = _GENERATOR.integers(0, 1 << 29, PERMUTATIONS, dtype=np.uint64)[:, None]
_PIECE = re.compile(rf"[{CJK}]|[a-z]+|\d+(?:\.\d+)?")


def signature(text: str) -> tuple[int, ...]:
    """A min-hash signature of ``PERMUTATIONS`` numbers: the share of equal ones estimates the overlap of two texts."""
    pieces = _PIECE.findall(fold(text))
    grams = {zlib.crc32(" ".join(pieces[i : i + 3]).encode()) for i in range(max(1, len(pieces) - 2))}
    hashes = np.fromiter(grams, dtype=np.uint64, count=len(grams))[None, :]
    return tuple(int(value) for value in ((_A * hashes + _B) % _PRIME).min(axis=1))


def bands(signed: tuple[int, ...]) -> tuple[int, ...]:
    """``BANDS`` signed 63-bit keys; texts with an overlap above one half share at least one almost surely."""
    keys = []
    for band in range(BANDS):
        rows = signed[band * _ROWS : (band + 1) * _ROWS]
        digest = zlib.crc32(repr((band, rows)).encode())
        keys.append(band << 32 | digest)
    return tuple(keys)


def estimate(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    """The estimated overlap (0 to 1) of two texts from their signatures."""
    return sum(a == b for a, b in zip(first, second, strict=True)) / PERMUTATIONS


def similarity(first: str, second: str, at_least: float = 0.0) -> float:
    """How alike two texts are letter by letter, 0 to 1; 0 when below ``at_least``."""
    return fuzz.ratio(fold(first), fold(second), score_cutoff=at_least * 100) / 100
