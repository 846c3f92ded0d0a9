"""The database of an older wenbao is brought up to date when it is opened, and keeps what it holds."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from rag.adapters.jobs_sqlalchemy import SqlJobStore
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import SCHEMA_VERSION, Place
from rag.adapters.store_sqlalchemy_rows import Base, pack_origin
from rag.errors import DataFolderError
from tests.contract.made_reports import make_reading

FIRST = """
CREATE TABLE settings (name VARCHAR(64) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));
CREATE TABLE sources (
    id VARCHAR(64) NOT NULL, name TEXT NOT NULL, sha256 VARCHAR(64) NOT NULL, encoding TEXT NOT NULL,
    text TEXT NOT NULL, length INTEGER NOT NULL, "indexed" BOOLEAN NOT NULL, added_at DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE reports (
    id VARCHAR(64) NOT NULL, source_id VARCHAR(64) NOT NULL, span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL, region TEXT, parents JSON NOT NULL, aliases JSON NOT NULL, year INTEGER,
    kind TEXT NOT NULL, title TEXT NOT NULL, truncated BOOLEAN NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY(source_id) REFERENCES sources (id) ON DELETE CASCADE
);
CREATE INDEX ix_reports_source_id ON reports (source_id);
CREATE TABLE passages (
    id VARCHAR(96) NOT NULL, report_id VARCHAR(64) NOT NULL, ordinal INTEGER NOT NULL,
    sentence_ids JSON NOT NULL, search_text TEXT NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY(report_id) REFERENCES reports (id) ON DELETE CASCADE
);
CREATE INDEX ix_passages_report_id_ordinal ON passages (report_id, ordinal);
CREATE TABLE sentences (
    id VARCHAR(96) NOT NULL, report_id VARCHAR(64) NOT NULL, ordinal INTEGER NOT NULL,
    span_start INTEGER NOT NULL, span_end INTEGER NOT NULL, text TEXT NOT NULL, origin BLOB NOT NULL,
    display TEXT NOT NULL, section JSON NOT NULL, stance TEXT NOT NULL, period INTEGER, PRIMARY KEY (id),
    FOREIGN KEY(report_id) REFERENCES reports (id) ON DELETE CASCADE
);
CREATE INDEX ix_sentences_report_id_ordinal ON sentences (report_id, ordinal);
INSERT INTO settings VALUES ('schema_version', '1'), ('embedder', 'e5@fp32'), ('hints:s1', '怀来县|2024');
INSERT INTO sources VALUES
    ('s1', 'a.txt', 'aa', 'utf-8', '粮食产量达到10万吨。', 11, 1, '2024-01-05 08:00:00.000000');
INSERT INTO reports VALUES
    ('s1-1', 's1', 0, 11, '怀来县', '["张家口市"]', '["怀来"]', 2024, 'report', '政府工作报告', 0);
INSERT INTO passages VALUES ('ps1-1-0000', 's1-1', 0, '["s1-1-0000"]', '怀来县 粮食产量达到10万吨。');
"""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A database as version 1 wrote it."""
    path = tmp_path / "wenbao.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST)
    connection.execute(
        "INSERT INTO sentences VALUES ('s1-1-0000', 's1-1', 0, 0, 11, ?, ?, ?, '[]', 'result', 2023)",
        ("粮食产量达到10万吨。", pack_origin(range(12)), "粮食产量达到10万吨。"),
    )
    connection.commit()
    connection.close()
    return path


def test_the_first_version_keeps_what_it_holds(first: Path) -> None:
    store = SqlReportStore(first)
    reading = store.reading("s1")
    (report,), (sentence,), (passage,) = reading.reports, reading.sentences, reading.passages
    assert (report.region, report.parents, report.year, report.sketch) == ("怀来县", ("张家口市",), 2024, ())
    assert (sentence.text, sentence.folded.span(0, 11)) == (reading.source.text, report.span)
    assert passage.sentence_ids == (sentence.id,)
    (source,) = store.sources()
    assert (source.format, source.origin, source.indexed, source.original) == ("txt", None, True, False)
    assert SqlJobStore(store.engine).recent(10) == []
    assert store.setting("embedder") == "e5@fp32"
    assert store.setting("schema_version") == str(SCHEMA_VERSION)
    store.save(make_reading("s2"), origin="/b.txt")
    store.close()
    again = SqlReportStore(first)
    assert [source.origin for source in again.sources()] == [None, "/b.txt"]
    assert again.remove("s1") == ["s1-1"]
    assert again.setting("hints:s1") is None
    again.close()


def test_a_migration_that_is_cut_off_leaves_the_first_version(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last statement of the transaction fails: no column of it stays."""
    monkeypatch.setattr("rag.adapters.store_sqlalchemy_open.update", _fail)
    with pytest.raises(RuntimeError, match="cut off"):
        SqlReportStore(first)
    monkeypatch.undo()
    with sqlite3.connect(first) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        columns = {row[1] for row in connection.execute("PRAGMA table_info(sources)")}
    connection.close()
    assert "alembic_version" not in tables
    assert "origin" not in columns
    store = SqlReportStore(first)
    assert store.reports()[0].region == "怀来县"
    store.close()


def test_the_steps_from_the_first_version_make_what_the_rows_say(first: Path) -> None:
    assert_made_as_the_rows_say(first)


def test_the_steps_from_nothing_make_what_the_rows_say(database: Place) -> None:
    assert_made_as_the_rows_say(database)


def test_processes_that_start_at_once_migrate_once(database: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: SqlReportStore(database), range(4)))
    assert {store.setting("schema_version") for store in stores} == {str(SCHEMA_VERSION)}
    assert len({store.setting("corpus") for store in stores}) == 1
    for store in stores:
        store.close()


def test_one_that_is_being_made_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses a change to WAL at once while another connection is about to write."""
    path = tmp_path / "wenbao.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE other (id INTEGER)")
        other.execute("BEGIN IMMEDIATE")
        ending = threading.Timer(0.3, other.execute, ["COMMIT"])
        ending.start()
        with closing(SqlReportStore(path)) as store:
            assert store.setting("schema_version") == str(SCHEMA_VERSION)
        ending.join()


def assert_made_as_the_rows_say(place: Place) -> None:
    store = SqlReportStore(place)
    engine = store.engine
    made = inspect(engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column for column in made.get_columns(table.name)}
        for column in table.columns:
            there = columns[column.name]
            assert there["type"].compile(engine.dialect) == column.type.compile(engine.dialect), column
            assert there["nullable"] == column.nullable, column
        indexes = {index["name"]: index["column_names"] for index in made.get_indexes(table.name)}
        assert indexes == {index.name: list(index.columns.keys()) for index in table.indexes}
        keys = [(key["referred_table"], key["options"]) for key in made.get_foreign_keys(table.name)]
        assert keys == [(key.column.table.name, {"ondelete": "CASCADE"}) for key in table.foreign_keys]
    store.close()


def test_a_newer_version_is_left_alone(first: Path) -> None:
    with sqlite3.connect(first) as connection:
        connection.execute("UPDATE settings SET value = '99' WHERE name = 'schema_version'")
    before = list(connection.iterdump())
    with pytest.raises(DataFolderError, match="newer wenbao"):
        SqlReportStore(first)
    assert list(connection.iterdump()) == before
    connection.close()


def _fail(*_: object) -> None:
    raise RuntimeError("cut off")
