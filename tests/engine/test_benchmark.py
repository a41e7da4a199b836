"""The benchmarks run and print figures a machine can read; what they are is the machine's business."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.engine import main
from benchmarks.peers import openvino_peer
from benchmarks.report import pipeline_table
from benchmarks.writing import rate, sustained
from generation.engine import Brief, Fact, WriteRequest


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


def test_a_sustained_rate_leaves_out_ramp_up_and_tail() -> None:
    # One a second; the first comes late, the last three later.
    assert sustained([30.0, *(40.0 + second for second in range(96)), 200.0, 300.0, 400.0]) == pytest.approx(60)
    # By transactions of ten every ten seconds, whole ones on both sides.
    assert sustained([float(number // 10 * 10) for number in range(200)]) == pytest.approx(60)
    assert sustained([1.0, 1.0, 1.0]) == 0.0
    assert sustained([]) == 0.0


def test_a_writer_alone_is_measured_in_processes() -> None:
    brief = Brief(copy_kind="description", language="en", name="Wave", facts=(Fact("Weight", "19", "g"),))
    requests = [WriteRequest(str(number), brief=brief, candidates=2) for number in range(200)]
    assert rate("template", {}, requests, processes=2) > 0


def test_the_pipelines_figures_become_a_table() -> None:
    run = {
        "database": "sqlite", "products": 2000, "drafts": 4000, "workers": 2, "drafts_per_minute": 2900.4,
        "sustained_per_minute": 3600.1, "engine_per_minute": 4000.0, "ratio": 0.9, "cold_start_s": 9.5,
        "occupancy": None, "peak_memory_mb": 1400,
    }  # fmt: skip
    last = pipeline_table([run]).splitlines()[-1]
    assert last == "| sqlite | 2,000 | 4,000 | 2 | 2,900 | 3,600 | 4,000 | 0.90 | 9.5 s | – | 1,400 MB |"
