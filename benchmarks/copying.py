"""Pointers against plain copying, at small scale: ``python -m benchmarks.copying [--steps 600] [--json]``.

Two models of the same size learn from the same briefs for the same number of steps. One refers to values by pointers,
as the bundled writer does; the other spells them out. Both then write briefs of held-out categories with made-up values,
each text sampled freely: no mask, no second try. What is counted is how many of a brief's values the text has.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

from generation.engine.contract import Sampling
from generation.engine.corpus.generator import Example, Source, examples
from generation.engine.decoder import Decoder, DecodeRequest, Ending, Gpt2Runner
from generation.engine.pointers.mend import Filling, fill_pointers
from generation.engine.pointers.prompt import Plan
from generation.engine.training.evaluate import facts_present
from generation.engine.training.loop import Preset, presets, train

_POINTER = re.compile(r"<[kvc](\d+)>")
#: Kinds of copy that say chosen facts of a product.
KINDS = ("description", "highlights", "seo_description", "generic")


def spelt(example: Example) -> Example:
    """The example with every value, key and name written out."""
    plan = example.plan
    assert plan is not None
    filling = Filling(plan.language, plan.name, plan.noun, plan.brand, plan.facts)
    return replace(example, text=fill_pointers(example.text, filling))


def pointed(seed: int, *, held_out: bool = False) -> Iterator[Example]:
    """Product copy with pointers, as the bundled writer learns it."""
    return examples(seed, held_out=held_out, kinds=KINDS)


def plain(seed: int, *, held_out: bool = False) -> Iterator[Example]:
    """The same texts, spelt out."""
    return map(spelt, pointed(seed, held_out=held_out))


def run(preset: Preset, source: Source, briefs: int) -> dict[str, float]:
    """Train one model and measure it: shares of values and names present, and the training's minutes."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        train(Path(folder), preset, progress=False, source=source)
        minutes = (time.monotonic() - began) / 60
        return {**measured(Path(folder), source, briefs), "minutes": round(minutes, 1)}


def measured(folder: Path, source: Source, briefs: int) -> dict[str, float]:
    """Sample a text for each of ``briefs`` held-out briefs and count."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
    ending = Ending((tokenizer.eos_token_id,), lambda tokens: tokenizer.decode(tokens, skip_special_tokens=False))
    decoder = Decoder(Gpt2Runner(model, slots=32, context=model.config.n_positions, arithmetic="fp32"), ending)
    asked = list(itertools.islice(source(77_000, held_out=True), briefs))
    requests = [
        DecodeRequest(
            number,
            tuple(tokenizer(example.prompt, add_special_tokens=False)["input_ids"]),
            sampling=Sampling(temperature=0.8, max_new_tokens=160, seed=number),
        )
        for number, example in enumerate(asked)
    ]
    there = wanted = named = 0
    for result in decoder.decode(requests):
        plan = asked[result.tag].plan
        assert plan is not None
        text = filled(result.text, plan)
        present = facts_present(text, [fact.value for fact in plan.facts if not fact.polarity])
        there, wanted = there + sum(present), wanted + len(present)
        named += plan.unnamed or plan.name.casefold() in text.casefold()
    return {"values_present": round(there / max(1, wanted), 4), "names_present": round(named / briefs, 4)}


def filled(text: str, plan: Plan) -> str:
    """Values in place of pointers; without a mask a model may point at what is not there, which leaves nothing."""
    written = _POINTER.sub(lambda found: found[0] if int(found[1]) <= len(plan.facts) else "", text)
    return fill_pointers(written, Filling(plan.language, plan.name, plan.noun, plan.brand, plan.facts))


def main() -> None:
    """Measure both ways and print them side by side."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copying", description=__doc__)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--briefs", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    preset = replace(
        presets()["cpu"], layers=4, width=192, heads=3, vocabulary=6000, tokenizer_examples=6000, steps=options.steps,
        evaluate_every=options.steps, evaluate_examples=64, warmup=60,
    )  # fmt: skip
    ways = {"pointers": pointed, "plain copying": plain}
    told = {name: run(preset, source, options.briefs) for name, source in ways.items()}
    if options.json:
        print(json.dumps({"steps": options.steps, "ways": told}))
        return
    for name, figures in told.items():
        print(f"{name:<14} {figures['values_present']:>6.1%} of values, {figures['names_present']:>6.1%} of names, "
              f"{figures['minutes']} minutes")  # fmt: skip


if __name__ == "__main__":
    main()
