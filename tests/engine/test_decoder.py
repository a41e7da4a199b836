"""The decoder against Hugging Face's own ``generate``, and what it promises whatever else is in the batch."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
import torch
from transformers import GPT2LMHeadModel

from generation.engine.contract import Sampling
from generation.engine.decoder import Decoder, DecodeRequest, DecodeResult, Gpt2Runner
from generation.engine.decoder.linear import int8_works
from generation.engine.decoder.native import forward_kernel
from generation.engine.decoder.stops import Ending
from generation.engine.decoder.torch_forward import Arithmetic

GREEDY = Sampling(temperature=0.0, max_new_tokens=40)


def decoder_of(model: GPT2LMHeadModel, slots: int = 4, **options) -> Decoder:
    return Decoder(Gpt2Runner(model, slots=slots, **options), Ending((0,), lambda tokens: " ".join(map(str, tokens))))


def prompts(count: int, vocabulary: int, longest: int = 40) -> list[tuple[int, ...]]:
    chance = random.Random(3)
    return [tuple(chance.randrange(1, vocabulary) for _ in range(chance.randint(1, longest))) for _ in range(count)]


def generated(model: GPT2LMHeadModel, prompt: Sequence[int], **options) -> tuple[int, ...]:
    tokens = torch.tensor([prompt])
    output = model.generate(
        tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=40, pad_token_id=0, **options
    )
    written = output[0, len(prompt) :].tolist()
    return tuple(written[: written.index(0)] if 0 in written else written)


@pytest.mark.parametrize("arithmetic", ["reference", "fp32"])
@pytest.mark.parametrize("kernel", [True, False])
def test_greedy_is_what_generate_writes(gpt2: GPT2LMHeadModel, arithmetic: Arithmetic, kernel: bool) -> None:
    asked = prompts(13, gpt2.config.vocab_size)
    decoder = decoder_of(gpt2, arithmetic=arithmetic, kernel=kernel)
    results = decoder.decode(DecodeRequest(number, prompt, sampling=GREEDY) for number, prompt in enumerate(asked))
    assert {result.tag: result.tokens for result in results} == {
        number: generated(gpt2, prompt) for number, prompt in enumerate(asked)
    }


def test_repetition_penalty_is_that_of_generate(gpt2: GPT2LMHeadModel) -> None:
    asked = prompts(6, gpt2.config.vocab_size)
    sampling = Sampling(temperature=0.0, max_new_tokens=40, repetition_penalty=1.3)
    results = decoder_of(gpt2).decode(DecodeRequest(i, prompt, sampling=sampling) for i, prompt in enumerate(asked))
    assert {result.tag: result.tokens for result in results} == {
        i: generated(gpt2, prompt, repetition_penalty=1.3) for i, prompt in enumerate(asked)
    }


@pytest.mark.parametrize("kernel", [True, False])
@pytest.mark.parametrize(
    "arithmetic", ["bf16", pytest.param("int8", marks=pytest.mark.skipif(not int8_works(), reason="no 8-bit products"))]
)
def test_less_exact_arithmetic_stays_close(gpt2: GPT2LMHeadModel, arithmetic: Arithmetic, kernel: bool) -> None:
    asked = prompts(4, gpt2.config.vocab_size)
    exact = Gpt2Runner(gpt2, slots=4, arithmetic="reference")
    quick = Gpt2Runner(gpt2, slots=4, arithmetic=arithmetic, kernel=kernel)
    want, got = (runner.prefill(asked, range(4)).float() for runner in (exact, quick))
    assert torch.corrcoef(torch.stack([want.flatten(), got.flatten()]))[0, 1] > 0.99
    lengths = [len(prompt) for prompt in asked]
    want, got = (runner.step([5, 6, 7, 8], lengths).float() for runner in (exact, quick))
    assert torch.corrcoef(torch.stack([want.flatten(), got.flatten()]))[0, 1] > 0.99


def by_place(results: Iterator[DecodeResult]) -> dict[tuple, tuple[int, ...]]:
    return {(result.tag, result.index): result.tokens for result in results}


@pytest.mark.parametrize(
    "arithmetic", ["fp32", *(["bf16"] if forward_kernel() else []), *(["int8"] if int8_works() else [])]
)
def test_a_seed_repeats_the_text_in_any_company(gpt2: GPT2LMHeadModel, arithmetic: Arithmetic) -> None:
    vocabulary = gpt2.config.vocab_size
    sampling = Sampling(max_new_tokens=25, seed=11)
    mine = DecodeRequest("mine", prompts(1, vocabulary)[0], candidates=5, sampling=sampling)
    others = [
        DecodeRequest(i, prompt, candidates=1 + i % 3, sampling=Sampling(max_new_tokens=3 + i * 2 % 17))
        for i, prompt in enumerate(prompts(9, vocabulary))
    ]
    alone = by_place(decoder_of(gpt2, slots=8, arithmetic=arithmetic).decode([mine]))
    among = by_place(decoder_of(gpt2, slots=3, arithmetic=arithmetic).decode([*others[:4], mine, *others[4:]]))
    assert alone == {place: tokens for place, tokens in among.items() if place[0] == "mine"}
    assert len(set(alone.values())) == 5
    assert len(among) == 5 + sum(request.candidates for request in others)


@pytest.mark.parametrize("slots", [1, 2, 5])
def test_more_candidates_than_slots_share_one_reading(gpt2: GPT2LMHeadModel, slots: int) -> None:
    prompt = prompts(1, gpt2.config.vocab_size)[0]
    decoder = decoder_of(gpt2, slots=slots)
    results = list(decoder.decode([DecodeRequest("x", prompt, 7, GREEDY), DecodeRequest("y", prompt, 2, GREEDY)]))
    assert {result.tokens for result in results} == {generated(gpt2, prompt)}
    assert sorted((result.tag, result.index) for result in results) == [("x", i) for i in range(7)] + [
        ("y", 0),
        ("y", 1),
    ]
    assert decoder.stats.prompt_tokens == 2 * len(prompt)


def test_texts_of_one_token_do_not_stop_the_stream(gpt2: GPT2LMHeadModel) -> None:
    one = Sampling(max_new_tokens=1)
    requests = [
        DecodeRequest(i, prompt, candidates=3, sampling=one)
        for i, prompt in enumerate(prompts(6, gpt2.config.vocab_size))
    ]
    assert len(list(decoder_of(gpt2, slots=2).decode(requests))) == 18


def test_requests_are_taken_only_when_there_is_room(gpt2: GPT2LMHeadModel) -> None:
    taken = []

    def requests() -> Iterator[DecodeRequest]:
        for number, prompt in enumerate(prompts(12, gpt2.config.vocab_size)):
            taken.append(number)
            yield DecodeRequest(number, prompt, sampling=Sampling(max_new_tokens=4 + number))

    results = decoder_of(gpt2, slots=3).decode(requests())
    next(results)
    assert len(taken) <= 6
    assert len(list(results)) == 11


def test_a_decoder_can_be_left_in_the_middle_and_used_again(gpt2: GPT2LMHeadModel) -> None:
    asked = prompts(8, gpt2.config.vocab_size)
    decoder = decoder_of(gpt2)
    unfinished = decoder.decode(DecodeRequest(i, prompt, sampling=GREEDY) for i, prompt in enumerate(asked))
    next(unfinished)
    unfinished.close()
    [result] = decoder.decode([DecodeRequest("again", asked[3], sampling=GREEDY)])
    assert result.tokens == generated(gpt2, asked[3])


def test_text_ends_with_the_context(gpt2: GPT2LMHeadModel) -> None:
    vocabulary = gpt2.config.vocab_size
    prompt = tuple(random.Random(1).randrange(1, vocabulary) for _ in range(250))
    endless = Sampling(max_new_tokens=500)
    [result] = decoder_of(gpt2).decode([DecodeRequest("x", prompt, sampling=endless, stop_tokens=(vocabulary - 1,))])
    assert result.finish_reason in ("length", "stop")
    assert len(result.tokens) <= 6


@pytest.mark.parametrize(
    ("prompt", "sampling", "said"),
    [
        ((), GREEDY, "empty"),
        ((1,) * 256, GREEDY, "room for 255"),
        ((1, 99_999), GREEDY, "does not know"),
        ((1,), Sampling(max_new_tokens=0), "at least 1"),
    ],
)
def test_what_cannot_be_decoded_is_an_error_of_its_own(
    gpt2: GPT2LMHeadModel, prompt: tuple[int, ...], sampling: Sampling, said: str
) -> None:
    fine = DecodeRequest("fine", (5, 6), sampling=GREEDY)
    results = list(decoder_of(gpt2).decode([DecodeRequest("bad", prompt, 2, sampling), fine]))
    errors = [result for result in results if result.tag == "bad"]
    assert [result.finish_reason for result in errors] == ["error", "error"]
    assert all(said in result.error for result in errors)
    assert {result.tag for result in results} == {"bad", "fine"}


class Countdown:
    """Writes 9, 8, 7 … as required tokens with one free token between them; only even ones are free."""

    def __init__(self, vocabulary: int) -> None:
        self.left = [9, 8, 7]
        self.odd = torch.tensor([0, *range(1, vocabulary, 2)])
        self.turn = 0

    def update(self, token: int) -> None:
        if self.required() is not None:
            assert token == self.left.pop(0)
        self.turn += 1

    def forbidden(self) -> torch.Tensor:
        return self.odd if self.left else self.odd[1:]

    def required(self) -> int | None:
        return self.left[0] if self.left and self.turn % 2 == 0 else None


def test_masks_forbid_and_require(gpt2: GPT2LMHeadModel) -> None:
    vocabulary = gpt2.config.vocab_size
    requests = [
        DecodeRequest(i, prompt, 2, Sampling(max_new_tokens=12), mask=lambda index: Countdown(vocabulary))
        for i, prompt in enumerate(prompts(5, vocabulary))
    ]
    free = DecodeRequest("free", (5, 6, 7), sampling=GREEDY)
    for result in decoder_of(gpt2).decode([*requests, free]):
        if result.tag == "free":
            assert result.tokens == generated(gpt2, (5, 6, 7))
            continue
        assert result.tokens[0:6:2] == (9, 8, 7)
        assert all(token % 2 == 0 for token in result.tokens[1::2] + result.tokens[6:])


class Nothing(Countdown):
    """Forbids everything."""

    def required(self) -> int | None:
        return None

    def forbidden(self) -> torch.Tensor:
        return torch.arange(len(self.odd) * 2)[: self.size]


def test_a_mask_that_forbids_everything_is_an_error(gpt2: GPT2LMHeadModel) -> None:
    vocabulary = gpt2.config.vocab_size

    def mask(index: int) -> Nothing:
        made = Nothing(vocabulary)
        made.size = vocabulary
        return made

    [result] = decoder_of(gpt2).decode([DecodeRequest("x", (5,), mask=mask)])
    assert result.finish_reason == "error"
    assert "forbids every token" in result.error


def test_stop_strings_and_stop_tokens(gpt2: GPT2LMHeadModel) -> None:
    decoder = decoder_of(gpt2)
    [whole] = decoder.decode([DecodeRequest("x", (5, 6, 7), sampling=GREEDY)])
    third = str(whole.tokens[2])
    sampling = Sampling(temperature=0.0, max_new_tokens=40, stop=(f" {third}",))
    [cut] = decoder.decode([DecodeRequest("x", (5, 6, 7), sampling=sampling)])
    assert cut.text == whole.text[: whole.text.index(f" {third}")]
    assert cut.finish_reason == "stop"
    [ended] = decoder.decode([DecodeRequest("x", (5, 6, 7), sampling=GREEDY, stop_tokens=(whole.tokens[4],))])
    assert ended.tokens == whole.tokens[: whole.tokens.index(whole.tokens[4])]
    assert ended.finish_reason == "stop"


def test_memory_is_stated_before_it_is_used(gpt2: GPT2LMHeadModel) -> None:
    runner = Gpt2Runner(gpt2, slots=8, context=128, arithmetic="fp32")
    stated = Gpt2Runner.memory(gpt2.config, slots=8, context=128, arithmetic="fp32")
    assert runner.cache.nbytes == 2 * 8 * 128 * 2 * 64 * 4
    assert runner.cache.nbytes < stated < runner.cache.nbytes + 4 * 2 * gpt2.num_parameters()
