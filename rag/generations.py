"""The indexes of a corpus by generation: one that answers and, during a rebuild, the next beside it.

Which one answers is a setting of the store, so that one transaction switches rows and indexes together, for
every process that shares the store. Where they are is a `Home`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.ports import LexicalIndex, PassageIndex
from rag.stores import ReportStore

_SETTING = "generation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexes:
    passages: PassageIndex
    words: LexicalIndex


class Home(Protocol):
    """The generations of one corpus, by number."""

    @property
    def name(self) -> str: ...

    @property
    def shared(self) -> bool:
        """Whether other processes write, too."""
        ...

    def open(self, number: int, *, fresh: bool = False) -> Indexes:
        """Made where there is none; with `fresh` empty. Raises DataFolderError."""
        ...

    def folder(self, number: int) -> Path:
        """Where a rebuild may keep what it needs for a while; it is there once the generation was opened."""
        ...

    def drop_others(self, number: int) -> None:
        """What no process asks any more while this generation answers."""
        ...

    def follow(self, indexes: Indexes) -> None:
        """Called when the store has another version: another process may have written."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next generation. The store's transaction that sets `settings` calls `ready` before it is seen."""

    folder: Path
    indexes: Indexes
    settings: dict[str, str]
    ready: Callable[[], None]


class Generations:
    """Safe for threads; one of them at a time, in one process, makes the next generation."""

    def __init__(self, store: ReportStore, home: Home, *, check: Callable[[], None] = lambda: None) -> None:
        """Removes left-overs. The indexes themselves are opened when they are first wanted. `check` is called
        before this process follows another one to a generation that that one made."""
        self._store = store
        self._home = home
        self._check = check
        self._gate = _Gate()
        self._opening = threading.Lock()
        self._opened: Indexes | None = None
        self._seen: str | None = None
        self._number = self._last = self._answering()
        if not home.shared:
            home.drop_others(self._number)

    @property
    def home(self) -> str:
        return self._home.name

    @property
    def shared(self) -> bool:
        return self._home.shared

    def current(self) -> Indexes:
        """With what other processes wrote until now. Raises DataFolderError where an index is damaged or out
        of reach."""
        if not self._home.shared:
            with self._opening:
                if self._opened is None:
                    self._opened = self._home.open(self._number)
                return self._opened
        version = self._store.version()
        opened = self._opened
        if opened is not None and version == self._seen:
            return opened
        with self._opening:
            number = self._answering()
            if self._opened is not None and number != self._number:
                self._check()
            if self._opened is None or number != self._number:
                # The former one, if another process switched, is left to whoever is using it.
                self._opened, self._number = self._home.open(number), number
            self._home.follow(self._opened)
            self._seen = version
            return self._opened

    @contextmanager
    def in_use(self) -> Iterator[Indexes]:
        """The indexes that answer, for one question: until its end this process switches neither them nor the
        rows."""
        with self._gate.passing():
            yield self.current()

    @contextmanager
    def next(self) -> Iterator[Coming]:
        """A new generation to fill. At the end it answers where the store says so; else it is removed."""
        self._last = number = max(self._last, self._answering()) + 1
        indexes = self._home.open(number, fresh=True)
        folder = self._home.folder(number)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            settings = {_SETTING: str(number)}
            yield Coming(folder=folder, indexes=indexes, settings=settings, ready=self._gate.shut)
        finally:
            try:
                self._switch(number, indexes)
            finally:
                self._gate.open()
            self._home.drop_others(self._number)

    def _switch(self, number: int, indexes: Indexes) -> None:
        """To the new generation, where the store says so; the other one is closed."""
        former: Indexes | None = indexes
        with self._opening:
            if self._answering() == number:
                former, self._opened, self._number = self._opened, indexes, number
                self._seen = None
        if former is not None:
            former.passages.close()

    def close(self) -> None:
        with self._opening:
            if self._opened is not None:
                self._opened.passages.close()
        self._home.close()

    def _answering(self) -> int:
        return int(self._store.setting(_SETTING) or 0)


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
