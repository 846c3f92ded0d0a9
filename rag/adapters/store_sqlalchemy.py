"""The truth in one database, with SQLAlchemy: SQLite in the data folder, or another by its URL.

Apart from what is set when a SQLite connection opens, nothing here is SQLite's own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import ColumnElement, Engine, delete, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from rag.adapters import store_sqlalchemy_rows as rows
from rag.adapters.store_sqlalchemy_open import Place, open_engine, reading_session, writing_session
from rag.adapters.store_sqlalchemy_postgres import one_after_the_other
from rag.adapters.store_sqlalchemy_rows import Base, PassageRow, ReportRow, SentenceRow, SettingRow, SourceRow
from rag.domain import Passage, Report, Sentence, SourceText
from rag.errors import NotFound
from rag.stores import Reading, SourceInfo

_IDS_AT_ONCE = 5_000
"""Ids in one IN list: databases bound the variables of a statement, SQLite at 32,766."""
_VERSION = "version"
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_INFO = (
    SourceRow.id,
    SourceRow.name,
    SourceRow.sha256,
    SourceRow.encoding,
    SourceRow.format,
    SourceRow.length,
    SourceRow.origin,
    SourceRow.indexed,
    SourceRow.original,
)
"""The columns of a SourceInfo, under its names."""

Entry = TypeVar("Entry", bound=Base)


class SqlReportStore:
    """`ReportStore` in one database. Safe for threads: each call takes a connection of its own from the pool.

    In a SQLite file readers never wait for the writer (WAL), and what was saved is on the disk when the call
    returns (synchronous=FULL: writes are rare, and both indexes are rebuilt from here).
    """

    def __init__(self, place: Place, *, busy_seconds: float = 30.0) -> None:
        """Opens the database, or makes it. A SQLite write waits `busy_seconds` for another one.

        Raises DataFolderError where the database is damaged or of a newer program, DataFolderBusy.
        """
        self._engine = open_engine(place, busy_seconds=busy_seconds)

    def save(
        self,
        reading: Reading,
        *,
        origin: str | None = None,
        replaces: Sequence[str] = (),
        settings: Mapping[str, str] = _NO_SETTINGS,
        indexed: bool = False,
        original: bool = False,
    ) -> None:
        source = reading.source
        with self._writing() as session:
            former = [source.id, *replaces]
            added_at = session.scalar(select(func.min(SourceRow.added_at)).where(SourceRow.id.in_(former)))
            _take_out(session, former)
            values = rows.source_values(
                source,
                added_at=added_at or datetime.now(UTC),
                origin=origin,
                indexed=indexed,
                original=original,
            )
            _insert(session, SourceRow, [values])
            _insert_reading(session, reading)
            _set(session, settings)

    def replace_readings(
        self, readings: Iterable[Reading], *, settings: Mapping[str, str], ready: Callable[[], None]
    ) -> None:
        with self._writing() as session:
            for reading in readings:
                of_source = ReportRow.source_id == reading.source.id
                session.execute(delete(ReportRow).where(of_source))
                _insert_reading(session, reading)
            session.execute(update(SourceRow).values(indexed=True, revision=uuid.uuid4().hex))
            _set(session, settings)
            session.flush()
            ready()

    def mark(self, source_id: str, *, indexed: bool) -> None:
        """Raises NotFound."""
        self._update(source_id, {"indexed": indexed})

    def set_origin(self, source_id: str, origin: str) -> None:
        """Raises NotFound."""
        self._update(source_id, {"origin": origin})

    def set_original(self, source_id: str) -> None:
        """Raises NotFound."""
        self._update(source_id, {"original": True})

    def _update(self, source_id: str, values: dict[str, object]) -> None:
        with self._writing() as session:
            this = update(SourceRow).where(SourceRow.id == source_id)
            if not session.scalars(this.values(values).returning(SourceRow.id)).all():
                raise _no_source(source_id)

    def remove(self, source_id: str) -> list[str]:
        of_source = select(ReportRow.id).where(ReportRow.source_id == source_id)
        with self._writing() as session:
            report_ids = list(session.scalars(of_source.order_by(ReportRow.span_start, ReportRow.id)))
            if not _take_out(session, [source_id]):
                raise _no_source(source_id)
        return report_ids

    def sources(self) -> list[SourceInfo]:
        """In the order in which they were first saved."""
        query = select(*_INFO).order_by(SourceRow.added_at, SourceRow.id)
        with reading_session(self._engine) as session:
            return [SourceInfo(**row) for row in session.execute(query).mappings()]

    def revisions(self) -> dict[str, str]:
        with reading_session(self._engine) as session:
            found = session.execute(select(SourceRow.id, SourceRow.revision)).all()
            return {row.id: row.revision for row in found}

    def find_source(self, *, sha256: str = "", origin: str = "") -> SourceInfo | None:
        """Where several fit, the one that was saved first."""
        is_it = SourceRow.sha256 == sha256 if sha256 else SourceRow.origin == origin
        query = select(*_INFO).where(is_it).order_by(SourceRow.added_at, SourceRow.id).limit(1)
        with reading_session(self._engine) as session:
            found = session.execute(query).mappings().first()
        return None if found is None else SourceInfo(**found)

    def source_text(self, source_id: str) -> SourceText:
        with reading_session(self._engine) as session:
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
        with reading_session(self._engine) as session:
            return [rows.report(row, source_name=name) for row, name in session.execute(query)]

    def sentences(self, report_ids: Sequence[str]) -> list[Sentence]:
        """The reports stand in the order of `report_ids`."""
        return self._sentences(report_ids)

    def sentences_with(self, words: str, report_ids: Sequence[str]) -> list[Sentence]:
        """Capitals are told from small letters outside ASCII only."""
        return self._sentences(
            report_ids, func.lower(SentenceRow.text).contains(words.lower(), autoescape=True)
        )

    def _sentences(self, report_ids: Sequence[str], *where: ColumnElement[bool]) -> list[Sentence]:
        place = {report_id: i for i, report_id in enumerate(report_ids)}
        with reading_session(self._engine) as session:
            found = _in(session, SentenceRow, SentenceRow.report_id, report_ids, *where)
            ordered = sorted(found, key=lambda row: (place[row.report_id], row.ordinal))
            return [rows.sentence(row) for row in ordered]

    def sentences_by_id(self, sentence_ids: Sequence[str]) -> dict[str, Sentence]:
        """In the order of `sentence_ids`; ids that the store does not hold are left out."""
        with reading_session(self._engine) as session:
            found = {row.id: row for row in _in(session, SentenceRow, SentenceRow.id, sentence_ids)}
            return {id_: rows.sentence(found[id_]) for id_ in sentence_ids if id_ in found}

    def passages(self, report_ids: Sequence[str]) -> list[Passage]:
        """Ordered as `sentences`."""
        place = {report_id: i for i, report_id in enumerate(report_ids)}
        with reading_session(self._engine) as session:
            found = _in(session, PassageRow, PassageRow.report_id, report_ids)
            ordered = sorted(found, key=lambda row: (place[row.report_id], row.ordinal))
            return [rows.passage(row) for row in ordered]

    def passages_by_id(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """As `sentences_by_id`."""
        with reading_session(self._engine) as session:
            found = {row.id: row for row in _in(session, PassageRow, PassageRow.id, passage_ids)}
            return {id_: rows.passage(found[id_]) for id_ in passage_ids if id_ in found}

    def reading(self, source_id: str) -> Reading:
        reports = self.reports(source_id)
        report_ids = [report.id for report in reports]
        return Reading(
            source=self.source_text(source_id),
            reports=tuple(reports),
            sentences=tuple(self.sentences(report_ids)),
            passages=tuple(self.passages(report_ids)),
        )

    def setting(self, name: str) -> str | None:
        with reading_session(self._engine) as session:
            return session.scalar(select(SettingRow.value).where(SettingRow.name == name))

    def version(self) -> str:
        return self.setting(_VERSION) or ""

    def set_setting(self, name: str, value: str) -> None:
        with self._writing() as session:
            _set(session, {name: value})

    @property
    def engine(self) -> Engine:
        """For the other stores of the same database."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction, one at a time, after which the store has another version."""
        with writing_session(self._engine) as session:
            one_after_the_other(session.connection(), "write")
            yield session
            _set(session, {_VERSION: uuid.uuid4().hex})


def _insert(session: Session, table: type[Base], values: list[dict[str, object]]) -> None:
    if values:
        session.execute(insert(table), values)


def _insert_reading(session: Session, reading: Reading) -> None:
    passages = [rows.passage_values(passage, ordinal=i) for i, passage in enumerate(reading.passages)]
    _insert(session, ReportRow, [rows.report_values(report) for report in reading.reports])
    _insert(session, SentenceRow, [rows.sentence_values(sentence) for sentence in reading.sentences])
    _insert(session, PassageRow, passages)


def _take_out(session: Session, source_ids: Sequence[str]) -> bool:
    """Sources with their reports and the settings that are theirs (`…:source_id`). Whether there were any."""
    for source_id in source_ids:
        session.execute(delete(SettingRow).where(SettingRow.name.endswith(f":{source_id}", autoescape=True)))
    gone = delete(SourceRow).where(SourceRow.id.in_(source_ids)).returning(SourceRow.id)
    return bool(session.scalars(gone).all())


def _set(session: Session, settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        session.merge(SettingRow(name=name, value=value))


def _in(
    session: Session,
    table: type[Entry],
    column: InstrumentedAttribute[str],
    ids: Sequence[str],
    *where: ColumnElement[bool],
) -> Iterator[Entry]:
    """The rows whose `column` is one of `ids` and that are as `where` says, in no order."""
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _IDS_AT_ONCE):
        among = column.in_(distinct[start : start + _IDS_AT_ONCE])
        yield from session.scalars(select(table).where(among, *where))


def _no_source(source_id: str) -> NotFound:
    return NotFound(f"There is no source {source_id}: `wenbao reports` lists what there is.")
