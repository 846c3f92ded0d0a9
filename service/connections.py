"""Connections that do not stay open for nothing."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LOOK_SECONDS = 15.0


class Connection(HttpToolsProtocol):
    """uvicorn's, which by itself waits for ever for the head of a request: each such client would keep one of
    the process's files. Between one and two looks without a whole head the connection is closed.
    """

    _waited = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self.loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        # None before the first request, whatever uvicorn's annotation says.
        asked = self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]
        between = self.timeout_keep_alive_task is not None  # uvicorn closes it in its time
        waits = not asked and not between
        if waits and self._waited:
            self.transport.close()
            return
        self._waited = waits
        self.loop.call_later(LOOK_SECONDS, self._look)
