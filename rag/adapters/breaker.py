"""A circuit breaker: what fails again and again is left alone for a while, then tried with one call.

Kept libraries were looked at first: pybreaker holds one lock while a call runs, so that answers would queue;
circuitbreaker and purgatory let every waiting call through as the trial. None knows a call that was given up
by its caller, which proves nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

from rag.adapters.chat_failures import Rejected
from rag.adapters.transport_httpx import Unwanted
from rag.errors import ChatError


class Breaker:
    """Counts failures in a row. May be used from any thread."""

    def __init__(self, *, failures: int, seconds: float) -> None:
        """After `failures` in a row nothing is let through for `seconds`; then one call at a time, until one
        succeeds."""
        self._limit = failures
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._trial = False

    def check(self, place: str) -> None:
        """Raises ChatError while nothing is let through. `place` names the server in a sentence."""
        with self._lock:
            rest = self._rests_until - time.monotonic()
            if self._open and rest > 0:
                times = f"failed {self._failures} times in a row"
                raise ChatError(f"{place} {times} and is asked again in {rest:.0f} seconds.")

    @contextmanager
    def counted(self, place: str) -> Generator[None]:
        """One call. Raises ChatError at once where none is let through, or another is the trial."""
        is_trial = self._enter(place)
        works: bool | None = None  # a call that its caller gives up proves nothing
        try:
            yield
            works = True
        except Unwanted:
            raise
        except Rejected:
            works = True
            raise
        except ChatError:
            works = False
            raise
        finally:
            self._settle(works, is_trial=is_trial)

    def _enter(self, place: str) -> bool:
        """Whether the call is the trial."""
        self.check(place)
        with self._lock:
            if self._open and self._trial:
                raise ChatError(f"{place} failed before and is being tried by another question.")
            self._trial = self._open
            return self._trial

    def _settle(self, works: bool | None, *, is_trial: bool) -> None:
        with self._lock:
            if is_trial:
                self._trial = False
            if works is not None:
                self._failures = 0 if works else self._failures + 1
            if works is False and self._open:
                self._rests_until = time.monotonic() + self._seconds

    @property
    def _open(self) -> bool:
        return self._failures >= self._limit
