"""The truth in one database, with SQLAlchemy: SQLite in the data folder, or another by its URL.

Apart from what is set when a SQLite connection opens, nothing here is SQLite's own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, create_engine, delete, event, insert, inspect, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from rag.adapters import store_sqlalchemy_rows as rows
from rag.adapters.store_sqlalchemy_rows import Base, PassageRow, ReportRow, SentenceRow, SettingRow, SourceRow
from rag.domain import Passage, Report, Sentence, SourceText
from rag.errors import DataFolderBusy, DataFolderError, NotFound
from rag.ports import Reading, SourceInfo

SCHEMA_VERSION = 1
_VERSION_NAME = "schema_version"
_IDS_AT_ONCE = 5_000
"""Ids in one IN list: databases bound the variables of a statement, SQLite at 32,766."""

Entry = TypeVar("Entry", bound=Base)


class SqlReportStore:
    """`ReportStore` in one database. Safe for threads: each call takes a connection of its own from the pool.

    In a SQLite file readers never wait for the writer (WAL), and what was saved is on the disk when the call
    returns (synchronous=FULL: writes are rare, and both indexes are rebuilt from here).
    """

    def __init__(self, url_or_path: str | Path, *, busy_seconds: float = 30.0) -> None:
        """Opens the database, or makes it. A SQLite write waits `busy_seconds` for another one.

        Raises DataFolderError where the database is damaged or of a newer program, DataFolderBusy.
        """
        self._engine = _engine(url_or_path, busy_seconds=busy_seconds)
        try:
            with _usable():
                _prepare(self._engine)
        except BaseException:
            self._engine.dispose()
            raise

    def save(self, reading: Reading) -> None:
        source = reading.source
        passages = [rows.passage_values(passage, ordinal=i) for i, passage in enumerate(reading.passages)]
        with self._writing() as session:
            added_at = session.scalar(select(SourceRow.added_at).where(SourceRow.id == source.id))
            session.execute(delete(SourceRow).where(SourceRow.id == source.id))
            values = rows.source_values(source, added_at=added_at or datetime.now(UTC))
            _insert(session, SourceRow, [values])
            _insert(session, ReportRow, [rows.report_values(report) for report in reading.reports])
            _insert(session, SentenceRow, [rows.sentence_values(sentence) for sentence in reading.sentences])
            _insert(session, PassageRow, passages)

    def mark_indexed(self, source_id: str) -> None:
        """Raises NotFound."""
        with self._writing() as session:
            this = update(SourceRow).where(SourceRow.id == source_id)
            if not session.scalars(this.values(indexed=True).returning(SourceRow.id)).all():
                raise _no_source(source_id)

    def mark_all_unindexed(self) -> None:
        with self._writing() as session:
            session.execute(update(SourceRow).values(indexed=False))

    def remove(self, source_id: str) -> list[str]:
        of_source = select(ReportRow.id).where(ReportRow.source_id == source_id)
        with self._writing() as session:
            report_ids = list(session.scalars(of_source.order_by(ReportRow.span_start, ReportRow.id)))
            this = delete(SourceRow).where(SourceRow.id == source_id)
            if not session.scalars(this.returning(SourceRow.id)).all():
                raise _no_source(source_id)
        return report_ids

    def sources(self) -> list[SourceInfo]:
        """In the order in which they were first saved."""
        query = select(
            SourceRow.id, SourceRow.name, SourceRow.sha256, SourceRow.length, SourceRow.indexed
        ).order_by(SourceRow.added_at, SourceRow.id)
        with self._reading() as session:
            return [
                SourceInfo(id=id_, name=name, sha256=sha256, length=length, indexed=indexed)
                for id_, name, sha256, length, indexed in session.execute(query)
            ]

    def source_text(self, source_id: str) -> SourceText:
        with self._reading() as session:
            row = session.get(SourceRow, source_id)
            if row is None:
                raise _no_source(source_id)
            return rows.source_text(row)

    def reports(self, source_id: str | None = None) -> list[Report]:
        """In the order of `sources`, and within a source in that of its text."""
        query = (
            select(ReportRow, SourceRow.name)
            .join(SourceRow, ReportRow.source_id == SourceRow.id)
            .order_by(SourceRow.added_at, SourceRow.id, ReportRow.span_start, ReportRow.id)
        )
        if source_id is not None:
            query = query.where(ReportRow.source_id == source_id)
        with self._reading() as session:
            return [rows.report(row, source_name=name) for row, name in session.execute(query)]

    def sentences(self, report_ids: Sequence[str]) -> list[Sentence]:
        """The reports stand in the order of `report_ids`."""
        place = {report_id: i for i, report_id in enumerate(report_ids)}
        with self._reading() as session:
            found = _in(session, SentenceRow, SentenceRow.report_id, report_ids)
            ordered = sorted(found, key=lambda row: (place[row.report_id], row.ordinal))
            return [rows.sentence(row) for row in ordered]

    def sentences_by_id(self, sentence_ids: Sequence[str]) -> dict[str, Sentence]:
        """In the order of `sentence_ids`; ids that the store does not hold are left out."""
        with self._reading() as session:
            found = {row.id: row for row in _in(session, SentenceRow, SentenceRow.id, sentence_ids)}
            return {id_: rows.sentence(found[id_]) for id_ in sentence_ids if id_ in found}

    def passages(self, report_ids: Sequence[str]) -> list[Passage]:
        """Ordered as `sentences`."""
        place = {report_id: i for i, report_id in enumerate(report_ids)}
        with self._reading() as session:
            found = _in(session, PassageRow, PassageRow.report_id, report_ids)
            ordered = sorted(found, key=lambda row: (place[row.report_id], row.ordinal))
            return [rows.passage(row) for row in ordered]

    def passages_by_id(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """As `sentences_by_id`."""
        with self._reading() as session:
            found = {row.id: row for row in _in(session, PassageRow, PassageRow.id, passage_ids)}
            return {id_: rows.passage(found[id_]) for id_ in passage_ids if id_ in found}

    def setting(self, name: str) -> str | None:
        with self._reading() as session:
            return session.scalar(select(SettingRow.value).where(SettingRow.name == name))

    def set_setting(self, name: str, value: str) -> None:
        with self._writing() as session:
            session.merge(SettingRow(name=name, value=value))

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _usable(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction: all of it or, where the block raises, nothing."""
        with _usable(), Session(self._engine) as session, session.begin():
            yield session


def _insert(session: Session, table: type[Base], values: list[dict[str, object]]) -> None:
    if values:
        session.execute(insert(table), values)


def _in(
    session: Session, table: type[Entry], column: InstrumentedAttribute[str], ids: Sequence[str]
) -> Iterator[Entry]:
    """The rows whose `column` is one of `ids`, in no order."""
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _IDS_AT_ONCE):
        yield from session.scalars(select(table).where(column.in_(distinct[start : start + _IDS_AT_ONCE])))


def _no_source(source_id: str) -> NotFound:
    return NotFound(f"There is no source {source_id}: `wenbao reports` lists what there is.")


# --- Opening ----------------------------------------------------------------------------------------


def _engine(url_or_path: str | Path, *, busy_seconds: float) -> Engine:
    """An engine that keeps JSON readable and, for SQLite, every connection at the same settings."""
    to_json = partial(json.dumps, ensure_ascii=False)
    if isinstance(url_or_path, str) and "://" in url_or_path:
        engine = create_engine(url_or_path, json_serializer=to_json)
    else:
        path = Path(url_or_path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise DataFolderError(
                f"The folder {path.parent} cannot be made ({exc}): set WENBAO_DATA to another."
            ) from exc
        engine = create_engine(URL.create("sqlite", database=str(path)), json_serializer=to_json)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_set_up_sqlite, busy_seconds=busy_seconds))
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object, *, busy_seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare(engine: Engine) -> None:
    """Makes the tables that are missing. Raises DataFolderError for the schema of a newer program."""
    if inspect(engine).has_table(SettingRow.__tablename__):
        with Session(engine) as session:
            version = session.scalar(select(SettingRow.value).where(SettingRow.name == _VERSION_NAME))
        if version is not None and int(version) > SCHEMA_VERSION:
            raise DataFolderError(
                f"The database was written by a newer wenbao (schema {version}; this one knows "
                f"{SCHEMA_VERSION}): update wenbao, or set WENBAO_DATA to another folder."
            )
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.merge(SettingRow(name=_VERSION_NAME, value=str(SCHEMA_VERSION)))


@contextmanager
def _usable() -> Iterator[None]:
    """What the database cannot do, as an error that says what to do."""
    try:
        yield
    except IntegrityError:
        raise  # a reading that contradicts itself: a fault of the program, not of the folder
    except DatabaseError as exc:
        raise _as_ours(exc) from exc


def _as_ours(exc: DatabaseError) -> DataFolderError:
    reason = str(exc.orig)
    if "locked" in reason:
        return DataFolderBusy(
            f"Another process works in the data folder ({reason}): try again when it is done."
        )
    if "full" in reason:
        return DataFolderError(f"The disk is full ({reason}): make room, then try again.")
    if "malformed" in reason or "not a database" in reason:
        return DataFolderError(
            f"The database is damaged ({reason}): restore it from a copy, or set WENBAO_DATA to a new folder "
            "and ingest the files again."
        )
    return DataFolderError(f"The database cannot be used ({reason}): check WENBAO_DATA and its permissions.")
