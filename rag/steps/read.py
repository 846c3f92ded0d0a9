"""One source text → its reports, sentences and passages: the pure heart of line 1."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from rag.domain import FoldedText, Passage, Report, ReportKind, Section, Sentence, SourceText, Stance
from rag.ports import Gazetteer, Simplify
from rag.steps.chunk import chunk
from rag.steps.divide import is_furniture
from rag.steps.find_duplicates import sketch
from rag.steps.fold import LineEnd, fold
from rag.steps.follow import Course
from rag.steps.identify import Hints, identify
from rag.steps.judge_stance import Setting, judge
from rag.steps.lay_out import LINE_ENDS
from rag.steps.outline import outline
from rag.steps.page_marks import page_marks, without
from rag.steps.segment import sentences as cut_sentences
from rag.stores import Reading

READING_RULES = "5"
"""Raised when the rules of reading change: stored texts are then read again by `wenbao rebuild`."""


def read(source: SourceText, *, simplify: Simplify, gazetteer: Gazetteer, hints: Hints = Hints()) -> Reading:
    """Read a whole source. Raises nothing: a text without a report in it gives an undecided one."""
    folded = fold(source.text, simplify=simplify, line_end=LINE_ENDS.get(source.format, LineEnd.UNSURE))
    found = identify(folded, source_id=source.id, source_name=source.name, gazetteer=gazetteer, hints=hints)
    reports: list[Report] = []
    all_sentences: list[Sentence] = []
    passages: list[Passage] = []
    for report in found:
        own = list(read_sentences(source, folded, report))
        reports.append(replace(report, sketch=sketch(sentence.text for sentence in own)))
        all_sentences.extend(own)
        passages.extend(chunk(report, own))
    return Reading(
        source=source, reports=tuple(reports), sentences=tuple(all_sentences), passages=tuple(passages)
    )


def read_sentences(source: SourceText, folded: FoldedText, report: Report) -> Iterator[Sentence]:
    """The sentences of one report with their stance and period, in order."""
    body = _body(folded, report)
    first = Stance.RESULT if report.kind is ReportKind.NEWS else Stance.OTHER
    course = Course(report)
    ordinal = 0
    for section in outline(body, year=report.year, first_stance=first):
        course.enter(section)
        for start, end in _heading_and_sentences(section, body.text[section.span.start : section.span.end]):
            begin = section.span.start + start
            piece = _on_one_line(body.slice(begin, section.span.start + end))
            if is_furniture(piece.text):
                continue
            setting = course.next(piece.text, opens=begin == 0 or body.text[begin - 1] == "\n")
            yield _sentence(source, report, section, piece, ordinal, setting)
            ordinal += 1


def _heading_and_sentences(section: Section, text: str) -> Iterator[tuple[int, int]]:
    """Offsets of a section's heading, where it has one, and of the sentences under it."""
    heading = len(section.path[-1]) if section.path and text.startswith(section.path[-1]) else 0
    if heading:
        heading += text[heading : heading + 1] in ("。", ":")
        yield 0, heading
    for start, end in cut_sentences(text[heading:]):
        yield heading + start, heading + end


def _body(folded: FoldedText, report: Report) -> FoldedText:
    """The folded text under the report's span."""
    start = bisect_left(folded.origin, report.span.start)
    end = bisect_left(folded.origin, report.span.end)
    return folded.slice(start, min(end, len(folded.text)))


def _on_one_line(piece: FoldedText) -> FoldedText:
    """A sentence whose lines a site broke, without the breaks."""
    if "\n" not in piece.text:
        return piece
    kept = [i for i, character in enumerate(piece.text) if character != "\n"]
    return FoldedText(
        text="".join(piece.text[i] for i in kept), origin=(*(piece.origin[i] for i in kept), piece.origin[-1])
    )


def _sentence(
    source: SourceText, report: Report, section: Section, piece: FoldedText, ordinal: int, setting: Setting
) -> Sentence:
    stance, years = judge(piece.text, setting)
    single = years is not None and years[0] == years[1]
    span = piece.span(0, len(piece.text))
    return Sentence(
        id=f"{report.id}-{ordinal:04d}",
        report_id=report.id,
        ordinal=ordinal,
        span=span,
        folded=piece,
        display=join_wraps(source.text[span.start : span.end]),
        section=section.path,
        stance=stance,
        period=years[0] if years is not None and single else None,
        years=None if single else years,
    )


_SET_APART = re.compile(r"(?<!\d)\d(?: ?[．.] ?\d(?!\d)| \d(?!\d))+")


def join_wraps(quote: str) -> str:
    """A quotation for reading: its own glyphs, white space kept only between ASCII words, page numbers that
    stand in it left out; digits that a source sets apart (4 9 2 5 0 万吨) stand together."""
    if "\n" in quote:
        quote = "\n".join(quote[start:end] for start, end in without(quote, page_marks(quote)))
    quote = _SET_APART.sub(lambda found: found.group().replace(" ", ""), quote)
    pieces = quote.split()
    joined = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        both_ascii = (
            joined[-1:].isascii() and joined[-1:].isalnum() and piece[:1].isascii() and piece[:1].isalnum()
        )
        joined += (" " if both_ascii else "") + piece
    return joined
