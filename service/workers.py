"""Several processes that serve one socket, and the one that watches over them.

uvicorn's own supervisor builds its servers itself and ends them by the signal that it got, so that a worker
could not finish its answers in our way.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

_LOOK_SECONDS = 0.2
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
"""Before workers that ended by themselves are replaced; twice as long each time, until all of them live."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def supervise(work: Callable[[], int], *, workers: int) -> None:
    """Run `work` in so many processes until one of the two signals comes, of which each of them is told.

    One that ends before is replaced, whatever ended it: a kill, a crash, a database that was away.
    """
    pause = _PAUSE_SECONDS
    with _told_to_stop() as stopping:
        running = [_started(work) for _ in range(workers)]
        while not stopping.is_set():
            wait([process.sentinel for process in running], timeout=_LOOK_SECONDS)
            running = [process for process in running if process.is_alive()]
            lost = workers - len(running)
            if not lost:
                pause = max(_PAUSE_SECONDS, pause * 0.99)
            elif not stopping.is_set():
                print(
                    f"wenbao-serve: {lost} of {workers} workers ended, others take their place",
                    file=sys.stderr,
                )
                stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                running += [_started(work) for _ in range(lost) if not stopping.is_set()]
        for process in running:
            process.terminate()
        for process in running:
            process.join()


def _started(work: Callable[[], int]) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(target=_worker, args=(work,), name="worker")
    process.start()
    return process


def _worker(work: Callable[[], int]) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    sys.exit(work())


def _end_with_parent() -> None:
    """Also where the parent was killed: a worker that nobody watches would hold the port."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stopping = threading.Event()
    before = {each: signal.signal(each, lambda *_: stopping.set()) for each in _SIGNALS}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
