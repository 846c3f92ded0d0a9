"""Where the indexes of a corpus are, generation by generation: in the data folder, or at a server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rag.following import FollowedWords
from rag.generations import Indexes
from rag.ports import LexicalIndex, PassageIndex

_FOLDER = re.compile(r"index-(\d+)")


class FolderHome:
    """`Home` in a data folder that one process has locked.

    Generation 0 is `passages/` and `words/` in the data folder, generation N the same two in `index-N/`. Any
    other folder is a left-over.
    """

    name = "folder"
    shared = False

    def __init__(
        self,
        data: Path,
        *,
        open_passages: Callable[[Path], PassageIndex],
        open_words: Callable[[Path], LexicalIndex],
    ) -> None:
        self._data = data
        self._open_passages, self._open_words = open_passages, open_words

    def open(self, number: int, *, fresh: bool = False) -> Indexes:
        folder = self.folder(number)
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        passages = self._open_passages(folder / "passages")
        try:
            return Indexes(passages=passages, words=self._open_words(folder / "words"))
        except BaseException:
            passages.close()
            raise

    def folder(self, number: int) -> Path:
        return self._data / f"index-{number}" if number else self._data

    def drop_others(self, number: int) -> None:
        first = [self._data / "passages", self._data / "words"] if number else []
        later = (p for p in self._data.iterdir() if (m := _FOLDER.fullmatch(p.name)) and int(m[1]) != number)
        for left_over in (*first, *later):
            shutil.rmtree(left_over, ignore_errors=True)

    def follow(self, indexes: Indexes) -> None:
        """Nobody else writes."""

    def close(self) -> None: ...


class PassageServer(Protocol):
    """Passage indexes by name, made where there is none. Each call raises ServerUnreachable."""

    def open(self, name: str) -> PassageIndex: ...

    def names(self) -> list[str]: ...

    def drop(self, name: str) -> None:
        """Nothing where there is none."""
        ...

    def close(self) -> None: ...


class ServerHome:
    """`Home` for several processes: passages at a server, words in the memory of each process.

    Generation N of a corpus is `wenbao-CORPUS-N`. The one before it stays until the next rebuild: another
    process may be in the middle of a question.
    """

    name = "server"
    shared = True

    def __init__(self, data: Path, *, corpus: str, server: PassageServer, words: FollowedWords) -> None:
        self._data = data
        self._prefix = _prefix(corpus)
        self._server = server
        self._words = words

    def open(self, number: int, *, fresh: bool = False) -> Indexes:
        if fresh:
            self._server.drop(f"{self._prefix}{number}")
        return Indexes(passages=self._server.open(f"{self._prefix}{number}"), words=self._words)

    def folder(self, number: int) -> Path:
        return self._data / f"rebuild-{number}"

    def drop_others(self, number: int) -> None:
        for left_over in self._data.glob("rebuild-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        for name in self._server.names():
            theirs = name.removeprefix(self._prefix)
            if theirs != name and int(theirs) not in (number - 1, number):
                self._server.drop(name)

    def follow(self, indexes: Indexes) -> None:
        self._words.keep_up(indexes.passages)

    def close(self) -> None:
        self._server.close()


def forget(server: PassageServer, corpus: str) -> None:
    """All generations of a corpus that is no more. Raises ServerUnreachable."""
    for name in server.names():
        if name.startswith(_prefix(corpus)):
            server.drop(name)


def _prefix(corpus: str) -> str:
    return f"wenbao-{corpus}-"
