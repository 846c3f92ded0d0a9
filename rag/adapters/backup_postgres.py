"""Backup and restore where the database is PostgreSQL: the same file as of a data folder, by which a corpus
moves from one to the other."""

from __future__ import annotations

import shutil
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlalchemy.engine import URL

from rag.adapters.backup_zip import unpacked, write_backup
from rag.adapters.exclusive_postgres import Presence
from rag.adapters.originals_folder import sync_folder, writable
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_copy import fill, is_empty, take_snapshot
from rag.adapters.store_sqlalchemy_postgres import place_of
from rag.errors import BackupError
from rag.folder import DATABASE, corpus_folder


def back_up_postgres(url: URL, data: Path, file: Path) -> int:
    """Write the backup, while others work, and return its size in bytes. Raises BackupError, DiskFull,
    ServerUnreachable."""
    return write_backup(file, take=partial(take_snapshot, url), files=partial(_files_of, data))


def restore_postgres(file: Path, url: URL, data: Path, *, replace: bool) -> str:
    """Put what a backup holds in the place of what is in the database, in one transaction. The name of the
    corpus that was there.

    Raises BackupError, also for a database that holds something, unless that is to be replaced;
    DataFolderBusy while anybody works with it; DiskFull, ServerUnreachable.
    """
    with closing(SqlReportStore(url)) as store, closing(Presence(store.engine, alone=True)):
        if not replace and not is_empty(store.engine):
            raise BackupError(
                f"The database {place_of(url)} is not empty: set WENBAO_DATABASE_URL to a new one, or give "
                "--replace to lose what it holds."
            )
        former = store.setting("corpus") or ""
        with writable(data):
            data.mkdir(parents=True, exist_ok=True)
            with unpacked(file, data) as coming:
                files = _files_of(data, coming / DATABASE)
                files.mkdir(parents=True)
                try:
                    for path in [path for path in coming.iterdir() if path.is_dir()]:
                        path.rename(files / path.name)
                    sync_folder(files)
                    fill(url, coming / DATABASE)
                except BaseException:
                    shutil.rmtree(files, ignore_errors=True)
                    raise
            shutil.rmtree(corpus_folder(data, former), ignore_errors=True)
        return former


def _files_of(data: Path, database: Path) -> Path:
    """The folder of the corpus whose rows are in a SQLite file."""
    with closing(SqlReportStore(database)) as store:
        return corpus_folder(data, store.setting("corpus") or "")
