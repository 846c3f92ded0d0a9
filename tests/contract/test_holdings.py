"""What questions see of the corpus is read again when it changed, by whoever, and only then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.errors import NotFound
from rag.holdings import HoldingsReader, TextReader
from tests.contract.made_reports import make_reading


@pytest.fixture
def store(database: Place) -> Iterator[SqlReportStore]:
    opened = SqlReportStore(database)
    yield opened
    opened.close()


def test_it_is_kept_until_something_is_written(store: SqlReportStore, database: Place) -> None:
    reader = HoldingsReader(store)
    empty = reader.current()
    assert empty.reports == ()
    assert reader.current() is empty
    store.save(make_reading("s1"))
    one = reader.current()
    assert {report.source_id for report in one.reports} == {"s1"}
    assert one.digest != empty.digest
    assert reader.current() is one
    other = SqlReportStore(database)  # as another process would
    other.save(make_reading("s2"))
    other.close()
    assert {report.source_id for report in reader.current().reports} == {"s1", "s2"}
    store.remove("s1")
    assert {report.source_id for report in reader.current().reports} == {"s2"}


def test_the_same_corpus_has_the_same_digest(store: SqlReportStore) -> None:
    reader = HoldingsReader(store)
    store.save(make_reading("s1"))
    before = reader.current()
    store.save(make_reading("s2"))
    store.remove("s2")
    assert reader.current() is not before
    assert reader.current().digest == before.digest


def test_a_text_is_read_once_until_something_is_written(store: SqlReportStore) -> None:
    for name in ("s1", "s2"):
        store.save(make_reading(name))
    reader = TextReader(store)
    first = reader.text("s1")
    assert first == store.source_text("s1")
    assert reader.text("s1") is first
    store.remove("s2")
    assert reader.text("s1") is not first
    with pytest.raises(NotFound):
        reader.text("s2")


def test_no_more_texts_are_kept_than_there_is_room_for(store: SqlReportStore) -> None:
    for name in ("s1", "s2", "s3"):
        store.save(make_reading(name))
    reader = TextReader(store, most_characters=2 * len(store.source_text("s1").text))
    first, second = reader.text("s1"), reader.text("s2")
    assert reader.text("s1") is first  # used last of the two
    reader.text("s3")
    assert reader.text("s1") is first
    assert reader.text("s2") is not second
