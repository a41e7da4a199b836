from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from transformers import GPT2LMHeadModel

from generation.engine.training.loop import presets, train


def test_the_smoke_preset_learns_within_its_steps(tmp_path):
    torch.set_num_threads(1)
    report = train(tmp_path, presets()["smoke"], progress=False, device="cpu")
    assert report.last_loss < report.first_loss - 1
    model = GPT2LMHeadModel.from_pretrained(tmp_path)
    assert model.config.n_layer == presets()["smoke"].layers
    assert (tmp_path / "training.json").exists()


def test_resuming_is_exact(tmp_path, small_preset):
    torch.set_num_threads(1)
    whole = replace(small_preset, steps=6, evaluate_every=3)
    train(tmp_path / "whole", whole, progress=False, device="cpu")

    class Stopped(Exception):
        pass

    def stop(step, model):
        if step == 3:
            raise Stopped

    with pytest.raises(Stopped):
        train(tmp_path / "parts", whole, progress=False, device="cpu", on_evaluation=stop)
    train(tmp_path / "parts", whole, progress=False, device="cpu", resume=True)
    one = GPT2LMHeadModel.from_pretrained(tmp_path / "whole").state_dict()
    other = GPT2LMHeadModel.from_pretrained(tmp_path / "parts").state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_resuming_nothing_is_an_error(tmp_path, small_preset):
    with pytest.raises(FileNotFoundError, match="without resuming"):
        train(tmp_path, small_preset, resume=True, progress=False)
