"""Broken and hostile files: each ends in a source or in one sentence, in bounded time and memory.

A slice runs always. `make soak` runs at least 2,000 inputs, many to a child.
"""

from __future__ import annotations

import io
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.adapters.formats import Format, binary_format, text_format
from rag.adapters.reader import decode, unpack
from rag.adapters.reader_child import REPLY_BYTES, Reply, Request, read_frame, write_frame
from rag.adapters.reader_process import child_command, child_environment
from rag.adapters.reader_text import decode_bytes, source_file
from rag.domain import SourceFile
from rag.errors import RagError, SourceError
from tests.contract.made_files import as_docx, as_html, as_markdown, as_pdf, as_text, made, zipped

SLICE, SOAK, EACH_CHILD = 60, 2_400, 50
MOST_SECONDS, MOST_KILOBYTES = 30.0, 2_000_000


def _originals() -> dict[str, bytes]:
    report = made()
    files = {
        "txt": as_text(report),
        "gbk": as_text(report).decode().encode("gb18030"),
        "md": as_markdown(report),
        "html": as_html(report),
        "docx": as_docx(report),
        "pdf": as_pdf(report),
    }
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        files["inside"] = archive.read("word/document.xml")
    return {**files, "zip": zipped({f"{kind}.x": content for kind, content in files.items()})}


def broken(seed: int, originals: dict[str, bytes]) -> bytes:
    """One input of its own for each seed: cut off, bits turned, pieces doubled, moved, or put in place of
    others, or wrapped in an archive, again and again. What is in a Word file breaks before it is packed."""
    chance = random.Random(seed)
    kinds = sorted(originals)
    content = bytearray(originals[kinds[seed % len(kinds)]])
    for _ in range(chance.choice((1, 1, 1, 3))):
        at = chance.randrange(len(content)) if content else 0
        match chance.randrange(7):
            case 0:
                del content[at:]
            case 1:
                for _ in range(chance.choice((1, 8, 200))):
                    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            case 2:
                content[at : at + chance.randrange(1, 400)] = chance.randbytes(chance.randrange(1, 400))
            case 3:
                content[at:at] = content[at : at + 5_000] * chance.choice((2, 20, 200))
            case 4:
                del content[at : at + chance.randrange(1, 2_000)]
            case 5:
                other = originals[chance.choice(kinds)]
                content[at:] = other[chance.randrange(len(other)) :]
            case _:
                content = bytearray(zipped({"../x" if chance.random() < 0.1 else "x": bytes(content)}))
        if not content:
            break
    if kinds[seed % len(kinds)] == "inside":
        return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": bytes(content)})
    return bytes(content) or b"\x00"


def _one(content: bytes) -> str:
    """How an input ended: the format that it was read as, or refused."""
    file = source_file("input", b"x" + content if not content.strip() else content)
    try:
        for member in unpack(file)[:3]:
            kind = decode(member).format
    except RagError as error:
        return "refused" if str(error).endswith(".") and "\n" not in str(error) else f"unclear: {error}"
    return kind


def test_a_slice_of_broken_files() -> None:
    originals = _originals()
    ends: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # of other tests' children
    for seed in range(SLICE):
        started = time.monotonic()
        ends[_one(broken(seed, originals))] += 1
        assert time.monotonic() - started < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, MOST_KILOBYTES)
    assert not [end for end in ends if end.startswith("unclear")]
    assert ends["refused"] > 5
    assert sum(ends.values()) - ends["refused"] > 5


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200).map(str.encode), st.binary(max_size=200)))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    file = SourceFile(name="x", content=content, sha256="0" * 64)
    try:
        if binary_format(file) is None and text_format(decode_bytes(file)[0]) is not Format.HTML:
            assert decode(file).text
    except SourceError:
        return


# --- The long run -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Batch:
    """One child that serves many requests."""

    child: subprocess.Popen[bytes] = field(
        default_factory=lambda: subprocess.Popen(
            child_command(seconds=600), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()
        )
    )

    def ask(self, request: Request) -> Reply | None:
        """None where the child died: reported as one refusal by the one-file way."""
        try:
            write_frame(cast(BinaryIO, self.child.stdin), request)
        except BrokenPipeError:
            return None
        content = read_frame(cast(BinaryIO, self.child.stdout), most=REPLY_BYTES)
        return None if content is None else msgspec.msgpack.decode(content, type=Reply)

    def close(self) -> None:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(30)


def _requests() -> Iterator[SourceFile]:
    originals = _originals()
    for seed in range(1_000_000, 1_000_000 + SOAK):
        content = broken(seed, originals)
        yield source_file(f"{seed}", b"x" + content if not content.strip() else content)


def _kind(file: SourceFile) -> str | None:
    """What a child is asked to read the file as; None where none is needed."""
    kind = binary_format(file)
    if kind is None:
        kind = text_format(decode_bytes(file)[0])
    return None if kind in (Format.TEXT, Format.MARKDOWN) else kind.value


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_two_thousand_broken_files() -> None:
    ends: Counter[str] = Counter()
    slowest = 0.0
    batch = _Batch()
    for number, file in enumerate(_requests()):
        started = time.monotonic()
        try:
            kind = _kind(file)
            if kind is None:
                ends[decode(file).format] += 1
            else:
                reply = batch.ask(Request(name=file.name, format=kind, content=file.content))
                if reply is None:
                    batch.close()
                    batch = _Batch()
                ends["child died" if reply is None else "refused" if reply.error else kind] += 1
                assert reply is None or reply.error is None or not reply.text, "a partial source"
        except RagError:
            ends["refused"] += 1
        slowest = max(slowest, time.monotonic() - started)
        assert slowest < MOST_SECONDS, file.name
        if number % EACH_CHILD == 0:
            batch.close()
            batch = _Batch()
    batch.close()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    told = f"{sum(ends.values())} inputs: {dict(ends)}; slowest {slowest:.1f} s, {memory // 1024} MB at most"
    print(f"\n{told}", file=sys.stderr)
    assert memory < MOST_KILOBYTES
