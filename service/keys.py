"""Who may call what: every route goes through one `Door`.

Without keys the service is bound to loopback, and the door only keeps other sites' pages out. With keys a
caller shows one; routes that change the corpus add the guard `admins_only`.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Scope

from rag.domain import Role
from rag.keys import Keys
from service.limits import Limits

Connection = ASGIConnection[object, object, object, State]

ACCESS = "access"
"""Key of a route's `opt` that says who gets in: one of the three below; without it, who has a key."""
OPEN, TOLD, MEASURED = "open", "told", "measured"
"""Everybody; everybody, but only who has a key is told all; as the setting `metrics` says."""

STANDING_SECONDS = 0.5
"""How long a stream may go on under a key that was revoked."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`id` is that of the key, '' without one. `role` is None for who showed no key where keys are wanted."""

    id: str
    role: Role | None
    keys: Keys | None = field(default=None, repr=False)

    async def check(self) -> None:
        """Raises NotAuthorizedException where the key was revoked since it was shown."""
        if self.keys is not None and self.id and not await asyncio.to_thread(self.keys.stands, self.id):
            raise _no_key("This key has been revoked: ask whoever runs the service for another one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`keys` is None where no key is wanted. `origins` are other sites whose pages are let in."""

    keys: Keys | None
    limits: Limits = field(default_factory=Limits)
    open_metrics: bool = False
    origins: Collection[str] = ()

    async def admit(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """The guard of all routes: sets the caller, or raises NotAuthorizedException,
        PermissionDeniedException, TooManyRequestsException."""
        connection.scope["user"] = await self._caller(connection, handler.opt.get(ACCESS))

    async def _caller(self, connection: Connection, access: object) -> Caller:
        if self.keys is None:
            check_site(connection, self.origins)
            return Caller(id="", role=Role.ADMIN)
        shown = connection.headers.get("authorization")
        optional = access == TOLD or (access == MEASURED and self.open_metrics)
        if access == OPEN or (optional and shown is None):
            return Caller(id="", role=None)
        self.limits.count_address(connection.client.host if connection.client else "")
        kind, _, text = (shown or "").partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise _no_key("This service wants a key: send the header `Authorization: Bearer wb_…`.")
        key = await asyncio.to_thread(self.keys.check, text.strip())
        if key is None:
            raise _no_key("This key is unknown or revoked: ask whoever runs the service for another one.")
        self.limits.count_key(key.id)
        return Caller(id=key.id, role=key.role, keys=self.keys)


async def admins_only(connection: Connection, _handler: BaseRouteHandler) -> None:
    """The guard of routes that change the corpus. Raises PermissionDeniedException."""
    if caller_of(connection.scope).role is not Role.ADMIN:
        raise PermissionDeniedException("This key only reads: changing the corpus takes a key of role admin.")


def caller_of(scope: Scope) -> Caller:
    """Who calls, once the door has let them in: the dependency `caller` of the routes."""
    caller = scope["user"]
    assert isinstance(caller, Caller)
    return caller


async def while_standing(events: AsyncGenerator[T], caller: Caller) -> AsyncGenerator[T]:
    """`events`, as long as the caller's key stands. Raises NotAuthorizedException when it is revoked."""
    clock = asyncio.get_running_loop().time
    due = clock() + STANDING_SECONDS
    async with aclosing(events):
        while True:
            coming = asyncio.ensure_future(anext(events))
            try:
                while not coming.done():
                    await asyncio.wait({coming}, timeout=max(0.0, due - clock()))
                    if clock() >= due:
                        await caller.check()
                        due = clock() + STANDING_SECONDS
                event = await coming
            except StopAsyncIteration:
                return
            finally:
                await _ended(coming)
            yield event


async def _ended(coming: asyncio.Future[T]) -> None:
    """A generator can only be closed once nobody waits for its next value."""
    if not coming.done():
        coming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming


def check_site(connection: Connection, origins: Collection[str] = ()) -> None:
    """Keeps out other sites' pages in a browser on this machine: nothing else guards a service without keys.

    They call with their own name as `Host` when they pointed it at loopback (DNS rebinding), and with it as
    `Origin` when they post across sites. Raises PermissionDeniedException.
    """
    senders = [origin for origin in connection.headers.getall("origin", []) if origin not in origins]
    names = [f"//{connection.headers.get('host', '')}", *senders]
    if not all(is_loopback(_host(name)) for name in names):
        raise PermissionDeniedException("Only this machine is served: call 127.0.0.1 or localhost.")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(address: str) -> str:
    """Of `//127.0.0.1:8000` or `http://localhost`; empty where it is no address."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _no_key(sentence: str) -> NotAuthorizedException:
    return NotAuthorizedException(sentence, headers={"WWW-Authenticate": 'Bearer realm="wenbao"'})
