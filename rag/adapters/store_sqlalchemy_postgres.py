"""What is PostgreSQL's own of the database: its URL, its connections, its errors as sentences, its locks.

It is reached through psycopg (the extra `postgres`), directly or through a pooler that keeps a session to its
client: advisory locks belong to a session.
"""

from __future__ import annotations

import hashlib
import importlib.util

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from rag.errors import DataFolderError, DiskFull, ServerUnreachable, SettingsError

_FORM = "postgresql://USER:PASSWORD@HOST/DATABASE"
_CONNECT = {
    "application_name": "wenbao",
    "connect_timeout": 5,
    # A connection whose other side has vanished is noticed within half a minute, by both sides.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
_KEPT, _MORE = 3, 5
"""Connections of a pool that stay open, and how many more it may have. A process has three pools and holds
two locks: 26 connections at most."""


def postgres_url(text: str) -> URL:
    """Raises SettingsError for what is no URL of a PostgreSQL database, and where psycopg is not there."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingsError(f"WENBAO_DATABASE_URL is no URL: write {_FORM}.") from None
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg") or not url.database:
        raise SettingsError(
            f"WENBAO_DATABASE_URL names no PostgreSQL database: write {_FORM}, or leave it empty for SQLite."
        )
    if importlib.util.find_spec("psycopg") is None:
        raise SettingsError(
            'WENBAO_DATABASE_URL wants the package psycopg: run `pip install "wenbao[postgres]"`.'
        )
    return url.set(drivername="postgresql+psycopg")


def postgres_options(url: URL) -> dict[str, object]:
    """Arguments for `create_engine`. What the URL itself says of a connection counts.

    A connection is tried before it is used: after a restart of the server nothing has to be started again.
    """
    given = {name: value for name, value in _CONNECT.items() if name not in url.query}
    return {
        "connect_args": given,
        "pool_pre_ping": True,
        "pool_size": _KEPT,
        "max_overflow": _MORE,
        "pool_timeout": 30,
    }


def set_up_postgres(engine: Engine) -> None:
    """SQLite takes the character NUL, PostgreSQL does not. No report holds one; a question may."""
    event.listen(engine, "before_cursor_execute", _replace_nul, retval=True)


def _replace_nul(
    _connection: Connection, _cursor: object, statement: str, values: object, _context: object, _many: bool
) -> tuple[str, object]:
    return statement, _without_nul(values)


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd") if "\0" in value else value
    if isinstance(value, dict):
        return {name: _without_nul(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without_nul(each) for each in value)
    return value


# --- Errors -----------------------------------------------------------------------------------------


def place_of(url: URL) -> str:
    """Without user and password."""
    return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database}"


def explain(exc: DBAPIError, url: URL) -> DataFolderError:
    """What the server or the way to it cannot do, as an error that says what to do.

    Where a connection fails, libpq gives words and no code.
    """
    code = getattr(exc.orig, "sqlstate", None) or ""
    words = " ".join(str(exc.orig).split())
    place = place_of(url)
    if "password" in words or code in ("28P01", "28000") or "no pg_hba.conf entry" in words:
        return DataFolderError(
            f"The database {place} refuses the user or the password: check WENBAO_DATABASE_URL."
        )
    if code == "3D000" or ("database" in words and "does not exist" in words):
        return DataFolderError(
            f"There is no database {url.database} at {url.host}: make it (`createdb {url.database}`), or "
            "check WENBAO_DATABASE_URL."
        )
    if 'role "' in words and "does not exist" in words:
        return DataFolderError(f"The database {place} knows no such user: check WENBAO_DATABASE_URL.")
    if code == "53100":
        return DiskFull(f"The disk of the database {place} is full: make room, then try again.")
    if code == "42501":
        return DataFolderError(
            f"The user of the database {place} may not do this ({_brief(words)}): let it own the database."
        )
    if not code or code[:2] in ("08", "53", "57"):
        return ServerUnreachable(
            f"The database {place} cannot be reached ({_brief(words)}): start it, or check "
            "WENBAO_DATABASE_URL and the network."
        )
    return DataFolderError(f"The database {place} cannot be used ({_brief(words)}): look into its log.")


def _brief(words: str) -> str:
    return words.removeprefix("connection failed: ")[:200]


# --- Locks ------------------------------------------------------------------------------------------


def lock_key(name: str) -> int:
    """An advisory lock is a number of 64 bits, one space a database."""
    return int.from_bytes(hashlib.sha256(f"wenbao {name}".encode()).digest()[:8], signed=True)


def one_after_the_other(connection: Connection, name: str) -> None:
    """Until its transaction ends, others that call this with the same name wait. SQLite has one writer
    anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock_key(name))))
