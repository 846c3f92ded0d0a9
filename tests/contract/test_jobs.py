"""`JobStore` and `Originals`: what goes in comes out, in order, also after reopening."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.adapters.jobs_sqlalchemy import KEPT, SqlJobStore
from rag.adapters.originals_folder import FolderOriginals
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.errors import DataFolderError, NotFound
from rag.jobs import FileStatus, FoundReport, Job, JobFile, JobState

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
FOUND = FoundReport(id="r1", region="怀来县", year=2024, title="政府工作报告")


def make_job(job_id: str, *, minutes: int = 0, files: int = 2) -> Job:
    return Job(
        id=job_id,
        created_at=NOON + timedelta(minutes=minutes),
        files=tuple(JobFile(upload=i, name=f"{i}.docx") for i in range(1, files + 1)),
        region="怀来县",
        year=2024,
    )


@pytest.fixture
def jobs(database: Place) -> Iterator[SqlJobStore]:
    store = SqlReportStore(database)
    yield SqlJobStore(store.engine)
    store.close()


def test_a_job_comes_back_after_reopening(database: Place, jobs: SqlJobStore) -> None:
    done = JobFile(upload=1, name="1.docx", status=FileStatus.ADDED, source_id="s1", reports=(FOUND,))
    failed = JobFile(
        upload=2, name="2.docx", status=FileStatus.FAILED, code="unreadable_source", error="It is."
    )
    jobs.add(make_job("a"))
    for file in (done, failed):
        jobs.record("a", file)
    other = SqlReportStore(database)
    assert SqlJobStore(other.engine).find("a") == replace(make_job("a"), files=(done, failed))
    other.close()


def test_the_oldest_that_has_not_ended_is_next(jobs: SqlJobStore) -> None:
    assert jobs.next() is None
    for job_id, minutes in (("a", 5), ("b", 0), ("c", 9)):
        jobs.add(make_job(job_id, minutes=minutes))
    first = jobs.next()
    assert first == replace(make_job("b"), state=JobState.RUNNING)
    assert jobs.next() == first, "one that was interrupted goes on"
    jobs.end("b", JobState.DONE)
    following = jobs.next()
    assert following is not None
    assert following.id == "a"
    assert jobs.unended() == {"a", "c"}
    assert [job.id for job in jobs.recent(2)] == ["c", "a"]


def test_an_archive_gives_place_to_its_files(jobs: SqlJobStore) -> None:
    jobs.add(make_job("a"))
    archive = make_job("a").files[0]
    jobs.begin("a", archive)
    jobs.open_archive("a", 1, ["all.zip/x", "all.zip/y"])
    files = jobs.find("a").files
    assert [(file.upload, file.member, file.name, file.tries) for file in files] == [
        (1, 1, "all.zip/x", 0),
        (1, 2, "all.zip/y", 0),
        (2, 0, "2.docx", 0),
    ]
    jobs.begin("a", files[1])
    jobs.begin("a", files[1])
    jobs.begin("a", files[2])
    jobs.give_back("a", files[2])
    assert [file.tries for file in jobs.find("a").files] == [0, 2, 0]


def test_what_has_an_outcome_keeps_it(jobs: SqlJobStore) -> None:
    jobs.add(make_job("a"))
    first, second = make_job("a").files
    jobs.record("a", replace(first, status=FileStatus.KNOWN))
    jobs.end("a", JobState.CANCELLED)
    jobs.end("a", JobState.DONE)
    jobs.record("a", replace(second, status=FileStatus.ADDED))
    job = jobs.find("a")
    assert job.state is JobState.CANCELLED
    assert job.ended_at is not None
    assert [file.status for file in job.files] == [FileStatus.KNOWN, FileStatus.CANCELLED]
    for call in (jobs.find, lambda job_id: jobs.end(job_id, JobState.DONE)):
        with pytest.raises(NotFound, match="no job x"):
            call("x")


def test_long_ended_jobs_make_room(jobs: SqlJobStore) -> None:
    jobs.add(make_job("waits", minutes=-1))
    for number in range(KEPT + 3):
        jobs.add(make_job(f"{number}", minutes=number, files=1))
        jobs.end(f"{number}", JobState.DONE)
    jobs.add(make_job("last", minutes=999))
    held = {job.id for job in jobs.recent(1000)}
    assert len(held) == KEPT + 2
    assert {"waits", "last", "3"} <= held
    assert "2" not in held


def test_originals_are_kept_by_source(tmp_path: Path) -> None:
    originals = FolderOriginals(tmp_path / "originals")
    assert (originals.ids(), originals.path("s1")) == (set(), None)
    originals.remove("s1")
    originals.keep("s1", b"one")
    originals.keep("s2", b"two")
    path = originals.path("s1")
    assert path is not None
    assert path.read_bytes() == b"one"
    path.write_bytes(b"eno")
    originals.keep("s1", b"one")
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(b"one").digest()
    originals.remove("s1")
    assert originals.ids() == {"s2"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "originals").touch()
    with pytest.raises(DataFolderError, match="cannot be written"):
        FolderOriginals(tmp_path / "originals").keep("s1", b"one")
