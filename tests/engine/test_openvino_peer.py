"""OpenVINO GenAI in the benchmark: found where it is, named where it is missing, its failures told in its own words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from transformers import GPT2LMHeadModel

from benchmarks.engine import main
from benchmarks.peers import openvino_peer
from benchmarks.peers.openvino_peer import VARIABLE, interpreter, openvino


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(openvino_peer, "DEFAULT", tmp_path / "nowhere" / "python")


@pytest.fixture
def python(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a file in the place of an interpreter."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.touch()
        return path

    return make


def test_nothing_installed_means_no_peer() -> None:
    assert interpreter(None) is None


def test_option_goes_before_variable_and_variable_before_the_default(
    monkeypatch: pytest.MonkeyPatch, python: Callable[[str], Path]
) -> None:
    monkeypatch.setattr(openvino_peer, "DEFAULT", python("default"))
    assert interpreter(None) == python("default")
    monkeypatch.setenv(VARIABLE, str(python("variable")))
    assert interpreter(None) == python("variable")
    assert interpreter(str(python("option"))) == python("option")


def test_a_missing_interpreter_that_was_asked_for_stops_the_benchmark(tmp_path: Path) -> None:
    asked = str(tmp_path / "missing")
    with pytest.raises(SystemExit, match=r"no Python interpreter at .*missing: `make bench-peers`"):
        main(["--quick", "--openvino", asked])


def test_the_variable_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(SystemExit, match="no Python interpreter at"):
        main(["--quick"])


def test_no_interpreter_no_engine(gpt2: GPT2LMHeadModel) -> None:
    with openvino(None, gpt2, slots=4, sampling={}) as engines:
        assert engines == {}


def test_an_environment_without_openvino_says_what_it_lacks(gpt2: GPT2LMHeadModel) -> None:
    with (
        pytest.raises(SystemExit, match=r"(?s)OpenVINO GenAI under .* ended:.*No module named 'openvino'"),
        openvino(Path(sys.executable), gpt2, slots=4, sampling={}),
    ):
        pass
