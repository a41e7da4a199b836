"""Architectures beside GPT-2: over slots where their attention allows it, by plain ``generate`` elsewhere."""

from __future__ import annotations

import pytest
import torch
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from generation.engine.contract import Sampling
from generation.engine.decoder import Decoder, DecodeRequest
from generation.engine.decoder.generate import GenerateDecoder
from generation.engine.decoder.hf import CacheRunner
from generation.engine.decoder.open import open_decoder
from generation.engine.decoder.stops import Ending

COMMON = {"vocab_size": 120, "hidden_size": 32, "num_hidden_layers": 2, "bos_token_id": 0, "eos_token_id": 0}
ATTENTION = {**COMMON, "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": 128}
WITH_SLOTS = [
    (LlamaForCausalLM, LlamaConfig(**ATTENTION, num_key_value_heads=2)),
    (Qwen2ForCausalLM, Qwen2Config(**ATTENTION, num_key_value_heads=2)),
    (GPTNeoXForCausalLM, GPTNeoXConfig(**ATTENTION)),
    (MistralForCausalLM, MistralConfig(**ATTENTION, num_key_value_heads=2, sliding_window=64)),
]
OTHERS = [
    (MambaForCausalLM, MambaConfig(**COMMON, state_size=4)),
    (
        BloomForCausalLM,
        BloomConfig(vocab_size=120, hidden_size=32, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0),
    ),
]
PROMPTS = [(5, 6, 7, 8, 9, 10), (3, 2), (17, 4, 40, 3), (90,)]


def made(factory: type[PreTrainedModel], config) -> PreTrainedModel:
    torch.manual_seed(5)
    model = factory(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(5)
    return model


def open_for(model: PreTrainedModel, slots: int = 3):
    return open_decoder(model, Ending((0,)), dtype=torch.float32, slots=slots, context=100, memory=1 << 30)


def generated(model: PreTrainedModel, prompt: tuple[int, ...]) -> tuple[int, ...]:
    tokens = torch.tensor([prompt])
    output = model.generate(
        tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=15, pad_token_id=0
    )
    written = output[0, len(prompt) :].tolist()
    return tuple(written[: written.index(0)] if 0 in written else written)


@pytest.mark.parametrize(("factory", "config"), WITH_SLOTS, ids=lambda value: getattr(value, "__name__", ""))
def test_attention_models_are_decoded_over_slots(factory: type[PreTrainedModel], config) -> None:
    model = made(factory, config)
    decoder = open_for(model)
    assert isinstance(decoder, Decoder)
    sampling = Sampling(temperature=0.0, max_new_tokens=15)
    results = list(decoder.decode(DecodeRequest(prompt, prompt, 2, sampling) for prompt in PROMPTS))
    wanted = {prompt: generated(model, prompt) for prompt in PROMPTS}
    assert [result.tokens for result in results] == [wanted[result.tag] for result in results]
    assert len(results) == 8


def test_a_sliding_window_bounds_the_context() -> None:
    factory, config = WITH_SLOTS[-1]
    runner = CacheRunner.open(made(factory, config), slots=2, context=100)
    assert runner is not None
    assert runner.context == 64


@pytest.mark.parametrize(("factory", "config"), OTHERS, ids=lambda value: getattr(value, "__name__", ""))
def test_other_models_are_decoded_the_plain_way(factory: type[PreTrainedModel], config) -> None:
    model = made(factory, config)
    decoder = open_for(model)
    assert isinstance(decoder, GenerateDecoder)
    sampling = Sampling(max_new_tokens=6, seed=3)
    results = list(decoder.decode(DecodeRequest(prompt, prompt, 2, sampling) for prompt in PROMPTS))
    assert len(results) == 8
    again = list(decoder.decode(DecodeRequest(prompt, prompt, 2, sampling) for prompt in PROMPTS[2:]))
    assert [result.tokens for result in again] == [result.tokens for result in results[4:]]


def test_the_plain_way_says_what_it_cannot_do() -> None:
    factory, config = OTHERS[0]
    [result] = open_for(made(factory, config)).decode([DecodeRequest("x", (1,), mask=lambda index: None)])
    assert result.finish_reason == "error"
    assert "masks" in result.error


def test_slots_follow_memory() -> None:
    factory, config = WITH_SLOTS[0]
    one_slot = 2 * 100 * 2 * 16 * 4
    decoder = open_decoder(
        made(factory, config), Ending((0,)), dtype=torch.float32, slots=64, context=100, memory=5 * one_slot
    )
    assert isinstance(decoder, Decoder)
    assert decoder.runner.slots == 5
