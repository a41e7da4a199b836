"""The benchmark runs and prints figures a machine can read; what they are is the machine's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.engine import main


def test_figures_for_machines(model_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--json", "--rounds", "1", "--model", str(model_dir)])
    figures = json.loads(capsys.readouterr().out)
    assert {"naive", "default", "hf best", "ours fp32", "ours bf16", "modelled limit"} <= set(figures["tokens_per_s"])
    assert {"default/naive", "default/hf best", "ours 3 candidates/naive"} <= set(figures["ratios"])
    assert figures["models"][str(model_dir)]["tokens_per_s"] == figures["tokens_per_s"]
