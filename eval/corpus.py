"""The files that a set of cases speaks of, read by the evaluation itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from eval.errors import CasesError
from rag.adapters.reader import decode, documents, unpack
from rag.adapters.reader_text import read_file
from rag.errors import SourceError

_NOT_REPORTS = ("readme", "licen", "copying", "changelog")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFile:
    """`name` is the path inside the corpus folder, of a file in an archive `archive.zip/member`; `source_id`
    is the digest by which citations name it."""

    name: str
    path: Path
    source_id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """`unread` are files that hold no readable text: name → why."""

    folder: Path
    files: tuple[CorpusFile, ...]
    unread: dict[str, str]

    def file(self, name: str) -> CorpusFile | None:
        wanted = Path(name).as_posix()
        return next((file for file in self.files if file.name == wanted), None)

    def texts(self) -> dict[str, str]:
        """Source id → text."""
        return {file.source_id: file.text for file in self.files}

    def paths(self) -> list[Path]:
        """Each file on the disk once."""
        return list(dict.fromkeys(file.path for file in self.files))


def read_corpus(folder: Path, *, named: frozenset[str] = frozenset(), max_megabytes: int = 50) -> Corpus:
    """Every document of the folder and its subfolders, and every file of `named`, whatever its suffix.

    Raises CasesError where there is no folder or no document in it.
    """
    if not folder.is_dir():
        raise CasesError(f"{folder} is not a folder: give --corpus the folder that holds the documents.")
    files: list[CorpusFile] = []
    unread: dict[str, str] = {}
    for path in _documents(folder, named):
        name = path.relative_to(folder).as_posix()
        try:
            found = unpack(read_file(path, max_megabytes=max_megabytes))
        except SourceError as error:
            unread[name] = str(error)
            continue
        for file in found:
            own = name + file.name.removeprefix(path.name)
            try:
                source = decode(file)
            except SourceError as error:
                unread[own] = str(error)
                continue
            files.append(CorpusFile(name=own, path=path, source_id=source.id, text=source.text))
    if not files:
        raise CasesError(f"{folder} holds no document that can be read: give --corpus a folder of reports.")
    return Corpus(folder=folder, files=tuple(files), unread=unread)


def _documents(folder: Path, named: frozenset[str]) -> Iterator[Path]:
    """What `wenbao ingest` takes of a folder, without what describes the corpus itself; and what is named."""
    taken = {path for path in documents(folder) if not path.name.lower().startswith(_NOT_REPORTS)}
    taken |= {p for p in folder.rglob("*") if p.relative_to(folder).as_posix() in named and p.is_file()}
    yield from sorted(taken)
