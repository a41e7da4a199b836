"""``OpenAIWriter``: any server that speaks OpenAI's completions or chat protocol, many requests in flight.

vLLM, TGI, llama.cpp, Ollama and hosted services. The server's answers are untrusted text like any model's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from generation.engine.adapters import PROMPT_VERSION, chat_messages, completion_prompt, copy_text
from generation.engine.contract import Completion, WriteRequest, WriterError
from generation.engine.writers.http import Breaker, ServerError, TextServer
from generation.engine.writers.settings import read_settings

FORMATS = ("auto", "chat", "completion")
#: OpenAI refuses more stop strings than this.
MOST_STOPS = 4


@dataclass(frozen=True, slots=True)
class OpenAISettings:
    """``base_url`` ends before ``/chat/completions`` ("http://gpu-host:8000/v1").

    The key is read from the environment variable ``api_key_env``, never from settings. ``format`` "auto" puts briefs to
    the chat and free text to the completions address. ``extended`` also sends top_k and repetition_penalty, which vLLM
    and others know and OpenAI refuses. Times are in seconds. After ``breaker_after`` requests in a row have failed for
    good, the server is left alone for ``breaker_seconds``.
    """

    base_url: str = ""
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    format: str = "auto"
    extended: bool = False
    concurrency: int = 16
    timeout: float = 120.0
    retries: int = 4
    backoff: float = 0.5
    breaker_after: int = 5
    breaker_seconds: float = 30.0


@dataclass(slots=True)
class Usage:
    """What the server was asked for since the writer was opened."""

    requests: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    tokens: int = 0


class OpenAIWriter:
    """Writes briefs and continues free text by asking a server. One HTTP request a candidate."""

    name = "openai"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = read_settings(OpenAISettings, settings, self.name)
        self._check_settings()
        self.usage = Usage()
        self.continues_text = self.settings.format != "chat"
        self.version = f"{self.settings.model}/{self.settings.format}{PROMPT_VERSION}"
        self._server = TextServer(
            self.settings.base_url,
            key=os.environ.get(self.settings.api_key_env, "") if self.settings.api_key_env else "",
            key_name=self.settings.api_key_env,
            timeout=self.settings.timeout,
            retries=self.settings.retries,
            backoff=self.settings.backoff,
            connections=self.settings.concurrency,
            breaker=Breaker(self.settings.breaker_after, self.settings.breaker_seconds),
        )

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """Yield completions as answers arrive; at most ``concurrency`` candidates are in flight.

        Raises ``WriterError`` when the server refuses the key or the model, or has stopped answering.
        """
        todo = ((request, index) for request in requests for index in range(request.candidates))
        pool = ThreadPoolExecutor(self.settings.concurrency, thread_name_prefix="openai-writer")
        flying: set[Future[Completion]] = set()
        try:
            while True:
                while len(flying) < self.settings.concurrency and (next_one := next(todo, None)) is not None:
                    flying.add(pool.submit(self._complete, *next_one))
                if not flying:
                    return
                finished, flying = wait(flying, return_when=FIRST_COMPLETED)
                for future in finished:
                    completion = future.result()
                    self._count(completion)
                    yield completion
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Close the connections and wake what waits for another try."""
        self._server.close()

    def _complete(self, request: WriteRequest, index: int) -> Completion:
        """One candidate. A failure that concerns this request alone becomes a completion with an error."""
        seed = None if request.sampling.seed is None else request.sampling.seed + index
        chat = self.settings.format == "chat" or (self.settings.format == "auto" and request.brief is not None)
        if request.brief is None and not self.continues_text:
            return Completion(
                request.tag, index, "", "error", seed=seed, error="this server is asked in chat form only"
            )
        try:
            answer = self._server.ask("chat/completions" if chat else "completions", self._body(request, chat, seed))
        except ServerError as error:
            return Completion(request.tag, index, "", "error", seed=seed, error=str(error))
        text = answer.text
        if request.brief is not None:
            text = copy_text(text if chat else request.brief.opening + text, request.brief)
        reason: Literal["stop", "length"] = "length" if answer.finish_reason == "length" else "stop"
        return Completion(request.tag, index, text, reason, answer.prompt_tokens, answer.tokens, answer.seconds, seed)

    def _body(self, request: WriteRequest, chat: bool, seed: int | None) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.settings.model,
            "max_tokens": sampling.max_new_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "stream": False,
        }
        if seed is not None:
            body["seed"] = seed
        if sampling.stop:
            body["stop"] = list(sampling.stop[:MOST_STOPS])
        if self.settings.extended:
            body |= {"top_k": sampling.top_k, "repetition_penalty": sampling.repetition_penalty}
        if request.brief is None:
            body["prompt"] = request.prompt
        elif chat:
            body["messages"] = chat_messages(request.brief, request.template)
        else:
            body["prompt"] = completion_prompt(request.brief, request.template)
        return body

    def _count(self, completion: Completion) -> None:
        self.usage.requests += 1
        self.usage.failed += completion.finish_reason == "error"
        self.usage.prompt_tokens += completion.prompt_tokens
        self.usage.tokens += completion.tokens

    def _check_settings(self) -> None:
        address = urlsplit(self.settings.base_url)
        if address.scheme not in ("http", "https") or not address.netloc:
            raise WriterError("the openai writer needs the setting base_url, such as http://gpu-host:8000/v1")
        if not self.settings.model:
            raise WriterError("the openai writer needs the setting model: the name the server knows it by")
        if self.settings.format not in FORMATS:
            raise WriterError(f"the setting openai.format is one of {', '.join(FORMATS)}")
        for name, least in (
            ("concurrency", 1),
            ("breaker_after", 1),
            ("retries", 0),
            ("backoff", 0),
            ("timeout", 0.001),
        ):
            if getattr(self.settings, name) < least:
                raise WriterError(f"the setting openai.{name} is at least {least}")
