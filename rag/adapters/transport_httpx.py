"""One request under a deadline for the whole of its answer, over connections that are shared (httpx)."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import httpx

from rag.errors import ChatTimeout

_CONNECT_SECONDS = 5.0


class Deadline:
    """The moment until which a whole answer must be there."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def exceeded(self, place: str) -> ChatTimeout:
        return ChatTimeout(f"{place} did not finish the answer within {self._seconds:g} seconds.")


class OneAnswer(httpx.BaseTransport):
    """One request over shared connections, with a hold on its response.

    httpx's read timeout bounds each read, not the whole; and what the other libraries hand out cannot be
    closed. So a timer shuts the socket at the deadline, which ends a read that waits, and `close` ends
    the response, at which an engine stops to generate.
    """

    def __init__(self, connections: httpx.Client, deadline: Deadline) -> None:
        self._connections = connections
        self._deadline = deadline
        self._response: httpx.Response | None = None
        self._timer: threading.Timer | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        left = max(self._deadline.left(), 0.001)
        timeout = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))
        request.extensions = {**request.extensions, "timeout": timeout.as_dict()}
        response = self._response = self._connections.send(request, stream=True)
        self._timer = threading.Timer(self._deadline.left(), _shut, [response])
        self._timer.daemon = True
        self._timer.start()
        assert isinstance(response.stream, httpx.SyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            extensions=response.extensions,
        )

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._response is not None:
            self._response.close()


def _shut(response: httpx.Response) -> None:
    connection = response.extensions["network_stream"].get_extra_info("socket")
    if isinstance(connection, socket.socket) and not response.is_closed:
        with suppress(OSError):  # closed already
            # The plain socket's method: that of a TLS socket first takes the session away from its reader.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
