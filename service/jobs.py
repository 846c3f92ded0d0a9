"""The one worker: takes uploads in their order and has them ingested, beside the threads that answer.

Of several processes that share a corpus one works; when it ends, another one does.

A job and its uploads are on the disk before it is promised. What was under way when the process ended is
begun again at the next start; what was done by then stays done.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import RagError
from rag.jobs import Job, JobState
from rag.library import Rag
from service.run_job import JobRun

LOG = logging.getLogger("wenbao")

UPLOADS_AT_ONCE = 8
"""Each takes a connection and room on the disk."""
_STOP_SECONDS = 10.0
_RETRY_SECONDS = 5.0
_LOOK_SECONDS = 1.0
"""How often it is looked for work of another process, or whether there is no other worker any more."""
_LEFT_OVER_SECONDS = 7_200.0
"""An upload without a job is younger while another process receives it."""
_NICE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """How far the file is that is being ingested; `total` is 0 until it is read."""

    job_id: str
    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, eq=False)
class _Listener:
    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event


class _Stopped(Exception):
    """The service stops: ends the work in the worker's thread, between two batches of passages."""


class Jobs:
    """Safe for threads. `working` is a lifespan of the app."""

    def __init__(self, rag: Rag) -> None:
        self.receiving = asyncio.Semaphore(UPLOADS_AT_ONCE)
        self._rag = rag
        self._uploads = rag.uploads
        self._more = threading.Event()
        self._stopping = threading.Event()
        self._passages: Passages | None = None
        self._listeners: set[_Listener] = set()
        self._telling = threading.Lock()

    @asynccontextmanager
    async def working(self, _app: object) -> AsyncGenerator[None]:
        """Works until its end. A file that is being parsed then is begun again at the next start."""
        await asyncio.to_thread(self._remove_left_overs)
        worker = threading.Thread(target=self._work, name="jobs", daemon=True)
        worker.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._more.set()
            await asyncio.to_thread(worker.join, _STOP_SECONDS)

    # --- for the routes ---

    def folder(self, job_id: str) -> Path:
        """Where the files of an upload are, each under its number, until they are ingested."""
        return self._uploads / job_id

    def add(self, job: Job) -> None:
        """Promises a job whose files are on the disk. Raises DataFolderError."""
        try:
            self._rag.jobs.add(job)
        except BaseException:
            shutil.rmtree(self.folder(job.id), ignore_errors=True)
            raise
        self._more.set()

    def find(self, job_id: str) -> Job:
        """Raises NotFound."""
        return self._rag.jobs.find(job_id)

    def recent(self, limit: int) -> list[Job]:
        return self._rag.jobs.recent(limit)

    def cancel(self, job_id: str) -> None:
        """What is being ingested is finished; nothing more is begun. Raises NotFound."""
        self._rag.jobs.end(job_id, JobState.CANCELLED)
        self._tell(self._passages)

    def passages(self, job_id: str) -> Passages | None:
        now = self._passages
        return now if now is not None and now.job_id == job_id else None

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event of this event loop that is set whenever something has changed."""
        listener = _Listener(asyncio.get_running_loop(), asyncio.Event())
        with self._telling:
            self._listeners.add(listener)
        try:
            yield listener.changed
        finally:
            with self._telling:
                self._listeners.discard(listener)

    def _tell(self, passages: Passages | None = None) -> None:
        self._passages = passages
        with self._telling:
            for listener in self._listeners:
                with suppress(RuntimeError):  # its loop is closed: nobody listens
                    listener.loop.call_soon_threadsafe(listener.changed.set)

    # --- in the worker's thread ---

    def _work(self) -> None:
        _give_way()
        while not self._stopping.is_set():
            try:
                with self._rag.working.tried() as mine:
                    if mine:
                        self._work_alone()
                self._stopping.wait(_LOOK_SECONDS)
            except _Stopped:
                return
            except Exception as error:  # the outermost edge of this thread; a full disk may have room later
                known = isinstance(error, RagError)
                LOG.error("a job is tried again: %s", error, exc_info=None if known else error)
                self._stopping.wait(_RETRY_SECONDS)

    def _work_alone(self) -> None:
        while not self._stopping.is_set():
            self._more.clear()
            self._rag.working.check()
            job = self._rag.jobs.next()
            if job is not None:
                self._run(job)
            else:
                self._more.wait(_LOOK_SECONDS if self._rag.shared else None)

    def _run(self, job: Job) -> None:
        def progress(name: str, done: int, total: int, /) -> None:
            if self._stopping.is_set():
                raise _Stopped
            self._rag.working.check()
            self._tell(Passages(job_id=job.id, name=name, done=done, total=total))

        folder = self.folder(job.id)
        JobRun(rag=self._rag, job=job, folder=folder, progress=progress, changed=self._tell).run()
        shutil.rmtree(folder, ignore_errors=True)
        self._tell()

    def _remove_left_overs(self) -> None:
        """Uploads that were cut off before they were promised."""
        latest = time.time() - (_LEFT_OVER_SECONDS if self._rag.shared else 0)
        folders = list(self._uploads.iterdir()) if self._uploads.is_dir() else []
        promised = self._rag.jobs.unended()
        for folder in folders:
            with suppress(FileNotFoundError):  # another process was faster
                if folder.name not in promised and folder.stat().st_mtime < latest:
                    shutil.rmtree(folder, ignore_errors=True)


def _give_way() -> None:
    """Lets questions go first. On Linux the priority set for a thread is its own, and that of the threads
    that it starts, those of PyTorch's pool; elsewhere it would be the whole process's."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
