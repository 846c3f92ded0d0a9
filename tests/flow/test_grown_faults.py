"""A server of the grown configuration goes and comes back: nothing is lost, nothing is half."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from rag.adapters import index_chroma
from rag.assemble import open_rag
from rag.errors import DataFolderError, ServerUnreachable
from rag.library import Rag
from rag.settings import Settings
from tests.flow.grown import QUESTION, WEI, answered_with, ask, parts, until
from tests.flow.serving import served
from tests.flow.uploading import as_text, ended, post, report_text, statuses, upload
from tests.servers import Chroma, Postgres


def test_postgres_stopped_and_back(both: tuple[Rag, Rag], postgres: Postgres) -> None:
    here, there = both
    with served(here) as a, served(there) as b:
        upload(a, ("怀来.txt", as_text(report_text("怀来县", 2024, 5))))
        talk = a.post("/v1/conversations", json={}).json()["id"]
        first = ask(a, "2023年怀来县GDP增长多少？", conversation_id=talk)
        postgres.stop()
        try:
            for client in (a, b):
                failed = client.post("/v1/ask", json={"question": QUESTION})
                assert (failed.status_code, failed.json()["code"]) == (503, "server_unreachable")
                assert "start it, or check WENBAO_DATABASE_URL" in failed.json()["detail"]
                problems = parts(client)
                assert "WENBAO_DATABASE_URL" in str(problems["store"])
                assert problems["embedder"] is None
        finally:
            postgres.start()
        until(lambda: not any(parts(a).values()) and not any(parts(b).values()))
        kept = b.get(f"/v1/conversations/{talk}").json()["messages"]
        assert [message["answer"]["id"] for message in kept] == [first["id"]]
        answered_with(b, "2023年怀来县GDP增长多少？", "5.3%")
        job = upload(b, WEI)
        assert statuses(job) == [("蔚县.txt", "added")]
    assert (here.verify(), there.verify()) == ([], [])


def test_postgres_stopped_in_the_middle_of_a_job(both: tuple[Rag, Rag], postgres: Postgres) -> None:
    here, there = both
    files = [(f"{n}.txt", as_text(report_text("怀来县", 2000 + n, n) * 6)) for n in range(1, 4)]
    with served(here) as a, served(there):
        job_id = post(a, *files).json()["job_id"]
        until(lambda: len(here.sources()) > 0)
        postgres.stop()
        postgres.start()
        job = ended(a, job_id)
        # What was stored when it could not be written down any more is known at the second try.
        assert [status for _, status in statuses(job)] in (["added"] * 3, ["known", "added", "added"])
    assert len(there.sources()) == 3
    assert (here.verify(), there.verify()) == ([], [])


def test_chroma_stopped_and_back(
    both: tuple[Rag, Rag], chroma: Chroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = both
    with served(here) as a, served(there) as b:
        upload(a, ("怀来.txt", as_text(report_text("怀来县", 2024, 5))))
        answered_with(b, "2023年怀来县GDP增长多少？", "5.3%")
        chroma.stop()
        try:
            # What was searched before is in memory, and goes on being found.
            assert b.post("/v1/search", json={"query": "粮食产量"}).status_code == 200
            monkeypatch.setattr(index_chroma, "_FEW", 0)
            failed = b.post("/v1/search", json={"query": "粮食产量"})
            assert (failed.status_code, failed.json()["code"]) == (503, "server_unreachable")
            assert "start it, or check WENBAO_CHROMA_URL" in failed.json()["detail"]
            assert "WENBAO_CHROMA_URL" in str(parts(b)["passages"])
            job_id = post(a, WEI).json()["job_id"]
            time.sleep(1)
            assert len(there.reports()) == 1
        finally:
            chroma.start()
        until(lambda: not any(parts(a).values()) and not any(parts(b).values()))
        assert statuses(ended(b, job_id)) == [("蔚县.txt", "added")]
        answered_with(b, "2023年蔚县GDP增长多少？", "6.3%")
        answered_with(a, "2023年怀来县GDP增长多少？", "5.3%")
    assert (here.verify(), there.verify()) == ([], [])


def test_a_server_without_its_index_is_filled_again(grown: Settings, tmp_path: Path, chroma: Chroma) -> None:
    """As after a move to another Chroma server."""
    file = tmp_path / "蔚县.txt"
    file.write_bytes(as_text(report_text("蔚县", 2024, 6)))
    with open_rag(grown) as rag:
        list(rag.ingest_paths([file]))
        chroma.stop()
        shutil.rmtree(chroma.folder / "data")
        chroma.start()
        with pytest.raises(DataFolderError, match=r"not at the Chroma server .* any more"):
            rag.search("粮食产量")
    with open_rag(grown) as rag:
        assert rag.verify() == []
        assert rag.search("粮食产量", limit=1)


def test_a_server_that_is_away_at_the_start_is_named(grown: Settings, chroma: Chroma) -> None:
    chroma.stop()
    try:
        with pytest.raises(ServerUnreachable, match="WENBAO_CHROMA_URL"):
            open_rag(grown)
        with open_rag(grown, chat=False, check=False) as rag:  # as `wenbao reports` does
            assert rag.reports() == []
    finally:
        chroma.start()
