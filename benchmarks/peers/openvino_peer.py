"""OpenVINO GenAI beside the engine: bf16, continuous batching, as many slots and threads as the engine has.

It lives in an environment of its own, for its exporter (optimum-intel) refuses this project's transformers: version 2.2.0
asks for transformers before 5.6 and huggingface-hub before 1.22, and cannot be imported with transformers 5.23. So
``openvino_worker.py`` runs under that environment's interpreter, stays alive and writes one workload each time it is
asked: rounds take turns with the other engines, and one clock times them all.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from benchmarks.engine import Workload

VARIABLE = "OPENVINO_PYTHON"
DEFAULT = Path(__file__).resolve().parents[2] / ".venv-openvino" / "bin" / "python"
WORKER = Path(__file__).with_name("openvino_worker.py")
#: Nothing is fetched, and nothing is told to anybody: OpenVINO's tools send usage figures unless they run under CI.
ALONE = {"HF_HUB_OFFLINE": "1", "CI": "true"}


def interpreter(named: str | None) -> Path | None:
    """The Python with OpenVINO GenAI: ``named``, else of the variable, else of the default folder; None without any.

    Raises SystemExit when the one that is asked for is not there.
    """
    asked = named or os.environ.get(VARIABLE)
    if asked:
        if not Path(asked).is_file():
            raise SystemExit(f"there is no Python interpreter at {asked}: `make bench-peers` makes {DEFAULT}")
        return Path(asked)
    return DEFAULT if DEFAULT.is_file() else None


@contextmanager
def openvino(
    python: Path | None, model: Any, *, slots: int, sampling: dict[str, float]
) -> Iterator[dict[str, Callable[[Workload], int]]]:
    """OpenVINO GenAI on the weights of ``model``, an engine under its name; none where ``python`` is None.

    Raises SystemExit with the worker's last words when it cannot start or dies.
    """
    if python is None:
        yield {}
        return
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(Path(folder, "model"))
        log = Path(folder, "log")
        with log.open("w") as words, _worker(python, words) as process:

            def ask(request: dict[str, Any]) -> dict[str, Any]:
                try:
                    print(json.dumps(request), file=process.stdin, flush=True)
                    return json.loads(process.stdout.readline())  # type: ignore[union-attr, no-any-return]
                except (BrokenPipeError, json.JSONDecodeError):
                    last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
                    raise SystemExit(f"OpenVINO GenAI under {python} ended:\n{last}") from None

            def run(work: Workload) -> int:
                return int(
                    ask({"prompts": work.prompts, "lengths": work.lengths, "candidates": work.candidates})["tokens"]
                )

            ask({"folder": folder, "slots": slots, "threads": torch.get_num_threads(), "sampling": sampling})
            yield {"openvino bf16": run}


@contextmanager
def _worker(python: Path, words: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [str(python), str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, text=True,
        env={**os.environ, **ALONE},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
