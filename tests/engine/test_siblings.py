"""Later candidates of a request say otherwise what earlier ones said."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.contract import Sampling
from generation.engine.decoder.sampling import SlotSampler
from generation.engine.decoder.siblings import FALL, MOST, Told

DRAWS = 20_000


def test_what_was_said_falls_the_more_the_longer_the_run_that_would_come_again() -> None:
    told = Told()
    assert told.fall([]) == {}
    told.add([5, 6, 7, 8])
    assert told.fall([]) == {5: FALL[0]}
    assert told.fall([9, 7]) == {8: FALL[0]}
    assert told.fall([9, 6, 7]) == {8: FALL[0] + FALL[1]}
    assert told.fall([5, 6, 7]) == {8: sum(FALL)}
    assert told.fall([7, 6]) == {7: FALL[0]}
    assert told.fall([1]) == {}


@given(st.lists(st.lists(st.integers(0, 3), max_size=12), min_size=1, max_size=8))
def test_no_token_falls_without_end(texts: list[list[int]]) -> None:
    told = Told()
    for text in texts:
        told.add(text)
        for place in range(len(text) + 1):
            assert all(0 < amount <= MOST for amount in told.fall(text[:place]).values())


@pytest.mark.parametrize("kernel", [True, False])
def test_possible_tokens_are_weighted_anew_and_impossible_ones_stay_so(kernel: bool) -> None:
    chances = torch.tensor([0.5, 0.3, 0.15, 0.04, 0.01])
    sampler = SlotSampler(200, 5, kernel=kernel)
    for slot in range(200):
        sampler.enter(slot, Sampling(temperature=1.0, top_k=0, top_p=0.9), seed=8, index=slot, prompt=[1])
    # Rows without anything to avoid are drawn beside the others.
    falls = [{0: 1.0, 4: 0.5} if slot % 2 else {} for slot in range(200)]
    counts = torch.zeros(2, 5)
    for _ in range(DRAWS // 100):
        drawn = torch.tensor(sampler.draw(chances.log().expand(200, -1).clone(), range(200), None, falls))
        for odd in (0, 1):
            counts[odd] += torch.bincount(drawn[odd::2], minlength=5)
    for row, weights in enumerate(([0.5, 0.3, 0.15], [0.5 / torch.e, 0.3, 0.15])):
        shares = torch.tensor(weights) / sum(weights)
        assert torch.allclose(counts[row, :3] / DRAWS, shares, atol=0.02)
        assert counts[row, 3:].sum() == 0
