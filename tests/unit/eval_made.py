"""A made report, cases on it and answers to them, for the tests of the evaluation."""

from __future__ import annotations

from dataclasses import replace

from eval.cases import Case, Gold, split_of
from eval.observation import Observation
from eval.rows import Found, ReportSpan, Row, Shown
from rag.domain import Span
from rag.record import CitationRecord, FigureRecord

SOURCE = "source-a"
TEXT = (
    "甲市2024年政府工作报告\n一、2023年工作回顾\n"
    "地区生产总值增长5.1%,一般公共预算收入增 长7.7%。新增就业5000人,粮食产量1.4万亿斤。排名全省第二。\n"
    "二、2024年目标\n地区生产总值增长6%左右,固定资产投资增长5.1%,新增就业4800人。绿色发展,绿色转型。\n"
)
REPORT = ReportSpan(id="report-a", source_id=SOURCE, name="甲市 2024", start=0, end=len(TEXT))
RESULT = "地区生产总值增长5.1%"
TARGET = "地区生产总值增长6%左右"


def place(quote: str) -> Span:
    start = TEXT.index(quote)
    return Span(start, start + len(quote))


def gold(quote: str) -> Gold:
    return Gold(file="a.txt", source_id=SOURCE, quote=quote, spans=(place(quote),))


def case(
    question: str = "甲市2023年GDP实际增长多少？",
    *,
    must: tuple[tuple[str, ...], ...] = (("5.1%",),),
    forbidden: tuple[str, ...] = ("6%",),
    golds: tuple[str, ...] = (RESULT,),
    kind: str = "result_vs_target",
    answerable: bool = True,
    lang: str = "zh-Hans",
    case_id: str = "c1",
) -> Case:
    return Case(
        id=case_id,
        question=question,
        lang=lang,
        type=kind,
        answerable=answerable,
        must_contain=must,
        must_not_contain=forbidden,
        golds=tuple(gold(quote) for quote in golds),
        notes="",
        stance=None,
        split=split_of(case_id, question),
        digest=case_id,
    )


def unanswerable(question: str = "乙市2023年GDP增长多少？", case_id: str = "u1") -> Case:
    return case(
        question, must=(), forbidden=(), golds=(), kind="unanswerable", answerable=False, case_id=case_id
    )


def citation(quote: str, *, stance: str = "result", shift: int = 0, marker: int | None = 1) -> CitationRecord:
    """`shift` moves the pointer, not the quote."""
    span = place(quote)
    return CitationRecord(
        marker=marker,
        source_id=SOURCE,
        source_name="a.txt",
        report_id=REPORT.id,
        report_title=REPORT.name,
        region="甲市",
        year=2024,
        section=(),
        stance=stance,
        period=2023,
        start=span.start + shift,
        end=span.end + shift,
        quote=quote,
        display=quote,
        answer_start=0,
        answer_end=1,
    )


def shown(quote: str, *, tokens: int = 20) -> Shown:
    span = place(quote)
    return Shown(
        source_id=SOURCE,
        start=span.start,
        end=span.end,
        text=quote,
        region="甲市",
        stance="result",
        period=2023,
        tokens=tokens,
    )


def found(quote: str) -> Found:
    span = place(quote)
    return Found(source_id=SOURCE, start=span.start, end=span.end, found_by=("lexical",))


def computed(text: str, expression: str) -> FigureRecord:
    return FigureRecord(
        text=text, answer_start=0, answer_end=1, status="computed", markers=(1,), expression=expression
    )


def row(
    answer: str,
    *citations: CitationRecord,
    status: str = "answered",
    evidence: tuple[Shown, ...] = (),
    figures: tuple[FigureRecord, ...] = (),
    search: tuple[Found, ...] | None = None,
    case_id: str = "c1",
    error: str | None = None,
) -> Row:
    return Row(
        id=case_id,
        case=case_id,
        system="system",
        question="",
        status=status,
        answer=answer,
        citations=citations,
        figures=figures,
        evidence=evidence,
        search=search,
        mode_used="extractive",
        wall_ms=100.0,
        error=error,
    )


def observe(asked: Case, got: Row) -> Observation:
    from msgspec.structs import replace as replaced

    got = replaced(got, id=asked.id)
    return Observation(case=asked, row=got, texts={SOURCE: TEXT}, reports={REPORT.id: REPORT})


def with_text(seen: Observation, text: str) -> Observation:
    """The same over another text of the source."""
    return replace(seen, texts={SOURCE: text})
