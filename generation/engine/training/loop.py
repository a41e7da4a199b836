"""The training loop: AdamW, bf16 autocast where the hardware has it, gradient accumulation, cosine schedule, exact resume."""

from __future__ import annotations

import json
import math
import random
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from generation.engine.corpus.generator import Source, examples
from generation.engine.decoder.open import default_dtype
from generation.engine.pointers.tokens import END, PAD, token_id
from generation.engine.training.curves import draw
from generation.engine.training.data import Batch, Batches
from generation.engine.training.tokenizer import train_tokenizer

_PRESETS = Path(__file__).with_name("presets.toml")
_EVALUATION_SEED = 990_000


@dataclass(frozen=True, slots=True)
class Preset:
    """Size of the model and course of the training; see ``presets.toml``."""

    layers: int
    width: int
    heads: int
    vocabulary: int
    context: int
    tokenizer_examples: int
    batch: int
    accumulate: int
    pool: int
    steps: int
    warmup: int
    learning_rate: float
    evaluate_every: int
    evaluate_examples: int


def presets() -> dict[str, Preset]:
    """The presets by name."""
    return {name: Preset(**entry) for name, entry in tomllib.loads(_PRESETS.read_text(encoding="utf-8")).items()}


@dataclass(slots=True)
class Report:
    """What a run came to. ``curve`` rows: step, loss, held-out loss or ``None``, learning rate, seconds."""

    steps: int
    first_loss: float
    last_loss: float
    held_out_loss: float
    tokens: int
    seconds: float
    curve: list[dict[str, float | int | None]]


def train(
    output: Path,
    preset: Preset,
    *,
    seed: int = 1,
    resume: bool = False,
    start_from: Path | None = None,
    device: str = "",
    progress: bool = True,
    on_evaluation: Callable[[int, GPT2LMHeadModel], None] | None = None,
    source: Source = examples,
) -> Report:
    """Train a writer into ``output`` (a directory that ``GPT2LMHeadModel.from_pretrained`` loads).

    ``resume`` continues ``output``'s checkpoint exactly; raises ``FileNotFoundError`` when there is none.
    ``start_from`` begins with the weights and tokenizer of another run and a fresh schedule.
    ``on_evaluation`` is called with the step and the model after each evaluation. ``source`` gives the examples.
    """
    output.mkdir(parents=True, exist_ok=True)
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(seed)
    random.seed(seed)
    checkpoint = output / "checkpoint.pt"
    if resume and not checkpoint.exists():
        raise FileNotFoundError(f"{checkpoint} is not there: start without resuming")
    tokenizer = _tokenizer(output if resume else start_from, preset, seed=seed, source=source)
    model = _model(preset, tokenizer)
    if start_from and not resume:
        model.load_state_dict(GPT2LMHeadModel.from_pretrained(start_from, dtype=torch.float32).state_dict())
    model.to(place)  # type: ignore[arg-type]
    optimiser = _optimiser(model, preset.learning_rate)
    run = _Run(preset, model, optimiser, place)
    if resume:
        run.restore(torch.load(checkpoint, map_location=place, weights_only=False))
    data = Batches(tokenizer, seed=seed, batch=preset.batch, pool=preset.pool, context=preset.context, source=source)
    held_out = _held_out(tokenizer, preset, source)
    started = time.monotonic() - run.seconds
    stream = data.stream(skip=run.step * preset.accumulate)
    with tqdm(total=preset.steps, initial=run.step, disable=not progress, unit="step") as bar:
        while run.step < preset.steps:
            loss = run.learn([next(stream) for _ in range(preset.accumulate)])
            run.seconds = time.monotonic() - started
            bar.update()
            if run.step % 20 == 0 or run.step == 1:
                run.note(loss, None)
                bar.set_postfix(loss=f"{loss:.3f}", tokens=f"{run.tokens / max(run.seconds, 1e-9):.0f}/s")
            if run.step % preset.evaluate_every == 0 or run.step == preset.steps:
                run.note(loss, run.loss_on(held_out))
                save(output, model, tokenizer)
                torch.save(run.state(), checkpoint)
                _write_curve(output, run)
                if on_evaluation:
                    on_evaluation(run.step, model)
    last = [float(row["loss"] or 0) for row in run.curve[-6:]]
    held = [float(row["held_out_loss"]) for row in run.curve if row["held_out_loss"] is not None]
    return Report(
        run.step,
        float(run.curve[0]["loss"] or 0),
        sum(last) / len(last),
        held[-1],
        run.tokens,
        run.seconds,
        run.curve,
    )


def save(output: Path, model: GPT2LMHeadModel, tokenizer: PreTrainedTokenizerFast) -> None:
    """Write weights (fp16), tokenizer and generation settings to ``output``."""
    half = {name: tensor.detach().to("cpu", torch.float16) for name, tensor in model.state_dict().items()}
    # The output layer is the embedding again; loading ties them.
    half.pop("lm_head.weight")
    model.save_pretrained(output, state_dict=half)
    tokenizer.save_pretrained(output)
    config = json.loads((output / "config.json").read_text(encoding="utf-8"))
    config["dtype"] = "float16"
    (output / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


class _Run:
    """Everything a checkpoint holds, and one step of learning."""

    def __init__(
        self, preset: Preset, model: GPT2LMHeadModel, optimiser: torch.optim.Optimizer, place: torch.device
    ) -> None:
        self.preset, self.model, self.optimiser, self.place = preset, model, optimiser, place
        self.halved = default_dtype(place.type) == torch.bfloat16
        self.step = self.tokens = 0
        self.seconds = 0.0
        self.curve: list[dict[str, float | int | None]] = []

    def learn(self, batches: list[Batch]) -> float:
        """One step on ``batches`` (gradients add up); returns the mean loss per token of copy."""
        self.model.train()
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        total = sum(int((batch.targets >= 0).sum()) for batch in batches)
        loss_sum = 0.0
        for batch in batches:
            loss = self._loss(batch) / total
            loss.backward()
            loss_sum += float(loss.detach())
            self.tokens += batch.tokens.numel()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        return loss_sum

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Summed cross-entropy on the copy; the output layer runs on the copy's positions only."""
        tokens, targets = batch.tokens.to(self.place), batch.targets.to(self.place)
        with torch.autocast(self.place.type, dtype=torch.bfloat16, enabled=self.halved):
            hidden = self.model.transformer(tokens).last_hidden_state
            wanted = targets >= 0
            logits = self.model.lm_head(hidden[wanted])
        return F.cross_entropy(logits.float(), targets[wanted], reduction="sum")

    def _rate(self) -> float:
        preset = self.preset
        if self.step < preset.warmup:
            return preset.learning_rate * (self.step + 1) / preset.warmup
        course = (self.step - preset.warmup) / max(1, preset.steps - preset.warmup)
        return preset.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(course, 1.0))))

    @torch.no_grad()
    def loss_on(self, batches: list[Batch]) -> float:
        """Mean loss per token of copy."""
        self.model.eval()
        total = sum(int((batch.targets >= 0).sum()) for batch in batches)
        return sum(float(self._loss(batch)) for batch in batches) / total

    def note(self, loss: float, held_out: float | None) -> None:
        """Add a row to the curve."""
        self.curve.append(
            {
                "step": self.step,
                "loss": round(loss, 4),
                "held_out_loss": None if held_out is None else round(held_out, 4),
                "learning_rate": round(self._rate(), 7),
                "seconds": round(self.seconds, 1),
            }
        )

    def state(self) -> dict[str, object]:
        """All that exact resuming needs."""
        return {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "curve": self.curve,
            "random": torch.get_rng_state(),
        }

    def restore(self, state: dict) -> None:
        """Take up a saved state."""
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]
        self.curve = state["curve"]
        torch.set_rng_state(state["random"].cpu())


def _tokenizer(known: Path | None, preset: Preset, *, seed: int, source: Source) -> PreTrainedTokenizerFast:
    if known:
        return PreTrainedTokenizerFast.from_pretrained(known)
    return train_tokenizer(
        seed=seed + 77,
        count=preset.tokenizer_examples,
        vocabulary=preset.vocabulary,
        most_context=preset.context,
        source=source,
    )


def _model(preset: Preset, tokenizer: PreTrainedTokenizerFast) -> GPT2LMHeadModel:
    end, pad = token_id(tokenizer, END), token_id(tokenizer, PAD)
    # A round number of rows keeps the matrices aligned.
    rows = -(-len(tokenizer) // 64) * 64
    config = GPT2Config(
        vocab_size=rows,
        n_positions=preset.context,
        n_embd=preset.width,
        n_layer=preset.layers,
        n_head=preset.heads,
        activation_function="gelu_pytorch_tanh",
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=pad,
    )
    model = GPT2LMHeadModel(config)
    # On a CPU and for short rows plain attention learns a quarter faster than the fused kernel.
    model.set_attn_implementation("eager")
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=0.8, top_k=50, top_p=0.95, eos_token_id=end, pad_token_id=pad, bos_token_id=end
    )
    return model


def _optimiser(model: GPT2LMHeadModel, rate: float) -> torch.optim.AdamW:
    matrices = [weight for weight in model.parameters() if weight.dim() >= 2]
    others = [weight for weight in model.parameters() if weight.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def _held_out(tokenizer: PreTrainedTokenizerFast, preset: Preset, source: Source) -> list[Batch]:
    """A fixed set with categories never trained on."""
    data = Batches(tokenizer, seed=_EVALUATION_SEED, batch=16, pool=preset.pool, context=preset.context, source=source)
    return data.held_out(preset.evaluate_examples)


def _write_curve(output: Path, run: _Run) -> None:
    rows = {"tokens": run.tokens, "seconds": round(run.seconds, 1), "curve": run.curve}
    (output / "training.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    draw(run.curve, output / "training.png")
