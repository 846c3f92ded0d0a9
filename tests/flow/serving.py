"""A real server on a free loopback port, and its stream of events as Python values."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn
from litestar.handlers import HTTPRouteHandler

from rag.keys import Keys
from rag.library import Rag
from service.app import create_app
from service.connections import Connection
from service.turns import Desk

SECONDS = 300.0
"""Patience with a model on a slow or busy machine."""

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    name: str
    content: Json


@contextmanager
def served(
    rag: Rag,
    *,
    desk: Desk | None = None,
    keys: Keys | None = None,
    more: Sequence[HTTPRouteHandler] = (),
) -> Iterator[httpx.Client]:
    """A client of the service over `rag`, with `more` routes."""
    app = create_app(rag, desk=desk, keys=keys)
    for handler in more:
        app.register(handler)
    config = uvicorn.Config(app, port=0, http=Connection, log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def events(response: httpx.Response) -> Iterator[Event]:
    """The server-sent events of a streamed response as they come."""
    name = ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield Event(name=name, content=json.loads(value))
