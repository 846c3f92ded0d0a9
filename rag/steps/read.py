"""One source text → its reports, sentences and passages: the pure heart of line 1."""

from __future__ import annotations

from collections.abc import Iterator

from rag.domain import FoldedText, Passage, Report, ReportKind, Section, Sentence, SourceText, Stance
from rag.ports import Gazetteer, Reading, Simplify
from rag.steps.chunk import chunk
from rag.steps.fold import fold
from rag.steps.identify import Hints, identify, is_furniture
from rag.steps.judge_stance import Setting, judge, moves_ahead, opens_lessons, opens_past, turns_ahead
from rag.steps.outline import outline
from rag.steps.segment import sentences as cut_sentences
from rag.steps.tell_years import Years, announced

READING_RULES = "2"
"""Raised when the rules of reading change: stored texts are then read again by `wenbao rebuild`."""


def read(source: SourceText, *, simplify: Simplify, gazetteer: Gazetteer, hints: Hints = Hints()) -> Reading:
    """Read a whole source. Raises nothing: a text without a report in it gives an undecided one."""
    folded = fold(source.text, simplify=simplify)
    reports = identify(folded, source_id=source.id, source_name=source.name, gazetteer=gazetteer, hints=hints)
    all_sentences: list[Sentence] = []
    passages: list[Passage] = []
    for report in reports:
        own = list(read_sentences(source, folded, report))
        all_sentences.extend(own)
        passages.extend(chunk(report, own))
    return Reading(
        source=source, reports=tuple(reports), sentences=tuple(all_sentences), passages=tuple(passages)
    )


def read_sentences(source: SourceText, folded: FoldedText, report: Report) -> Iterator[Sentence]:
    """The sentences of one report with their stance and period, in order."""
    body = _body(folded, report)
    first = Stance.RESULT if report.kind is ReportKind.NEWS else Stance.OTHER
    course = _Course(report)
    for section in outline(body, year=report.year, first_stance=first):
        course.enter(section)
        for start, end in _heading_and_sentences(section, body.text[section.span.start : section.span.end]):
            begin = section.span.start + start
            piece = _on_one_line(body.slice(begin, section.span.start + end))
            if is_furniture(piece.text):
                continue
            setting = course.setting(piece.text, opens=begin == 0 or body.text[begin - 1] == "\n")
            yield _sentence(source, report, section, piece, course.count, setting)
            course.count += 1


class _Course:
    """What the sentences of a report have told so far that bears on the next one."""

    def __init__(self, report: Report) -> None:
        self.count = 0
        self._year = report.year
        self._news = report.kind is ReportKind.NEWS
        self._ahead = False
        self._past: Years | None = None
        self._whole_paragraph = False
        self._lesson: tuple[str, ...] | None = None
        self._read = 0

    def enter(self, section: Section) -> None:
        """A new section: its first sentences may announce its years."""
        self._section = section
        self._years = section.years
        self._reviews: Years | None = None
        self._read = 0
        self._past = None
        if section.stance is not Stance.RESULT or section.path[:1] != self._lesson:
            self._lesson = None

    def setting(self, text: str, *, opens: bool) -> Setting:
        """What stands around the next sentence; `opens` is whether it begins a paragraph."""
        self._follow_past(text, opens=opens)
        self._announce(text)
        section = self._section
        self._ahead = self._ahead or (
            self._news and not section.path and moves_ahead(text, year=self._year)
        )
        lesson = self._lesson is not None
        if section.stance is Stance.RESULT and opens_lessons(text):
            self._lesson = section.path[:1]
        stance, years = section.stance, self._years
        if self._ahead and not section.path:
            stance, years = Stance.PLAN, None if self._year is None else (self._year, self._year)
        if self._past is not None:
            stance, years = Stance.RESULT, self._past
        reviews = self._reviews is not None and years is None
        return Setting(
            stance=stance,
            years=years or self._reviews,
            year=self._year,
            lesson=lesson,
            reviews=reviews,
        )

    def _follow_past(self, text: str, *, opens: bool) -> None:
        """A paragraph that opens with a past year tells of it to its end, a sentence inside one until the
        next that looks ahead.
        """
        if self._section.stance is Stance.RESULT:
            return  # its years are the heading's
        past = opens_past(text, year=self._year)
        if opens:
            self._past, self._whole_paragraph = past, past is not None
        elif past is not None:
            self._past = past
        elif not self._whole_paragraph and turns_ahead(text):
            self._past = None

    def _announce(self, text: str) -> None:
        """今后五年是…关键时期 in the first two sentences dates the plans under a heading; where the heading says
        nothing, an opening with past years makes it a review.
        """
        self._read += 1
        if self._read > _LEADS:
            return
        stance = self._section.stance
        if stance in (Stance.PLAN, Stance.TARGET):
            self._years = announced(text, year=self._year, past=False) or self._years
        elif stance is Stance.OTHER and self._section.path:
            self._reviews = self._reviews or self._past


_LEADS = 3
"""A heading and the two sentences after it."""


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
    origin = folded.origin
    start = next(i for i, offset in enumerate(origin) if offset >= report.span.start)
    end = next((i for i, offset in enumerate(origin) if offset >= report.span.end), len(folded.text))
    return folded.slice(start, min(end, len(folded.text)))


def _on_one_line(piece: FoldedText) -> FoldedText:
    """A sentence whose lines a site broke, without the breaks."""
    kept = [i for i, character in enumerate(piece.text) if character != "\n"]
    if len(kept) == len(piece.text):
        return piece
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
