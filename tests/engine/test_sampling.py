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
@pytest.mark.parametrize("kernel", [True, False])
def test_draws_have_the_distribution_of_generate(sampling: Sampling, vocabulary: int, kernel: bool) -> None:
    logits = torch.randn(vocabulary, generator=torch.Generator().manual_seed(4)) * 2
    sampler = SlotSampler(200, vocabulary, kernel=kernel)
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


class Bars:
    """A mask that forbids the same tokens at every step."""

    def __init__(self, *tokens: int) -> None:
        self._tokens = torch.tensor(tokens)

    def update(self, token: int) -> None: ...

    def forbidden(self) -> torch.Tensor:
        return self._tokens

    def required(self) -> None:
        return None


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_kernel_and_torch_draw_alike(dtype: torch.dtype) -> None:
    chance = torch.Generator().manual_seed(8)
    turns = [torch.randn(8, 1003, generator=chance).mul(3).to(dtype) for _ in range(40)]
    rules = [Sampling(temperature=0.0), Sampling(top_k=7), Sampling(top_p=0.6), Sampling(top_k=0, top_p=1.0)]
    drawn = []
    for kernel in (True, False):
        sampler = SlotSampler(8, 1003, kernel=kernel)
        for slot in range(8):
            sampler.enter(slot, rules[slot % 4], seed=5, index=slot, prompt=[1])
        masks = [Bars(*range(slot % 3, 1003, 3)) if slot % 2 else None for slot in range(8)]
        drawn.append([sampler.draw(logits.clone(), range(8), masks) for logits in turns])
    same = sum(
        one == other for first, second in zip(*drawn, strict=True) for one, other in zip(first, second, strict=True)
    )
    # Sums may round the other way, and equal logits, of which bf16 has many, may stand in another order.
    assert same >= (0.99 if dtype == torch.float32 else 0.9) * 320
    assert all(token % 3 != slot % 3 for turn in drawn[0] for slot, token in enumerate(turn) if slot % 2)


@pytest.mark.parametrize("kernel", [True, False])
def test_a_row_that_may_say_nothing_says_so(kernel: bool) -> None:
    sampler = SlotSampler(2, 100, kernel=kernel)
    for slot in range(2):
        sampler.enter(slot, Sampling(), seed=1, index=0, prompt=[1])
    drawn = sampler.draw(torch.zeros(2, 100), range(2), [Bars(*range(100)), None])
    assert drawn[0] == -1
    assert drawn[1] >= 0


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
