"""What a file is, by its bytes and never by its name, and what to say of a kind that is not read."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from rag.domain import SourceFile
from rag.errors import SourceError


class Format(StrEnum):
    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    ZIP = "zip"


_HEAD = 1024
"""Bytes in which the mark of a PDF stands: mail and web servers put lines before it."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_PACKED = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
}
_OFFICE_FOLDERS = {"xl/": "an Excel workbook", "ppt/": "a PowerPoint presentation"}
_SAVE_DOCX = "save it as .docx or PDF and give that file"
_SAVE_PART = "save the report in it as .docx, PDF or text and give that"
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|span|table|article|section|main|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"^(?:#{1,6}[ \t]+\S|\|?[ \t]*:?-{3,}:?[ \t]*\|[-:| \t]*$|```)|\*\*[^*\n]{1,200}\*\*|\]\((?:https?:|#|/)",
    re.MULTILINE,
)
_PROBE = 4096
"""Code points in which a page or a Markdown file shows what it is."""


def binary_format(file: SourceFile) -> Format | None:
    """PDF, DOCX or ZIP; None for what may be text. Raises SourceError for a kind that is not read."""
    content = file.content
    if b"%PDF-" in content[:_HEAD]:
        return Format.PDF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file)
    if content.startswith(_OLE):
        raise SourceError(f"{file.name} is {_ole_kind(content)}")
    if content.startswith(b"{\\rtf"):
        raise SourceError(f"{file.name} is a rich text (RTF) file: {_SAVE_DOCX}.")
    if content.startswith(_IMAGES) and b"\x00" in content[:_HEAD]:
        raise SourceError(f"{file.name} is an image: run text recognition (OCR) on it and give the text.")
    for mark, kind in _PACKED.items():
        if content.startswith(mark):
            raise SourceError(f"{file.name} is {kind}: unpack it and give its files, or pack them as .zip.")
    head = content[:_PROBE].lower()
    if b"mime-version:" in head and b"multipart/related" in head:
        raise SourceError(
            f"{file.name} is a web archive (MHTML): save the page as HTML only and give that file."
        )
    return None


def text_format(text: str) -> Format:
    """HTML, Markdown or plain text, by what stands near the beginning."""
    head = text[:_PROBE]
    opening = head.lstrip("\ufeff \t\r\n")[:1]
    if opening == "<" and _HTML_TAG.search(head):
        return Format.HTML
    return Format.MARKDOWN if _MARKDOWN.search(head) or _MARKDOWN.search(text, _PROBE) else Format.TEXT


def _zip_kind(file: SourceFile) -> Format:
    """A Word file is a zip with a document in it. Raises SourceError for other files that are zips inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            names = archive.namelist()
            kind = archive.read("mimetype")[:80] if "mimetype" in names[:1] else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as exc:
        raise SourceError(f"{file.name} is a damaged zip or Word file: fetch or save it again.") from exc
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise SourceError(f"{file.name} is an OpenDocument file: {_SAVE_DOCX}.")
    if kind.startswith(b"application/epub"):
        raise SourceError(f"{file.name} is an e-book (EPUB): save its text as UTF-8 and give that file.")
    if "OFD.xml" in names:
        raise SourceError(f"{file.name} is an OFD document: export it as PDF and give that file.")
    if "[Content_Types].xml" not in names:
        return Format.ZIP
    for folder, office in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            raise SourceError(f"{file.name} is {office}: {_SAVE_PART}.")
    return Format.DOCX


def _ole_kind(content: bytes) -> str:
    """Old Office files, and new ones under a password: the names of their streams tell."""
    for stream, kind in (
        ("EncryptedPackage", "an Office file under a password: save it without one and give that file."),
        ("WordDocument", f"an old Word file (.doc): {_SAVE_DOCX}."),
        (
            "Workbook",
            f"an old Excel workbook (.xls): {_SAVE_PART}.",
        ),
        (
            "PowerPoint Document",
            f"an old PowerPoint presentation (.ppt): {_SAVE_PART}.",
        ),
    ):
        if stream.encode("utf-16-le") in content:
            return kind
    return f"an old Office file: {_SAVE_DOCX}."
