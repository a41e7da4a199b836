"""Drawing tokens: the distribution is Hugging Face's, whatever the shortcuts."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from generation.engine.contract import Sampling
from generation.engine.decoder.sampling import SlotSampler, choose, top_tokens

DRAWS = 20_000


def chi_square_bound(freedom: int) -> float:
    """What chi-square stays below in 1,999 of 2,000 fair runs (Wilson and Hilferty's approximation)."""
    part = 2 / (9 * freedom)
    return freedom * (1 - part + 3.3 * part**0.5) ** 3


def expected(logits: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """The distribution from which Hugging Face's ``generate`` would draw."""
    warpers = LogitsProcessorList([TemperatureLogitsWarper(sampling.temperature)])
    if sampling.top_k:
        warpers.append(TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1:
        warpers.append(TopPLogitsWarper(sampling.top_p))
    return torch.softmax(warpers(None, logits[None].clone()), dim=-1)[0]


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=0.9, top_k=50, top_p=0.95),
        Sampling(temperature=1.3, top_k=20, top_p=1.0),
        Sampling(temperature=0.7, top_k=0, top_p=0.8),
        Sampling(temperature=1.0, top_k=1, top_p=0.5),
    ],
)
@pytest.mark.parametrize("vocabulary", [60, 1003])
def test_draws_have_the_distribution_of_generate(sampling: Sampling, vocabulary: int) -> None:
    logits = torch.randn(vocabulary, generator=torch.Generator().manual_seed(4)) * 2
    sampler = SlotSampler(200, vocabulary)
    for slot in range(200):
        sampler.enter(slot, sampling, seed=1234, index=slot, prompt=[1])
    counts = torch.zeros(vocabulary)
    for _ in range(DRAWS // 200):
        drawn = sampler.draw(logits.expand(200, -1).clone(), range(200), None)
        counts += torch.bincount(torch.tensor(drawn), minlength=vocabulary)
    chances = expected(logits, sampling)
    assert counts[chances == 0].sum() == 0
    common = chances * DRAWS >= 5
    difference = (counts - chances * DRAWS)[common] ** 2 / (chances * DRAWS)[common]
    assert difference.sum() < chi_square_bound(max(int(common.sum()) - 1, 1))


def test_slots_keep_their_own_rules() -> None:
    logits = torch.randn(4, 500, generator=torch.Generator().manual_seed(1))
    sampler = SlotSampler(4, 500)
    rules = [
        Sampling(temperature=0.0),
        Sampling(top_k=1),
        Sampling(top_k=5, top_p=1.0),
        Sampling(temperature=5.0, top_k=0),
    ]
    for slot, sampling in enumerate(rules):
        sampler.enter(slot, sampling, seed=9, index=0, prompt=[1])
    seen = [set() for _ in rules]
    for _ in range(300):
        for slot, token in enumerate(sampler.draw(logits.clone(), range(4), None)):
            seen[slot].add(token)
    best = [int(row.argmax()) for row in logits]
    assert seen[0] == {best[0]}
    assert seen[1] == {best[1]}
    assert seen[2] == set(logits[2].topk(5).indices.tolist())
    assert len(seen[3]) > 100


def test_streams_of_seeds_and_candidates_differ_and_move_with_the_slot() -> None:
    logits = torch.zeros(1, 400)
    rules = Sampling(top_k=0, top_p=1.0)

    def stream(seed: int, index: int, slot: int = 0, moved_after: int = -1) -> list[int]:
        sampler = SlotSampler(3, 400)
        sampler.enter(slot, rules, seed, index, [1])
        tokens = []
        for turn in range(12):
            if turn == moved_after:
                sampler.move(slot, slot + 1)
                slot += 1
            tokens += sampler.draw(logits.clone(), [slot], None)
        return tokens

    assert stream(1, 0) == stream(1, 0, slot=2) == stream(1, 0, moved_after=5)
    assert len({tuple(stream(seed, index)) for seed in (0, 1, -1, 2**53) for index in range(4)}) == 16


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(2, 700), st.integers(0, 10_000))
def test_top_tokens_are_those_of_a_full_sort(count: int, vocabulary: int, seed: int) -> None:
    logits = torch.randn(3, vocabulary, generator=torch.Generator().manual_seed(seed))
    values, tokens = top_tokens(logits, count)
    want = logits.topk(min(count, vocabulary), dim=1)
    assert torch.equal(values, want.values)
    assert torch.equal(torch.gather(logits, 1, tokens), want.values)


def test_the_last_draw_of_rounding_stays_inside_the_kept() -> None:
    values = torch.tensor([[3.0, 2.0, 1.0]])
    one = torch.ones(1, 1)
    chosen = choose(values, one, torch.tensor([[2]]), one, torch.tensor([[0.99999994]]))
    assert chosen.tolist() == [[1]]
