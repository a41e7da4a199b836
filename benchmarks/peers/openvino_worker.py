"""Writes workloads with OpenVINO GenAI: the process that ``openvino_peer.py`` starts and talks to by lines of JSON.

The first line says ``folder`` (with the model in ``model``), ``slots``, ``threads`` and ``sampling``; it is answered when
the model is exported and loaded. Each line after it says ``prompts`` (token ids), ``lengths`` and ``candidates``; the
answer says how many ``tokens`` were written. Runs under its own interpreter and imports nothing of this project.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import openvino_genai
from optimum.exporters.openvino import main_export

#: Prompt tokens of one step, as many as the engine reads at once.
STEP_TOKENS = 1024
#: Gigabytes; more than the slots of GPT-2 124M fill, so that no text is put off for want of room.
CACHE_GB = 2


def open_pipeline(folder: Path, *, slots: int, threads: int) -> openvino_genai.ContinuousBatchingPipeline:
    """Exports the model in ``folder`` and loads it for the CPU in bf16; the cache has OpenVINO's default precision."""
    exported = folder / "openvino"
    main_export(
        str(folder / "model"), exported, task="text-generation-with-past", library_name="transformers", stateful=True
    )
    scheduler = openvino_genai.SchedulerConfig()
    scheduler.max_num_seqs = slots
    scheduler.max_num_batched_tokens = STEP_TOKENS
    scheduler.cache_size = CACHE_GB
    # Every round writes the same prompts: what was read in the last one must be read again.
    scheduler.enable_prefix_caching = False
    properties = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": threads}
    return openvino_genai.ContinuousBatchingPipeline(exported, scheduler, "CPU", properties)


def write(pipeline: openvino_genai.ContinuousBatchingPipeline, work: dict[str, Any], sampling: dict[str, float]) -> int:
    """Continues each prompt by its length, ``candidates`` times; the number of tokens written."""
    prompts = [openvino.Tensor(np.array([prompt], dtype=np.int64)) for prompt in work["prompts"]]
    configs = [
        openvino_genai.GenerationConfig(
            max_new_tokens=length, ignore_eos=True, do_sample=True, num_return_sequences=work["candidates"], **sampling
        )
        for length in work["lengths"]
    ]
    results = pipeline.generate(prompts, configs)
    return sum(len(tokens) for result in results for tokens in result.m_generation_ids)


def main() -> None:
    """Answer line by line until the other side closes."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    # What libraries print must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = json.loads(sys.stdin.readline())
    pipeline = open_pipeline(Path(settings["folder"]), slots=settings["slots"], threads=settings["threads"])
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        tokens = write(pipeline, json.loads(line), settings["sampling"])
        print(json.dumps({"tokens": tokens}), file=answers, flush=True)


if __name__ == "__main__":
    main()
