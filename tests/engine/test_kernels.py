"""The native kernels load wherever they can be built, so that no slow decoder goes unnoticed, and nothing needs them."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from generation.engine.contract import Sampling
from generation.engine.decoder import Decoder, DecodeRequest, Ending, Gpt2Runner
from generation.engine.decoder.native import attention_kernel, forward_kernel, sampling_kernel
from generation.engine.decoder.native.build import library
from generation.engine.decoder.sampling import SlotSampler

PROMPTS = [(5, 9, 3), (7, 2, 8, 1, 4), (6,)]


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing built or tried before: every test builds in a folder of its own."""
    monkeypatch.delenv("OPSPORTAL_KERNEL", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    remembered = (library, attention_kernel, forward_kernel, sampling_kernel)
    for answer in remembered:
        answer.cache_clear()
    yield
    for answer in remembered:
        answer.cache_clear()


def test_kernels_load_where_there_is_a_compiler(gpt2: GPT2LMHeadModel) -> None:
    possible = platform.system() == "Linux" and bool(shutil.which("g++") or shutil.which("c++"))
    assert (attention_kernel() is not None) == possible
    assert (sampling_kernel() is not None) == possible
    assert Gpt2Runner(gpt2, slots=2).kernel == ("attention" if possible else None)
    assert (SlotSampler(2, 400)._kernel is not None) == possible
    whole = possible and torch.cpu._is_avx512_bf16_supported() and not torch.cpu._is_amx_tile_supported()
    assert (forward_kernel() is not None) == whole
    assert Gpt2Runner(gpt2, slots=2, arithmetic="bf16").kernel == (
        "forward" if whole else "attention" if possible else None
    )


@torch.inference_mode()
@pytest.mark.parametrize("threads", [1, 3])
def test_long_prompts_are_read_the_same_alone_and_together(
    gpt2: GPT2LMHeadModel, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    texts = [tuple((7 * place + size) % 400 for place in range(size)) for size in (150, 1, 64, 201)]
    together = Gpt2Runner(gpt2, slots=4, arithmetic="bf16").prefill(texts, (2, 0, 3, 1)).float()
    for text, got in zip(texts, together, strict=True):
        runner = Gpt2Runner(gpt2, slots=1, arithmetic="bf16")
        alone = runner.prefill([text], [0])[0].float()
        want = gpt2(torch.tensor([text])).logits[0, -1]
        assert torch.corrcoef(torch.stack([want, got]))[0, 1] > 0.99
        if runner.kernel == "forward":
            assert torch.equal(alone, got)


def no_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))


def failing_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = folder / "g++"
    compiler.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSPORTAL_KERNEL", "off")


@pytest.mark.parametrize("without", [no_compiler, failing_compiler, switched_off])
def test_all_works_without_kernels(
    gpt2: GPT2LMHeadModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without
) -> None:
    without(tmp_path, monkeypatch)
    assert attention_kernel() is None
    assert sampling_kernel() is None
    assert forward_kernel() is None
    assert Gpt2Runner(gpt2, slots=2, arithmetic="bf16").kernel is None
    runner = Gpt2Runner(gpt2, slots=2)
    assert runner.kernel is None
    greedy = Sampling(temperature=0.0, max_new_tokens=20)
    written = Decoder(runner, Ending(())).decode(
        DecodeRequest(number, prompt, sampling=greedy) for number, prompt in enumerate(PROMPTS)
    )
    assert {result.tag: result.tokens for result in written} == {
        number: most_likely(gpt2, prompt, 20) for number, prompt in enumerate(PROMPTS)
    }


@torch.inference_mode()
def most_likely(model: GPT2LMHeadModel, prompt: tuple[int, ...], count: int) -> tuple[int, ...]:
    tokens = list(prompt)
    for _ in range(count):
        tokens.append(int(model(torch.tensor([tokens])).logits[0, -1].argmax()))
    return tuple(tokens[len(prompt) :])
