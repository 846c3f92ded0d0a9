"""Files → immutable texts. Encodings are told by their marks, else tried strictly, the likelier first."""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path

from rag.domain import SourceFile, SourceText
from rag.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "gb18030", "big5")
_CHINESE = re.compile(r"[一-龥]")
_MAGIC = {b"%PDF": "a PDF", b"PK\x03\x04": "a Word file or archive", b"\xd0\xcf\x11\xe0": "an old Word file"}


def read_file(path: Path, *, max_megabytes: int) -> SourceFile:
    """Raises SourceError for a missing, empty or oversized file, and for a folder."""
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder: name the files in it.")
        size = path.stat().st_size
        if size > max_megabytes * 1_000_000:
            raise SourceError(f"{path.name} has {size / 1e6:.0f} MB; at most {max_megabytes} MB are read.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist.") from None
    except OSError as exc:
        raise SourceError(f"{path} cannot be read: {exc.strerror}.") from exc
    return source_file(path.name, content)


def source_file(name: str, content: bytes) -> SourceFile:
    """Raises SourceError for an empty file."""
    if not content.strip():
        raise SourceError(f"{name} is empty.")
    return SourceFile(name=name, content=content, sha256=hashlib.sha256(content).hexdigest())


def decode(file: SourceFile) -> SourceText:
    """The text of a file, line ends kept as they are. Raises SourceError where it is no Chinese text."""
    for magic, what in _MAGIC.items():
        if file.content.startswith(magic):
            raise SourceError(
                f"{file.name} is {what}, not plain text: save its text as UTF-8 and give that file."
            )
    text, encoding = _decode(file)
    if "\x00" in text or not _CHINESE.search(text):
        raise SourceError(
            f"{file.name} holds no Chinese text: give a report as a text file in UTF-8 or GB18030."
        )
    return SourceText(id=file.sha256[:16], name=file.name, sha256=file.sha256, encoding=encoding, text=text)


def _decode(file: SourceFile) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if file.content.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            break
    else:
        candidates = _ENCODINGS
    for encoding in candidates:
        try:
            return file.content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise SourceError(f"{file.name} is not text in any of {', '.join(_ENCODINGS)}, UTF-16: save it as UTF-8.")
