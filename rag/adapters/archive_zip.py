"""A zip archive → the files in it, bounded before and while it unpacks. Nothing is written to a disk."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.errors import SourceError

MAX_MEMBERS = 1_000
MAX_UNPACKED = 200_000_000
"""Bytes of all members together."""
MAX_RATIO = 200
"""Unpacked to packed: text packs to a tenth; a thousandth is a bomb."""
_SMALL = 1_000_000
_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1
_HIDDEN = ("__MACOSX/",)
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
"""What zipfile raises for damaged or unusual archives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    name: str
    content: bytes = field(repr=False)


def unpack(name: str, content: bytes) -> list[Member]:
    """The files of an archive in their order, hidden ones left out. Raises SourceError for an archive that
    is damaged, under a password, too large, or has names that lead out of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return list(_members(name, archive))
    except DAMAGE as exc:
        raise SourceError(f"{name} is a damaged zip archive: pack it again, or give its files.") from exc


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[Member]:
    entries = [(entry, member_name(entry)) for entry in archive.infolist() if not entry.is_dir()]
    files = [(entry, told) for entry, told in entries if not _is_hidden(told)]
    if not files:
        raise SourceError(f"{name} is an archive without a file in it.")
    if len(files) > MAX_MEMBERS:
        raise SourceError(
            f"{name} holds {len(files)} files, more than {MAX_MEMBERS}: split it and give the parts."
        )
    if any(entry.flag_bits & _ENCRYPTED for entry, _ in files):
        raise SourceError(f"{name} is under a password: unpack it and give the files in it.")
    for _, told in files:
        if told.startswith("/") or told[1:2] == ":" or ".." in told.split("/"):
            raise SourceError(f"{name} holds a file whose name leads out of it ({told}): pack it again.")
    left = MAX_UNPACKED
    for entry, told in files:
        unpacked = _read(name, archive, entry, left)
        left -= len(unpacked)
        yield Member(name=told, content=unpacked)


def _read(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What the entry says of its size is not believed: reading stops at the bound."""
    bound = min(left, max(_SMALL, entry.compress_size * MAX_RATIO))
    with archive.open(entry) as stream:
        content = stream.read(bound + 1)
    if len(content) > bound:
        raise SourceError(
            f"{name} unpacks to far more than a set of reports (over {MAX_UNPACKED // 1_000_000} MB, or a "
            "zip bomb): unpack it and give the files in it."
        )
    return content


def member_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was given. Chinese Windows writes names in GBK, which zipfile reads as code page 437."""
    told = entry.orig_filename.partition("\x00")[0]
    if not entry.flag_bits & _UTF8_NAMES:
        told = _from_cp437(told)
    return told.replace("\\", "/")


def _from_cp437(name: str) -> str:
    try:
        written = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _is_hidden(name: str) -> bool:
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    hidden = any(part.startswith(".") for part in parts) or parts[-1:] == ["Thumbs.db"]
    return hidden or name.startswith(_HIDDEN)
