"""All rows of a database into another one, of another kind too: what backups of PostgreSQL are made of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select

from rag.adapters.jobs_sqlalchemy import JobRow
from rag.adapters.store_sqlalchemy_open import Place, in_utc, open_engine, usable
from rag.adapters.store_sqlalchemy_rows import AnswerRow, ConversationRow, SettingRow, SourceRow

_TABLES = JobRow.metadata.sorted_tables
"""Every table of ours, referred ones first; `jobs_sqlalchemy` brings its own."""
_ROWS = 500
_CORPUS = "corpus"


def take_snapshot(database: Place, path: Path) -> None:
    """The rows of one moment, in a new SQLite file. Raises ServerUnreachable, DataFolderError, DiskFull."""
    source, target = open_engine(database, busy_seconds=30), open_engine(path, busy_seconds=30)
    try:
        with usable(source), source.connect() as reading, usable(target), target.begin() as writing:
            reading.execution_options(isolation_level="REPEATABLE READ", stream_results=True)
            _copy(reading, writing)
    finally:
        source.dispose()
        target.dispose()


def fill(database: Place, path: Path) -> None:
    """The rows of a SQLite file of ours, of this or an older version, in the place of all that a database
    holds; in one transaction. Raises as `take_snapshot`."""
    source, target = open_engine(path, busy_seconds=30), open_engine(database, busy_seconds=30)
    try:
        with usable(target), target.begin() as writing, usable(source), source.connect() as reading:
            _copy(reading, writing)
            highest = select(func.max(AnswerRow.number)).scalar_subquery()
            counter = func.pg_get_serial_sequence(AnswerRow.__tablename__, AnswerRow.number.key)
            writing.execute(select(func.setval(counter, func.coalesce(highest, 1))))
    finally:
        source.dispose()
        target.dispose()


def is_empty(engine: Engine) -> bool:
    """Whether there is nothing that would be lost."""
    with usable(engine), engine.connect() as connection:
        return not any(
            connection.scalar(select(func.count()).select_from(table))
            for table in (SourceRow, ConversationRow, AnswerRow)
        )


def corpus_of(engine: Engine) -> str:
    with usable(engine), engine.connect() as connection:
        return connection.scalar(select(SettingRow.value).where(SettingRow.name == _CORPUS)) or ""


def _copy(reading: Connection, writing: Connection) -> None:
    for table in reversed(_TABLES):
        writing.execute(delete(table))
    for table in _TABLES:
        for rows in reading.execute(select(table)).mappings().partitions(_ROWS):
            writing.execute(insert(table), [_in_utc(row) for row in rows])


def _in_utc(row: RowMapping) -> dict[str, object]:
    """PostgreSQL gives times in the zone of its session, SQLite keeps none."""
    return {name: in_utc(value) if isinstance(value, datetime) else value for name, value in row.items()}
