"""A writer in a process of its own: the model computes there while this process reads facts, checks and stores.

Python lets one thread run at a time, so a writer in the worker's own process would stand still during every check and
every transaction. The two processes speak pickles of the contract's dataclasses over pipes; the child ends when its
input does, however the parent died. Run as ``python -m generation.engine.apart KIND`` with the settings as first message.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from generation.engine.contract import Completion, Usage, Writer, WriteRequest, WriterError

#: Requests sent beyond those a decoder has slots for: what it finds waiting whenever a slot becomes free. They are not
#: counted by their candidates, which a writer may write one after another.
AHEAD = 64
#: Seconds a closed writer gets to end by itself.
_PATIENCE = 10.0
_ROOT = str(Path(__file__).resolve().parents[2])


class ApartWriter:
    """The writer of ``kind`` with ``settings``, in a child process started at once.

    Raises ``WriterError`` where the writer cannot be opened. A child that dies in the middle of writing raises
    ``RuntimeError``; the next ``write`` starts another.
    """

    def __init__(self, kind: str, settings: Mapping[str, Any] | None = None) -> None:
        self._kind, self._settings = kind, dict(settings or {})
        self._child: subprocess.Popen[bytes] | None = None
        self._usage = Usage()
        self._start()

    def write(self, requests: Iterable[WriteRequest]) -> Iterator[Completion]:
        """As the writer's own; ``requests`` are taken as long as fewer than slots and ``AHEAD`` are under way."""
        if self._child is None:
            self._start()
        source: Iterator[WriteRequest] | None = iter(requests)
        left: Counter[str] = Counter()
        finished = False
        try:
            while not finished:
                while source is not None and len(left) < self._most:
                    request = next(source, None)
                    self._send(request)
                    if request:
                        left[request.tag] += request.candidates
                    source = source if request else None
                kind, content = self._receive()
                if kind == "completion":
                    completion, self._usage = content
                    left[completion.tag] -= 1
                    if not left[completion.tag]:
                        del left[completion.tag]
                    yield completion
                elif kind == "refused":
                    raise WriterError(content)
                elif kind == "broken":
                    raise RuntimeError(content)
                else:
                    finished = True
        finally:
            if not finished:
                # Left in the middle: what the child still writes is nobody's.
                self.close()

    def usage(self) -> Usage:
        """How busy the decoder was, as of the last completion."""
        return self._usage

    def close(self) -> None:
        """End the child; safe to call twice."""
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(OSError):
            child.stdin.close()  # type: ignore[union-attr]
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "generation.engine.apart", self._kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([_ROOT, os.environ.get("PYTHONPATH", "")])},
        )
        self._send(self._settings)
        kind, content = self._receive()
        if kind != "ready":
            self.close()
            raise WriterError(content)
        self.name, self.version, self.continues_text, slots = content
        self._most = slots + AHEAD

    def _send(self, message: Any) -> None:
        assert self._child is not None
        try:
            pickle.dump(message, self._child.stdin)  # type: ignore[arg-type]
            self._child.stdin.flush()  # type: ignore[union-attr]
        except OSError as error:
            raise self._dead() from error

    def _receive(self) -> tuple[str, Any]:
        assert self._child is not None
        try:
            return pickle.load(self._child.stdout)  # type: ignore[arg-type]
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise self._dead() from error

    def _dead(self) -> RuntimeError:
        child = self._child
        self.close()
        code = child.returncode if child else None
        return RuntimeError(f"the process of the writer {self._kind!r} ended by itself (exit status {code})")


def limit_threads(writer: Writer) -> None:
    """Let this process compute with the number of threads ``writer`` asks for; 0, or no wish, leaves it to torch."""
    if threads := getattr(writer, "threads", 0):
        import torch

        torch.set_num_threads(threads)


class _Child:
    """The other side: reads requests in a thread of its own, writes completions from the main one."""

    def __init__(self, kind: str, source: BinaryIO, sink: BinaryIO) -> None:
        self._kind, self._source, self._sink = kind, source, sink
        self._requests: queue.Queue[WriteRequest | None] = queue.Queue()

    def run(self) -> None:
        from generation.engine.writers.registry import open_writer

        settings = pickle.load(self._source)
        try:
            writer = open_writer(self._kind, settings)
        except WriterError as error:
            self._tell("refused", str(error))
            return
        limit_threads(writer)
        self._tell("ready", (writer.name, writer.version, writer.continues_text, getattr(writer, "slots", 0)))
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            self._write(writer, iter(self._requests.get, None))

    def _write(self, writer: Writer, requests: Iterator[WriteRequest]) -> None:
        usage = getattr(writer, "usage", Usage)
        try:
            for completion in writer.write(requests):
                self._tell("completion", (completion, usage()))
        except WriterError as error:
            self._tell("refused", str(error))
        except Exception as error:
            self._tell("broken", f"{type(error).__name__}: {error}")
        else:
            self._tell("done", None)

    def _read(self) -> None:
        while True:
            try:
                self._requests.put(pickle.load(self._source))
            except (EOFError, OSError):
                # The parent closed the writer, or died. The main thread may be in the middle of a long computation.
                os._exit(0)

    def _tell(self, kind: str, content: Any) -> None:
        pickle.dump((kind, content), self._sink)
        self._sink.flush()


def main() -> None:
    """Serve the parent until it closes our input."""
    # Ctrl-C at a terminal reaches the whole group; the parent decides when we are done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not come between the pickles.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(BrokenPipeError, EOFError):
        _Child(sys.argv[1], sys.stdin.buffer, sink).run()


if __name__ == "__main__":
    main()
