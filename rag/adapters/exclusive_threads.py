"""One at a time among the threads of this process: enough where a data folder is locked for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ThreadsExclusive:
    """`Exclusive`."""

    def __init__(self) -> None:
        self._turn = threading.RLock()

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._turn:
            yield

    @contextmanager
    def tried(self) -> Iterator[bool]:
        mine = self._turn.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._turn.release()

    def check(self) -> None:
        """Nobody can take it away."""
