"""Near-duplicates without comparing with every product: min-hash signatures, cut into bands that a table can index.

Two texts that share a band key are candidates; ``similarity`` says how alike they are (``generation.similar`` keeps the
index and gives the texts found as ``Context.neighbours``). Broder, "On the resemblance and containment of documents"
(1997); bands as in Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from rapidfuzz import fuzz

from generation.checks.normalise import CJK, fold, prose

#: Texts whose pieces overlap by 0.75 share a band with probability 0.995, by 0.5 with 0.74, by 0.25 with 0.15.
BANDS = 10
ROWS = 3
#: Shorter texts are alike without being copies.
SHORTEST = 40
_GENERATOR = np.random.default_rng(20_261)
_A = _GENERATOR.integers(0, 1 << 63, BANDS * ROWS, dtype=np.uint64)[:, None] * np.uint64(2) + np.uint64(1)
_B = _GENERATOR.integers(0, 1 << 63, BANDS * ROWS, dtype=np.uint64)[:, None]
_PIECE = re.compile(rf"[{CJK}]|[a-z]+|\d+(?:\.\d+)?")


def compared(text: str) -> str:
    """The part of a text that is compared: its prose; tables come from data."""
    return "\n".join(line for line in prose(text).split("\n") if line.strip())


def bands(text: str, space: str = "") -> tuple[int, ...]:
    """``BANDS`` keys of 63 bits for what ``compared`` left, () for a short text; ``space`` keeps sorts of text apart."""
    if len(text) < SHORTEST:
        return ()
    pieces = _PIECE.findall(fold(text))
    grams = {zlib.crc32(" ".join(pieces[i : i + 3]).encode()) for i in range(max(1, len(pieces) - 2))}
    hashes = np.fromiter(grams, dtype=np.uint64, count=len(grams))[None, :]
    # Each row must order the grams its own way, so products overflow and are mixed (the finalizer of SplitMix64, Steele,
    # Lea and Flood, 2014): multiplying alone orders all of them alike.
    mixed = _A * hashes + _B
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    signed = (mixed ^ mixed >> np.uint64(31)).min(axis=1)
    return tuple(
        band << 32 | zlib.crc32(space.encode() + signed[band * ROWS : (band + 1) * ROWS].tobytes())
        for band in range(BANDS)
    )


def similarity(first: str, second: str, at_least: float = 0.0) -> float:
    """How alike two texts are letter by letter, 0 to 1; 0 when below ``at_least``."""
    return fuzz.ratio(fold(first), fold(second), score_cutoff=at_least * 100) / 100
