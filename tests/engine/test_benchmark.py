"""The benchmark runs and prints figures a machine can read; what they are is the machine's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.engine import main
from benchmarks.peers import openvino_peer


def test_figures_for_machines(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(openvino_peer.VARIABLE, raising=False)
    monkeypatch.setattr(openvino_peer, "DEFAULT", tmp_path / "not installed")
    main(["--quick", "--json", "--rounds", "1", "--model", str(model_dir)])
    printed = capsys.readouterr()
    figures = json.loads(printed.out)
    assert "openvino bf16" not in figures["tokens_per_s"]
    assert "without OpenVINO GenAI, which is not installed: `make bench-peers`" in printed.err
    assert {"naive", "default", "hf best", "ours fp32", "ours bf16", "modelled limit"} <= set(figures["tokens_per_s"])
    assert {"default/naive", "default/hf best", "ours 3 candidates/naive"} <= set(figures["ratios"])
    assert figures["models"][str(model_dir)]["tokens_per_s"] == figures["tokens_per_s"]
