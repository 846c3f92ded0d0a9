"""Grown up by settings alone: PostgreSQL, a Chroma server, an embeddings endpoint, several processes.

PostgreSQL and Chroma are the real ones; the endpoint serves the real weights, loaded once for all tests here.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_postgres import postgres_url
from rag.assemble import open_embedder, open_rag
from rag.errors import DataFolderBusy, DataFolderError, ServerUnreachable
from rag.ingest import Change
from rag.library import Rag
from rag.resources import seeds_folder
from rag.settings import Secret, Settings
from service.main import main
from tests.contract.model_servers import embeds, model_server
from tests.flow.command_line import CommandLine, Ran
from tests.flow.serving import Json, served
from tests.flow.test_service_process import run, running, said
from tests.flow.uploading import as_docx, as_text, ended, post, report_text, statuses, upload
from tests.servers import Chroma, Postgres

WEI = ("蔚县.txt", as_text(report_text("蔚县", 2024, 6)))
QUESTION = "2023年张家口的GDP增长多少？"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def endpoint(models_folder: Path) -> Iterator[str]:
    with model_server(embeds(open_embedder(Settings(models=models_folder)))) as server:
        yield server.url


@pytest.fixture
def grown(tmp_path: Path, endpoint: str, postgres: Postgres, chroma: Chroma) -> Settings:
    """An empty corpus."""
    return Settings(
        data=tmp_path / "data",
        models=tmp_path / "models",
        embeddings_url=endpoint,
        embeddings_model="multilingual-e5-small",
        database_url=Secret(postgres.database()),
        chroma_url=chroma.url,
        chat_model="none",
    )


@pytest.fixture
def both(grown: Settings) -> Iterator[tuple[Rag, Rag]]:
    """Two that share it, as two processes would: each with a lexical index and connections of its own."""
    with open_rag(grown) as here, open_rag(grown) as there:
        yield here, there


def ask(client: httpx.Client, question: str, **more: object) -> Json:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    record: Json = response.json()
    return record


def answered_with(client: httpx.Client, question: str, words: str) -> None:
    """The answer holds the words and cites them, character by character."""
    record = ask(client, question)
    assert words in str(record["answer"]), record
    citations = record["citations"]
    assert isinstance(citations, list)
    for cited in citations:
        text = client.get(
            f"/v1/sources/{cited['source_id']}/text", params={"start": cited["start"], "end": cited["end"]}
        )
        assert text.json()["text"] == cited["quote"]
    assert any(words in cited["quote"] for cited in citations)


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def parts(client: httpx.Client) -> dict[str, str | None]:
    told = client.get("/health/ready").json()["parts"]
    return {name: part["problem"] for name, part in told.items()}


# --- Several processes, one corpus ---


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


# --- A server that goes and comes back ---


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
    files = [(f"{n}.txt", as_text(report_text("怀来县", 2000 + n, n) * 12)) for n in range(1, 4)]
    with served(here) as a, served(there):
        job_id = post(a, *files).json()["job_id"]
        until(lambda: len(here.sources()) > 0)
        postgres.stop()
        postgres.start()
        job = ended(a, job_id)
        assert [status for _, status in statuses(job)] == ["added"] * 3
    assert len(there.sources()) == 3
    assert (here.verify(), there.verify()) == ([], [])


def test_chroma_stopped_and_back(both: tuple[Rag, Rag], chroma: Chroma) -> None:
    here, there = both
    with served(here) as a, served(there) as b:
        upload(a, ("怀来.txt", as_text(report_text("怀来县", 2024, 5))))
        answered_with(b, "2023年怀来县GDP增长多少？", "5.3%")
        chroma.stop()
        try:
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


# --- From a folder to servers ---


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


# --- wenbao-serve ---


def environment(grown: Settings) -> dict[str, str]:
    return {
        "WENBAO_DATABASE_URL": str(grown.database_url),
        "WENBAO_CHROMA_URL": grown.chroma_url,
        "WENBAO_EMBEDDINGS_URL": grown.embeddings_url,
        "WENBAO_EMBEDDINGS_MODEL": grown.embeddings_model,
        "WENBAO_CHAT_MODEL": "none",
        "WENBAO_LOG_LEVEL": "warning",
    }


def workers_of(parent: int) -> list[int]:
    """Processes that serve: children that were spawned, without the one that counts their semaphores."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, line in lines.items() if b"spawn_main" in line]


def test_two_workers_serve_one_port_and_a_killed_one_is_replaced(
    grown: Settings, models_folder: Path
) -> None:
    grown.data.parent.mkdir(exist_ok=True)
    more = {**environment(grown), "WENBAO_WORKERS": "2"}
    with running(grown.data, models_folder, **more) as (process, line):
        assert process.stdout is not None
        assert line.startswith("wenbao is serving http://127.0.0.1:")
        assert process.stdout.readline() == line
        url = line.split()[3]
        with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
            assert statuses(upload(client, WEI)) == [("蔚县.txt", "added")]
        first = workers_of(process.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(set(workers_of(process.pid)) - {first[0]}) == 2)
        assert process.stdout.readline() == line.replace("0 reports", "1 reports")
        answers: list[str] = []

        def ask_once() -> None:
            with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
                answers.append(str(ask(client, "2023年蔚县GDP增长多少？")["answer"]))

        threads = [threading.Thread(target=ask_once) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8
        assert len(set(answers)) == 1
        assert "6.3%" in answers[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert "workers ended, others take their place" in process.stderr.read()
    with suppress(ProcessLookupError):
        os.kill(first[1], 0)
        raise AssertionError("a worker is left")


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"WENBAO_CHROMA_URL": ""}, 2, "set WENBAO_DATABASE_URL and WENBAO_CHROMA_URL"),
        ({"WENBAO_CHAT_MODEL": "qwen2.5-coder-1.5b"}, 2, "set WENBAO_CHAT_URL"),
        ({"WENBAO_DATABASE_URL": "mysql://host/db"}, 2, "names no PostgreSQL database"),
        ({"WENBAO_DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/db"}, 1, "127.0.0.1:1/db cannot be"),
        ({"WENBAO_CHROMA_URL": "http://127.0.0.1:1"}, 1, "Chroma server http://127.0.0.1:1 cannot"),
        ({"WENBAO_EMBEDDINGS_MODEL": ""}, 2, "WENBAO_EMBEDDINGS_MODEL is empty"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    grown: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, str],
    status: int,
    words: str,
) -> None:
    """In this process, which is enough where nothing is served."""
    folders = {"WENBAO_DATA": str(grown.data), "WENBAO_MODELS": str(grown.models)}
    for name, value in {**environment(grown), **folders, "WENBAO_WORKERS": "2", **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        "service.main.set_up_logs", lambda _settings: None
    )  # of this process, not of the test's
    monkeypatch.chdir(grown.models.parent)
    assert main(["--port", "0"]) == status
    said = capsys.readouterr().err
    assert said.startswith("wenbao-serve: ")
    assert said.count("\n") == 1
    assert words in said
    assert "secret" not in said


def test_a_wrong_password_is_named_and_none_is_shown(grown: Settings, models_folder: Path) -> None:
    grown.data.parent.mkdir(exist_ok=True)
    wrong = str(grown.database_url).replace("pass%3Aword%401", "hunter2")
    result = run(
        grown.data, models_folder, "--port", "0", **{**environment(grown), "WENBAO_DATABASE_URL": wrong}
    )
    assert result.returncode == 1
    assert "refuses the user or the password: check WENBAO_DATABASE_URL" in said(result)
    assert "hunter2" not in result.stderr
    assert "hunter2" not in repr(Settings(database_url=Secret(wrong)))
    SqlReportStore(postgres_url(str(grown.database_url))).close()
