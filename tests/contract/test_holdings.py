"""What questions see of the corpus is read again when it changed, by whoever, and only then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.domain import Sentence
from rag.errors import NotFound
from rag.holdings import HoldingsReader, Shelf
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
    reader = HoldingsReader(store)
    shelf = reader.current().shelf
    first = shelf.text("s1")
    assert first == store.source_text("s1")
    assert reader.current().shelf.text("s1") is first
    store.remove("s2")
    after = reader.current().shelf
    assert after.text("s1") is not first
    with pytest.raises(NotFound):
        after.text("s2")


def test_no_more_texts_are_kept_than_there_is_room_for(store: SqlReportStore) -> None:
    for name in ("s1", "s2", "s3"):
        store.save(make_reading(name))
    shelf = Shelf(store, most_characters=2 * len(store.source_text("s1").text))
    first, second = shelf.text("s1"), shelf.text("s2")
    assert shelf.text("s1") is first  # used last of the two
    shelf.text("s3")
    assert shelf.text("s1") is first
    assert shelf.text("s2") is not second


def test_a_text_longer_than_all_the_room_is_read_all_the_same(store: SqlReportStore) -> None:
    store.save(make_reading("s1"))
    shelf = Shelf(store, most_characters=1)
    (report,) = store.reports("s1")
    assert shelf.text("s1") == store.source_text("s1")
    assert list(shelf.sentences(report.id)) == store.sentences([report.id])


def test_of_many_ids_only_those_are_read_that_are_not_at_hand(
    store: SqlReportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("s1", "s2"):
        store.save(make_reading(name))
    ids = [s.id for s in store.sentences([report.id for report in store.reports()])]
    wanted: list[list[str]] = []
    read = store.sentences_by_id

    def counted(these: Sequence[str]) -> dict[str, Sentence]:
        wanted.append(list(these))
        return read(these)

    monkeypatch.setattr(store, "sentences_by_id", counted)
    shelf = Shelf(store)
    shelf.sentences_by_id(ids[1:2])
    found = shelf.sentences_by_id([*reversed(ids), "none"])
    assert list(found) == list(reversed(ids))
    assert found == read(ids)
    assert wanted == [ids[1:2], [*(one for one in reversed(ids) if one != ids[1]), "none"]]
