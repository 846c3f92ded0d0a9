"""Uploads that wait to be ingested: the nouns, and the port of the store that keeps them over a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # of its files not one could be ingested
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


class FileStatus(StrEnum):
    WAITING = "waiting"
    ADDED = "added"
    REPLACED = "replaced"
    KNOWN = "known"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReport:
    """A report as it was found in a file of a job. It may be gone by now."""

    id: str
    region: str | None
    year: int | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """One file of a job. `upload` counts the files of the request from 1; `member` the files in an archive
    from 1, and is 0 for what is no archive, or not opened yet.

    `tries` counts how often it was begun: more than once where that ended the process. `error` is a sentence
    and `code` the stable name of what failed.
    """

    upload: int
    name: str
    member: int = 0
    status: FileStatus = FileStatus.WAITING
    tries: int = 0
    source_id: str | None = None
    reports: tuple[FoundReport, ...] = ()
    code: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One upload. `region` and `year` were given for all its files."""

    id: str
    created_at: datetime
    files: tuple[JobFile, ...]
    state: JobState = JobState.QUEUED
    region: str | None = None
    year: int | None = None
    ended_at: datetime | None = None

    @property
    def waiting(self) -> tuple[JobFile, ...]:
        return tuple(file for file in self.files if file.status is FileStatus.WAITING)


class JobStore(Protocol):
    """Each write is one transaction, on the disk when the call returns."""

    def add(self, job: Job) -> None:
        """Long ended jobs make room for it."""
        ...

    def find(self, job_id: str) -> Job:
        """Raises NotFound."""
        ...

    def recent(self, limit: int) -> list[Job]:
        """Newest first."""
        ...

    def next(self) -> Job | None:
        """The oldest that has not ended, as running from now on."""
        ...

    def unended(self) -> set[str]: ...

    def open_archive(self, job_id: str, upload: int, names: Sequence[str]) -> None:
        """The files of an archive take the place of the archive itself."""
        ...

    def begin(self, job_id: str, file: JobFile) -> None:
        """One more try."""
        ...

    def give_back(self, job_id: str, file: JobFile) -> None:
        """A try that does not count: what it needed was away."""
        ...

    def record(self, job_id: str, file: JobFile) -> None:
        """What became of a file; nothing where it no longer waits."""
        ...

    def end(self, job_id: str, state: JobState) -> None:
        """Files that still wait are cancelled; a job that has ended stays as it is. Raises NotFound."""
        ...
