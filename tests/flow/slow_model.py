"""A model server as slow as a test wants it: OpenAI-compatible, on a free loopback port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowModel:
    """Writes a piece of text every 0.1 seconds until it is let go, then ends. `left` is set when a client
    broke off."""

    url: str
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    let_go: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)


@contextmanager
def slow_model() -> Iterator[SlowModel]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    model = SlowModel(url=f"http://127.0.0.1:{server.server_port}/v1")

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            model.begun.release()
            try:
                while True:
                    self._write("增长")
                    if model.let_go.wait(0.1):
                        break
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                model.left.set()

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"object": "list", "data": [{"id": "slow", "object": "model"}]}')

        def _write(self, text: str) -> None:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "slow"}
            self.wfile.write(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server.RequestHandlerClass = Slow
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield model
    finally:
        model.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def slow_settings(data: Path, models: Path, url: str, *, answers_waiting: int = 16) -> Settings:
    """Answers come from the server at `url`, one at a time."""
    return Settings(
        data=data,
        models=models,
        chat_url=url,
        chat_model="slow",
        answer_seconds=60,
        answers_at_once=1,
        answers_waiting=answers_waiting,
    )
