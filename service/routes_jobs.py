"""Jobs: how far an upload is, and what became of each of its files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from typing import Annotated

from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from rag.jobs import FileStatus, Job, JobFile
from service.document import StreamedOperation, shown
from service.jobs import Jobs
from service.keys import Caller, admins_only, while_standing
from service.problems import documented, problem_of
from service.stream import BEAT, BEAT_SECONDS, STREAM_HEADERS, sse
from service.turns import Desk
from service.wire_corpus import (
    JobRecord,
    JobsRecord,
    ProgressRecord,
    job_file_record,
    job_record,
    job_summary,
    progress_record,
)

_LOOK_SECONDS = 1.0
"""How soon a change is seen of which this process was not told."""


@get("/v1/jobs", summary="The latest uploads, newest first", responses=documented())
async def list_jobs(
    desk: NamedDependency[Desk],
    jobs: NamedDependency[Jobs],
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> JobsRecord:
    found = await desk.quick.run(lambda: jobs.recent(limit))
    return JobsRecord(jobs=tuple(job_summary(job, jobs.passages(job.id)) for job in found))


@get("/v1/jobs/{job_id:str}", summary="One upload, file by file", responses=documented(404))
async def one_job(
    job_id: FromPath[str], desk: NamedDependency[Desk], jobs: NamedDependency[Jobs]
) -> JobRecord:
    job = await desk.quick.run(lambda: jobs.find(job_id))
    return job_record(job, jobs.passages(job_id))


@get(
    "/v1/jobs/{job_id:str}/events",
    summary="One upload as it goes",
    description=(
        "Server-sent events: `file` for each file that is through, those before the call first, `progress` "
        "between them, and `done` with the whole job at its end; comments keep the connection open. "
        "`error` has a problem object."
    ),
    responses={
        200: shown(str, description="The events", media_type="text/event-stream"),
        **documented(404),
    },
    operation_class=StreamedOperation,
)
async def job_events(
    job_id: FromPath[str],
    desk: NamedDependency[Desk],
    jobs: NamedDependency[Jobs],
    caller: NamedDependency[Caller],
) -> Stream:
    await desk.quick.run(lambda: jobs.find(job_id))
    changes = while_standing(_changes(job_id, desk, jobs), caller)
    return Stream(_told(changes), media_type="text/event-stream", headers=STREAM_HEADERS)


@delete(
    "/v1/jobs/{job_id:str}",
    summary="Begin no more files of an upload; one that has ended stays as it is",
    guards=[admins_only],
    responses=documented(404),
)
async def cancel_job(job_id: FromPath[str], desk: NamedDependency[Desk], jobs: NamedDependency[Jobs]) -> None:
    await desk.quick.run(lambda: jobs.cancel(job_id))


ROUTES = (list_jobs, one_job, job_events, cancel_job)


async def _told(changes: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Once the response has begun, an error can only be told as its last event."""
    try:
        async with aclosing(changes):
            async for event in changes:
                yield event
    except Exception as error:  # the outermost edge, as in `problems`
        yield sse("error", problem_of(error))


async def _changes(job_id: str, desk: Desk, jobs: Jobs) -> AsyncGenerator[bytes]:
    told: set[tuple[int, int]] = set()
    last: ProgressRecord | None = None
    spoke = time.monotonic()
    with jobs.listening() as changed:
        while True:
            changed.clear()
            job = await desk.quick.run(lambda: jobs.find(job_id))
            for file in _through(job, told):
                yield sse("file", job_file_record(file))
            if job.state.ended:
                yield sse("done", job_record(job, None))
                return
            progress = progress_record(job, jobs.passages(job_id))
            if progress != last:
                last, spoke = progress, time.monotonic()
                yield sse("progress", progress)
            elif time.monotonic() - spoke > BEAT_SECONDS:
                spoke = time.monotonic()
                yield BEAT
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), _LOOK_SECONDS)


def _through(job: Job, told: set[tuple[int, int]]) -> Iterator[JobFile]:
    """The files that wait no more and of which nothing was told, from now on told."""
    for file in job.files:
        place = (file.upload, file.member)
        if file.status is not FileStatus.WAITING and place not in told:
            told.add(place)
            yield file
