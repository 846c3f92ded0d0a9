"""Uploads when things go wrong: killed, stopped, out of room, slow, gone. Nothing half stays."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rag.assemble import open_rag
from rag.jobs import Job, JobFile
from rag.library import Rag
from rag.settings import Settings
from service import uploads
from tests.contract.made_files import zipped
from tests.flow.command_line import CommandLine
from tests.flow.serving import Json, served
from tests.flow.test_service_process import SECONDS, environment, running
from tests.flow.uploading import (
    PATIENCE,
    PROVINCES,
    as_docx,
    as_text,
    ended,
    files_of,
    post,
    report_text,
    statuses,
    upload,
)

LIMITED = """
import resource, sys
from service.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, resource.RLIM_INFINITY))
sys.exit(main(["--port", "0"]))
"""
QUIET = {"WENBAO_CHAT_MODEL": "none", "WENBAO_LOG_LEVEL": "warning"}
"""No line for each request: nobody reads them, and a full pipe would hold the service up."""
HUAILAI = as_text(report_text("怀来县", 2024, 5))
HEAD = (
    b"POST /v1/sources HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 100000\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
)


def calls(line: str) -> httpx.Client:
    """A client of the process that printed this line."""
    found = re.search(r"http://\S+", line)
    assert found, line
    return httpx.Client(base_url=found[0], trust_env=False, timeout=SECONDS)


def through(job: Json) -> list[Json]:
    return [file for file in files_of(job) if file["status"] != "waiting"]


def wait_for_files(client: httpx.Client, job_id: str, number: int) -> Json:
    """The job as soon as so many of its files are through."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        job: Json = client.get(f"/v1/jobs/{job_id}").json()
        if len(through(job)) >= number:
            return job
        time.sleep(0.02)
    raise AssertionError(job)


@pytest.mark.timeout(600)
def test_a_job_outlives_a_kill_and_a_stop(empty_wenbao: CommandLine, models_folder: Path) -> None:
    files = {f"{place}.docx": as_docx(report_text(place, 2024, n)) for n, place in enumerate(PROVINCES, 1)}
    data = empty_wenbao.data
    with running(data, models_folder, **QUIET) as (process, line), calls(line) as client:
        job_id = post(client, ("all.zip", zipped(files))).json()["job_id"]
        before = wait_for_files(client, job_id, 5)
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS)
    with running(data, models_folder, **QUIET) as (process, line), calls(line) as client:
        job = wait_for_files(client, job_id, 12)
        assert files_of(job)[: len(through(before))] == through(before)
        assert job["state"] == "running"
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with running(data, models_folder, **QUIET) as (_, line), calls(line) as client:
        job = ended(client, job_id)
        assert job["state"] == "done"
        assert [name for name, _ in statuses(job)] == [f"all.zip/{name}" for name in files]
        # The file that was being ingested may have been stored before its outcome was.
        assert [status for _, status in statuses(job)].count("added") >= 29
        assert {status for _, status in statuses(job)} <= {"added", "known"}
        regions = [report["region"] for report in client.get("/v1/reports").json()["reports"]]
        assert sorted(regions) == sorted(PROVINCES)
        assert list((data / "uploads").iterdir()) == []
    assert empty_wenbao("verify").out == "clean  31 sources, 31 reports\n"


@contextmanager
def out_of_room(data: Path, models: Path) -> Iterator[httpx.Client]:
    """A service that can write no file beyond 8 MB."""
    with subprocess.Popen(
        [sys.executable, "-c", LIMITED],
        cwd=data.parent,
        env=environment(data, models, **QUIET),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        with calls(process.stdout.readline()) as client:
            yield client
        process.kill()


def test_a_full_disk_is_told_and_leaves_nothing(empty_wenbao: CommandLine, models_folder: Path) -> None:
    with out_of_room(empty_wenbao.data, models_folder) as client:
        large = ("large.txt", "粮食产量达到10万吨。\n".encode() * 320_000)
        response = post(client, ("a.txt", HUAILAI), large)
        assert (response.status_code, response.json()["code"]) == (507, "disk_full"), response.text
        assert response.json()["detail"].endswith("is full: make room, then try again.")
        assert list((empty_wenbao.data / "uploads").iterdir()) == []
        assert client.get("/v1/jobs").json() == {"jobs": []}
        assert statuses(upload(client, ("a.txt", HUAILAI))) == [("a.txt", "added")]
    assert empty_wenbao("verify").out == "clean  1 sources, 1 reports\n"


@pytest.fixture
def rag(tmp_path: Path, models_folder: Path) -> Iterator[Rag]:
    with open_rag(Settings(data=tmp_path / "data", models=models_folder), chat=False) as opened:
        yield opened


@pytest.fixture
def client(rag: Rag) -> Iterator[httpx.Client]:
    with served(rag) as client:
        yield client


def test_what_was_begun_too_often_is_given_up(rag: Rag) -> None:
    files = (JobFile(upload=1, name="a.txt", tries=5), JobFile(upload=2, name="b.txt", tries=4))
    folder = rag.settings.data / "uploads" / "0a"
    folder.mkdir(parents=True)
    for file in files:
        (folder / str(file.upload)).write_bytes(HUAILAI)
    rag.jobs.add(Job(id="0a", created_at=datetime.now(UTC), files=files))
    with served(rag) as client:
        job = ended(client, "0a")
    assert statuses(job) == [("a.txt", "failed"), ("b.txt", "added")]
    assert files_of(job)[0]["error"] == {
        "code": "gave_up",
        "detail": "Reading a.txt ended the service 5 times: give its text as UTF-8.",
    }


def begin_upload(client: httpx.Client) -> socket.socket:
    line = socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=SECONDS)
    line.sendall(HEAD)
    return line


def wait_until_empty(folder: Path) -> None:
    until = time.monotonic() + SECONDS
    while any(folder.iterdir()):
        assert time.monotonic() < until, list(folder.iterdir())
        time.sleep(0.05)


def test_a_slow_client_holds_up_nobody_and_one_that_leaves_leaves_nothing(
    client: httpx.Client, rag: Rag
) -> None:
    slow = [begin_upload(client) for _ in range(3)]
    spool = rag.settings.data / "uploads"
    for line in slow:
        line.sendall(b"a")
    assert statuses(upload(client, ("b.txt", HUAILAI))) == [("b.txt", "added")]
    asked = {"question": "怀来县2023年粮食产量是多少？", "mode": "extractive"}
    assert "105.5万吨" in client.post("/v1/ask", json=asked).json()["answer"]
    assert len(list(spool.iterdir())) == 3
    for line in slow:
        line.close()
    wait_until_empty(spool)
    assert len(client.get("/v1/jobs").json()["jobs"]) == 1


def test_a_client_that_falls_silent_is_told_so(
    client: httpx.Client, rag: Rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "IDLE_SECONDS", 0.5)
    with begin_upload(client) as line:
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer
    wait_until_empty(rag.settings.data / "uploads")


def test_too_many_uploads_at_once_are_sent_away(client: httpx.Client, rag: Rag) -> None:
    lines = [begin_upload(client) for _ in range(8)]
    spool = rag.settings.data / "uploads"
    until = time.monotonic() + SECONDS
    while not spool.is_dir() or len(list(spool.iterdir())) < 8:
        assert time.monotonic() < until
        time.sleep(0.02)
    response = post(client, ("b.txt", HUAILAI))
    assert (response.status_code, response.json()["code"]) == (429, "busy")
    assert int(response.headers["retry-after"]) > 0
    for line in lines:
        line.close()
    wait_until_empty(spool)
    assert statuses(upload(client, ("b.txt", HUAILAI))) == [("b.txt", "added")]
