"""One at a time among all processes that share a database, by PostgreSQL's advisory locks.

A lock belongs to a connection: it is free again as soon as the process or the way to it has gone, and after a
kill there is nothing to clean up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Function, func, literal, select
from sqlalchemy.exc import DBAPIError

from rag.adapters.store_sqlalchemy_open import usable
from rag.adapters.store_sqlalchemy_postgres import lock_key, place_of
from rag.errors import DataFolderBusy

_PRESENCE = lock_key("presence")


class PostgresExclusive:
    """`Exclusive` under a name. The engine stays its owner's to close."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._key = lock_key(name)
        self._turn = threading.RLock()
        self._connection: Connection | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises ServerUnreachable."""
        with self._turn:
            if self._connection is not None:  # this thread has it already
                yield
                return
            self._connection = _take(self._engine, func.pg_advisory_lock(self._key))
            try:
                yield
            finally:
                self._release()

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Raises ServerUnreachable."""
        if not self._turn.acquire(blocking=False):
            yield False
            return
        try:
            connection = _take(self._engine, func.pg_try_advisory_lock(self._key))
            self._connection = connection
            try:
                yield connection is not None
            finally:
                self._release()
        finally:
            self._turn.release()

    def check(self) -> None:
        """Raises ServerUnreachable where the connection broke: the lock went with it."""
        connection = self._connection
        if connection is not None:
            with usable(self._engine):
                connection.scalar(select(literal(1)))

    def _release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _give_back(connection, func.pg_advisory_unlock(self._key))


class Presence:
    """That a process works with a database: together with others, or alone. Raises DataFolderBusy where
    another one is there that does not go with it, ServerUnreachable."""

    def __init__(self, engine: Engine, *, alone: bool) -> None:
        take, give = (
            (func.pg_try_advisory_lock, func.pg_advisory_unlock)
            if alone
            else (func.pg_try_advisory_lock_shared, func.pg_advisory_unlock_shared)
        )
        self._back: Function[object] = give(_PRESENCE)
        self._connection = _take(engine, take(_PRESENCE))
        if self._connection is None:
            raise DataFolderBusy(
                f"The database {place_of(engine.url)} is in use by another wenbao process, and one of the "
                "two keeps its passage index in a folder of its own: stop that one, or set "
                "WENBAO_CHROMA_URL for both."
            )

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _give_back(connection, self._back)


def _take(engine: Engine, lock: Function[object]) -> Connection | None:
    """A connection that has the lock; None where somebody else has it and `lock` does not wait."""
    with usable(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if connection.scalar(select(lock)) is not False:
                return connection
        except BaseException:
            connection.invalidate()  # whether it has the lock is not known
            connection.close()
            raise
        connection.close()
        return None


def _give_back(connection: Connection, unlock: Function[object]) -> None:
    """Where the connection broke, the lock went with it."""
    try:
        if not connection.invalidated:
            connection.scalar(select(unlock))
    except DBAPIError:
        connection.invalidate()
    finally:
        connection.close()
