"""Who may make which calls."""

from __future__ import annotations

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

Connection = ASGIConnection[BaseRouteHandler, object, object, State]


def may_change_corpus(_connection: Connection, _handler: BaseRouteHandler) -> None:
    """Stands before every call that changes the corpus: whoever is let in at all may make it."""
