"""`ReportStore`: what goes in comes out, each write is one transaction, and damage is named."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.script_opencc import simplify
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import SCHEMA_VERSION, Place
from rag.adapters.store_sqlalchemy_rows import pack_origin, unpack_origin
from rag.domain import SourceText
from rag.errors import DataFolderBusy, DataFolderError, NotFound
from rag.steps.read import read
from rag.stores import Reading, ReportStore, SourceInfo
from tests.contract.made_reports import make_reading

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "wenbao.db"


@pytest.fixture
def store(database: Place) -> Iterator[SqlReportStore]:
    opened = SqlReportStore(database)
    yield opened
    opened.close()


def assert_holds(store: ReportStore, reading: Reading) -> None:
    """Every field of every noun of a reading, by each way to it."""
    source_id = reading.source.id
    report_ids = [report.id for report in reading.reports]
    assert store.source_text(source_id) == reading.source
    assert tuple(store.reports(source_id)) == reading.reports
    assert tuple(store.sentences(report_ids)) == reading.sentences
    assert tuple(store.passages(report_ids)) == reading.passages
    assert store.sentences_by_id([s.id for s in reading.sentences]) == {s.id: s for s in reading.sentences}
    assert store.passages_by_id([p.id for p in reading.passages]) == {p.id: p for p in reading.passages}


def read_seed(path: Path) -> Reading:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    source = SourceText(
        id=digest[:12], name=path.name, sha256=digest, encoding="utf-8", text=content.decode("utf-8")
    )
    return read(source, simplify=simplify, gazetteer=CnAreaGazetteer())


def test_every_field_comes_back(store: SqlReportStore) -> None:
    reading = make_reading("s1")
    store.save(reading)
    assert_holds(store, reading)
    undecided = replace(reading.reports[0], region=None, year=None, parents=(), aliases=(), truncated=False)
    bare = replace(reading.sentences[0], section=(), period=None, years=(2019, 2023))
    reading = replace(reading, reports=(undecided,), sentences=(bare,))
    store.save(reading)
    assert_holds(store, reading)


def test_sentences_are_found_by_the_words_they_hold(store: SqlReportStore) -> None:
    reading = make_reading("s1")
    texts = ("新建5G基站570个。", "增长5%,达到100_000人。", "新建5g机房3个。")
    sentences = tuple(
        replace(sentence, folded=replace(sentence.folded, text=text))
        for sentence, text in zip(reading.sentences, texts, strict=True)
    )
    store.save(replace(reading, sentences=sentences))
    ids = [report.id for report in reading.reports]

    def found(words: str) -> list[str]:
        return [sentence.text for sentence in store.sentences_with(words, ids)]

    assert found("5G") == [texts[0], texts[2]]
    assert found("5%") == found("100_0") == [texts[1]]
    assert found("5_") == found("没有") == []
    assert store.sentences_with("5G", []) == []


def test_the_seeds_come_back_after_reopening(database: Place) -> None:
    readings = [read_seed(seed) for seed in sorted(SEEDS.glob("*.txt"))]
    store = SqlReportStore(database)
    for reading in readings:
        store.save(reading)
    store.close()
    store = SqlReportStore(database)
    for reading in readings:
        assert_holds(store, reading)
        for sentence in store.sentences([report.id for report in reading.reports]):
            assert sentence.folded.span(0, len(sentence.text)) == sentence.span
    assert [source.name for source in store.sources()] == [reading.source.name for reading in readings]
    assert len(store.reports()) == sum(len(reading.reports) for reading in readings)
    store.close()


def test_sources_say_what_is_indexed(store: SqlReportStore) -> None:
    first, second = make_reading("s1"), make_reading("s0", name="焦作.txt")
    store.save(first)
    store.save(second)
    store.mark("s1", indexed=True)
    length = len(first.source.text)
    zhangjiakou = SourceInfo(
        id="s1",
        name="张家口.txt",
        sha256="0f" * 32,
        encoding="gb18030",
        format="txt",
        length=length,
        origin=None,
        indexed=True,
    )
    assert store.sources() == [zhangjiakou, replace(zhangjiakou, id="s0", name="焦作.txt", indexed=False)]
    store.mark("s1", indexed=False)
    assert [source.indexed for source in store.sources()] == [False, False]


def test_saving_again_replaces_and_keeps_the_place(store: SqlReportStore) -> None:
    store.save(make_reading("s1", sentences=5))
    store.save(make_reading("s2"))
    store.mark("s1", indexed=True)
    store.save(make_reading("s1", sentences=2))
    assert_holds(store, make_reading("s1", sentences=2))
    assert_holds(store, make_reading("s2"))
    assert store.sentences_by_id(["s1-1-0004"]) == {}
    assert [(source.id, source.indexed) for source in store.sources()] == [("s1", False), ("s2", False)]
    assert [report.source_id for report in store.reports()] == ["s1", "s2"]


def test_a_save_that_fails_midway_leaves_the_former_state(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    store.mark("s1", indexed=True)
    reading = make_reading("s1", sentences=9)
    twice = replace(reading, passages=(*reading.passages, reading.passages[0]))
    with pytest.raises(IntegrityError):
        store.save(twice)
    assert_holds(store, make_reading("s1"))
    assert [source.indexed for source in store.sources()] == [True]


def test_a_source_says_whether_its_file_is_kept(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    store.save(make_reading("s2"), original=True)
    assert [source.original for source in store.sources()] == [False, True]
    store.set_original("s1")
    assert [source.original for source in store.sources()] == [True, True]


def test_a_source_takes_the_place_of_another(store: SqlReportStore) -> None:
    store.save(make_reading("s1"), origin="/a.txt", settings={"hints:s1": "怀来县|"})
    store.save(make_reading("s2"), origin="/b.txt")
    store.save(
        make_reading("s3"), origin="/a.txt", replaces=["s1"], settings={"hints:s3": "|2024"}, indexed=True
    )
    assert [(s.id, s.origin, s.indexed) for s in store.sources()] == [
        ("s3", "/a.txt", True),
        ("s2", "/b.txt", False),
    ]
    assert_holds(store, make_reading("s3"))
    assert store.sentences(["s1-1"]) == []
    assert (store.setting("hints:s1"), store.setting("hints:s3")) == (None, "|2024")


def test_a_source_is_found_by_its_digest_and_its_origin(store: SqlReportStore) -> None:
    store.save(make_reading("s1"), origin="/a.txt")
    store.save(make_reading("s2"))
    store.set_origin("s2", "/b.txt")
    by_digest, by_origin = store.find_source(sha256="0f" * 32), store.find_source(origin="/b.txt")
    assert by_digest is not None
    assert by_origin is not None
    assert (by_digest.id, by_origin.id) == ("s1", "s2")
    assert store.find_source(sha256="aa") is None
    assert store.find_source(origin="/c.txt") is None


def test_other_readings_are_switched_in_at_once(store: SqlReportStore) -> None:
    """Until the transaction ends, readers see the former rows; one that fails leaves them."""
    for source_id in ("s1", "s2"):
        store.save(make_reading(source_id), origin=f"/{source_id}")
    fresh = [make_reading("s1", sentences=7), make_reading("s2", sentences=1)]
    seen: list[int] = []

    def look() -> None:
        seen.append(len(store.sentences(["s1-1", "s2-1"])))

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        store.replace_readings(fresh, settings={"generation": "1"}, ready=fail)
    assert_holds(store, make_reading("s1"))
    assert store.setting("generation") is None
    store.replace_readings(iter(fresh), settings={"generation": "1"}, ready=look)
    assert seen == [6]
    for reading in fresh:
        assert_holds(store, reading)
        assert store.reading(reading.source.id) == reading
    assert store.setting("generation") == "1"
    assert [(s.origin, s.indexed) for s in store.sources()] == [("/s1", True), ("/s2", True)]


def test_removing_takes_everything_of_the_source(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    store.save(make_reading("s2"))
    assert store.remove("s1") == ["s1-1"]
    assert [source.id for source in store.sources()] == ["s2"]
    assert store.sentences(["s1-1"]) == []
    with store.engine.connect() as connection:
        tables = ("sources", "reports", "sentences", "passages")
        counts = [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]
    assert counts == [1, 1, 3, 3]


def test_what_is_not_there_is_not_found(store: SqlReportStore) -> None:
    for call in (
        store.source_text,
        store.reading,
        store.remove,
        store.set_original,
        partial(store.mark, indexed=True),
        partial(store.set_origin, origin="/here"),
    ):
        with pytest.raises(NotFound, match="no source s9"):
            call("s9")
    assert store.reports("s9") == []
    assert store.sentences([]) == []
    assert store.passages(["r9"]) == []
    assert store.sentences_by_id(["x"]) == {}
    assert store.passages_by_id([]) == {}


def test_order_is_that_of_the_ids_asked_for(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    store.save(make_reading("s2"))
    found = store.sentences(["s2-1", "s1-1"])
    assert [(s.report_id, s.ordinal) for s in found] == [(r, i) for r in ("s2-1", "s1-1") for i in range(3)]
    assert [p.report_id for p in store.passages(["s2-1", "s1-1"])] == ["s2-1"] * 3 + ["s1-1"] * 3
    asked = ["s2-1-0002", "s1-1-0001", "nothing", "s2-1-0000"]
    assert list(store.sentences_by_id(asked)) == ["s2-1-0002", "s1-1-0001", "s2-1-0000"]


def test_more_ids_than_a_statement_takes(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    asked = [f"nothing-{i}" for i in range(40_000)]
    assert len(store.sentences_by_id([*asked, "s1-1-0001"])) == 1
    assert len(store.sentences([*asked, "s1-1"])) == 3


def test_settings_are_kept(database: Place) -> None:
    store = SqlReportStore(database)
    assert store.setting("embedder") is None
    store.set_setting("embedder", "first@fp32")
    store.set_setting("embedder", "multilingual-e5-small@bf16")
    store.close()
    store = SqlReportStore(f"sqlite:///{database}" if isinstance(database, Path) else database)
    assert store.setting("embedder") == "multilingual-e5-small@bf16"
    store.close()


def test_readers_and_a_writer_do_not_wait_for_each_other(store: SqlReportStore) -> None:
    def save(i: int) -> None:
        store.save(make_reading(f"s{i}", sentences=20))

    def count(_: int) -> list[int]:
        return [len(store.sentences([report.id])) for report in store.reports()]

    with ThreadPoolExecutor(8) as pool:
        saved = pool.map(save, range(20))
        counts = list(pool.map(count, range(60)))
        list(saved)
    assert {n for seen in counts for n in seen} <= {20}
    assert count(0) == [20] * 20


def test_what_changed_has_another_revision(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    store.save(make_reading("s2"))
    first = store.revisions()
    store.mark("s1", indexed=True)
    assert store.revisions() == first
    store.save(make_reading("s1", sentences=2))
    second = store.revisions()
    assert (second["s1"] != first["s1"], second["s2"]) == (True, first["s2"])
    store.replace_readings([make_reading("s2")], settings={}, ready=lambda: None)
    assert store.revisions()["s2"] != second["s2"]
    store.remove("s1")
    assert set(store.revisions()) == {"s2"}


def test_a_nul_is_no_trouble(store: SqlReportStore) -> None:
    with pytest.raises(NotFound):
        store.source_text("a\0b")
    assert store.sentences_by_id(["a\0b"]) == {}


def test_writers_take_turns(store: SqlReportStore, database: Place) -> None:
    """Also for what neither of them finds: the first version."""
    other = SqlReportStore(database)

    def save(number: int) -> None:
        (store, other)[number % 2].save(make_reading(f"s{number}"))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(save, range(12)))
    assert len(store.sources()) == 12
    other.close()


def test_a_newer_schema_is_left_alone(database: Place) -> None:
    store = SqlReportStore(database)
    store.set_setting("schema_version", str(SCHEMA_VERSION + 1))
    store.close()
    with pytest.raises(DataFolderError, match="newer wenbao"):
        SqlReportStore(database)


def test_a_damaged_file_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(DataFolderError, match="damaged"):
        SqlReportStore(path)


def test_damage_inside_is_named(path: Path) -> None:
    store = SqlReportStore(path)
    store.save(make_reading("s1", sentences=2000))
    store.close()
    content = path.read_bytes()
    half = len(content) // 2  # every table begins before it, most sentences are behind it
    path.write_bytes(content[:half] + b"\xff" * (len(content) - half))
    store = SqlReportStore(path)
    with pytest.raises(DataFolderError, match="damaged"):
        store.sentences(["s1-1"])
    store.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderError, match="cannot be made"):
        SqlReportStore(tmp_path / "file" / "wenbao.db")
    with pytest.raises(DataFolderError, match="permissions"):
        SqlReportStore(tmp_path)


def test_a_database_that_another_process_writes_is_busy(path: Path) -> None:
    store = SqlReportStore(path, busy_seconds=0)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DataFolderBusy):
        store.save(make_reading("s1"))
    assert store.sources() == []
    other.close()
    store.save(make_reading("s1"))
    store.close()


@given(st.lists(st.integers(min_value=0, max_value=2**31 - 1), max_size=200))
def test_any_offset_map_comes_back(origin: list[int]) -> None:
    assert unpack_origin(pack_origin(origin)) == tuple(origin)


def test_an_offset_map_is_small() -> None:
    origin = (*range(50_000, 50_060), *range(50_063, 50_120))
    assert len(pack_origin(origin)) < 40
