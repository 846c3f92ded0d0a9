"""The indexes of a data folder by generation: one that answers and, during a rebuild, the next beside it.

Generation 0 is `passages/` and `words/` in the data folder, generation N the same two in `index-N/`. Which
one answers is a setting of the store, so that one transaction switches rows and indexes together. Any other
folder is a left-over.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.ports import LexicalIndex, PassageIndex, ReportStore

_SETTING = "generation"
_FOLDER = re.compile(r"index-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    passages: PassageIndex
    words: LexicalIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next generation. The store's transaction that sets `settings` calls `ready` before it is seen."""

    folder: Path
    indexes: Indexes
    settings: dict[str, str]
    ready: Callable[[], None]


class Generations:
    """Safe for threads; one of them at a time makes the next generation."""

    def __init__(
        self,
        data: Path,
        *,
        store: ReportStore,
        open_passages: Callable[[Path], PassageIndex],
        open_words: Callable[[Path], LexicalIndex],
    ) -> None:
        """Removes left-overs. The indexes themselves are opened when they are first wanted."""
        self._data = data
        self._store = store
        self._open_passages, self._open_words = open_passages, open_words
        self._gate = _Gate()
        self._opening = threading.Lock()
        self._opened: Indexes | None = None
        self._number = self._last = self._answering()
        self._drop_others()

    def current(self) -> Indexes:
        """Raises DataFolderError where an index is damaged."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open(self._folder(self._number))
            return self._opened

    @contextmanager
    def in_use(self) -> Iterator[Indexes]:
        """The indexes that answer, for one question: until its end neither they nor the rows are switched."""
        with self._gate.passing():
            yield self.current()

    @contextmanager
    def next(self) -> Iterator[Coming]:
        """A new generation to fill. At the end it answers where the store says so; else it is removed."""
        self._last = number = self._last + 1
        folder = self._folder(number)
        shutil.rmtree(folder, ignore_errors=True)
        indexes = self._open(folder)
        try:
            settings = {_SETTING: str(number)}
            yield Coming(folder=folder, indexes=indexes, settings=settings, ready=self._gate.shut)
        finally:
            former: Indexes | None = indexes
            with self._opening:
                if self._answering() == number:
                    former, self._opened, self._number = self._opened, indexes, number
            self._gate.open()
            if former is not None:
                former.passages.close()
            self._drop_others()

    def close(self) -> None:
        with self._opening:
            if self._opened is not None:
                self._opened.passages.close()

    def _answering(self) -> int:
        return int(self._store.setting(_SETTING) or 0)

    def _folder(self, number: int) -> Path:
        return self._data / f"index-{number}" if number else self._data

    def _open(self, folder: Path) -> Indexes:
        passages = self._open_passages(folder / "passages")
        try:
            return Indexes(passages=passages, words=self._open_words(folder / "words"))
        except BaseException:
            passages.close()
            raise

    def _drop_others(self) -> None:
        first = [self._data / "passages", self._data / "words"] if self._number else []
        later = (
            p for p in self._data.iterdir() if (m := _FOLDER.fullmatch(p.name)) and int(m[1]) != self._number
        )
        for left_over in (*first, *later):
            shutil.rmtree(left_over, ignore_errors=True)


class _Gate:
    """Many pass at once; whoever shuts it waits until all are through, and the others wait for him."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._turn:
                self._inside -= 1
                self._turn.notify_all()

    def shut(self) -> None:
        with self._turn:
            self._shut = True
            self._turn.wait_for(lambda: self._inside == 0)

    def open(self) -> None:
        with self._turn:
            self._shut = False
            self._turn.notify_all()
