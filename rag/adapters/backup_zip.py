"""Everything of a corpus that cannot be made again, in one zip: the database, the files of the sources, and
uploads that wait. Indexes are made anew on restoring (docs/decisions/0013). The database is a SQLite file in
it, whatever it was.

A backup is taken beside a service that works in the folder: the database by a snapshot of its own, the files
that this snapshot names. A file that has gone meanwhile was removed with its source: then a new snapshot.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from rag import __version__
from rag.adapters.archive_zip import DAMAGE
from rag.adapters.originals_folder import sync_folder, writable
from rag.adapters.store_sqlalchemy_open import SCHEMA_VERSION
from rag.errors import BackupError, DiskFull
from rag.folder import DATABASE, ORIGINALS, UPLOADS

_FORMAT = 1
_MANIFEST = "manifest.json"
_TRIES = 5
_PIECE = 1 << 20
_MEMBER = re.compile(rf"{re.escape(DATABASE)}|{ORIGINALS}/[0-9a-z]+|{UPLOADS}/[0-9a-z]+/\d+")
_WANTED = f"""
    SELECT '{ORIGINALS}/' || id, name, sha256 FROM sources WHERE original
    UNION
    SELECT '{UPLOADS}/' || job_id || '/' || upload, min(job_files.name), ''
    FROM job_files JOIN jobs ON jobs.id = job_id
    WHERE status = 'waiting' AND state IN ('queued', 'running') GROUP BY job_id, upload
"""
_UNDERIVED = """
    UPDATE sources SET indexed = 0;
    DELETE FROM settings WHERE name IN ('generation', 'embedder', 'home');
    UPDATE settings SET value = lower(hex(randomblob(16))) WHERE name = 'corpus';
"""
"""No index is there: the next start makes it, with whatever embedder there is. It is a corpus of its own,
also where the former one still is at the same server."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    size: int
    sha256: str


class _Manifest(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    version: str
    schema: int
    made_at: datetime
    files: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that a backup holds beside the database. `sha256` is empty where none is known."""

    path: str
    name: str
    sha256: str


class _Gone(Exception):
    """A file that the snapshot names is not there any more."""


# --- Backup -----------------------------------------------------------------------------------------


def back_up(data: Path, file: Path) -> int:
    """Write the backup and return its size in bytes. No lock is taken. Raises BackupError, DiskFull."""
    if not (data / DATABASE).is_file():
        raise BackupError(f"There is no database in {data}: set WENBAO_DATA to the folder to back up.")
    return write_backup(file, take=partial(_take_snapshot, data / DATABASE), files=lambda _snapshot: data)


def write_backup(file: Path, *, take: Callable[[Path], None], files: Callable[[Path], Path]) -> int:
    """`take` writes a snapshot of the database to a path, `files` says in which folder its files are. The
    size in bytes. Raises BackupError, DiskFull and what `take` raises."""
    if file.exists():
        raise BackupError(f"{file} is there already: name another file.")
    part, snapshot = (file.with_name(f".{file.name}.{end}") for end in ("part", "db"))
    with writable(file.parent), _removed(part, snapshot):
        for _ in range(_TRIES):
            snapshot.unlink(missing_ok=True)
            take(snapshot)
            try:
                _write(part, files(snapshot), snapshot)
            except _Gone as gone:
                missing = gone
                continue
            part.replace(file)
            sync_folder(file.parent)
            return file.stat().st_size
    raise BackupError(f"The file of {missing} is gone: run `wenbao verify`, and ingest it again.")


def _take_snapshot(database: Path, snapshot: Path) -> None:
    """The database as it is at one moment, whoever writes to it."""
    try:
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(snapshot),))
    except sqlite3.Error as exc:
        if "full" in str(exc):
            raise DiskFull(f"The disk of {snapshot.parent} is full: make room, or name another.") from exc
        raise BackupError(f"{database} cannot be copied ({exc}): run `wenbao verify`.") from exc


def _wanted(snapshot: Path) -> list[Wanted]:
    with closing(sqlite3.connect(snapshot)) as connection:
        (version,) = connection.execute("SELECT value FROM settings WHERE name = 'schema_version'").fetchone()
        if int(version) != SCHEMA_VERSION:
            raise BackupError(
                f"The data folder is of another version (schema {version}; this one knows {SCHEMA_VERSION}): "
                "run `wenbao verify` of this version first."
            )
        found = connection.execute(_WANTED).fetchall()
    return [Wanted(path=path, name=name, sha256=sha256) for path, name, sha256 in found]


def _write(part: Path, data: Path, snapshot: Path) -> None:
    wanted = _wanted(snapshot)
    with part.open("wb") as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            entries = [_add(archive, DATABASE, snapshot)]
            for one in wanted:
                try:
                    entry = _add(archive, one.path, data / one.path)
                except FileNotFoundError:
                    raise _Gone(one.name) from None
                if one.sha256 not in ("", entry.sha256):
                    raise BackupError(
                        f"The kept file of {one.name} is damaged: ingest it again, then back up."
                    )
                entries.append(entry)
            manifest = _Manifest(
                format=_FORMAT,
                version=__version__,
                schema=SCHEMA_VERSION,
                made_at=datetime.now(UTC),
                files=tuple(entries),
            )
            archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        whole.flush()
        os.fsync(whole.fileno())


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> _Entry:
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        size, digest = _copy(source, target)
    return _Entry(name=name, size=size, sha256=digest)


def _copy(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    """(bytes, SHA-256)"""
    size, digest = 0, hashlib.sha256()
    while piece := source.read(_PIECE):
        target.write(piece)
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


# --- Restore ----------------------------------------------------------------------------------------


def check_place(data: Path, *, replace: bool) -> None:
    """Raises BackupError for a folder that holds something, unless that is to be replaced."""
    held = data.is_dir() and any(path.name != "lock" for path in data.iterdir())
    if held and not replace:
        raise BackupError(
            f"{data} is not empty: set WENBAO_DATA to a new folder, or give --replace to lose what it holds."
        )


def restore(file: Path, data: Path) -> None:
    """Put what a backup holds in the place of what is in the folder, which the caller has locked.

    Every byte is checked before anything is replaced. Raises BackupError, DiskFull.
    """
    going = data / ".going"
    with writable(data):
        shutil.rmtree(going, ignore_errors=True)
        with unpacked(file, data) as coming:
            going.mkdir()
            for path in [path for path in data.iterdir() if path.name not in ("lock", ".coming", ".going")]:
                path.rename(going / path.name)
            # The database comes last: without it there is nothing that could be taken for whole.
            for path in sorted(coming.iterdir(), key=lambda path: path.name == DATABASE):
                path.rename(data / path.name)
            sync_folder(data)
        shutil.rmtree(going, ignore_errors=True)


@contextmanager
def unpacked(file: Path, data: Path) -> Iterator[Path]:
    """What a backup holds, every byte checked, in a folder below `data` that goes again. Raises
    BackupError."""
    coming = data / ".coming"
    shutil.rmtree(coming, ignore_errors=True)
    try:
        _unpack(file, coming)
        _forget_indexes(coming / DATABASE)
        yield coming
    finally:
        shutil.rmtree(coming, ignore_errors=True)


def _unpack(file: Path, folder: Path) -> None:
    damaged = f"{file} is no whole backup of wenbao, it is cut off or damaged: take another copy of it."
    if not file.is_file():
        raise BackupError(f"There is no file {file}: name the backup to restore.")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(_MANIFEST), type=_Manifest)
            _check(manifest, file)
            for entry in manifest.files:
                if not _MEMBER.fullmatch(entry.name):
                    raise BackupError(damaged)
                path = folder / entry.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry.name) as source, _synced(path) as target:
                    found = _copy(source, target)
                if found != (entry.size, entry.sha256):
                    raise BackupError(damaged)
    except OSError as exc:
        if exc.errno is not None:  # of the disk that is written, not of what the archive holds
            raise
        raise BackupError(damaged) from exc
    except (*DAMAGE, KeyError, msgspec.DecodeError) as exc:
        raise BackupError(damaged) from exc
    if not (folder / DATABASE).is_file():
        raise BackupError(damaged)


def _check(manifest: _Manifest, file: Path) -> None:
    if manifest.format > _FORMAT or manifest.schema > SCHEMA_VERSION:
        raise BackupError(
            f"{file} was written by a newer wenbao ({manifest.version}): update this one first."
        )


def _forget_indexes(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(_UNDERIVED)


@contextmanager
def _synced(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as target:
        yield target
        target.flush()
        os.fsync(target.fileno())


@contextmanager
def _removed(*paths: Path) -> Iterator[None]:
    try:
        yield
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
