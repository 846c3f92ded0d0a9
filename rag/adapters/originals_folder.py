"""The files of the sources as they came, in a folder, each under the id of its source."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import DataFolderError, DiskFull

_PART = ".part"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FolderOriginals:
    """`Originals`. One thread at a time writes; any reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, source_id: str, content: bytes) -> None:
        path = self._folder / source_id
        with writable(self._folder):
            if path.is_file() and path.read_bytes() == content:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            part = path.with_name(source_id + _PART)
            try:
                write_durably(part, content)
                part.replace(path)
                sync_folder(self._folder)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def path(self, source_id: str) -> Path | None:
        path = self._folder / source_id
        return path if path.is_file() else None

    def remove(self, source_id: str) -> None:
        with writable(self._folder):
            (self._folder / source_id).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """Left-overs of an interrupted write are among them."""
        return {path.name for path in self._folder.iterdir()} if self._folder.is_dir() else set()


def write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A new name in it outlives a loss of power. Systems that cannot open a folder do it by themselves."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """What a write cannot do, as an error that says what to do."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _NO_ROOM:
            raise DiskFull(f"The disk of {folder} is full: make room, then try again.") from exc
        raise DataFolderError(
            f"{folder} cannot be written ({exc.strerror}): check WENBAO_DATA and its permissions."
        ) from exc
