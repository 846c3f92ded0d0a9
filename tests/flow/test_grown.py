"""Grown up by settings alone: PostgreSQL, a Chroma server, an embeddings endpoint, several processes.

PostgreSQL and Chroma are the real ones; the endpoint serves the real weights, loaded once for all tests here.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rag.adapters.reader_text import source_file
from rag.assemble import open_rag
from rag.errors import DataFolderBusy, EmbeddingFailed, IndexMismatch
from rag.ingest import Change
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Secret, Settings
from tests.flow.command_line import CommandLine, Ran
from tests.flow.grown import PATIENCE, QUESTION, WEI, answered_with, ask, environment, parts
from tests.flow.serving import served
from tests.flow.slow_model import slow_model
from tests.flow.uploading import as_docx, as_text, ended, post, report_text, statuses, upload


def test_seeds_are_answered_with_citations(both: tuple[Rag, Rag]) -> None:
    here, there = both
    seed = seeds_folder() / "000_b9df181be4e52f5e.txt"
    assert [outcome.change for outcome in here.ingest_paths([seed])] == [Change.ADDED]
    with served(there) as client:
        assert parts(client) == dict.fromkeys(("store", "passages", "words", "embedder", "chat_model"))
        answered_with(client, QUESTION, "5.1%")
        manifest = ask(client, QUESTION)["manifest"]
        assert manifest["embedder"] == "multilingual-e5-small@endpoint+passage"  # type: ignore[index]
        hits = client.post("/v1/search", json={"query": "生产总值", "k": 5}).json()["hits"]
        assert {"dense", "lexical"} & {leg for hit in hits for leg in hit["found_by"]}
    assert (here.verify(), there.verify()) == ([], [])


def test_what_comes_and_goes_through_one_is_seen_through_the_other(both: tuple[Rag, Rag]) -> None:
    here, there = both
    with served(here) as a, served(there) as b:
        talk = a.post("/v1/conversations", json={}).json()["id"]
        assert ask(b, "2023年怀来县GDP增长多少？", conversation_id=talk)["status"] == "refused"
        job = post(a, ("怀来.docx", as_docx(report_text("怀来县", 2024, 5)))).json()["job_id"]
        assert statuses(ended(b, job)) == [("怀来.docx", "added")]
        answered_with(b, "2023年怀来县GDP增长多少？", "5.3%")
        answered_with(a, "2023年怀来县GDP增长多少？", "5.3%")
        asked = ask(b, "那粮食产量呢？", conversation_id=talk)
        assert "105.5万吨" in str(asked["answer"])
        kept = a.get(f"/v1/conversations/{talk}").json()["messages"]
        assert kept[-1]["answer"]["id"] == asked["id"]

        changed = upload(b, ("怀来.docx", as_docx(report_text("怀来县", 2024, 8))))
        assert statuses(changed) == [("怀来.docx", "replaced")]
        answered_with(a, "2023年怀来县GDP增长多少？", "8.3%")

        (source,) = a.get("/v1/sources").json()["sources"]
        assert a.get(f"/v1/sources/{source['id']}/file").content[:2] == b"PK"
        assert b.delete(f"/v1/sources/{source['id']}").status_code == 204
        refused = ask(a, "2023年怀来县GDP增长多少？")
        assert refused["refusal"]["reason"] == "not_in_corpus"  # type: ignore[index]
    assert (here.verify(), there.verify()) == ([], [])


def test_a_rebuild_by_one_is_followed_by_the_other(both: tuple[Rag, Rag], tmp_path: Path) -> None:
    here, there = both
    file = tmp_path / "蔚县.txt"
    file.write_bytes(as_text(report_text("蔚县", 2024, 6)))
    list(here.ingest_paths([file]))
    assert there.search("粮食产量", limit=1)
    for rag, other in ((here, there), (there, here), (here, there)):
        assert rag.rebuild() == 1
        found = other.search("粮食产量", limit=1)[0]
        assert "106.5万吨" in found.sentence.display
        assert (rag.verify(), other.verify()) == ([], [])


def test_who_embeds_otherwise_does_not_follow(grown: Settings) -> None:
    """Its questions would be compared with vectors of another model."""
    other = replace(grown, embeddings_passage_prefix="passage: ", embeddings_model="multilingual-e5-small@2")
    with open_rag(grown) as here, open_rag(other, check=False) as there:
        here.ingest_file(source_file(*WEI))
        assert here.search("粮食产量", limit=1)
        with pytest.raises(EmbeddingFailed):
            there.rebuild()
        assert here.search("粮食产量", limit=1)
        (source,) = here.sources()
        here.remove(source.id)
        there.rebuild()
        with pytest.raises(IndexMismatch, match="made with embedder multilingual-e5-small@2@endpoint"):
            here.search("粮食产量", limit=1)


def test_a_process_that_starts_does_not_wait_for_one_that_ingests(grown: Settings) -> None:
    started: list[int] = []

    def progress(_what: str, done: int, _total: int, /) -> None:
        if done == 0:
            with open_rag(grown) as there:
                started.append(len(there.reports()))

    with open_rag(grown) as here:
        here.ingest_file(source_file(*WEI), progress=progress)
        assert started == [0]
        assert here.verify() == []


def test_one_process_works_at_the_jobs_and_the_next_takes_over(both: tuple[Rag, Rag]) -> None:
    here, there = both
    with here.working.tried() as mine, there.working.tried() as theirs:
        assert (mine, theirs) == (True, False)
    with there.working.tried() as theirs:
        assert theirs
    with served(there) as b:
        with served(here):
            pass
        assert statuses(upload(b, WEI)) == [("蔚县.txt", "added")]


def test_who_keeps_an_index_for_himself_is_told_so(grown: Settings, tmp_path: Path) -> None:
    alone = replace(grown, data=tmp_path / "alone", chroma_url="")
    with open_rag(grown), pytest.raises(DataFolderBusy, match="set WENBAO_CHROMA_URL"):
        open_rag(alone)
    with open_rag(alone), pytest.raises(DataFolderBusy, match="set WENBAO_CHROMA_URL"):
        open_rag(grown)


# --- From a folder to servers, and several answers at once ---


def test_an_index_moves_to_a_server_and_back_by_a_setting(grown: Settings, tmp_path: Path) -> None:
    server = replace(grown, database_url=Secret(""))
    own = replace(server, chroma_url="")
    names = [("蔚县", own), ("怀来县", server), ("涿鹿县", own)]
    for number, (place, settings) in enumerate(names, 5):
        file = tmp_path / f"{place}.txt"
        file.write_bytes(as_text(report_text(place, 2024, number)))
        with open_rag(settings) as rag:
            assert rag.verify() == []
            list(rag.ingest_paths([file]))
            assert len(rag.search("粮食产量", limit=9)) >= number - 4
            assert rag.verify() == []


def test_a_hosted_model_writes_several_answers_at_once(grown: Settings, tmp_path: Path) -> None:
    with slow_model() as model:
        here = replace(grown, database_url=Secret(""), chroma_url="", data=tmp_path / "small")
        hosted = replace(here, chat_url=model.url, chat_model="slow", answer_seconds=PATIENCE)
        with open_rag(hosted) as rag, served(rag) as client:
            upload(client, WEI)
            asking = [
                threading.Thread(target=ask, args=(client, "2023年蔚县GDP增长多少？")) for _ in range(3)
            ]
            for one in asking:
                one.start()
            begun = [model.begun.acquire(timeout=PATIENCE) for _ in asking]
            model.let_go.set()
            for one in asking:
                one.join()
    assert begun == [True] * 3


def test_a_backup_goes_from_a_folder_to_servers_and_back(
    grown: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports, files, conversations and keys; also over a database that holds something else."""
    wenbao = CommandLine(data=grown.data, models=grown.models, monkeypatch=monkeypatch, capsys=capsys)
    small = replace(grown, database_url=Secret(""), chroma_url="", data=tmp_path / "small")
    with open_rag(small) as rag, served(rag) as client:
        upload(client, WEI)
        talk = client.post("/v1/conversations", json={"title": "蔚县"}).json()["id"]
        first = ask(client, "2023年蔚县GDP增长多少？", conversation_id=talk)

    def command(settings: Settings, *arguments: str) -> Ran:
        where = {**environment(settings), "WENBAO_DATA": str(settings.data)}
        return wenbao(*arguments, **where)

    def assert_whole(settings: Settings) -> None:
        with open_rag(settings) as rag, served(rag) as client:
            kept = client.get(f"/v1/conversations/{talk}").json()["messages"]
            assert kept[0]["answer"] == first
            assert kept[0]["created_at"].startswith(str(datetime.now(UTC).year))
            answered_with(client, "2023年蔚县GDP增长多少？", "6.3%")
            ask(client, "2023年蔚县GDP增长多少？", conversation_id=talk)
            (source,) = client.get("/v1/sources").json()["sources"]
            assert client.get(f"/v1/sources/{source['id']}/file").content == WEI[1]
            assert rag.verify() == []

    assert command(small, "backup", str(tmp_path / "small.zip")).status == 0
    restored = command(grown, "restore", str(tmp_path / "small.zip"))
    assert restored == Ran(status=0, out="restored  1 sources, 1 reports\n", err="")
    assert_whole(grown)

    again = command(grown, "restore", str(tmp_path / "small.zip"))
    assert "is not empty: set WENBAO_DATABASE_URL to a new one, or give --replace" in again.sentence
    with open_rag(grown):
        busy = command(grown, "restore", str(tmp_path / "small.zip"), "--replace")
        assert "is in use by another wenbao process" in busy.sentence
        assert command(grown, "backup", str(tmp_path / "grown.zip")).status == 0
    assert command(grown, "restore", str(tmp_path / "small.zip"), "--replace").status == 0
    assert len(list((grown.data / "corpora").iterdir())) == 1
    back = replace(small, data=tmp_path / "back")
    assert command(back, "restore", str(tmp_path / "grown.zip")).status == 0
    assert_whole(back)
