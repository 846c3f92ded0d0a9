"""Cases → rows: asks each case through the library, in a data folder of the evaluation's own."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import rag
from eval.cases import Case
from eval.corpus import Corpus
from eval.rows import ERROR, Found, ReportSpan, Row, Shown
from rag.adapters.tokens_tiktoken import count_tokens
from rag.domain import Evidence, Mode, Question, Trace
from rag.errors import RagError
from rag.library import Rag
from rag.record import answer_record
from rag.resources import prompts_folder
from rag.settings import Settings

SEARCHED = 20
"""Hits of search alone that are kept: the deepest rank that a metric asks for."""


def report_spans(system: Rag) -> list[ReportSpan]:
    return [
        ReportSpan(
            id=report.id,
            source_id=report.source_id,
            name=f"{report.region or report.title} {report.year or ''}".strip(),
            start=report.span.start,
            end=report.span.end,
        )
        for report in system.reports()
    ]


def system_key(settings: Settings, corpus: Corpus, mode: Mode) -> str:
    """Names everything that an answer depends on: the library's files, prompts, models, settings, corpus.

    More than the manifest of an answer: a rule that was changed gives another key, so that a changed system
    is asked again.
    """
    digest = hashlib.sha256()
    package = Path(rag.__file__).parent
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.json"), *_prompts()]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    used = (settings.embedder, settings.chat_model, settings.chat_url, settings.answer_seconds)
    digest.update(repr((*used, settings.evidence_tokens, mode.value, sorted(corpus.texts()))).encode())
    return digest.hexdigest()[:16]


def _prompts() -> Iterator[Path]:
    """The prompts that answers are made with; those of the evaluation itself are not among them."""
    return (path for path in prompts_folder().glob("*.md") if path.stem not in ("judge", "short_answer"))


def ask_all(system: Rag, cases: Sequence[Case], *, mode: Mode, key: str) -> Iterator[Row]:
    """One row for each case, in order, as they come."""
    for case in cases:
        yield _ask(system, case, mode, key)


def _ask(system: Rag, case: Case, mode: Mode, key: str) -> Row:
    started = time.perf_counter()
    try:
        trace = system.ask(Question(text=case.question, mode=mode))
        wall_ms = (time.perf_counter() - started) * 1000
        return _row(case, key, trace, wall_ms, _search(system, case))
    except RagError as error:
        said = f"{error.code}: {error}"
    except Exception as error:  # a crash of the line is a result of the evaluation, not the end of it
        said = f"{type(error).__name__}: {error}"
    wall_ms = (time.perf_counter() - started) * 1000
    return Row(
        id=case.id,
        case=case.digest,
        system=key,
        question=case.question,
        status=ERROR,
        error=said,
        wall_ms=wall_ms,
    )


def _row(case: Case, key: str, trace: Trace, wall_ms: float, search: tuple[Found, ...] | None) -> Row:
    record = answer_record(trace)
    return Row(
        id=case.id,
        case=case.digest,
        system=key,
        question=case.question,
        status=record.status,
        answer=record.answer,
        language=record.language,
        refusal=record.refusal,
        citations=record.citations,
        figures=record.figures,
        conflicts=record.conflicts,
        mode_used=record.mode_used,
        timings_ms=record.timings_ms,
        wall_ms=round(wall_ms, 1),
        evidence=tuple(_shown(item) for item in trace.evidence),
        search=search,
        draft=trace.draft.text if trace.draft is not None else None,
        faults=trace.faults,
        manifest=record.manifest,
    )


def _shown(item: Evidence) -> Shown:
    statement = item.statement
    return Shown(
        source_id=statement.hit.report.source_id,
        start=item.span.start,
        end=item.span.end,
        text=item.text,
        region=statement.hit.report.region,
        stance=statement.hit.sentence.stance.value,
        period=statement.hit.sentence.period,
        tokens=count_tokens(item.text),
    )


def _search(system: Rag, case: Case) -> tuple[Found, ...] | None:
    """What search alone finds; not asked where nothing could be relevant."""
    if not case.golds:
        return None
    return tuple(
        Found(
            source_id=hit.report.source_id,
            start=hit.sentence.span.start,
            end=hit.sentence.span.end,
            found_by=hit.found_by,
        )
        for hit in system.search(case.question, limit=SEARCHED)
    )
