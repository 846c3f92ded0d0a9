"""One request that ends when it must, over connections of a client (httpx)."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import httpx

from rag.errors import ChatError, ChatTimeout

_CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.1
"""How often it is looked whether the answer is still wanted."""


def connections() -> httpx.Client:
    """For `OneAnswer`. A proxy that the environment names is for the way out, not for this machine."""
    direct = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
    return httpx.Client(
        follow_redirects=True, mounts=direct, limits=httpx.Limits(max_keepalive_connections=0)
    )


class Deadline:
    """The moment until which a whole answer must be there."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def exceeded(self, place: str) -> ChatTimeout:
        return ChatTimeout(f"{place} did not finish the answer within {self.seconds:g} seconds.")


class Unwanted(ChatError):
    """Nobody waits for the answer any more."""


def always() -> bool:
    return True


class Watch:
    """Over one try: the deadline of the whole, a shorter one for the first token, and whether anybody still
    waits."""

    def __init__(
        self,
        deadline: Deadline,
        *,
        first_seconds: float = math.inf,
        wanted: Callable[[], bool] = always,
    ) -> None:
        self.deadline = deadline
        self._first: Deadline | None = Deadline(first_seconds)
        self._wanted = wanted

    def begun(self) -> None:
        """The first token is there."""
        self._first = None

    def left(self) -> float:
        first = self._first
        return self.deadline.left() if first is None else min(self.deadline.left(), first.left())

    def over(self) -> bool:
        return self.left() <= 0 or not self._wanted()

    def reason(self, place: str) -> ChatError | None:
        """Why it is over; None while it is not."""
        if self.deadline.passed():
            return self.deadline.exceeded(place)
        if not self._wanted():
            return Unwanted("Nobody waits for the answer any more.")
        if self._first is not None and self._first.passed():
            return ChatTimeout(f"{place} did not begin the answer within {self._first.seconds:g} seconds.")
        return None

    def pause(self, seconds: float, place: str) -> None:
        """Wait. Raises the reason when it is over before."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            if (reason := self.reason(place)) is not None:
                raise reason
            time.sleep(min(rest, _LOOK_SECONDS))


class OneAnswer(httpx.BaseTransport):
    """One request, with a hold on its connection and its response.

    httpx's timeouts bound each read, not the whole; and what the other libraries hand out cannot be closed.
    So a thread shuts the socket when the watch is over, which ends a read that waits, and `close` ends the
    response, at which an engine stops to generate. The socket is known from when it is opened: so each
    request has a connection of its own, and a server that drips its headers has no more time than others.
    """

    def __init__(self, connections: httpx.Client, watch: Watch) -> None:
        """`connections` keeps none alive."""
        self._connections = connections
        self._watch = watch
        self._socket: socket.socket | None = None
        self._response: httpx.Response | None = None
        self._closed = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        left = max(self._watch.left(), 0.001)
        timeout = httpx.Timeout(max(self._watch.deadline.left(), 0.001), connect=min(left, _CONNECT_SECONDS))
        request.extensions = {**request.extensions, "timeout": timeout.as_dict(), "trace": self._note}
        threading.Thread(target=self._look, name="answer-watch", daemon=True).start()
        response = self._response = self._connections.send(request, stream=True)
        assert isinstance(response.stream, httpx.SyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._closed.set()
        if self._response is not None:
            self._response.close()

    def _note(self, event: str, info: Mapping[str, object]) -> None:
        """httpcore's events of one request: the socket under it, anew when TLS begins."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            find = getattr(info["return_value"], "get_extra_info", None)
            found = find("socket") if find is not None else None
            self._socket = found if isinstance(found, socket.socket) else None

    def _look(self) -> None:
        while not self._closed.wait(min(_LOOK_SECONDS, max(self._watch.left(), 0.001))):
            if self._watch.over() and self._socket is not None:
                with suppress(OSError):  # closed already
                    # The plain socket's method: that of a TLS socket first takes the session away from its
                    # reader.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
