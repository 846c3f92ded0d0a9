"""A source is removed while another file is being ingested."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.adapters.reader_text import source_file
from rag.assemble import open_rag
from rag.errors import NotFound
from rag.library import Rag
from rag.settings import Settings
from tests.flow.uploading import as_text, report_text

HUAILAI = as_text(report_text("怀来县", 2024, 5))
NEWER = as_text(report_text("怀来县", 2024, 6))
YU = as_text(report_text("蔚县", 2023, 9))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Rag]:
    data = tmp_path_factory.mktemp("removals") / "data"
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag:
        yield rag


@pytest.fixture
def rag(opened: Rag) -> Iterator[Rag]:
    """Empty."""
    yield opened
    for source in opened.sources():
        opened.remove(source.id)


def test_a_removal_waits_for_a_batch_and_not_for_the_file(rag: Rag) -> None:
    (huailai,) = rag.ingest_files(source_file("a.txt", HUAILAI))
    gone: list[bool] = []
    remover = threading.Thread(target=rag.remove, args=(huailai.source_id,))

    def progress(_what: str, done: int, _total: int, /) -> None:
        if done == 0:
            remover.start()
            time.sleep(0.3)
        gone.append(huailai.source_id not in [source.id for source in rag.sources()])

    (yu,) = rag.ingest_files(source_file("b.txt", YU), progress=progress)
    remover.join()
    assert gone == [False, True]
    assert [source.id for source in rag.sources()] == [yu.source_id]
    assert rag.verify() == []


def test_a_removal_of_what_is_being_replaced_waits_for_that(rag: Rag) -> None:
    (before,) = rag.ingest_files(source_file("a.txt", HUAILAI))
    ended = threading.Event()

    def remove() -> None:
        with pytest.raises(NotFound):
            rag.remove(str(before.source_id))
        ended.set()

    remover = threading.Thread(target=remove)

    def progress(_what: str, done: int, _total: int, /) -> None:
        if done == 0:
            remover.start()
            time.sleep(0.3)
        assert not ended.is_set()

    (after,) = rag.ingest_files(source_file("a.txt", NEWER), progress=progress)
    remover.join()
    assert ended.is_set()
    assert [source.id for source in rag.sources()] == [after.source_id]
    assert rag.verify() == []


def test_a_removal_of_nothing_is_told_so_in_the_middle_of_a_file(rag: Rag) -> None:
    told: list[str] = []

    def remove() -> None:
        try:
            rag.remove("nothing")
        except NotFound as error:
            told.append(str(error))

    remover = threading.Thread(target=remove)

    def progress(_what: str, done: int, _total: int, /) -> None:
        if done == 0:
            remover.start()
            time.sleep(0.3)

    list(rag.ingest_files(source_file("b.txt", YU), progress=progress))
    remover.join()
    assert told == ["There is no source nothing: `wenbao reports` lists what there is."]
    assert len(rag.sources()) == 1
