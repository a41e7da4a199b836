"""A tiny writer of the bundled kind: a real tokenizer over the corpus, random weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generation.engine.training.loop import Preset, presets, train


@pytest.fixture(scope="session")
def small_preset() -> Preset:
    return replace(
        presets()["smoke"], tokenizer_examples=600, vocabulary=1400, steps=4, evaluate_every=4, evaluate_examples=8
    )


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory, small_preset: Preset) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("writer")
    train(folder, small_preset, progress=False, device="cpu")
    return folder
