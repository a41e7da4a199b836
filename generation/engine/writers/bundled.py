"""``BundledWriter``: the small GPT-2 that ships with the project. Offline, on a CPU, in Chinese and English."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

from generation.engine.contract import Brief, Completion, Sampling, Usage, WriteRequest, WriterError
from generation.engine.counting import fits
from generation.engine.decoder.masks import TokenMask
from generation.engine.decoder.open import Decodes, default_dtype, open_decoder, usage_of
from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.siblings import Told
from generation.engine.decoder.stops import Ending, fresh_seed
from generation.engine.pointers.agreement import agreed
from generation.engine.pointers.familiar import faults, plainer
from generation.engine.pointers.mask import FreeMask, PointerMask, PointerVocabulary
from generation.engine.pointers.mend import Filling, fill_pointers
from generation.engine.pointers.naming import named
from generation.engine.pointers.opening import continued, plan_opening
from generation.engine.pointers.plan import CannotPlan, plan_for
from generation.engine.pointers.prompt import FRAMED, Plan, render, render_free
from generation.engine.pointers.statement import stated
from generation.engine.pointers.tighten import tighten
from generation.engine.writers.settings import read_settings

#: Changes when a brief is rendered or decoded another way: part of ``version``.
PROMPT_VERSION = 5
WEIGHTS = Path(__file__).resolve().parents[2] / "bundled"
#: How often a text that is too long, or did not end, is written again with one fact fewer.
_RETRIES = 4
#: How often a text with strange wording is written again; the best of them is taken.
_ATTEMPTS = 4
_MOST_TOKENS = 320


@dataclass(frozen=True, slots=True)
class BundledSettings:
    """``model`` is another folder with weights of this kind; "" is the one that ships.

    ``temperature`` and ``top_p`` bound the request's own, 0 leaves it alone: a small model writes best a little cool.
    ``slots`` is how many texts are written at once at most. ``dtype`` "auto" is bf16 where the processor multiplies it.
    ``threads`` are those a process of its own computes with, 0 for as many as there are cores: a step of so small a model
    is over before a second thread has woken up.
    """

    model: str = ""
    temperature: float = 0.8
    top_p: float = 0.95
    slots: int = 64
    dtype: str = "auto"
    memory_mb: int = 512
    threads: int = 1


@dataclass(slots=True)
class _Task:
    """One candidate under way."""

    request: WriteRequest
    index: int
    seed: int
    plan: Plan | None
    told: Told
    fewer: int = 0
    attempt: int = 0
    best: tuple[int, str, tuple[int, ...]] | None = None
    tokens: int = 0
    seconds: float = 0.0


class BundledWriter:
    """Writes briefs and continues free text. Values are put in after writing, so they are always the fact's own."""

    name = "bundled"
    continues_text = True

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        self.settings = read_settings(BundledSettings, settings or {}, self.name)
        self.folder = Path(self.settings.model) if self.settings.model else WEIGHTS
        if not (self.folder / "config.json").exists():
            raise WriterError(
                f"there are no weights in {self.folder}; train them with manage.py train_writer, "
                "or choose the template writer"
            )
        self.version = self._version()
        self._loaded: tuple[PreTrainedTokenizerFast, PointerVocabulary, Decodes, int] | None = None

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """Yield every candidate of every request as it finishes; one that is too long is written again, shorter."""
        tokenizer, vocabulary, decoder, context = self._load()
        source = iter(requests)
        again: deque[_Task] = deque()
        failed: deque[Completion] = deque()
        under_way: dict[int, _Task] = {}

        def tasks() -> Iterator[_Task]:
            for request in source:
                first = fresh_seed() if request.sampling.seed is None else request.sampling.seed
                yield _Task(request, 0, first, None, Told())
                yield from _drained(again)

        def prepared(waiting: Iterable[_Task]) -> Iterator[DecodeRequest]:
            for task in waiting:
                try:
                    made = self._prepare(task, tokenizer, vocabulary, context)
                except CannotPlan as error:
                    failed.append(_error(task, str(error)))
                    again.extend(_next(task))
                    continue
                under_way[id(task)] = task
                yield made

        waiting: Iterable[_Task] = tasks()
        while True:
            for result in decoder.decode(prepared(waiting)):
                task = under_way.pop(result.tag)
                completion = self._finish(task, result, tokenizer, again)
                if completion is not None:
                    again.extend(_next(task, result))
                    yield completion
                yield from _drained(failed)
            yield from _drained(failed)
            if not again:
                return
            waiting = list(_drained(again))

    @staticmethod
    def chosen(brief: Brief, seed: int) -> tuple[str, ...]:
        """The values that the candidate with ``seed`` is to say; facts said as yes or no are not among them."""
        plan = plan_for(brief, seed)
        said = [fact.value for fact in plan.facts if not fact.polarity]
        return (plan.statement, *said) if plan.statement else tuple(said)

    @property
    def slots(self) -> int:
        """How many texts are written at once at most."""
        return self.settings.slots

    @property
    def threads(self) -> int:
        """With how many threads a process of its own should compute; 0: as many as it likes."""
        return self.settings.threads

    def usage(self) -> Usage:
        """How busy the decoder was."""
        return usage_of(self._loaded[2] if self._loaded else None)

    def close(self) -> None:
        """Let go of the model's memory; the next ``write`` loads it again."""
        self._loaded = None

    def _load(self) -> tuple[PreTrainedTokenizerFast, PointerVocabulary, Decodes, int]:
        if self._loaded is None:
            try:
                tokenizer = PreTrainedTokenizerFast.from_pretrained(self.folder)
                named = {"float32": torch.float32, "bfloat16": torch.bfloat16}
                dtype = named.get(self.settings.dtype) or default_dtype("cpu")
                model = GPT2LMHeadModel.from_pretrained(self.folder, dtype=dtype).eval()
            except (OSError, ValueError) as error:
                raise WriterError(f"cannot load the weights in {self.folder}: {error}") from error
            context = model.config.n_positions
            vocabulary = PointerVocabulary(tokenizer, model.config.vocab_size)
            ending = Ending((vocabulary.end,), lambda tokens: tokenizer.decode(tokens, skip_special_tokens=False))
            decoder = open_decoder(
                model,
                ending,
                dtype=dtype,
                slots=self.settings.slots,
                context=context,
                memory=self.settings.memory_mb << 20,
                pad_token=tokenizer.pad_token_id,
            )
            self._loaded = (tokenizer, vocabulary, decoder, context)
        return self._loaded

    def _prepare(
        self, task: _Task, tokenizer: PreTrainedTokenizerFast, vocabulary: PointerVocabulary, context: int
    ) -> DecodeRequest:
        request = task.request
        words = request.prompt or ""
        if request.brief is not None:
            task.plan = plan_for(request.brief, task.seed, fewer=task.fewer)
        else:
            task.plan = plan_opening(words, _language(words), task.seed)
        plan = task.plan
        if plan is None:
            prompt = self._encode(tokenizer, render_free(_language(words), words))
        else:
            prompt = self._encode(tokenizer, render(plan) + (request.brief.opening if request.brief else ""))

        def mask(_: int) -> TokenMask:
            return FreeMask(vocabulary) if plan is None else PointerMask(vocabulary, plan)

        prompt = prompt[-(context // 2) :]
        most = min(request.sampling.max_new_tokens, _MOST_TOKENS, context - len(prompt))
        sampling = replace(self._sampling(request.sampling), max_new_tokens=most, seed=task.seed + 1009 * task.attempt)
        return DecodeRequest(id(task), tuple(prompt), 1, sampling, mask, (vocabulary.end,), task.told)

    def _sampling(self, wanted: Sampling) -> Sampling:
        temperature, top_p = self.settings.temperature, self.settings.top_p
        return replace(
            wanted,
            temperature=min(wanted.temperature, temperature) if temperature else wanted.temperature,
            top_p=min(wanted.top_p, top_p) if top_p else wanted.top_p,
        )

    @staticmethod
    def _encode(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    def _finish(
        self, task: _Task, result: DecodeResult, tokenizer: PreTrainedTokenizerFast, again: deque[_Task]
    ) -> Completion | None:
        """The completion, or ``None`` when the text is to be written again with fewer facts."""
        task.tokens += len(result.tokens)
        task.seconds += result.seconds
        text = result.text
        brief, plan = task.request.brief, task.plan
        if plan is not None and result.finish_reason != "error":
            strange = faults(text, plan)
            task.attempt += 1
            if result.finish_reason != "length" and (task.best is None or strange < task.best[0]):
                task.best = (strange, text, result.tokens)
            tries_left = task.attempt < _ATTEMPTS and result.tokens and task.request.sampling.temperature > 0
            if strange and tries_left and result.finish_reason != "length":
                again.append(task)
                return None
            text = self._text(task.request, plan, plainer(task.best[1] if task.best else text, plan))
            broken_off = result.finish_reason == "length"
            unfit = broken_off or not fits(text, brief.limit if brief else None)
            if unfit and brief is not None and _may_shorten(task, plan, broken_off):
                task.fewer += 1
                task.best = None
                again.append(task)
                return None
        return Completion(
            task.request.tag,
            task.index,
            text,
            result.finish_reason,
            prompt_tokens=result.prompt_tokens,
            tokens=task.tokens,
            seconds=task.seconds,
            seed=task.seed,
            error=result.error,
        )

    @staticmethod
    def _text(request: WriteRequest, plan: Plan, written: str) -> str:
        filling = Filling(plan.language, plan.name, plan.noun, plan.brand, plan.facts)
        if plan.copy_kind not in FRAMED:
            written = tighten(written, plan.language)
        written = agreed(written, plan)
        if request.brief is not None:
            return fill_pointers(request.brief.opening + named(stated(written, plan), plan), filling)
        words = request.prompt or ""
        starts = not (words + plan.bridge).rstrip().endswith((",", "，"))
        return continued(words, fill_pointers(written, filling, starts_sentence=starts), plan)

    def _version(self) -> str:
        """Weights and prompt rendering in one short name."""
        digest = hashlib.sha256()
        for path in [*sorted(self.folder.glob("*.safetensors")), self.folder / "config.json"]:
            digest.update(path.read_bytes())
        tokenizer = self.folder / "tokenizer.json"
        digest.update(tokenizer.read_bytes() if tokenizer.exists() else b"")
        settings = json.dumps([self.settings.temperature, self.settings.top_p, self.settings.dtype])
        digest.update(settings.encode())
        return f"bundled@{digest.hexdigest()[:12]}/{PROMPT_VERSION}"


def _language(prompt: str) -> str:
    """The language of a free prompt: Chinese as soon as a fifth of its characters are."""
    han = sum("㐀" <= character <= "鿿" for character in prompt)
    return "zh" if han * 5 >= max(1, len(prompt)) else "en"


def _may_shorten(task: _Task, plan: Plan, broken_off: bool) -> bool:
    """Whether to try with one fact fewer: one over the limit may come down to the name, one that breaks off to a fact."""
    if broken_off:
        return task.fewer < min(_RETRIES, max(1, len(plan.facts)))
    return task.fewer < _RETRIES and (bool(plan.facts) or not task.fewer)


def _next(task: _Task, result: DecodeResult | None = None) -> Iterator[_Task]:
    """The task of the next candidate, if one was asked for: it knows what this one said."""
    if result is not None:
        task.told.add(task.best[2] if task.best else result.tokens)
    if task.index + 1 < task.request.candidates:
        yield _Task(task.request, task.index + 1, task.seed + 1, None, task.told)


def _drained(queue: deque) -> Iterator[Any]:
    while queue:
        yield queue.popleft()


def _error(task: _Task, message: str) -> Completion:
    return Completion(task.request.tag, task.index, "", "error", seed=task.seed, error=message)
