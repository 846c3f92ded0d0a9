"""The JSON record of an answer, as the contract of the project gives it:
one for HTTP, command line and evaluation.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from rag.domain import Citation, Hit, Report, SourceText, Trace

RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class CitationRecord(msgspec.Struct, frozen=True, kw_only=True):
    marker: int | None
    source_id: str
    source_name: str
    report_id: str
    report_title: str
    region: str | None
    year: int | None
    section: tuple[str, ...]
    stance: str
    period: int | None
    start: int
    end: int
    quote: str
    display: str
    answer_start: int | None
    answer_end: int | None
    page: int | None = None
    paragraph: int | None = None


class FigureRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    text: str
    answer_start: int
    answer_end: int
    status: str
    markers: tuple[int, ...]
    expression: str | None = None


class ConflictRecord(msgspec.Struct, frozen=True, kw_only=True):
    indicator: str
    markers: tuple[int, ...]
    detail: str


class RefusalRecord(msgspec.Struct, frozen=True, kw_only=True):
    reason: str
    detail: str


class ManifestRecord(msgspec.Struct, frozen=True, kw_only=True):
    corpus: str
    embedder: str
    chat_model: str | None
    prompt: str
    version: str


class ComparisonRowRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is in the comparison's unit, `text` the figure as the report writes it; null where there is
    none."""

    label: str
    region: str | None
    year: int | None
    value: float | None
    text: str | None
    marker: int | None


class ComparisonRecord(msgspec.Struct, frozen=True, kw_only=True):
    indicator: str | None
    unit: str | None
    rows: tuple[ComparisonRowRecord, ...]


class LimitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is region, year or stance. `start` and `end` bound its words in `question_understood`, or in the
    question where that is null; `without` is the question to ask when it is to count no more."""

    kind: str
    value: str
    start: int
    end: int
    without: str | None


class ScopeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of: `regions` are full official names, `stance` is result, target or null."""

    regions: tuple[str, ...]
    years: tuple[int, ...]
    stance: str | None
    limits: tuple[LimitRecord, ...]


class AnswerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Answers are stored as this record and read again by later versions: a new field has a default."""

    id: str
    status: str
    answer: str
    language: str
    refusal: RefusalRecord | None
    citations: tuple[CitationRecord, ...]
    figures: tuple[FigureRecord, ...]
    conflicts: tuple[ConflictRecord, ...]
    mode_used: str
    note: str | None = None
    manifest: ManifestRecord
    timings_ms: dict[str, int]
    question_understood: str | None = None
    scope: ScopeRecord | None = None
    comparison: ComparisonRecord | None = None


class HitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A ranked sentence: its text as it stands, and the fields of a citation."""

    text: str
    score: float
    found_by: tuple[str, ...]
    source_id: str
    source_name: str
    report_id: str
    report_title: str
    region: str | None
    year: int | None
    section: tuple[str, ...]
    stance: str
    period: int | None
    start: int
    end: int
    quote: str
    display: str
    page: int | None = None
    paragraph: int | None = None


class ReportRecord(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    source_id: str
    source_name: str
    region: str | None
    region_type: str | None
    parents: tuple[str, ...]
    aliases: tuple[str, ...]
    year: int | None
    kind: str
    title: str
    start: int
    end: int
    truncated: bool
    session: str | None
    duplicate_of: str | None


def answer_record(trace: Trace) -> AnswerRecord:
    answer = trace.answer
    return AnswerRecord(
        id=trace.id,
        status=answer.status.value,
        answer=answer.text,
        language=answer.language.value,
        refusal=None if answer.refusal is None else _same(answer.refusal, RefusalRecord),
        citations=tuple(citation_record(citation) for citation in answer.citations),
        figures=tuple(_same(figure, FigureRecord) for figure in answer.figures),
        conflicts=tuple(_same(conflict, ConflictRecord) for conflict in answer.conflicts),
        mode_used=answer.mode_used,
        note=answer.note,
        manifest=_same(trace.manifest, ManifestRecord),
        timings_ms=dict(trace.timings_ms),
        question_understood=trace.question_understood,
        scope=_same(trace.scope, ScopeRecord),
        comparison=None if answer.comparison is None else _same(answer.comparison, ComparisonRecord),
    )


def citation_record(citation: Citation) -> CitationRecord:
    return _same(citation, CitationRecord)


def hit_record(hit: Hit, source: SourceText) -> HitRecord:
    """`source` is the text that the hit's sentence stands in."""
    sentence, report = hit.sentence, hit.report
    start, end = sentence.span.start, sentence.span.end
    return HitRecord(
        text=sentence.text,
        score=hit.score,
        found_by=hit.found_by,
        source_id=report.source_id,
        source_name=report.source_name,
        report_id=report.id,
        report_title=report.title,
        region=report.region,
        year=report.year,
        section=sentence.section,
        stance=sentence.stance.value,
        period=sentence.period,
        start=start,
        end=end,
        quote=source.text[start:end],
        display=sentence.display,
        page=source.page_at(start),
        paragraph=source.paragraph_at(start),
    )


def report_record(report: Report, *, duplicate_of: str | None) -> ReportRecord:
    """`duplicate_of` is the id of the report that is asked in this one's place, as it says the same."""
    return ReportRecord(
        id=report.id,
        source_id=report.source_id,
        source_name=report.source_name,
        region=report.region,
        region_type=report.region_type,
        parents=report.parents,
        aliases=report.aliases,
        year=report.year,
        kind=report.kind.value,
        title=report.title,
        start=report.span.start,
        end=report.span.end,
        truncated=report.truncated,
        session=report.session,
        duplicate_of=duplicate_of,
    )


def _same(value: object, kind: type[RecordT]) -> RecordT:
    """The record whose fields are the value's own, name for name."""
    return msgspec.convert(value, kind, from_attributes=True)
