"""What every request passes first, also to an unknown address: its id, its line in the log, its metrics."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import quote

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from service.keys import Caller
from service.logs import REQUESTS, begin_request
from service.metrics import Metrics

_QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
"""Asked by machines every few seconds: logged at the level debug."""
_CLIENT_LEFT = 499
"""What nginx logs when the client left before the answer began."""


IDLE_SECONDS = 60.0
"""Without a byte of the body for so long, a client is taken for gone."""


class Front:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        receive = _in_time(receive)
        request_id = begin_request(Headers.from_scope(scope).get("x-request-id"))
        began = time.perf_counter()
        status = _CLIENT_LEFT

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableScopeHeaders.from_message(message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._tell(scope, status, time.perf_counter() - began)

    def _tell(self, scope: HTTPScope, status: int, seconds: float) -> None:
        """After the last byte. The path is written percent-encoded, without the query."""
        route = scope.get("path_template") or "unmatched"
        caller = scope.get("user")
        self._metrics.served(method=scope["method"], route=route, status=status, seconds=seconds)
        told = {
            "method": scope["method"],
            "path": quote(scope["path"]),
            "status": status,
            "ms": round(seconds * 1000),
            "caller": caller.id if isinstance(caller, Caller) else "",
        }
        (REQUESTS.debug if scope["path"] in _QUIET else REQUESTS.info)("request", extra=told)


def _in_time(receive: Receive) -> Receive:
    """Raises HTTPException where the body does not go on. Once it is whole, only the end of the connection is
    waited for, as long as the answer takes."""
    whole = False

    async def receive_in_time() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await receive()
        except TimeoutError:
            words = "The body of the request stood still for too long: send it again."
            raise HTTPException(words, status_code=408, headers={"Connection": "close"}) from None
        whole = message["type"] != "http.request" or not message.get("more_body")
        return message

    return receive_in_time
