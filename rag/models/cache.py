"""The model cache: one folder for each model, with a manifest of its files written last.

    <cache>/<name>/            the model: there only when whole
    <cache>/<name>/manifest.json
    <cache>/<name>.partial/    what an interrupted pull has so far
    <cache>/<name>.lock

Loading a model looks at the sizes only; `verify` reads every byte.
"""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path

import msgspec

from rag.errors import ModelDamaged, ModelMissing
from rag.models.catalogue import Entry, Kind, PinnedFile

MANIFEST = "manifest.json"


class State(StrEnum):
    ABSENT = "absent"
    PARTIAL = "partial"  # an interrupted pull that the next one goes on with
    PRESENT = "present"
    DAMAGED = "damaged"  # a file is missing or has another size


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's folder holds. `source` is `hub` or `registry`."""

    model: str
    source: str
    files: tuple[PinnedFile, ...]


def home(entry: Entry, folder: Path) -> Path:
    return folder / entry.name


def stage(entry: Entry, folder: Path) -> Path:
    """Where a pull works. On the same disk as `home`, so that the last step is a rename."""
    return folder / f"{entry.name}.partial"


def locate(entry: Entry, folder: Path) -> Path:
    """The GGUF file of a chat model, the folder of an embedder.

    Raises ModelMissing, or ModelDamaged when a file is gone or has another size.
    """
    place = home(entry, folder)
    if not place.is_dir():
        raise ModelMissing(f"The model {entry.name} is not in {folder}: run `{entry.pull_command}`.")
    for file in read_manifest(entry, folder).files:
        path = place / file.path
        if not path.is_file() or path.stat().st_size != file.size:
            raise ModelDamaged(f"{path} is missing or cut short: {_mend(entry)}.")
    return place / entry.hub.files[0].path if entry.kind is Kind.CHAT else place


def verify(entry: Entry, folder: Path) -> None:
    """Read every byte of the model. Raises ModelMissing, or ModelDamaged naming the file that differs."""
    locate(entry, folder)
    for file in read_manifest(entry, folder).files:
        path = home(entry, folder) / file.path
        try:
            whole = sha256(path) == file.sha256
        except OSError as exc:
            raise ModelDamaged(f"{path} cannot be read ({exc.strerror}): {_mend(entry)}.") from exc
        if not whole:
            raise ModelDamaged(f"{path} is damaged (its SHA-256 differs): {_mend(entry)}.")


def state(entry: Entry, folder: Path) -> State:
    """What is there of the model, by sizes alone."""
    try:
        locate(entry, folder)
    except ModelMissing:
        begun = any(path.is_file() and path.stat().st_size for path in stage(entry, folder).rglob("*"))
        return State.PARTIAL if begun else State.ABSENT
    except ModelDamaged:
        return State.DAMAGED
    return State.PRESENT


def fingerprint(entry: Entry, folder: Path) -> str:
    """Tells apart weights of one name: the first 12 digits of the SHA-256 of the largest file.

    The hub's and the registry's embedder differ in their weights, and so in every vector.
    """
    locate(entry, folder)
    return max(read_manifest(entry, folder).files, key=lambda file: file.size).sha256[:12]


def read_manifest(entry: Entry, folder: Path) -> Manifest:
    """The manifest of a model that is there. Raises ModelDamaged when it is unreadable or another model's."""
    path = home(entry, folder) / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as exc:
        raise ModelDamaged(f"{path} cannot be read: {_mend(entry)}.") from exc
    pinned = entry.hub.files if entry.kind is Kind.CHAT or manifest.source == "hub" else ()
    if manifest.model != entry.name or not set(pinned) <= set(manifest.files):
        raise ModelDamaged(f"{path} describes another model than {entry.name}: {_mend(entry)}.")
    return manifest


def measure(place: Path) -> tuple[PinnedFile, ...]:
    """Size and digest of every file under `place`."""
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    return tuple(
        PinnedFile(path=path.relative_to(place).as_posix(), size=path.stat().st_size, sha256=sha256(path))
        for path in paths
    )


def write_manifest(entry: Entry, place: Path, *, source: str, files: tuple[PinnedFile, ...]) -> None:
    content = msgspec.json.encode(Manifest(model=entry.name, source=source, files=files))
    (place / MANIFEST).write_bytes(msgspec.json.format(content, indent=2))


def _mend(entry: Entry) -> str:
    return f"run `{entry.pull_command}` to replace it"


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def settle(path: Path) -> None:
    """Wait until the file is on the disk: a rename must not outlive a power cut that its content did not."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
