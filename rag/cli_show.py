"""What `wenbao` shows on a terminal: answers, hits and tables as text, sentences on standard error, progress.

Columns are terminal columns, so a Chinese character takes two.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from rag.domain import AnswerFigure, Citation, Conflict, Hit, Language, Report, Stance, Trace

if TYPE_CHECKING:
    from tqdm import tqdm

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

Shown = TypeVar("Shown")

# A word, number or single character with the marks that must not be torn from it: none of them opens a line.
_PIECE = re.compile(
    r"\n|[“‘《（【(\[]*(?:[A-Za-z0-9][A-Za-z0-9.,%:/_'-]*|\S)[。，、；：！？）】》”’%,.;:!?)\]…]*(?:\[\d+\])*|[^\S\n]+"
)
_INDENT = 4
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labels:
    """The fixed words around an answer, in its language. `report` takes the year in which it was given."""

    report: str
    page: str
    paragraph: str
    near: str
    computed: str
    conflicts: str
    stances: dict[Stance, str]


_LABELS = {
    Language.SIMPLIFIED: _Labels(
        report="{}年报告",
        page="第{}页",
        paragraph="第{}段",
        near="相近的内容",
        computed="计算",
        conflicts="前后不一致",
        stances={Stance.RESULT: "已完成", Stance.TARGET: "目标", Stance.PLAN: "计划", Stance.OTHER: ""},
    ),
    Language.TRADITIONAL: _Labels(
        report="{}年報告",
        page="第{}頁",
        paragraph="第{}段",
        near="相近的內容",
        computed="計算",
        conflicts="前後不一致",
        stances={Stance.RESULT: "已完成", Stance.TARGET: "目標", Stance.PLAN: "計劃", Stance.OTHER: ""},
    ),
    Language.ENGLISH: _Labels(
        report="report of {}",
        page="page {}",
        paragraph="paragraph {}",
        near="Near misses",
        computed="Computed",
        conflicts="The report contradicts itself",
        stances={Stance.RESULT: "done", Stance.TARGET: "target", Stance.PLAN: "plan", Stance.OTHER: ""},
    ),
}


# --- Lines ------------------------------------------------------------------------------------------


def print_json(record: object) -> None:
    """Pretty, and in UTF-8 whatever the terminal's own encoding is."""
    import msgspec

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(msgspec.json.format(msgspec.json.encode(record), indent=2).decode())


def note(sentence: str) -> None:
    """Something to know that is no result."""
    print(sentence, file=sys.stderr, flush=True)


def fail(sentence: str, status: int = FAILED) -> int:
    """Say what went wrong; gives the exit status back."""
    note(f"wenbao: {sentence}")
    return status


def terminal_width() -> int:
    """Columns to write in: the terminal's, within what reads well; 80 where there is none."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 100))


# --- Answers and hits -------------------------------------------------------------------------------


def answer_text(trace: Trace, *, width: int = 80) -> str:
    """The answer, then what it rests on: citations by marker, computed figures, conflicts, near misses."""
    answer = trace.answer
    labels = _LABELS[answer.language]
    blocks = [wrap(answer.text, width=width)]
    marked = {c.marker: c for c in reversed(answer.citations) if c.marker is not None}
    for marker in sorted(marked):
        blocks.append(_citation(f"[{marker}]", marked[marker], labels, width))
    computed = _distinct(figure for figure in answer.figures if figure.expression is not None)
    blocks += _titled(labels.computed, [_formula(figure) for figure in computed], width)
    blocks += _titled(labels.conflicts, [_opposed(conflict) for conflict in answer.conflicts], width)
    near = [c for c in answer.citations if c.marker is None]
    if near:
        blocks.append("\n".join([labels.near, *(_citation("–", c, labels, width) for c in near)]))
    return "\n\n".join(blocks)


def hits_text(hits: Sequence[Hit], *, width: int = 80) -> str:
    """Ranked sentences, each with its place and where it stands."""
    labels = _LABELS[Language.SIMPLIFIED]
    blocks = []
    for rank, hit in enumerate(hits, 1):
        report, sentence = hit.report, hit.sentence
        head = _head(report.region or report.title, report.year, sentence.section, sentence.stance, labels)
        where = f"{report.source_name} {sentence.span.start}–{sentence.span.end}"
        blocks.append(_block(f"{rank}.", [head, sentence.display, where], width))
    return "\n\n".join(blocks)


def _citation(label: str, citation: Citation, labels: _Labels, width: int) -> str:
    head = _head(
        citation.region or citation.report_title, citation.year, citation.section, citation.stance, labels
    )
    where = f"{citation.source_name} {citation.start}–{citation.end}"
    if citation.page is not None:
        where += _SEPARATOR + labels.page.format(citation.page)
    if citation.paragraph is not None:
        where += _SEPARATOR + labels.paragraph.format(citation.paragraph)
    return _block(label, [head, citation.display, where], width)


def _head(place: str, year: int | None, section: Sequence[str], stance: Stance, labels: _Labels) -> str:
    """张家口市 · 2024年报告 · 一、2023年工作回顾 · 已完成."""
    given = labels.report.format(year) if year is not None else ""
    return _SEPARATOR.join(part for part in (place, given, *section, labels.stances[stance]) if part)


def _block(label: str, lines: Sequence[str], width: int) -> str:
    """Lines under each other, the label in the margin of the first."""
    text = "\n".join(wrap(line, width=width, indent=_INDENT) for line in lines)
    return label.ljust(_INDENT - 1) + " " + text[_INDENT:]


def _formula(figure: AnswerFigure) -> str:
    return f"{figure.text}: {figure.expression} {_markers(figure.markers)}"


def _opposed(conflict: Conflict) -> str:
    return f"{conflict.indicator} {_markers(conflict.markers)}"


def _markers(markers: Iterable[int]) -> str:
    return "".join(f"[{marker}]" for marker in markers)


def _titled(title: str, lines: Sequence[str], width: int) -> list[str]:
    return ["\n".join([title, *(wrap(line, width=width, indent=_INDENT) for line in lines)])] if lines else []


def _distinct(items: Iterable[Shown]) -> list[Shown]:
    return list(dict.fromkeys(items))


# --- Tables and lines -------------------------------------------------------------------------------


def reports_text(reports: Sequence[Report], *, duplicates: Mapping[str, str]) -> str:
    """One line a report: source id, place, year, kind, file. `duplicates` as of `Rag.duplicates`."""
    sources = {report.id: report.source_name for report in reports}
    rows = [
        (
            report.source_id,
            report.region or "?",
            str(report.year or "?"),
            report.kind.value.replace("_", " "),
            report.source_name
            + (" (cut off)" if report.truncated else "")
            + (f" (the same as in {sources[duplicates[report.id]]})" if report.id in duplicates else ""),
        )
        for report in reports
    ]
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned, two spaces between them."""
    widths = [max(columns(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    padded = ([cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)


def wrap(text: str, *, width: int, indent: int = 0) -> str:
    """Lines of at most `width` columns, each indented. None begins with a closing mark or a marker."""
    margin = " " * indent
    lines = [""]
    for match in _PIECE.finditer(text):
        piece = match.group()
        if piece == "\n":
            lines.append("")
        elif lines[-1] and indent + columns(lines[-1] + piece.rstrip()) > width:
            lines.append(piece.lstrip())
        elif lines[-1] or not piece.isspace():
            lines[-1] += piece
    return "\n".join((margin + line).rstrip() for line in lines)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# --- Progress ---------------------------------------------------------------------------------------


class PassageBar:
    """A bar on standard error for the passages of each file: nothing where that is no terminal.

    Call it as the Progress of an ingest; `clear` before another line is printed.
    """

    def __init__(self) -> None:
        self._name = ""
        self._bar: tqdm[None] | None = None

    def begin(self, name: str, *, number: str = "") -> None:
        """This file is next; `number` says which of how many: 2/5."""
        from tqdm import tqdm

        self.clear()
        self._name = name
        self._bar = tqdm(
            desc=f"{number} {name}".strip(),
            unit=" passages",
            file=sys.stderr,
            leave=False,
            disable=not sys.stderr.isatty(),
        )

    def __call__(self, name: str, done: int, total: int, /) -> None:
        if self._bar is None or name != self._name:
            self.begin(name)
        if self._bar is not None:
            self._bar.total = total
            self._bar.update(done - self._bar.n)

    def clear(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.clear()
