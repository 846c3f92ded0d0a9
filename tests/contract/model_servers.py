"""An OpenAI-compatible server on loopback that behaves as a test wants, and the ways in which it can."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rag.ports import Embedder

Body = dict[str, object]
Answer = Callable[[BaseHTTPRequestHandler, Body], None]

TEXT = ("增长", "5.1%", "[1]")


@dataclass(slots=True, kw_only=True)
class ModelServer:
    """`answers` are given in turn, the last one ever after. `asked` are the bodies that it was sent, each
    with its `authorization`, `times` when that was."""

    url: str
    answers: list[Answer]
    asked: list[Body] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    """Set when a client went away while it was being answered."""

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def model_server(*answers: Answer) -> Generator[ModelServer]:
    class Turns(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.times.append(time.monotonic())
            body: Body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append({**body, "authorization": self.headers["Authorization"]})
            try:
                served.next_answer()(self, body)
            except (BrokenPipeError, ConnectionResetError):
                served.gone.set()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Turns)
    server.daemon_threads = True
    served = ModelServer(url=f"http://127.0.0.1:{server.server_port}/v1", answers=list(answers))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# --- what it sends ---


def begin(to: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream") -> None:
    to.send_response(status)
    to.send_header("Content-Type", kind)
    to.end_headers()


def send(to: BaseHTTPRequestHandler, text: str) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    to.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    to.wfile.flush()


def good(to: BaseHTTPRequestHandler, body: Body) -> None:
    """Plain text, whether or not a schema is asked for: many servers take one and do not obey it."""
    writes(*TEXT)(to, body)


def writes(*pieces: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler, body: Body) -> None:
        assert body["stream"] is True
        begin(to)
        for piece in pieces:
            send(to, piece)
        to.wfile.write(b"data: [DONE]\n\n")

    return answer


def status(code: int, **headers: str) -> Answer:
    def answer(to: BaseHTTPRequestHandler, body: Body) -> None:
        del body
        to.send_response(code)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(b'{"error": {"message": "words of the server"}}')

    return answer


def without_schema(to: BaseHTTPRequestHandler, body: Body) -> None:
    (status(400) if "response_format" in body else good)(to, body)


def embeds(embedder: Embedder) -> Answer:
    """OpenAI's form of embeddings, over a real embedder that adds its prefixes itself."""

    def vectors(texts: list[str]) -> list[list[float]]:
        (kind,) = {text.partition(": ")[0] for text in texts}
        bare = [text.partition(": ")[2] for text in texts]
        assert kind == "passage" or (kind, len(texts)) == ("query", 1)
        found = embedder.embed_query(bare[0]) if kind == "query" else embedder.embed_passages(bare)
        rows: list[list[float]] = found.tolist()
        return rows

    def answer(to: BaseHTTPRequestHandler, body: Body) -> None:
        assert to.path == "/v1/embeddings"
        texts = body["input"]
        assert isinstance(texts, list)
        assert body["model"] == "multilingual-e5-small"
        send_vectors(to, vectors(texts))

    return answer


def send_vectors(to: BaseHTTPRequestHandler, vectors: Sequence[Sequence[float]]) -> None:
    """Last one first: the index counts, not the place."""
    rows = [{"object": "embedding", "index": i, "embedding": list(v)} for i, v in enumerate(vectors)]
    begin(to, kind="application/json")
    to.wfile.write(json.dumps({"object": "list", "data": rows[::-1], "model": "m"}).encode())


# --- how it misbehaves ---


def stalls(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    begin(to)
    send(to, "增长")
    _hold(to)


def never_answers(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    _hold(to)


def never_begins(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    begin(to)
    _hold(to)


def drips_its_headers(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    _drip(to, b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 600)


def drips_its_text(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    begin(to)
    for _ in range(300):
        send(to, "增")
        time.sleep(0.1)


def drips_comments(to: BaseHTTPRequestHandler, body: Body) -> None:
    """As servers do to keep a connection while they have nothing to say."""
    del body
    begin(to)
    _drip(to, b": wait\n\n" * 80)


def breaks_off(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    to.protocol_version = "HTTP/1.1"
    to.send_response(200)
    to.send_header("Content-Type", "text/event-stream")
    to.send_header("Content-Length", "1000")
    to.end_headers()
    send(to, "增长")
    to.close_connection = True


def says_nothing(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    begin(to)
    to.wfile.write(b"data: [DONE]\n\n")


def sends_a_page(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    begin(to)
    to.wfile.write(b"data: <html>not JSON</html>\n\n")


def hangs_up(to: BaseHTTPRequestHandler, body: Body) -> None:
    del body
    to.close_connection = True


def _drip(to: BaseHTTPRequestHandler, content: bytes) -> None:
    for byte in content:
        to.wfile.write(bytes([byte]))
        to.wfile.flush()
        time.sleep(0.1)


def _hold(to: BaseHTTPRequestHandler, seconds: float = 60.0) -> None:
    """Silent, until the other side goes away."""
    to.connection.settimeout(seconds)
    with suppress(TimeoutError):
        if to.connection.recv(1, socket.MSG_PEEK) == b"":
            raise ConnectionResetError
