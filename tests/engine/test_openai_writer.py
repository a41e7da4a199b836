"""The openai writer against a real, small HTTP server that can be slow, busy or wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from generation.engine import Brief, Fact, Sampling, Writer, WriteRequest, WriterError
from generation.engine.writers import open_writer
from generation.engine.writers.openai import OpenAIWriter

BRIEF = Brief("products.description", "en", "Band", facts=(Fact("Battery", "7", "days"),))


class TextServer:
    """Answers with what ``behave`` returns for the body: (status, headers, JSON-able or raw text)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str]] = []
        self.behave: Callable[[dict[str, Any], int], tuple[int, dict[str, str], Any]] = self.answer
        self.lock = threading.Lock()
        self.flying = self.most_flying = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer.lock:
                    outer.asked.append((self.path, body, self.headers.get("Authorization", "")))
                    number = len(outer.asked)
                    outer.flying += 1
                    outer.most_flying = max(outer.most_flying, outer.flying)
                status, headers, content = outer.behave(body, number)
                with outer.lock:
                    outer.flying -= 1
                raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @staticmethod
    def answer(body: dict[str, Any], number: int) -> tuple[int, dict[str, str], Any]:
        text = "Sure, here it is:\nLasts 7 days.\n* **Battery** 7 days"
        choice = {"message": {"content": text}} if "messages" in body else {"text": f" continued {body.get('seed')}"}
        usage = {"prompt_tokens": 11, "completion_tokens": 5}
        return 200, {}, {"choices": [{**choice, "finish_reason": "stop"}], "usage": usage}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[TextServer]:
    server = TextServer()
    yield server
    server.close()


def open_for(server: TextServer, **settings: Any) -> OpenAIWriter:
    writer = open_writer("openai", {"base_url": server.url, "model": "small", "backoff": 0.001, **settings})
    assert isinstance(writer, OpenAIWriter)
    assert isinstance(writer, Writer)
    return writer


def test_a_brief_goes_to_the_chat_and_comes_back_as_copy(server: TextServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "sesame")
    writer = open_for(server, api_key_env="SHOP_KEY")
    sampling = Sampling(seed=7, max_new_tokens=50, stop=("a", "b", "c", "d", "e"))
    done = list(writer.write([WriteRequest("x", brief=BRIEF, candidates=2, sampling=sampling)]))
    assert {completion.text for completion in done} == {"Lasts 7 days.\n\n- **Battery** 7 days"}
    assert sorted((completion.index, completion.seed) for completion in done) == [(0, 7), (1, 8)]
    assert (writer.usage.requests, writer.usage.prompt_tokens, writer.usage.tokens) == (2, 22, 10)
    path, body, authorization = server.asked[0]
    assert (path, authorization) == ("/v1/chat/completions", "Bearer sesame")
    assert body["messages"][1]["content"].endswith("</facts>")
    assert (body["max_tokens"], body["stream"], len(body["stop"])) == (50, False, 4)
    assert "top_k" not in body


def test_free_text_is_continued(server: TextServer) -> None:
    [done] = open_for(server, extended=True).write([WriteRequest("x", prompt="Once", sampling=Sampling(seed=3))])
    assert done.text == " continued 3"
    assert server.asked[0][0] == "/v1/completions"
    assert server.asked[0][1]["top_k"] == 50


def test_chat_only_servers_continue_nothing(server: TextServer) -> None:
    writer = open_for(server, format="chat")
    assert not writer.continues_text
    [done] = writer.write([WriteRequest("x", prompt="Once")])
    assert done.finish_reason == "error"
    assert not server.asked


def test_many_requests_are_in_flight_but_not_more_than_allowed(server: TextServer) -> None:
    together = threading.Barrier(4)

    def behave(body: dict[str, Any], number: int) -> tuple[int, dict[str, str], Any]:
        together.wait(timeout=20)
        return server.answer(body, number)

    server.behave = behave
    requests = (WriteRequest(str(number), brief=BRIEF) for number in range(12))
    assert len(list(open_for(server, concurrency=4).write(requests))) == 12
    assert server.most_flying == 4


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_tried_again(server: TextServer, status: int) -> None:
    def behave(body: dict[str, Any], number: int) -> tuple[int, dict[str, str], Any]:
        return server.answer(body, number) if number >= 3 else (status, {"Retry-After": "0.01"}, {"error": "busy"})

    server.behave = behave
    [done] = open_for(server).write([WriteRequest("x", brief=BRIEF)])
    assert done.finish_reason == "stop"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "content", ["<html>no JSON</html>", {"choices": []}, {"choices": "x"}, [1], {"choices": [{"message": None}]}]
)
def test_an_answer_of_another_protocol_is_an_error_of_that_request(server: TextServer, content: object) -> None:
    server.behave = lambda body, number: (200, {}, content) if number == 1 else server.answer(body, number)
    bad, good = open_for(server, concurrency=1).write(
        [WriteRequest("bad", brief=BRIEF), WriteRequest("good", brief=BRIEF)]
    )
    assert (bad.finish_reason, good.finish_reason) == ("error", "stop")
    assert "OpenAI protocol" in bad.error


def test_a_refused_request_is_not_repeated(server: TextServer) -> None:
    server.behave = lambda body, number: (400, {}, {"error": {"message": "context too long"}})
    [done] = open_for(server).write([WriteRequest("x", brief=BRIEF)])
    assert "context too long" in done.error
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "remedy"), [(401, "OPENAI_API_KEY"), (404, "check base_url and model")])
def test_what_no_request_can_pass_ends_the_writing(server: TextServer, status: int, remedy: str) -> None:
    server.behave = lambda body, number: (status, {}, {"error": {"message": "no"}})
    with pytest.raises(WriterError, match=remedy):
        list(open_for(server).write(WriteRequest(str(number), brief=BRIEF) for number in range(5)))


def test_the_breaker_leaves_a_failing_server_alone_and_closes_again(server: TextServer) -> None:
    server.behave = lambda body, number: (503, {}, "down")
    writer = open_for(server, retries=0, breaker_after=3, breaker_seconds=1000, concurrency=1)
    done = []
    with pytest.raises(WriterError, match="3 times in a row"):
        done.extend(writer.write(WriteRequest(str(number), brief=BRIEF) for number in range(10)))
    assert len(server.asked) == 3
    with pytest.raises(WriterError, match="check that it runs"):
        list(writer.write([WriteRequest("x", brief=BRIEF)]))
    writer._server.breaker.seconds = 0
    writer._server.breaker.note(worked=False)
    server.behave = server.answer
    [again] = writer.write([WriteRequest("x", brief=BRIEF)])
    assert again.finish_reason == "stop"


def test_a_server_that_is_away_is_an_error_with_its_reason() -> None:
    server = TextServer()
    writer = open_for(server, retries=1)
    server.close()
    [done] = writer.write([WriteRequest("x", brief=BRIEF)])
    assert "cannot be reached" in done.error


def test_closing_wakes_what_waits_for_another_try(server: TextServer) -> None:
    asked = threading.Event()

    def behave(body: dict[str, Any], number: int) -> tuple[int, dict[str, str], Any]:
        asked.set()
        return 503, {"Retry-After": "25"}, "busy"

    server.behave = behave
    writer = open_for(server)
    closer = threading.Thread(target=lambda: (asked.wait(20), writer.close()))
    closer.start()
    [done] = writer.write([WriteRequest("x", brief=BRIEF)])
    closer.join()
    writer.close()
    assert done.finish_reason == "error"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"model": "m"}, "base_url"),
        ({"base_url": "ftp://host", "model": "m"}, "base_url"),
        ({"base_url": "http://host"}, "needs the setting model"),
        ({"base_url": "http://host", "model": "m", "format": "x"}, "one of auto"),
        ({"base_url": "http://host", "model": "m", "concurrency": 0}, "at least 1"),
    ],
)
def test_wrong_settings_are_answered_with_a_remedy(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(WriterError, match=said):
        open_writer("openai", settings)
