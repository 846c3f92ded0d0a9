"""Files → the text in them. Encodings are told by their marks, else by which reading is plausible Chinese.

Nearly every Big5 file also decodes as GB18030, so the first that decodes is not the right one. Both
encodings put their common characters into the first of two levels; real text is nearly all of that level,
and a wrong reading is a mixture. That share decides (docs/decisions/0009 has the figures).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from functools import cache
from pathlib import Path

from rag.domain import SourceFile, SourceText
from rag.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF16 = ("utf-16-le", "utf-16-be")
_BIG5 = ("big5", "cp950", "big5hkscs")
_PROBE = 200_000
"""Bytes on which plausibility is judged."""
_LEAST_UTF16 = 0.9
_CHINESE = re.compile(r"[一-龥]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff\U00020000-\U000323af]")
_UTF16_PLAIN = re.compile(r"[\t\n\r -~\u2010-\u2026\u3000-\u3011\u4e00-\u9fa5\uff01-\uff5e]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


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


def source_text(
    file: SourceFile, text: str, *, encoding: str, kind: str = "txt", pages: tuple[int, ...] = ()
) -> SourceText:
    """Raises SourceError where the text of a file holds no Chinese."""
    if "\x00" in text or not _CHINESE.search(text):
        raise SourceError(
            f"{file.name} holds no Chinese text: give a report as a text file in UTF-8 or GB18030, "
            "Markdown, HTML, PDF or .docx."
        )
    return SourceText(
        id=file.sha256[:16],
        name=file.name,
        sha256=file.sha256,
        encoding=encoding,
        text=text,
        format=kind,
        pages=pages,
    )


def decode_bytes(file: SourceFile) -> tuple[str, str]:
    """(text, encoding). Raises SourceError for bytes that are no text in any encoding that is known."""
    content = file.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            if (text := decoded(content, encoding)) is not None:
                return text, encoding
            raise _no_text(file)
    if b"\x00" not in content and (text := decoded(content, "utf-8")) is not None:
        return text, "utf-8"
    likeliest = _likeliest(content)
    found = None if likeliest is None else decoded(content, likeliest)
    if likeliest is None or found is None:
        raise _no_text(file)
    return found, likeliest


def decoded(content: bytes, encoding: str) -> str | None:
    """None where a byte does not fit."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _likeliest(content: bytes) -> str | None:
    """Of the encodings in which every byte fits, the one that gives the most plausible Chinese."""
    if len(content) % 2 == 0:
        shares = {name: _utf16_share(content, name) for name in _UTF16}
        best = max(shares, key=lambda name: shares[name])
        if shares[best] >= _LEAST_UTF16:
            return best
    if _CONTROL.search(content[:_PROBE].decode("latin-1")):
        return None
    candidates = [(_share(text, "gb2312"), "gb18030")] if (text := decoded(content, "gb18030")) else []
    for name in _BIG5:
        if text := decoded(content, name):
            candidates.append((_share(text, "big5"), name))
            break
    # GB18030 before Big5 where both are as plausible: it is by far the more common of the two.
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _utf16_share(content: bytes, encoding: str) -> float:
    """The share of characters that Chinese text is made of."""
    text = decoded(content[:_PROBE], encoding) or ""
    return len(_UTF16_PLAIN.findall(text)) / len(text) if text else 0.0


def _share(text: str, charset: str) -> float:
    """The share of ideographs that are common ones. Marks count too: a wrong reading has few of them."""
    ideographs = _IDEOGRAPH.findall(text[:_PROBE])
    common = _common(charset)
    return sum(character in common for character in ideographs) / len(ideographs) if ideographs else 0.0


@cache
def _common(charset: str) -> frozenset[str]:
    """The first level of GB 2312 (rows 16 to 55), or of Big5 (A440 to C67E): about 4,000 and 5,400."""
    first, last = (0xB0, 0xD7) if charset == "gb2312" else (0xA4, 0xC6)
    pairs = (bytes([lead, trail]) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    return frozenset(text for pair in pairs if (text := decoded(pair, charset)))


def _no_text(file: SourceFile) -> SourceError:
    return SourceError(
        f"{file.name} is not text in UTF-8, UTF-16, GB18030 or Big5: save it as UTF-8 and give that file."
    )
