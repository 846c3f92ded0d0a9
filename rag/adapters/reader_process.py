"""Parses a file in a process of its own, so that a broken or malicious one cannot harm the service.

Its death, its time-out and its error become one SourceError (docs/decisions/0009).
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import msgspec

from rag.adapters.reader_child import REPLY_BYTES, Reply, Request, read_frame, write_frame
from rag.domain import SourceFile
from rag.errors import SourceError

_SECONDS = 30.0
_SECONDS_PER_MEGABYTE = 10.0
_MOST_SECONDS = 180.0
"""A PDF of 160 pages, half a megabyte, takes 10 s on a busy machine; what takes far longer does not end."""


def parse(file: SourceFile, kind: str) -> Reply:
    """What the child made of the file. Raises SourceError."""
    seconds = min(_SECONDS + _SECONDS_PER_MEGABYTE * len(file.content) / 1e6, _MOST_SECONDS)
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answers:
        # Files and not pipes: nobody waits for anybody, and the child's limit on file size bounds the reply.
        write_frame(question, Request(name=file.name, format=kind, content=file.content))
        question.seek(0)
        status = _run(question, answers, seconds)
        answers.seek(0)
        content = read_frame(answers, most=REPLY_BYTES) if status == 0 else None
    if status is None:
        raise SourceError(
            f"{file.name} could not be read within {seconds:.0f} s: save its text as UTF-8 and give that."
        )
    if content is None:
        raise SourceError(
            f"{file.name} is damaged, or made so that reading it fails: give its text as UTF-8."
        )
    reply = msgspec.msgpack.decode(content, type=Reply)
    if reply.error is not None:
        raise SourceError(reply.error)
    return reply


def child_command(*, seconds: float) -> list[str]:
    """The child, with the processor time that it may take."""
    return [sys.executable, "-P", "-m", "rag.adapters.reader_child", str(math.ceil(seconds))]


def child_environment() -> dict[str, str]:
    """The child gets neither this process's settings nor its keys."""
    return {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUTF8": "1"}


def _run(question: BinaryIO, answers: BinaryIO, seconds: float) -> int | None:
    """Exit status of the child, None where its time was over."""
    try:
        done = subprocess.run(
            child_command(seconds=seconds),
            stdin=question,
            stdout=answers,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as exc:
        raise SourceError(f"The process that reads files could not be started: {exc.strerror}.") from exc
    return done.returncode
