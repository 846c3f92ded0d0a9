"""Opening the store's database: its engine, its tables brought to this program's version, and what it cannot
do as an error that says what to do."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from rag.adapters.store_sqlalchemy_postgres import (
    explain,
    one_after_the_other,
    place_of,
    postgres_options,
    set_up_postgres,
)
from rag.adapters.store_sqlalchemy_rows import SettingRow
from rag.errors import DataFolderBusy, DataFolderError, DiskFull, ServerUnreachable

SCHEMA_VERSION = 6
"""The number of the last file in `migrations/versions`."""
_VERSION_NAME = "schema_version"
_WAL_RETRY_SECONDS = 0.02


Place: TypeAlias = str | Path | URL
"""Of a database: its URL, or the path of a SQLite file."""


def open_engine(place: Place, *, busy_seconds: float) -> Engine:
    """An engine on a database of this program's schema: made where there is none, migrated where it is older.

    Raises DataFolderError where it is damaged or of a newer program, DataFolderBusy, ServerUnreachable.
    """
    engine = _engine(place, busy_seconds=busy_seconds)
    try:
        with usable(engine):
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(place: Place, *, busy_seconds: float) -> Engine:
    """An engine that keeps JSON readable and, for SQLite, every connection at the same settings."""
    url = _url(place)
    engine = create_engine(
        url,
        json_serializer=partial(json.dumps, ensure_ascii=False),
        json_deserializer=msgspec.json.decode,  # sketches are long lists, and every question reads them
        **(postgres_options(url) if url.get_backend_name() == "postgresql" else {}),
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_set_up_sqlite, busy_seconds=busy_seconds))
    else:
        set_up_postgres(engine)
    return engine


def _url(place: Place) -> URL:
    """Of a SQLite file, whose folder is made."""
    if isinstance(place, URL):
        return place
    if isinstance(place, str) and "://" in place:
        return make_url(place)
    path = Path(place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise DataFolderError(
            f"The folder {path.parent} cannot be made ({exc}): set WENBAO_DATA to another."
        ) from exc
    return URL.create("sqlite", database=str(path))


def _set_up_sqlite(connection: sqlite3.Connection, _record: object, *, busy_seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")
    _use_write_ahead_log(connection, busy_seconds)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """A change of the whole file: SQLite does not let it wait for other connections as it does statements."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_WAL_RETRY_SECONDS)


# --- Migrations -------------------------------------------------------------------------------------


def _migrate(engine: Engine) -> None:
    """All steps that are missing, in one transaction. Raises DataFolderError for the schema of a newer
    program."""
    with engine.connect() as connection:
        if _version(connection) == SCHEMA_VERSION:
            return
    with engine.begin() as connection:
        _begin(connection)
        version = _version(connection)
        if version != SCHEMA_VERSION:
            _upgrade(connection, version)


def _begin(connection: Connection) -> None:
    """One process migrates. Python's sqlite3 begins no transaction before a CREATE or an ALTER by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    one_after_the_other(connection, "migration")


def _version(connection: Connection) -> int | None:
    """The version of the schema that is there; None for an empty database. Raises DataFolderError for one of
    a newer program."""
    if not inspect(connection).has_table(SettingRow.__tablename__):
        return None
    found = connection.scalar(select(SettingRow.value).where(SettingRow.name == _VERSION_NAME))
    if found is not None and int(found) > SCHEMA_VERSION:
        raise DataFolderError(
            f"The database was written by a newer wenbao (schema {found}; this one knows "
            f"{SCHEMA_VERSION}): update wenbao, or set WENBAO_DATA to another folder."
        )
    return None if found is None else int(found)


def _upgrade(connection: Connection, version: int | None) -> None:
    """Version 1 was made without alembic: it is taken for the first of its steps."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "rag.adapters:migrations")
    if version == 1:
        command.stamp(config, "0001")
    command.upgrade(config, "head")
    this = update(SettingRow).where(SettingRow.name == _VERSION_NAME)
    if not connection.execute(this.values(value=str(SCHEMA_VERSION))).rowcount:
        connection.execute(insert(SettingRow).values(name=_VERSION_NAME, value=str(SCHEMA_VERSION)))


# --- Errors -----------------------------------------------------------------------------------------


@contextmanager
def usable(engine: Engine) -> Iterator[None]:
    """What the database cannot do, as an error that says what to do."""
    try:
        yield
    except IntegrityError:
        raise  # a reading that contradicts itself: a fault of the program, not of the folder
    except DBAPIError as exc:
        raise (explain(exc, engine.url) if engine.dialect.name == "postgresql" else _as_ours(exc)) from exc
    except PoolTimeout as exc:
        raise ServerUnreachable(
            f"The database {place_of(engine.url)} answers too slowly for so many at once: try again later."
        ) from exc


@contextmanager
def reading_session(engine: Engine) -> Iterator[Session]:
    with usable(engine), Session(engine) as session:
        yield session


@contextmanager
def writing_session(engine: Engine) -> Iterator[Session]:
    """One transaction: all of it or, where the block raises, nothing."""
    with usable(engine), Session(engine) as session, session.begin():
        yield session


def in_utc(time: datetime) -> datetime:
    """SQLite gives times back without their zone; they were written in UTC."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _as_ours(exc: DBAPIError) -> DataFolderError:
    reason = str(exc.orig)
    if "locked" in reason:
        return DataFolderBusy(
            f"Another process works in the data folder ({reason}): try again when it is done."
        )
    if "full" in reason:
        return DiskFull(f"The disk is full ({reason}): make room, then try again.")
    if "malformed" in reason or "not a database" in reason:
        return DataFolderError(
            f"The database is damaged ({reason}): restore it from a copy, or set WENBAO_DATA to a new folder "
            "and ingest the files again."
        )
    return DataFolderError(f"The database cannot be used ({reason}): check WENBAO_DATA and its permissions.")
