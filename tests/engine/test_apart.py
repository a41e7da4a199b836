"""A writer in a process of its own: the same texts, and no child left behind however either side ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.engine.apart import AHEAD, ApartWriter
from generation.engine.contract import Sampling, Writer, WriteRequest, WriterError
from generation.engine.writers import open_apart, open_writer


@pytest.fixture(scope="module")
def apart(model_dir: Path) -> Iterator[ApartWriter]:
    writer = ApartWriter("transformers", {"model": str(model_dir), "dtype": "float32", "slots": 4})
    yield writer
    writer.close()


def requests(count: int, candidates: int = 1) -> list[WriteRequest]:
    sampling = [Sampling(seed=number, max_new_tokens=8) for number in range(count)]
    return [
        WriteRequest(str(number), prompt=f"text {number}", candidates=candidates, sampling=sampling[number])
        for number in range(count)
    ]


def texts(writer: Writer, asked: list[WriteRequest]) -> dict[tuple[str, int], str]:
    return {(completion.tag, completion.index): completion.text for completion in writer.write(asked)}


def test_it_writes_what_the_writer_writes_here(apart: ApartWriter, model_dir: Path) -> None:
    here = open_writer("transformers", {"model": str(model_dir), "dtype": "float32", "slots": 4})
    assert isinstance(apart, Writer)
    assert (apart.name, apart.version, apart.continues_text) == (here.name, here.version, here.continues_text)
    assert texts(apart, requests(9, candidates=2)) == texts(here, requests(9, candidates=2))
    assert texts(apart, requests(3)) == texts(here, requests(3))
    assert 0 < apart.usage().busy <= apart.usage().offered


def test_requests_are_taken_as_there_is_room(apart: ApartWriter) -> None:
    taken = 0

    def asked() -> Iterator[WriteRequest]:
        nonlocal taken
        for request in requests(300):
            taken += 1
            yield request

    written = apart.write(asked())
    next(written)
    assert taken <= 4 + AHEAD
    assert len(list(written)) == 299


def test_leaving_in_the_middle_ends_the_child_and_the_next_use_starts_another(apart: ApartWriter) -> None:
    written = apart.write(requests(50))
    next(written)
    first = apart._child
    assert first is not None
    written.close()  # type: ignore[attr-defined]
    assert first.poll() is not None
    assert len(texts(apart, requests(2))) == 2


def test_a_child_that_dies_is_an_error_and_is_replaced(apart: ApartWriter) -> None:
    written = apart.write(requests(200))
    next(written)
    assert apart._child is not None
    apart._child.kill()
    with pytest.raises(RuntimeError, match="ended by itself"):
        list(written)
    assert len(texts(apart, requests(2))) == 2


def test_what_cannot_be_opened_says_the_remedy() -> None:
    with pytest.raises(WriterError, match="cannot load the model"):
        ApartWriter("transformers", {"model": "/nowhere"})
    with pytest.raises(WriterError, match="there is no writer"):
        ApartWriter("gpt-9")


def test_only_writers_that_compute_get_a_process() -> None:
    assert not isinstance(open_apart("template"), ApartWriter)


def test_the_child_ends_with_a_parent_that_is_killed(model_dir: Path, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    program = (
        "import sys, time, pathlib\n"
        "from generation.engine.apart import ApartWriter\n"
        "writer = ApartWriter('transformers', {'model': sys.argv[1], 'dtype': 'float32'})\n"
        "pathlib.Path(sys.argv[2]).write_text(str(writer._child.pid))\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(model_dir), str(note)])
    while not note.exists() or not note.read_text():
        assert parent.poll() is None
        time.sleep(0.05)
    child = int(note.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(600):
        if not _runs(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its parent")


def _runs(pid: int) -> bool:
    """Whether a process does anything still; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
