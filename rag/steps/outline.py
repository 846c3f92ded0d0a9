"""Folded report → its sections: 一、/(一) headings, short titled lines, 【lists】, also without line breaks.

In a text without paragraphs a heading ends at its full stop, or else at the white space that the source had
there (the end of its line).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.domain import FoldedText, Section, Span, Stance
from rag.steps.judge_stance import section_stance

_MARKED = re.compile(
    r"(?P<mark>[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]|【(?=[^】\n]{2,12}】))"
)
_BEFORE_MARK = "\n。!?:;”"
_OPENING = re.compile(r"各位代表[:,!]")
_TITLED = re.compile(r"(?:(?<=\n)|^)(?P<title>[^\n。!?;:,]{4,32})(?=\n)")
_LEAD_YEAR = re.compile(r"(?:19|20)\d\d年.{0,3}(?:工作回顾|工作|经济社会发展|重点|总体|主要|政府)")
_MAX_HEADING = 45
_LINE = 22
"""Code points after which white space in a heading is the wrap of a full line, not the heading's end."""


def outline(report: FoldedText, *, year: int | None, first_stance: Stance = Stance.OTHER) -> list[Section]:
    """Sections in order, gapless from 0 to the end; spans are offsets into `report.text`.

    `first_stance` is that of the text before the first heading, and of a heading that says nothing itself and
    stands under none that does: 二、推进改革 after 一、去年工作回顾 is no review.
    """
    headings = sorted(_headings(report), key=lambda heading: heading[0])
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    stance = first_stance
    period = year - 1 if year and first_stance is Stance.RESULT else None
    in_force = {0: (stance, period)}  # by level of the headings that are open
    start = 0
    for begin, level, title in headings:
        sections.extend(_section(start, begin, path, stance, period))
        path = [entry for entry in path if entry[0] < level]
        in_force = {above: said for above, said in in_force.items() if above < level}
        stance, period = section_stance(title, year=year) or in_force[max(in_force)]
        in_force[level] = stance, period
        path.append((level, title))
        start = begin
    sections.extend(_section(start, len(report.text), path, stance, period))
    return sections


def _section(
    start: int, end: int, path: list[tuple[int, str]], stance: Stance, period: int | None
) -> Iterator[Section]:
    if start < end:
        yield Section(path=tuple(t for _, t in path), span=Span(start, end), stance=stance, period=period)


def _headings(report: FoldedText) -> Iterator[tuple[int, int, str]]:
    """(offset, level, heading), not in order."""
    text = report.text
    heading_end: int | None = 0
    for match in _MARKED.finditer(text):
        if match.start() != heading_end and text[match.start() - 1] not in _BEFORE_MARK:
            continue
        heading_end = _heading_end(report, match.end())
        if heading_end is not None:
            level = {"、": 1, ")": 2, "【": 1}[match["mark"][-1]]
            yield match.start(), level, text[match.start() : heading_end].strip("。:\n ")
    opening = _OPENING.search(text[:2000])
    for match in _TITLED.finditer(text, opening.end() if opening else 1):
        title = match["title"]
        if not _MARKED.match(title) and not title.startswith("——"):
            yield match.start(), 1 if _LEAD_YEAR.match(title) else 2, title


def _heading_end(report: FoldedText, start: int) -> int | None:
    """Where a heading that begins before `start` ends; None where it is a list item in a sentence."""
    text, origin = report.text, report.origin
    for position in range(start, min(start + _MAX_HEADING, len(text))):
        if text[position] in "。:\n】":
            return position + (text[position] == "】")
        if text[position] in ";!?":
            return None
        gap = origin[position] - origin[position - 1] > 1
        if gap and 4 <= position - start < _LINE and not _stops_soon(text, position):
            return position
        if gap and position - start >= _LINE + 2:
            return position
    return None


def _stops_soon(text: str, position: int) -> bool:
    """Whether the heading's own full stop comes soon after a wrap at `position`."""
    stop = re.search(r"[。:;!?,]", text[position : position + 15])
    return stop is not None and stop.group() == "。"
