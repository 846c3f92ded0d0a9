"""Who may work when: blocking calls in threads, a bounded number at once, a bounded queue before them."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from litestar.exceptions import ServiceUnavailableException, TooManyRequestsException

from rag.domain import Trace
from rag.library import Rag

RETRY_SECONDS = 30
"""What a client that is turned away is told to wait: a few answers of a small machine."""

T = TypeVar("T")


class Turns:
    """At most `at_once` calls run, each in a thread; at most `waiting` wait for their turn, first come first.

    A caller that goes away while it waits leaves the queue. One that goes away while its call runs leaves the
    call running: its turn ends when the call does, as a thread cannot be stopped from outside.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once)
        self._closed = asyncio.Event()
        self._room = waiting
        self._line: dict[object, Callable[[int], None]] = {}
        self.running = 0

    @property
    def waiting(self) -> int:
        return len(self._line)

    def check(self) -> None:
        """Raises TooManyRequestsException or ServiceUnavailableException where a call is turned away now."""
        if self._closed.is_set():
            raise _stopping()
        if self._free.locked() and self.waiting >= self._room:
            raise TooManyRequestsException(
                f"{self.waiting} questions are waiting already; ask again in {RETRY_SECONDS} seconds.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )

    async def run(self, call: Callable[[], T], *, told: Callable[[int], None] = lambda _place: None) -> T:
        """What `call` returns or raises. `told` hears the place in the queue, from 1 on, when a call has to
        wait and whenever it moves up. The call runs in the caller's context.

        Raises TooManyRequestsException where the queue is full, ServiceUnavailableException after `close`.
        """
        self.check()
        await self._turn(told)
        if self._closed.is_set():
            raise _stopping()
        inside = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self._threads, lambda: inside.run(call))
        self.running += 1
        running.add_done_callback(self._over)
        closed = asyncio.ensure_future(self._closed.wait())
        ends: list[asyncio.Future[T] | asyncio.Task[Literal[True]]] = [running, closed]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closed.cancel()
        if not running.done():
            raise _stopping()
        return running.result()

    async def _turn(self, told: Callable[[int], None]) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        me = object()
        self._line[me] = told
        told(self.waiting)
        try:
            await self._free.acquire()
        finally:
            behind = list(self._line).index(me)
            del self._line[me]
            for place, moved in list(enumerate(self._line.values(), 1))[behind:]:
                moved(place)

    def _over(self, done: asyncio.Future[T]) -> None:
        self.running -= 1
        self._free.release()
        if not done.cancelled():
            done.exception()  # a caller that left does not look at it, and asyncio would report it as lost

    def close(self) -> None:
        """Sends every caller away, those that wait and those whose call runs; does not wait for the calls."""
        self._closed.set()
        for _ in range(self.waiting):
            self._free.release()
        self._threads.shutdown(wait=False)


def _stopping() -> ServiceUnavailableException:
    return ServiceUnavailableException("The service is stopping; ask again when it is back.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the handlers work with.

    `written` answers come from the model: one at a time where a local engine takes every core for one answer.
    `quick` work, searches and extractive answers, takes milliseconds and runs beside it, two at once: one
    embeds its question while the other has the interpreter, and a third would only wait for either (103
    searches a second with four, 133 with two). `changes` of the corpus may have to wait for one that is under
    way. `watchers` hear of every answer, in the thread that made it.
    """

    rag: Rag
    written: Turns = field(default_factory=lambda: Turns(at_once=1, waiting=16))
    quick: Turns = field(default_factory=lambda: Turns(at_once=2, waiting=256))
    changes: Turns = field(default_factory=lambda: Turns(at_once=1, waiting=64))
    watchers: Sequence[Callable[[Trace], None]] = ()

    @property
    def queues(self) -> dict[str, Turns]:
        return {"written": self.written, "quick": self.quick, "changes": self.changes}

    def close(self) -> None:
        for turns in self.queues.values():
            turns.close()
