"""``python -m generation.engine.training OUTPUT --preset cpu``: the trainer without Django."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from generation.engine.training.loop import presets, train


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train the bundled writer.")
    parser.add_argument("output", type=Path, help="directory for weights, tokenizer and curves")
    parser.add_argument("--preset", choices=sorted(presets()), default="cpu")
    parser.add_argument("--steps", type=int, help="instead of the preset's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="continue the checkpoint in OUTPUT")
    parser.add_argument("--from", dest="start_from", type=Path, help="begin with the weights of this directory")
    parser.add_argument("--learning-rate", type=float, help="instead of the preset's")
    parser.add_argument("--device", default="", help="cpu or cuda; the better one by default")
    options = parser.parse_args()
    preset = presets()[options.preset]
    if options.steps:
        preset = replace(preset, steps=options.steps)
    if options.learning_rate:
        preset = replace(preset, learning_rate=options.learning_rate)
    report = train(
        options.output,
        preset,
        seed=options.seed,
        resume=options.resume,
        start_from=options.start_from,
        device=options.device,
    )
    print(json.dumps({"steps": report.steps, "loss": report.last_loss, "held_out_loss": report.held_out_loss}))


if __name__ == "__main__":
    main()
