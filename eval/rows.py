"""One line of `answers.jsonl`: what was asked, found, shown and answered, and the verdict.

The first part is evidence and never changes; `correct`, `reason` and `detail` are drawn from it and can be
drawn again. Nothing is scored that does not stand here or in the corpus files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from eval.errors import ScorecardError
from rag.record import CitationRecord, ConflictRecord, FigureRecord, ManifestRecord, RefusalRecord

ERROR = "error"
"""`Row.status` of a question that ended in an exception."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that the model was shown, with its place in the source. `tokens` are cl100k tokens."""

    source_id: str
    start: int
    end: int
    text: str
    region: str | None
    stance: str
    period: int | None
    tokens: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that search alone found, best first."""

    source_id: str
    start: int
    end: int
    found_by: tuple[str, ...]


class ReportSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A report inside a source. `name` is its place and year for people: 高平市 2024."""

    id: str
    source_id: str
    name: str
    start: int
    end: int


class JudgeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Shares from 0 to 1 with the judge's words; `model` is who judged."""

    model: str
    faithful: float
    faithful_reason: str
    complete: float
    complete_reason: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`system` names all that the answer depends on; `status` is that of the answer, or "error"."""

    id: str
    case: str
    system: str
    question: str
    correct: bool = False
    reason: str | None = None
    detail: str = ""
    status: str
    answer: str = ""
    language: str = ""
    refusal: RefusalRecord | None = None
    citations: tuple[CitationRecord, ...] = ()
    figures: tuple[FigureRecord, ...] = ()
    conflicts: tuple[ConflictRecord, ...] = ()
    mode_used: str = ""
    timings_ms: dict[str, int] = {}
    wall_ms: float = 0.0
    evidence: tuple[Shown, ...] = ()
    search: tuple[Found, ...] | None = None
    draft: str | None = None
    faults: tuple[str, ...] = ()
    manifest: ManifestRecord | None = None
    error: str | None = None
    judge: JudgeVerdict | None = None
    judge_error: str | None = None

    @property
    def served(self) -> tuple[CitationRecord, ...]:
        """The citations that carry a statement; near misses beside a refusal do not."""
        return tuple(citation for citation in self.citations if citation.marker is not None)


def read_rows(path: Path) -> list[Row]:
    """The rows of `answers.jsonl`; a last line that was cut off is passed over. Raises ScorecardError."""
    if path.is_dir():
        path = path / "answers.jsonl"
    try:
        lines = path.read_bytes().splitlines()
    except OSError as exc:
        raise ScorecardError(f"{path} cannot be read: run `wenbao-eval run` first.") from exc
    return list(_rows(path, lines))


def write_rows(path: Path, rows: list[Row]) -> None:
    """All rows at once, replacing the file only when they are on disk."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(b"".join(line(row) for row in rows))
    fresh.replace(path)


def line(row: Row) -> bytes:
    return msgspec.json.encode(row) + b"\n"


def _rows(path: Path, lines: list[bytes]) -> Iterator[Row]:
    for number, text in enumerate(lines, 1):
        try:
            yield msgspec.json.decode(text, type=Row)
        except msgspec.DecodeError as exc:
            if number == len(lines):
                return
            raise ScorecardError(
                f"{path} line {number} is damaged ({exc}): run again without --resume."
            ) from exc
