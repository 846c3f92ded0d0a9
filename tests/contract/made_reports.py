"""Small sources, reports, sentences and passages, for the tests of the store and the indexes."""

from __future__ import annotations

from rag.domain import FoldedText, Passage, Report, ReportKind, Sentence, SourceText, Span, Stance
from rag.stores import Reading


def make_sentence(sentence_id: str, text: str, *, report_id: str = "r1", ordinal: int = 0) -> Sentence:
    """A sentence at the beginning of its source, with a wrap of two characters after its first."""
    origin = (0, *range(3, len(text) + 3))
    return Sentence(
        id=sentence_id,
        report_id=report_id,
        ordinal=ordinal,
        span=Span(0, len(text) + 2),
        folded=FoldedText(text=text, origin=origin),
        display=text,
        section=("一、2023年工作回顾", "（一）主要指标"),
        stance=Stance.RESULT,
        period=2023,
    )


def make_passage(passage_id: str, *, report_id: str = "r1") -> Passage:
    return Passage(
        id=passage_id,
        report_id=report_id,
        sentence_ids=(f"{report_id}-0000", f"{report_id}-0001"),
        search_text=f"张家口市 2023年已完成\n{passage_id}",
    )


def make_reading(source_id: str, *, sentences: int = 3, name: str = "张家口.txt") -> Reading:
    """One source with one report, `sentences` sentences and as many passages."""
    report_id = f"{source_id}-1"
    text = "全市地区生产总值增长5.1%。\n\x0b𠮷林\u3000繁體" * 3
    report = Report(
        id=report_id,
        source_id=source_id,
        source_name=name,
        span=Span(2, len(text) - 1),
        region="张家口市",
        parents=("河北省",),
        aliases=("张家口", "zhangjiakou", "张垣"),
        year=2024,
        kind=ReportKind.EXCERPT,
        title="政府工作报告 “摘登”",
        truncated=True,
    )
    return Reading(
        source=SourceText(id=source_id, name=name, sha256="0f" * 32, encoding="gb18030", text=text),
        reports=(report,),
        sentences=tuple(
            make_sentence(f"{report_id}-{i:04d}", f"第{i}项指标增长5.{i}%", report_id=report_id, ordinal=i)
            for i in range(sentences)
        ),
        passages=tuple(make_passage(f"p{report_id}-{i:04d}", report_id=report_id) for i in range(sentences)),
    )
