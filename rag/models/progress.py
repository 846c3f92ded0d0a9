"""How far a download is, for whoever shows it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol, Self

from tqdm import tqdm


class Progress(Protocol):
    def __call__(self, description: str, done: int, total: int | None, /) -> None:
        """`done` of `total` bytes of what `description` names; `total` is None while nobody knows it."""


def silent(_description: str, _done: int, _total: int | None, /) -> None:
    """Shows nothing."""


class TerminalProgress:
    """A bar on standard error for each thing that is fetched. A context manager: leaving it ends the bar."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._shown = ""

    def __call__(self, description: str, done: int, total: int | None, /) -> None:
        if self._bar is None or self._shown != description:
            self._close()
            self._shown = description
            self._bar = tqdm(
                desc=description, total=total, initial=done, unit="B", unit_scale=True, file=sys.stderr
            )
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
