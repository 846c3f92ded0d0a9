"""One source text → its reports, sentences and passages: the pure heart of line 1."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from rag.domain import FoldedText, Passage, Report, ReportKind, Section, Sentence, SourceText, Stance
from rag.ports import Gazetteer, Reading, Simplify
from rag.steps.chunk import chunk
from rag.steps.find_duplicates import sketch
from rag.steps.fold import fold
from rag.steps.identify import Hints, identify, is_furniture
from rag.steps.judge_stance import judge, moves_ahead, opens_past
from rag.steps.outline import outline
from rag.steps.segment import sentences as cut_sentences

READING_RULES = "2"
"""Raised when the rules of reading change: stored texts are then read again by `wenbao rebuild`."""


def read(source: SourceText, *, simplify: Simplify, gazetteer: Gazetteer, hints: Hints = Hints()) -> Reading:
    """Read a whole source. Raises nothing: a text without a report in it gives an undecided one."""
    folded = fold(source.text, simplify=simplify)
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
    ordinal = 0
    ahead = False
    past: int | None = None
    for section in outline(body, year=report.year, first_stance=first):
        for start, end in _heading_and_sentences(section, body.text[section.span.start : section.span.end]):
            begin = section.span.start + start
            piece = body.slice(begin, section.span.start + end)
            if is_furniture(piece.text):
                continue
            if begin == 0 or body.text[begin - 1] == "\n":
                past = opens_past(piece.text, year=report.year)
            ahead = ahead or (not section.path and moves_ahead(piece.text, year=report.year))
            told = section if past is None else replace(section, stance=Stance.RESULT, period=past)
            yield _sentence(source, report, told, piece, ordinal, ahead=ahead)
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


def _sentence(
    source: SourceText, report: Report, section: Section, piece: FoldedText, ordinal: int, *, ahead: bool
) -> Sentence:
    stance, period = section.stance, section.period
    if ahead and not section.path:
        stance, period = Stance.PLAN, report.year
    stance, period = judge(piece.text, section=stance, period=period, year=report.year)
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
        period=period,
    )


def join_wraps(quote: str) -> str:
    """A quotation for reading: its own glyphs, white space kept only between ASCII words."""
    pieces = quote.split()
    joined = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        both_ascii = (
            joined[-1:].isascii() and joined[-1:].isalnum() and piece[:1].isascii() and piece[:1].isalnum()
        )
        joined += (" " if both_ascii else "") + piece
    return joined
