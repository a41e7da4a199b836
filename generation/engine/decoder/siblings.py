"""What the earlier candidates of one request said, so that a later one says it otherwise.

Candidates drawn one by one from the same distribution repeat each other: its likeliest wording is the likeliest each
time. Here what a candidate said makes the same words less likely in the next one, among those tokens that would have
been possible anyway (top-k and top-p come first), so that a text becomes other, not worse.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

#: What a token's log probability falls by for each time it followed the same one, two or three tokens; the longer the run
#: that would come again, the more. Measured: larger steps made texts no more different.
FALL = (0.5, 1.5, 3.0)
#: The most it falls by: what says the same each time stays possible.
MOST = 12.0
_START = -1


class Told:
    """Which token followed which in the candidates that are finished."""

    def __init__(self) -> None:
        self._followed: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)

    def add(self, tokens: Sequence[int]) -> None:
        """Remember the tokens of a finished candidate."""
        whole = [_START, *tokens]
        for place in range(1, len(whole)):
            for size in range(1, min(place, len(FALL)) + 1):
                self._followed[tuple(whole[place - size : place])][whole[place]] += 1

    def fall(self, tokens: Sequence[int]) -> Mapping[int, float]:
        """For each token that came before where ``tokens`` end: what is taken off its log probability."""
        found: dict[int, float] = {}
        if not self._followed:
            return found
        end = [_START, *tokens][-len(FALL) :]
        for size in range(1, len(end) + 1):
            for token, times in self._followed.get(tuple(end[-size:]), {}).items():
                found[token] = min(MOST, found.get(token, 0.0) + FALL[size - 1] * times)
        return found
