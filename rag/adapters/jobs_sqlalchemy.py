"""Jobs in the database of the store, with SQLAlchemy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import JSON, Engine, ForeignKey, String, Update, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rag.adapters.store_sqlalchemy_open import in_utc, reading_session, writing_session
from rag.adapters.store_sqlalchemy_rows import Base
from rag.errors import NotFound
from rag.jobs import FileStatus, FoundReport, Job, JobFile, JobState

KEPT = 200
"""Ended jobs that are remembered."""
_ENDED = [state.value for state in JobState if state.ended]

Found = list[dict[str, str | int | None]]


class JobRow(Base):
    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    region: Mapped[str | None]
    year: Mapped[int | None]


class JobFileRow(Base):
    __tablename__ = "job_files"

    job_id: Mapped[str] = mapped_column(
        String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True
    )
    upload: Mapped[int] = mapped_column(primary_key=True)
    member: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    status: Mapped[str]
    tries: Mapped[int]
    source_id: Mapped[str | None]
    reports: Mapped[Found] = mapped_column(JSON)
    code: Mapped[str | None]
    error: Mapped[str | None]


class SqlJobStore:
    """`JobStore`. The engine stays its owner's to close. Safe for threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, job: Job) -> None:
        ended = select(JobRow.id).where(JobRow.state.in_(_ENDED)).order_by(JobRow.created_at.desc())
        with writing_session(self._engine) as session:
            former = session.scalars(ended.offset(KEPT)).all()
            session.execute(delete(JobRow).where(JobRow.id.in_(former)))
            session.add(
                JobRow(
                    id=job.id,
                    state=job.state.value,
                    created_at=job.created_at,
                    ended_at=job.ended_at,
                    region=job.region,
                    year=job.year,
                )
            )
            session.flush()
            _insert(session, job.id, job.files)

    def find(self, job_id: str) -> Job:
        with reading_session(self._engine) as session:
            row = session.get(JobRow, job_id)
            if row is None:
                raise _no_job(job_id)
            return _jobs(session, [row])[0]

    def recent(self, limit: int) -> list[Job]:
        newest = select(JobRow).order_by(JobRow.created_at.desc(), JobRow.id).limit(limit)
        with reading_session(self._engine) as session:
            return _jobs(session, session.scalars(newest).all())

    def next(self) -> Job | None:
        oldest = select(JobRow).where(JobRow.state.not_in(_ENDED)).order_by(JobRow.created_at, JobRow.id)
        with writing_session(self._engine) as session:
            row = session.scalars(oldest.limit(1).with_for_update()).first()
            if row is None:
                return None
            row.state = JobState.RUNNING.value
            return _jobs(session, [row])[0]

    def unended(self) -> set[str]:
        with reading_session(self._engine) as session:
            return set(session.scalars(select(JobRow.id).where(JobRow.state.not_in(_ENDED))))

    def open_archive(self, job_id: str, upload: int, names: Sequence[str]) -> None:
        members = [JobFile(upload=upload, member=i, name=name) for i, name in enumerate(names, 1)]
        with writing_session(self._engine) as session:
            session.execute(
                delete(JobFileRow).where(JobFileRow.job_id == job_id, JobFileRow.upload == upload)
            )
            _insert(session, job_id, members)

    def begin(self, job_id: str, file: JobFile) -> None:
        with writing_session(self._engine) as session:
            session.execute(_this(job_id, file).values(tries=JobFileRow.tries + 1))

    def give_back(self, job_id: str, file: JobFile) -> None:
        with writing_session(self._engine) as session:
            session.execute(_this(job_id, file).values(tries=JobFileRow.tries - 1))

    def record(self, job_id: str, file: JobFile) -> None:
        values = _values(job_id, file)
        outcome = {name: values[name] for name in ("status", "source_id", "reports", "code", "error")}
        with writing_session(self._engine) as session:
            session.execute(_this(job_id, file).values(outcome))

    def end(self, job_id: str, state: JobState) -> None:
        with writing_session(self._engine) as session:
            row = session.get(JobRow, job_id, with_for_update=True)
            if row is None:
                raise _no_job(job_id)
            if row.state in _ENDED:
                return
            row.state, row.ended_at = state.value, datetime.now(UTC)
            waiting = update(JobFileRow).where(
                JobFileRow.job_id == job_id, JobFileRow.status == FileStatus.WAITING.value
            )
            session.execute(waiting.values(status=FileStatus.CANCELLED.value))


def _this(job_id: str, file: JobFile) -> Update:
    """A change of the row of a file, as long as it waits."""
    return update(JobFileRow).where(
        JobFileRow.job_id == job_id,
        JobFileRow.upload == file.upload,
        JobFileRow.member == file.member,
        JobFileRow.status == FileStatus.WAITING.value,
    )


def _insert(session: Session, job_id: str, files: Sequence[JobFile]) -> None:
    if files:
        session.execute(insert(JobFileRow), [_values(job_id, file) for file in files])


def _values(job_id: str, file: JobFile) -> dict[str, object]:
    return {
        "job_id": job_id,
        "upload": file.upload,
        "member": file.member,
        "name": file.name,
        "status": file.status.value,
        "tries": file.tries,
        "source_id": file.source_id,
        "reports": msgspec.to_builtins(file.reports),
        "code": file.code,
        "error": file.error,
    }


def _jobs(session: Session, rows: Sequence[JobRow]) -> list[Job]:
    files: dict[str, list[JobFile]] = {row.id: [] for row in rows}
    of_them = select(JobFileRow).where(JobFileRow.job_id.in_(files))
    for row in session.scalars(of_them.order_by(JobFileRow.upload, JobFileRow.member)):
        files[row.job_id].append(_file(row))
    return [
        Job(
            id=row.id,
            state=JobState(row.state),
            created_at=in_utc(row.created_at),
            ended_at=None if row.ended_at is None else in_utc(row.ended_at),
            region=row.region,
            year=row.year,
            files=tuple(files[row.id]),
        )
        for row in rows
    ]


def _file(row: JobFileRow) -> JobFile:
    return JobFile(
        upload=row.upload,
        member=row.member,
        name=row.name,
        status=FileStatus(row.status),
        tries=row.tries,
        source_id=row.source_id,
        reports=tuple(msgspec.convert(found, FoundReport) for found in row.reports),
        code=row.code,
        error=row.error,
    )


def _no_job(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id}: /v1/jobs lists the latest.")
