"""A text server over HTTP that may be slow, busy or away: timeouts, retries with back-off and jitter, a breaker."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from generation.engine.contract import WriterError

#: Answers after which the same request may well succeed a little later.
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
#: Answers that every further request would get as well.
FATAL = {401: "refuses the key", 403: "refuses the key", 404: "does not know the address or the model"}
#: The longest wait between two tries, in seconds, also when the server asks for more.
LONGEST_WAIT = 30.0


class ServerError(Exception):
    """This request failed for good; others may succeed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One text of the server, and what it counted."""

    text: str
    finish_reason: str
    prompt_tokens: int
    tokens: int
    seconds: float


class Breaker:
    """Counts failures in a row; after ``after`` of them it stays open for ``seconds``, then lets requests try again."""

    def __init__(self, after: int, seconds: float) -> None:
        self.after = after
        self.seconds = seconds
        self._failures = 0
        self._open_until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise ``WriterError`` while open."""
        with self._lock:
            left = self._open_until - time.monotonic()
            if left > 0:
                raise WriterError(
                    f"the text server has failed {self._failures} times in a row; "
                    f"it is left alone for another {left:.0f} s; check that it runs"
                )

    def note(self, worked: bool) -> None:
        """Take note of how a request ended."""
        with self._lock:
            self._failures = 0 if worked else self._failures + 1
            self._open_until = time.monotonic() + self.seconds if self._failures >= self.after else 0.0


class TextServer:
    """Asks one server. Thread-safe. ``backoff`` seconds before the second try, doubled for each further one."""

    def __init__(
        self,
        base_url: str,
        *,
        key: str,
        key_name: str,
        timeout: float,
        retries: int,
        backoff: float,
        connections: int,
        breaker: Breaker,
    ) -> None:
        self.retries = retries
        self.backoff = backoff
        self.breaker = breaker
        self.key_name = key_name
        self._closing = threading.Event()
        self._client = httpx2.Client(
            base_url=base_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 10.0)),
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            follow_redirects=False,
        )

    def ask(self, path: str, body: dict[str, Any]) -> Answer:
        """The server's answer to ``body``.

        Raises ``ServerError`` when this request failed for good, ``WriterError`` when every other one would too.
        """
        started = time.monotonic()
        complaint = ""
        for attempt in range(self.retries + 1):
            self.breaker.check()
            pause = self.backoff * 2**attempt
            try:
                response = self._client.post(path, json=body)
            except httpx2.TransportError as error:
                complaint = f"the text server cannot be reached ({type(error).__name__})"
            except RuntimeError as error:  # the client was closed under a request that waited
                raise ServerError("the writer was closed") from error
            else:
                if response.is_success:
                    answer = _read(response, time.monotonic() - started)
                    self.breaker.note(worked=True)
                    return answer
                complaint = f"the text server answered {response.status_code}: {_message(response)}"
                if response.status_code in FATAL:
                    raise WriterError(self._fatal(response.status_code, complaint))
                if response.status_code not in PASSING:
                    self.breaker.note(worked=True)  # it is there, and does not like this request
                    raise ServerError(complaint)
                pause = max(pause, _asked_pause(response))
            if attempt < self.retries:
                # Half of the pause by chance, so that many waiting requests do not come back at once.
                self._closing.wait(min(pause, LONGEST_WAIT) * random.uniform(0.5, 1.0))
            if self._closing.is_set():
                break
        self.breaker.note(worked=False)
        raise ServerError(complaint)

    def close(self) -> None:
        """Close all connections; what waits for another try gives up. Safe to call twice."""
        self._closing.set()
        self._client.close()

    def _fatal(self, status: int, complaint: str) -> str:
        remedy = (
            f"set the environment variable {self.key_name}"
            if status in (401, 403) and self.key_name
            else "check base_url and model"
        )
        return f"the text server {FATAL[status]}; {remedy} ({complaint})"


def _read(response: httpx2.Response, seconds: float) -> Answer:
    """The first choice of a completions or chat answer; ``ServerError`` if it has none."""
    try:
        data = response.json()
        choice = data["choices"][0]
        text = choice["message"]["content"] if "message" in choice else choice["text"]
        usage = data.get("usage") or {}
        return Answer(
            str(text or ""),
            str(choice.get("finish_reason") or "stop"),
            int(usage.get("prompt_tokens") or 0),
            int(usage.get("completion_tokens") or 0),
            seconds,
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ServerError("the text server's answer is not one of the OpenAI protocol") from error


def _message(response: httpx2.Response) -> str:
    """What the server says about its refusal, at most 200 characters on one line."""
    try:
        data = response.json()
        error = data.get("error", data) if isinstance(data, dict) else data
        said = error.get("message", error) if isinstance(error, dict) else error
    except ValueError:
        said = response.text
    return " ".join(str(said).split())[:200]


def _asked_pause(response: httpx2.Response) -> float:
    """Seconds the server asks to wait (``Retry-After``), 0 where it does not say."""
    try:
        return max(0.0, float(response.headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
