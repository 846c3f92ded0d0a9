"""Any file → its immutable text, by what it is: the one way in for command line, service and evaluation.

Plain text and Markdown are read here; every other format in a process of its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.adapters.formats import Format, binary_format, text_format
from rag.adapters.reader_markdown import markdown_text
from rag.adapters.reader_process import parse
from rag.adapters.reader_text import decode_bytes, source_text
from rag.domain import SourceFile, SourceText
from rag.errors import SourceError

READ_SUFFIXES = frozenset(
    {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".shtml", ".pdf", ".docx", ".zip"}
)
_ADVISED_SUFFIXES = frozenset(
    {".doc", ".wps", ".rtf", ".odt", ".ofd", ".xls", ".xlsx", ".ppt", ".pptx", ".rar", ".7z", ".mht"}
)
"""Files in which a report may well be: a folder does not pass over them in silence, each says what to do."""


def decode(file: SourceFile) -> SourceText:
    """The text of a file. Raises SourceError for what is not read, with advice."""
    kind = binary_format(file)
    if kind is Format.ZIP:
        what = "an archive inside an archive" if "/" in file.name else "a zip archive"
        raise SourceError(f"{file.name} is {what}: unpack it and give the files in it.")
    if kind is None:
        text, encoding = decode_bytes(file)
        kind = text_format(text)
        if kind is Format.TEXT:
            return source_text(file, text, encoding=encoding)
        if kind is Format.MARKDOWN:
            return source_text(file, markdown_text(text), encoding=encoding, kind=kind.value)
    reply = parse(file, kind)
    return source_text(file, reply.text, encoding=reply.encoding, kind=kind.value, pages=reply.pages)


def unpack(file: SourceFile) -> list[SourceFile]:
    """The files in an archive, each named and placed `archive.zip/member`; any other file is alone.

    Raises SourceError for an archive that is not unpacked.
    """
    if binary_format(file) is not Format.ZIP:
        return [file]
    return [
        SourceFile(
            name=f"{file.name}/{member.name}",
            content=member.content,
            sha256=hashlib.sha256(member.content).hexdigest(),
            origin=f"{file.origin}/{member.name}" if file.origin else "",
        )
        for member in parse(file, Format.ZIP).members
    ]


def documents(folder: Path) -> list[Path]:
    """The files of a folder and its subfolders that may be reports, in the order of their names; hidden ones
    are skipped, and a README, which is about them."""
    wanted = READ_SUFFIXES | _ADVISED_SUFFIXES
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in wanted
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not path.name.startswith(("~$", "README."))
        and path.is_file()
    )
