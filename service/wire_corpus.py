"""What goes out over HTTP about sources, uploads and jobs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from rag.domain import Report
from rag.jobs import FileStatus, FoundReport, Job, JobFile
from rag.stores import SourceInfo
from service.jobs import Passages


class FoundRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A report in brief; the whole of it is at /v1/reports/{id}."""

    id: str
    region: str | None
    year: int | None
    title: str


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`length` is that of its text in code points; `original` says whether its file can be had."""

    id: str
    name: str
    sha256: str
    format: str
    encoding: str
    length: int
    indexed: bool
    original: bool
    reports: tuple[FoundRecord, ...]


class SourcesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the sources."""

    sources: tuple[SourceRecord, ...]
    total: int
    limit: int
    offset: int


class AcceptedRecord(msgspec.Struct, frozen=True, kw_only=True):
    job_id: str


class JobErrorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`detail` is one sentence, `code` is stable."""

    code: str
    detail: str


class JobFileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an upload, or one in an archive of it (`archive.zip/member`).

    `status`: waiting, added, replaced, known, failed or cancelled.
    """

    name: str
    status: str
    source_id: str | None
    reports: tuple[FoundRecord, ...]
    error: JobErrorRecord | None


class CountsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Files by status. `files` grows when an archive is opened."""

    files: int
    waiting: int
    added: int
    replaced: int
    known: int
    failed: int
    cancelled: int
    reports: int


class PassagesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The file that is being ingested; `total` is 0 until it is read."""

    name: str
    passages_done: int
    passages_total: int


class JobSummary(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: queued, running, done (at least one file was ingested), failed or cancelled."""

    id: str
    state: str
    created_at: datetime
    ended_at: datetime | None
    region: str | None
    year: int | None
    counts: CountsRecord
    current: PassagesRecord | None


class JobRecord(JobSummary, frozen=True, kw_only=True):
    files: tuple[JobFileRecord, ...]


class JobsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The latest jobs, newest first."""

    jobs: tuple[JobSummary, ...]


class ProgressRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Data of the event `progress`."""

    state: str
    counts: CountsRecord
    current: PassagesRecord | None


def source_record(source: SourceInfo, reports: list[Report]) -> SourceRecord:
    return SourceRecord(
        id=source.id,
        name=source.name,
        sha256=source.sha256,
        format=source.format,
        encoding=source.encoding,
        length=source.length,
        indexed=source.indexed,
        original=source.original,
        reports=tuple(_found(report) for report in reports),
    )


def job_record(job: Job, passages: Passages | None) -> JobRecord:
    files = tuple(job_file_record(file) for file in job.files)
    return JobRecord(**msgspec.structs.asdict(job_summary(job, passages)), files=files)


def job_summary(job: Job, passages: Passages | None) -> JobSummary:
    return JobSummary(
        id=job.id,
        state=job.state.value,
        created_at=job.created_at,
        ended_at=job.ended_at,
        region=job.region,
        year=job.year,
        counts=_counts(job),
        current=_current(passages),
    )


def progress_record(job: Job, passages: Passages | None) -> ProgressRecord:
    return ProgressRecord(state=job.state.value, counts=_counts(job), current=_current(passages))


def job_file_record(file: JobFile) -> JobFileRecord:
    failed = file.code is not None and file.error is not None
    return JobFileRecord(
        name=file.name,
        status=file.status.value,
        source_id=file.source_id,
        reports=tuple(_found(report) for report in file.reports),
        error=JobErrorRecord(code=file.code or "", detail=file.error or "") if failed else None,
    )


def _found(report: Report | FoundReport) -> FoundRecord:
    return FoundRecord(id=report.id, region=report.region, year=report.year, title=report.title)


def _counts(job: Job) -> CountsRecord:
    statuses = [file.status for file in job.files]
    return CountsRecord(
        files=len(statuses),
        reports=sum(len(file.reports) for file in job.files),
        **{status.value: statuses.count(status) for status in FileStatus},
    )


def _current(passages: Passages | None) -> PassagesRecord | None:
    if passages is None:
        return None
    return PassagesRecord(name=passages.name, passages_done=passages.done, passages_total=passages.total)
