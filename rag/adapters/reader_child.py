"""The process in which a file is parsed for `reader_process`: bytes in on standard input, its text out.

It limits itself before it reads the first byte: memory, processor time, size of what it writes. A request is
four bytes of length and a msgpack record, a reply the same; it serves until its input ends.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import BinaryIO

import msgspec

from rag.domain import SourceFile
from rag.errors import SourceError

MEMORY_BYTES = 1_500_000_000
REPLY_BYTES = 250_000_000
MAX_CHARACTERS = 5_000_000
"""Code points of one text: fifty of the longest reports. What is longer is no report."""
_LENGTH = 4


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """`format` is html, pdf, docx or zip."""

    name: str
    format: str
    content: bytes


class Unpacked(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    content: bytes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """`error` is a sentence where the file could not be read; `members` are those of an archive."""

    text: str = ""
    encoding: str = ""
    pages: tuple[int, ...] = ()
    members: tuple[Unpacked, ...] = ()
    error: str | None = None


def write_frame(pipe: BinaryIO, record: Request | Reply) -> None:
    content = msgspec.msgpack.encode(record)
    pipe.write(len(content).to_bytes(_LENGTH) + content)
    pipe.flush()


def read_frame(pipe: BinaryIO, *, most: int) -> bytes | None:
    """The next record's bytes; None where the pipe ends, or breaks off inside it."""
    length = int.from_bytes(pipe.read(_LENGTH))
    if not 0 < length <= most:
        return None
    content = pipe.read(length)
    return content if len(content) == length else None


def answer(request: Request) -> Reply:
    """What one file holds. A file that cannot be read is a value here: its sentence goes to the parent."""
    try:
        reply = _read(request)
    except SourceError as error:
        return Reply(error=str(error))
    except (MemoryError, RecursionError):
        return Reply(error=f"{request.name} takes too much memory to read: give its text as UTF-8.")
    if len(reply.text) > MAX_CHARACTERS:
        return Reply(
            error=f"{request.name} holds {len(reply.text)} characters, more than {MAX_CHARACTERS}: "
            "split it and give the parts."
        )
    return reply


def _read(request: Request) -> Reply:
    if request.format == "html":
        from rag.adapters.reader_html_lxml import decode_html, html_text

        file = SourceFile(name=request.name, content=request.content, sha256="")
        markup, encoding = decode_html(file)
        return Reply(text=html_text(request.name, markup), encoding=encoding)
    if request.format == "docx":
        from rag.adapters.reader_docx_lxml import docx_text

        return Reply(text=docx_text(request.name, request.content), encoding="utf-8")
    if request.format == "pdf":
        from rag.adapters.reader_pdf_pdfium import pdf_text

        read = pdf_text(request.name, request.content)
        return Reply(text=read.text, pages=read.pages, encoding="utf-8")
    from rag.adapters.archive_zip import unpack

    members = unpack(request.name, request.content)
    return Reply(members=tuple(Unpacked(name=member.name, content=member.content) for member in members))


def limit(seconds: int) -> None:
    """No more than this from here on. Where the system has no such limits, the parent's clock remains."""
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, REPLY_BYTES),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))


def serve() -> None:
    limit(int(sys.argv[1]))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the replies
    while (content := read_frame(sys.stdin.buffer, most=REPLY_BYTES)) is not None:
        write_frame(out, answer(msgspec.msgpack.decode(content, type=Request)))


if __name__ == "__main__":
    serve()
