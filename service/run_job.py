"""One job, file by file, each outcome stored before the next file is begun. Knows no thread and no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rag.adapters.reader import unpack
from rag.adapters.reader_text import source_file
from rag.domain import SourceFile
from rag.errors import EmbeddingFailed, RagError, ServerUnreachable, SourceError
from rag.ingest import Change, Outcome, Progress
from rag.jobs import FileStatus, FoundReport, Job, JobFile, JobState
from rag.library import Rag
from rag.steps.identify import Hints
from service.names import clean_path

MAX_TRIES = 5
"""A file that was begun so often and never ended is given up: it may be what ends the process."""
_STATUS = {
    Change.ADDED: FileStatus.ADDED,
    Change.REPLACED: FileStatus.REPLACED,
    Change.UNCHANGED: FileStatus.KNOWN,
    Change.FAILED: FileStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """`folder` has the uploads of the job, each under its number. `progress` hears of each batch of passages
    and may end the run by raising; `changed` is called when something was stored."""

    rag: Rag
    job: Job
    folder: Path
    progress: Progress
    changed: Callable[[], None]

    def run(self) -> None:
        """Goes on where a former run stopped, and records a file's error. Raises what the store raises, and
        where a server is away: then it is run again later."""
        for upload in dict.fromkeys(file.upload for file in self.job.waiting):
            for file, content in self._contents(upload):
                if self.job.id not in self.rag.jobs.unended():
                    return
                self._ingest(file, content)
        statuses = {file.status for file in self.rag.jobs.find(self.job.id).files}
        everything_failed = statuses == {FileStatus.FAILED}
        self.rag.jobs.end(self.job.id, JobState.FAILED if everything_failed else JobState.DONE)

    def _contents(self, upload: int) -> Iterator[tuple[JobFile, SourceFile]]:
        """The files of an upload that wait, one or those in an archive, each begun when it is taken."""
        files = self._files(upload)
        first = files[0]
        if not first.member and not self._begin(first):
            return
        try:
            content = (self.folder / str(upload)).read_bytes()
            whole = source_file(first.name.partition("/")[0], content)
            contents = unpack(whole)
        except (SourceError, OSError) as error:
            self._fail(files, error)
            return
        if not first.member and contents[0] is whole:
            yield first, whole
            return
        if not first.member:
            self.rag.jobs.open_archive(self.job.id, upload, [clean_path(one.name) for one in contents])
            self.changed()
        for file, one in zip(self._files(upload), contents, strict=True):
            if file.status is FileStatus.WAITING and self._begin(file):
                yield file, one

    def _files(self, upload: int) -> list[JobFile]:
        return [file for file in self.rag.jobs.find(self.job.id).files if file.upload == upload]

    def _begin(self, file: JobFile) -> bool:
        """Whether it may be tried once more."""
        if file.tries < MAX_TRIES:
            self.rag.jobs.begin(self.job.id, file)
            self.progress(file.name, 0, 0)
            return True
        words = f"Reading {file.name} ended the service {file.tries} times: give its text as UTF-8."
        self._record(replace(file, status=FileStatus.FAILED, code="gave_up", error=words))
        return False

    def _ingest(self, file: JobFile, content: SourceFile) -> None:
        hints = Hints(region=self.job.region, year=self.job.year)
        # The name is the origin: a changed file of the same name takes the place of the former.
        named = replace(content, name=file.name, origin=file.name)
        try:
            outcome = self.rag.ingest_file(named, hints=hints, progress=self.progress)
        except (ServerUnreachable, EmbeddingFailed):
            self.rag.jobs.give_back(self.job.id, file)
            raise
        except RagError as error:
            self._fail([file], error)
        else:
            self._record(self._outcome(file, outcome))

    def _outcome(self, file: JobFile, outcome: Outcome) -> JobFile:
        reports = self.rag.reports(outcome.source_id) if outcome.source_id is not None else []
        return replace(
            file,
            status=_STATUS[outcome.change],
            source_id=outcome.source_id,
            reports=tuple(
                FoundReport(id=report.id, region=report.region, year=report.year, title=report.title)
                for report in reports
            ),
            code=None if outcome.error is None else SourceError.code,
            error=outcome.error,
        )

    def _fail(self, files: list[JobFile], error: RagError | OSError) -> None:
        lost = "The upload is not on the disk any more: upload the file again."
        code, words = (error.code, str(error)) if isinstance(error, RagError) else ("upload_lost", lost)
        for file in files:
            self._record(replace(file, status=FileStatus.FAILED, code=code, error=words))

    def _record(self, file: JobFile) -> None:
        self.rag.jobs.record(self.job.id, file)
        self.changed()
