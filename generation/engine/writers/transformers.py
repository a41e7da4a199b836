"""``TransformersWriter``: any causal language model that transformers can load, from a folder or the hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from generation.engine.adapters import PROMPT_VERSION, chat_messages, completion_prompt, copy_text, shape
from generation.engine.contract import Brief, Completion, Usage, WriteRequest, WriterError
from generation.engine.decoder.open import Decodes, default_dtype, open_decoder, usage_of
from generation.engine.decoder.requests import DecodeRequest, DecodeResult
from generation.engine.decoder.stops import Ending
from generation.engine.writers.settings import read_settings

#: Where the copy may be cut when a continued page runs on into another entry.
_PAGE_END = {"line": ("\n",), "list": ("\n\n",), "prose": ("\n\n\n",)}
#: The share of the context that the prompt may take at most when a request asks for more tokens than there is room.
_PROMPT_SHARE = 0.75
DTYPES = ("auto", "float32", "bfloat16", "int8")
FORMATS = ("auto", "completion", "chat")


@dataclass(frozen=True, slots=True)
class TransformersSettings:
    """``model`` is a folder or a hub id. Nothing is downloaded unless ``allow_download``.

    ``format`` "auto" uses the tokenizer's chat template when it has one. ``device`` "auto" takes a GPU when there is
    one. ``dtype`` "int8" is for GPT-2 on a CPU with 8-bit products, and "auto" elsewhere. ``slots`` is how many texts
    are written at once at most, fewer where ``memory_mb`` of cache do not hold them.
    ``context`` bounds prompt and text together in tokens; 0 is the model's own bound.
    """

    model: str = ""
    device: str = "auto"
    dtype: str = "auto"
    format: str = "auto"
    slots: int = 64
    context: int = 0
    memory_mb: int = 2048
    revision: str = ""
    allow_download: bool = False


class TransformersWriter:
    """Writes briefs and continues free text with one model held in memory."""

    name = "transformers"
    continues_text = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = read_settings(TransformersSettings, settings, self.name)
        self._check_settings()
        self.tokenizer = self._load(AutoTokenizer)
        model = self._load(AutoModelForCausalLM, dtype=self._dtype())
        self.model = model.eval().to(self._device())
        self.chat = self._uses_chat()
        self.context = _context_of(self.model.config, self.settings.context)
        self.version = self._version()
        self._decoder = self._open_decoder()

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """Yield completions as they finish; requests are taken as there is room for them."""
        waiting: dict[int, WriteRequest] = {}

        def prepared() -> Iterator[DecodeRequest]:
            for number, request in enumerate(requests):
                waiting[number] = request
                yield self._prepare(number, request)

        left: dict[int, int] = {}
        for result in self._decoder.decode(prepared()):
            request = waiting[result.tag]
            yield self._completion(request, result)
            left[result.tag] = left.get(result.tag, request.candidates) - 1
            if not left[result.tag]:
                del left[result.tag], waiting[result.tag]

    @property
    def slots(self) -> int:
        """How many texts are written at once at most."""
        return self.settings.slots

    def usage(self) -> Usage:
        """How busy the decoder was."""
        return usage_of(self._decoder)

    def close(self) -> None:
        """Let go of the model's memory."""
        self.model = self._decoder = None  # type: ignore[assignment]

    def tokens_of(self, request: WriteRequest) -> list[int]:
        """The prompt of ``request`` in tokens, cut to the room its answer leaves: facts go first, key facts last."""
        room = self._room(request)
        if request.brief is None:
            return self._encode_text(request.prompt or "")[-room:]
        total = len(request.brief.facts)
        for most in (None, *range(total - 1, -1, -1)):
            tokens = self._encode_brief(request.brief, request.template, most)
            if len(tokens) <= room:
                return tokens
        return tokens[-room:]

    def _prepare(self, number: int, request: WriteRequest) -> DecodeRequest:
        prompt = self.tokens_of(request)
        room = self.context - len(prompt)
        stops = request.sampling.stop
        if request.brief is not None and not self.chat:
            stops += _PAGE_END[shape(request.brief.copy_kind)]
        sampling = replace(
            request.sampling, stop=stops, max_new_tokens=max(1, min(request.sampling.max_new_tokens, room))
        )
        return DecodeRequest(number, tuple(prompt), request.candidates, sampling)

    def _completion(self, request: WriteRequest, result: DecodeResult) -> Completion:
        text = result.text
        if request.brief is not None and result.finish_reason != "error":
            # A continued page ends with the opening words; a chat is only asked to begin with them.
            opening = request.brief.opening
            text = copy_text(text if self.chat else opening + text, request.brief)
        return Completion(
            request.tag,
            result.index,
            text,
            result.finish_reason,
            prompt_tokens=result.prompt_tokens,
            tokens=len(result.tokens),
            seconds=result.seconds,
            seed=result.seed,
            error=result.error,
        )

    def _encode_text(self, text: str) -> list[int]:
        """Tokens of a free text; an empty one becomes the model's start token, as nothing cannot be continued."""
        tokens = self.tokenizer(text)["input_ids"]
        # A tokenizer that appends its end token (T5's manner) would end the text before it began.
        while len(tokens) > 1 and tokens[-1] == self.tokenizer.eos_token_id:
            tokens = tokens[:-1]
        start = (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id, 0)
        return tokens or [next(token for token in start if token is not None)]

    def _encode_brief(self, brief: Brief, template: str, most: int | None) -> list[int]:
        if not self.chat:
            return self._encode_text(completion_prompt(brief, template, most))
        messages = chat_messages(brief, template, most)
        try:
            text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except Exception:  # chat templates are programs of their own; several refuse a system message
            joined = "\n\n".join(message["content"] for message in messages)
            text = self.tokenizer.apply_chat_template(
                [{"role": "user", "content": joined}], tokenize=False, add_generation_prompt=True
            )
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def _room(self, request: WriteRequest) -> int:
        """How many tokens the prompt may have: what the answer leaves, but never less than a fair share."""
        least = int(self.context * _PROMPT_SHARE) if request.brief else self.context // 2
        return max(1, least, self.context - request.sampling.max_new_tokens)

    def _open_decoder(self) -> Decodes:
        return open_decoder(
            self.model,
            self._ending(),
            dtype=self._dtype(),
            slots=self.settings.slots,
            context=self.context,
            memory=self.settings.memory_mb << 20,
            pad_token=self.tokenizer.pad_token_id,
            int8=self.settings.dtype == "int8",
        )

    def _ending(self) -> Ending:
        return Ending(self._stop_tokens(), lambda tokens: self.tokenizer.decode(tokens, skip_special_tokens=True))

    def _stop_tokens(self) -> tuple[int, ...]:
        named = getattr(self.model.generation_config, "eos_token_id", None)
        ends = list(named) if isinstance(named, list | tuple) else [named]
        ends.append(self.tokenizer.eos_token_id)
        return tuple(dict.fromkeys(token for token in ends if token is not None)) or (0,)

    def _check_settings(self) -> None:
        if not self.settings.model:
            raise WriterError("the transformers writer needs the setting model: a folder or a hub id such as gpt2")
        for name, known in (("dtype", DTYPES), ("format", FORMATS)):
            if getattr(self.settings, name) not in known:
                raise WriterError(f"the setting transformers.{name} is one of {', '.join(known)}")
        for name, least in (("slots", 1), ("memory_mb", 1), ("context", 0)):
            if getattr(self.settings, name) < least:
                raise WriterError(f"the setting transformers.{name} is at least {least}")

    def _load(self, factory: Any, **options: Any) -> Any:
        """The tokenizer or model. Code that came with a model is never run."""
        model = self.settings.model
        try:
            return factory.from_pretrained(
                model,
                revision=self.settings.revision or None,
                local_files_only=not self.settings.allow_download,
                trust_remote_code=False,
                **options,
            )
        except (OSError, ValueError, ImportError, KeyError) as error:
            remedy = "check the folder" if Path(model).exists() else "give a folder, or set allow_download to fetch it"
            raise WriterError(f"cannot load the model {model!r} ({remedy}): {_first_line(error)}") from error

    def _device(self) -> str:
        if self.settings.device != "auto":
            return self.settings.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    def _dtype(self) -> torch.dtype:
        if self.settings.dtype in ("auto", "int8"):
            return default_dtype(self._device())
        return torch.float32 if self.settings.dtype == "float32" else torch.bfloat16

    def _uses_chat(self) -> bool:
        has_template = bool(getattr(self.tokenizer, "chat_template", None))
        if self.settings.format == "chat" and not has_template:
            raise WriterError(f"the model {self.settings.model!r} has no chat template; set format to completion")
        return has_template if self.settings.format == "auto" else self.settings.format == "chat"

    def _version(self) -> str:
        """Weights, prompt rendering and arithmetic in one short name."""
        digest = hashlib.sha256(json.dumps(self.model.config.to_diff_dict(), sort_keys=True, default=str).encode())
        for name, weight in self.model.named_parameters():
            # The first numbers of every tensor tell models apart without reading gigabytes.
            start = weight.detach().reshape(-1)[:64].float().cpu()
            digest.update(f"{name}{tuple(weight.shape)}".encode() + start.numpy().tobytes())
        arithmetic = "int8" if self.settings.dtype == "int8" else str(self.model.dtype).removeprefix("torch.")
        form = "chat" if self.chat else "completion"
        stem = Path(self.settings.model).name
        return f"{stem}@{digest.hexdigest()[:12]}/{form}{PROMPT_VERSION}/{arithmetic}"


def _context_of(config: Any, wanted: int) -> int:
    """The most tokens the model can see at once, or fewer if so ``wanted``; 2,048 where nobody says."""
    for name in ("n_positions", "max_position_embeddings", "n_ctx", "seq_length"):
        value = getattr(config, name, None)
        if isinstance(value, int) and value > 0:
            return min(value, wanted or value)
    return wanted or 2048


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:300]
