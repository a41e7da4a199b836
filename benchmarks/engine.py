"""Tokens per second of the engine beside its peers: ``python -m benchmarks.engine [--quick] [--json] [--model DIR]``.

All engines write the same prompts with the same sampling, in turn, round after round; the medians of the rounds are
reported. Machines are noisy: trust the ratios of one run, and no difference below a quarter. Weights are random unless
the bundled model is there: speed depends on shapes only. OpenVINO GenAI takes part where ``make bench-peers`` was run.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.utils import logging as transformers_logging

from benchmarks.peers.openvino_peer import interpreter, openvino
from generation.engine.contract import Sampling
from generation.engine.decoder import Decoder, DecodeRequest, Ending, Gpt2Runner
from generation.engine.decoder.cache import cache_bytes
from generation.engine.decoder.linear import Linear, int8_works
from generation.engine.decoder.open import default_dtype

BUNDLED = Path(__file__).resolve().parent.parent / "generation" / "bundled"
SLOTS = 64
CONTEXT = 384
TOP = {"top_k": 50, "top_p": 0.95, "temperature": 0.9}
#: Texts of random length: mean about 90 tokens, at most 200.
MEAN_LENGTH, MOST_LENGTH = 90, 200

Engine = Callable[["Workload"], int]
Admission = Literal["refill", "compacting", "static"]


@dataclass(frozen=True)
class Workload:
    """``prompts`` to continue by ``lengths[i]`` tokens each, ``candidates`` times."""

    prompts: list[tuple[int, ...]]
    lengths: list[int]
    candidates: int = 1

    def part(self, count: int) -> Workload:
        """The first ``count`` prompts."""
        return Workload(self.prompts[:count], self.lengths[:count], self.candidates)


def workload(vocabulary: int, *, prompts: int, new_tokens: int | None, candidates: int = 1) -> Workload:
    """Prompts of 60 to 117 random tokens; ``new_tokens`` None draws a length for each text."""
    chance = random.Random(2026)
    texts = [tuple(chance.randrange(vocabulary) for _ in range(chance.randint(60, 117))) for _ in range(prompts)]
    drawn = [min(MOST_LENGTH, 1 + int(chance.expovariate(1 / MEAN_LENGTH))) for _ in range(prompts)]
    return Workload(texts, [new_tokens] * prompts if new_tokens else drawn, candidates)


def naive(model: Any) -> Engine:
    """The tutorial loop: one ``generate`` per prompt, fp32."""

    def run(work: Workload) -> int:
        for prompt, length in zip(work.prompts, work.lengths, strict=True):
            _generate(model, [prompt], length, work.candidates)
        return sum(work.lengths) * work.candidates

    return run


def batched(model: Any, size: int) -> Engine:
    """Hugging Face ``generate`` on padded batches of ``size`` sequences; a batch runs as long as its longest text."""

    def run(work: Workload) -> int:
        prompts = max(1, size // work.candidates)
        for start in range(0, len(work.prompts), prompts):
            chunk = slice(start, start + prompts)
            _generate(model, work.prompts[chunk], max(work.lengths[chunk]), work.candidates)
        return sum(work.lengths) * work.candidates

    return run


@torch.inference_mode()
def _generate(model: Any, prompts: Sequence[Sequence[int]], length: int, candidates: int) -> None:
    width = max(map(len, prompts))
    tokens = torch.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in prompts])
    attention = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    model.generate(
        tokens, attention_mask=attention, do_sample=True, num_return_sequences=candidates, pad_token_id=0,
        eos_token_id=None, min_new_tokens=length, max_new_tokens=length, **TOP,
    )  # fmt: skip


def ours(decoder: Decoder, admission: Admission = "refill") -> Engine:
    """The engine. Without "refill" the next texts enter when all slots are free: "compacting" lets finished texts leave
    theirs, "static" computes them on to the longest text of the set, as batched ``generate`` does.
    """

    def run(work: Workload) -> int:
        size = len(work.prompts) if admission == "refill" else max(1, SLOTS // work.candidates)
        for start in range(0, len(work.prompts), size):
            prompts, lengths = work.prompts[start : start + size], work.lengths[start : start + size]
            if admission == "static":
                lengths = [max(lengths)] * len(lengths)
            requests = [
                DecodeRequest(number, prompt, work.candidates, Sampling(max_new_tokens=length, **TOP))
                for number, (prompt, length) in enumerate(zip(prompts, lengths, strict=True))
            ]
            for _ in decoder.decode(requests):
                pass
        return sum(work.lengths) * work.candidates

    return run


def modelled_limit(config: Any, work: Workload) -> float:
    """Tokens per second if every step took the time of its bf16 products and cache reads at this machine's best rate."""
    rows, width = 512, 1536
    weight, many = torch.randn(width, width), torch.randn(rows, width).bfloat16()
    product = Linear(weight, None, torch.bfloat16)
    rate = 2 * rows * width * width / _best(lambda: product(many))
    block = torch.zeros(64_000_000)
    bandwidth = block.nbytes / _best(lambda: block.sum())
    new = statistics.mean(work.lengths)
    prompt = statistics.mean(map(len, work.prompts))
    layer_weights = 12 * config.n_embd**2 * config.n_layer
    read = prompt / work.candidates * 2 * layer_weights / rate
    each = 2 * (layer_weights + config.n_embd * config.vocab_size) / rate
    held = cache_bytes(slots=1, context=round(prompt + new / 2), width=config.n_layer * config.n_embd, element_bytes=2)
    return new / (read + new * (each + held / bandwidth))


def _best(action: Callable[[], Any]) -> float:
    times = []
    for _ in range(15):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)


def medians(engines: dict[str, tuple[Engine, Workload]], rounds: int) -> dict[str, float]:
    """Tokens per second of each engine: every round runs all of them in turn."""
    for engine, work in engines.values():
        engine(work.part(2))
    rates: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds):
        for name, (engine, work) in engines.items():
            started = time.perf_counter()
            tokens = engine(work)
            rates[name].append(tokens / (time.perf_counter() - started))
            print(f"  round {number + 1} {name}: {rates[name][-1]:.0f} tokens/s", file=sys.stderr)
    return {name: statistics.median(values) for name, values in rates.items()}


@torch.inference_mode()
def measure(model: Any, *, quick: bool, rounds: int, openvino_python: Path | None) -> dict[str, Any]:
    """All workloads on one model: tokens per second, ratios, occupancy and memory of the default engine."""
    transformers_logging.set_verbosity_error()
    config = model.config
    half = GPT2LMHeadModel(config).to(torch.bfloat16).eval()
    half.load_state_dict(model.state_dict())
    default = "bf16" if default_dtype("cpu") == torch.bfloat16 else "fp32"
    runners = {
        kind: Decoder(Gpt2Runner(model, slots=SLOTS, context=CONTEXT, arithmetic=kind), Ending(()))
        for kind in ("fp32", "bf16", *(["int8"] if int8_works() else []))
    }
    size = 64 if quick else 128
    tokens = 48 if quick else 128
    fixed = workload(config.vocab_size, prompts=size, new_tokens=tokens)
    three = workload(config.vocab_size, prompts=size // 2, new_tokens=tokens, candidates=3)
    mixed = workload(config.vocab_size, prompts=2 * size, new_tokens=None)
    few = 2 if quick else 3
    batches = (32,) if quick else (16, 64)
    engines: dict[str, tuple[Engine, Workload]] = {
        "naive": (naive(model), fixed.part(few)),
        **{f"hf bf16 b{b}": (batched(half, b), fixed.part(b)) for b in batches},
        **{f"ours {kind}": (ours(decoder), fixed) for kind, decoder in runners.items()},
        "ours 3 candidates": (ours(runners[default]), three),
    }
    if not quick:
        engines["naive 3 candidates"] = (naive(model), three.part(2))
        engines["ours random lengths"] = (ours(runners[default]), mixed)
        engines["ours random lengths, compacting batch"] = (ours(runners[default], "compacting"), mixed)
        engines["ours random lengths, static batch"] = (ours(runners[default], "static"), mixed)
    with openvino(openvino_python, model, slots=SLOTS, sampling=TOP) as peers:
        engines |= {name: (peer, fixed) for name, peer in peers.items()}
        rates = medians(engines, rounds)
    rates["default"] = rates[f"ours {default}"]
    rates["hf best"] = max(rate for name, rate in rates.items() if name.startswith("hf "))
    rates["modelled limit"] = modelled_limit(config, fixed)
    pairs = [
        ("default", "naive"), ("ours int8", "naive"), ("ours fp32", "naive"), ("ours 3 candidates", "naive"),
        ("default", "hf best"), ("default", "openvino bf16"),
        ("default", "modelled limit"), ("ours random lengths", "ours random lengths, static batch"),
        ("ours random lengths", "ours random lengths, compacting batch"),
    ]  # fmt: skip
    pairs = [(one, other) for one, other in pairs if one in rates and other in rates]
    stats = runners[default].stats
    return {
        "tokens_per_s": {name: round(rate, 1) for name, rate in rates.items()},
        "ratios": {f"{one}/{other}": round(rates[one] / rates[other], 2) for one, other in pairs},
        "default_arithmetic": default,
        "kernel": runners[default].runner.kernel,  # type: ignore[attr-defined]
        "occupancy": round(stats.occupancy, 3),
        "memory_mb": round(Gpt2Runner.memory(config, slots=SLOTS, context=CONTEXT, arithmetic=default) / 2**20),
    }


def load(name: str) -> Any:
    """The model "small" (the bundled one, or random weights of its shape), "124m" (random weights) or a folder."""
    torch.manual_seed(1)
    if name == "124m":
        return GPT2LMHeadModel(GPT2Config(bos_token_id=0, eos_token_id=0)).eval()
    folder = BUNDLED if name == "small" else Path(name)
    if (folder / "config.json").exists():
        return GPT2LMHeadModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
    if name != "small":
        raise SystemExit(f"there is no model in {name}")
    shape = {"n_layer": 7, "n_embd": 384, "n_head": 6, "vocab_size": 16_000, "n_positions": 1024}
    return GPT2LMHeadModel(GPT2Config(**shape, bos_token_id=0, eos_token_id=0)).eval()


def table(name: str, figures: dict[str, Any]) -> str:
    """The figures of one model as a Markdown table."""
    rates = figures["tokens_per_s"]
    lines = [f"### {name}", "", "| engine | tokens/s | × naive |", "|---|---:|---:|"]
    lines += [f"| {engine} | {rate:,.0f} | {rate / rates['naive']:.1f} |" for engine, rate in rates.items()]
    lines += ["", ", ".join(f"{pair} {ratio}" for pair, ratio in figures["ratios"].items())]
    lines += [
        f"default: {figures['default_arithmetic']}, kernel: {figures['kernel']}, {figures['memory_mb']} MB reserved"
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print. ``--json`` prints the small model's figures at the top, all models' under "models"."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print figures for machines to read")
    parser.add_argument("--quick", action="store_true", help="the small model and short texts only, within a minute")
    parser.add_argument("--model", action="append", help='a folder, "small" or "124m"; may be repeated')
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--openvino", metavar="PYTHON",
        help="the interpreter of an environment with OpenVINO GenAI (else $OPENVINO_PYTHON, else .venv-openvino)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    openvino_python = interpreter(options.openvino)
    if openvino_python is None:
        print("  without OpenVINO GenAI, which is not installed: `make bench-peers`", file=sys.stderr)
    names = options.model or (["small"] if options.quick else ["small", "124m"])
    models = {
        name: measure(load(name), quick=options.quick, rounds=options.rounds, openvino_python=openvino_python)
        for name in names
    }
    if options.json:
        print(json.dumps({**models[names[0]], "threads": torch.get_num_threads(), "models": models}))
    else:
        print("\n\n".join(table(name, figures) for name, figures in models.items()))


if __name__ == "__main__":
    main()
