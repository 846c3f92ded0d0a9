"""`ChatModel` against OpenAI-compatible servers, the ones that misbehave above all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rag.adapters.chat_llama_index import LlamaIndexChat
from rag.errors import ChatError, ChatTimeout
from tests.contract.chat_prompts import GDP, write_whole


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """The first use pays for the libraries' import; the tests measure what comes after."""
    with closing(LlamaIndexChat("http://127.0.0.1:9/v1", "", "m")) as chat:
        chat.prepare("")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/v1", "cannot be reached; check WENBAO_CHAT_URL"),
        ("no-url", "is not a URL of a model server; check WENBAO_CHAT_URL"),
    ],
)
def test_a_server_that_is_not_there_is_told_at_once(url: str, words: str) -> None:
    with closing(LlamaIndexChat(url, "", "some-model")) as chat:
        before = time.monotonic()
        for ask in (chat.check, lambda: write_whole(chat)):
            with pytest.raises(ChatError, match=words):
                ask()
        assert time.monotonic() - before < 2.0


Answer = Callable[[BaseHTTPRequestHandler, dict[str, object]], None]


@contextmanager
def _server(*answers: Answer) -> Generator[tuple[str, list[dict[str, object]]]]:
    """A server on loopback that gives the answers in turn. Yields its URL and the bodies that it was sent."""
    asked: list[dict[str, object]] = []

    class Turns(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            asked[-1]["authorization"] = self.headers["Authorization"]
            answers[len(asked) - 1](self, asked[-1])

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Turns)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _send(to: BaseHTTPRequestHandler, text: str) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    to.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    to.wfile.flush()


def _begin(to: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream") -> None:
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.end_headers()


def _good(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    assert body["stream"] is True
    _begin(to)
    for text in ("增长", "5.1%", "[1]"):
        _send(to, text)
    to.wfile.write(b"data: [DONE]\n\n")


def _status(status: int) -> Answer:
    def answer(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
        del body
        _begin(to, status, "application/json")
        to.wfile.write(b'{"error": {"message": "words of the server"}}')

    return answer


def _stall(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    _send(to, "增长")
    time.sleep(6.0)


def _break_off(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    to.protocol_version = "HTTP/1.1"
    to.send_response(200)
    to.send_header("Content-Type", "text/event-stream")
    to.send_header("Content-Length", "1000")
    to.end_headers()
    _send(to, "增长")
    to.close_connection = True


def _nothing(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    to.wfile.write(b"data: [DONE]\n\n")


def _page(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    _begin(to)
    to.wfile.write(b"data: <html>not JSON</html>\n\n")


def _hang_up(to: BaseHTTPRequestHandler, body: dict[str, object]) -> None:
    del body
    to.close_connection = True


def test_what_a_hosted_model_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key for someone else")
    with _server(_good) as (url, asked), closing(LlamaIndexChat(url, "", "some-model")) as chat:
        assert write_whole(chat, tokens=77) == "增长5.1%[1]"
    (body,) = asked
    assert body["model"] == "some-model"
    assert body["temperature"] == 0
    assert body["max_tokens"] == 77
    assert body["messages"] == [
        {"role": "system", "content": GDP.system},
        {"role": "user", "content": GDP.user},
    ]
    assert "grammar" not in body
    assert body["authorization"] == "Bearer none"


@pytest.mark.parametrize("trouble", [_status(429), _status(503), _hang_up])
def test_a_server_that_is_busy_is_asked_again(trouble: Answer) -> None:
    with _server(trouble, _good) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        assert write_whole(chat) == "增长5.1%[1]"
        assert len(asked) == 2


def test_a_server_that_stays_busy_is_asked_three_times() -> None:
    with _server(*[_status(500)] * 3) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=r"busy or failing \(status 500\)"):
            write_whole(chat)
        assert len(asked) == 3


def test_retries_stay_within_the_deadline() -> None:
    with _server(*[_status(500)] * 3) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match="busy or failing"):
            write_whole(chat, seconds=1.0)
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_status(400), r"rejects the request \(status 400\): .*words of the server"),
        (_status(404), "has no chat model 'm'; check WENBAO_CHAT_URL and WENBAO_CHAT_MODEL"),
        (_status(403), "check WENBAO_CHAT_KEY"),
        (_nothing, "gave an empty answer"),
        (_page, "sent what is not a chat answer"),
        (_break_off, "broke the connection off"),
    ],
)
def test_what_a_second_try_would_not_mend_is_told_at_once(answer: Answer, words: str) -> None:
    with _server(answer) as (url, asked), closing(LlamaIndexChat(url, "k", "m")) as chat:
        with pytest.raises(ChatError, match=words):
            write_whole(chat)
        assert len(asked) == 1


def test_a_server_that_falls_silent_is_left_at_the_deadline() -> None:
    with _server(_stall) as (url, _), closing(LlamaIndexChat(url, "k", "m")) as chat:
        pieces = chat.write(GDP, grammar="", max_tokens=9, seconds=1.0)
        assert next(pieces) == "增长"
        before = time.monotonic()
        with pytest.raises(ChatTimeout, match="within 1 seconds"):
            next(pieces)
        assert time.monotonic() - before < 1.2
