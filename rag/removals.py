"""Removals that are asked for while a file is being ingested: done between two batches of its passages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from rag.errors import RagError


class Removals:
    """Whoever ingests `lets_in` removals; who wants one asks with `ask` and else waits for its turn. Safe for
    threads, of one process."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._pressing = 0
        self._kept: Collection[str] | None = None  # None where nobody ingests
        self._asked: list[tuple[str, Future[None]]] = []

    def ask(self, source_id: str) -> Future[None] | None:
        """Its end; None where nobody ingests, or what is ingested has to do with this very source."""
        with self._turn:
            if self._kept is None or source_id in self._kept:
                return None
            end: Future[None] = Future()
            self._asked.append((source_id, end))
            return end

    @contextmanager
    def pressing(self) -> Iterator[None]:
        """For who waits for its turn: no further file is begun before."""
        with self._turn:
            self._pressing += 1
        try:
            yield
        finally:
            with self._turn:
                self._pressing -= 1
                self._turn.notify_all()

    def go_first(self) -> None:
        """Called before a file is begun. A lock alone would give one file after the other its turn."""
        with self._turn:
            self._turn.wait_for(lambda: not self._pressing)

    @contextmanager
    def letting_in(
        self, remove: Callable[[str], None], *, kept: Collection[str]
    ) -> Iterator[Callable[[], None]]:
        """A call that does what was asked for by then, of sources that are not `kept`; so does the end."""
        with self._turn:
            self._kept = kept
        try:
            yield lambda: self._do(remove)
        finally:
            self._do(remove, last=True)

    def _do(self, remove: Callable[[str], None], *, last: bool = False) -> None:
        while True:
            with self._turn:
                if not self._asked:
                    self._kept = None if last else self._kept
                    return
                source_id, end = self._asked.pop(0)
            try:
                remove(source_id)
            except RagError as error:
                end.set_exception(error)
            except BaseException as error:
                end.set_exception(error)
                raise
            else:
                end.set_result(None)
