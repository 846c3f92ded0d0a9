"""Folded report → its sections: 一、/(一) headings, short titled lines, 【lists】, also without line breaks.

In a text without paragraphs a heading ends at its full stop, or else at the white space that the source had
there (the end of its line).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.domain import FoldedText, Section, Span, Stance
from rag.steps.judge_stance import demands, section_stance, speaks_of_now
from rag.steps.tell_years import Years

_MARKED = re.compile(
    r"(?P<mark>[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十](?:[、线次级产季期]|是))|[(][一二三四五六七八九十]{1,3}[)]|【(?=[^】\n]{2,12}】))"
)
_VALUES = re.compile(r"\d(?:%|个百分点|[万亿]*元)")
"""A heading holds one such value at most: 一、二、三产业增加值分别增长4.2%、5%、5.4%."""
_FIRST = re.compile(r"(?P<main>一、)|[(]一[)]")
_BEFORE_MARK = "\n。!?:;”"
_OPENING = re.compile(r"各位代表[:,!]")
_TITLED = re.compile(r"(?:(?<=\n)|^)(?P<title>[^\n。!?;:,]{4,32})(?P<colon>:?)(?=\n)")
_CELL = re.compile(r"\d(?:%|[百千万亿]|个|家|元|吨|斤|亩|人|户|公里|微克)|以上$|左右$|以内$")
"""A line of a table that was laid with spaces: 生产总值增速 5.5%左右."""
_LED = 20
"""Code points that a titled line with a colon has at most: 2021年工作回顾:"""
_LEAD_YEAR = re.compile(
    r"(?:(?:19|20)\d\d年|今年|去年|过去一年|明年).{0,4}"
    r"(?:工作|经济社会发展|重点|总体|主要|政府|目标|任务|安排|打算|计划|要求|思路)"
)
_LEAD_SPAN = re.compile(r"(?:过去|今后|未来)[一二三四五六七八九十]年|结束语$")
"""A title of a whole half of a report: 一、二、 may stand under it."""
_PAIRS = (("《", "》"), ("“", "”"), ("(", ")"), ("「", "」"))
_LINE_ENDS = "。!?:;…”)】》"
_MAX_HEADING = 45
_LINE = 22
"""Code points after which white space in a heading is the wrap of a full line, not the heading's end."""


def outline(report: FoldedText, *, year: int | None, first_stance: Stance = Stance.OTHER) -> list[Section]:
    """Sections in order, gapless from 0 to the end; spans are offsets into `report.text`.

    `first_stance` is that of the text before the first heading, and of a heading that says nothing itself and
    stands under none that does: 二、推进改革 after 一、去年工作回顾 is no review.
    """
    headings = _with_leads(sorted(_headings(report), key=lambda heading: heading[0]))
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    told = _Told(first_stance, (year - 1, year - 1) if year and first_stance is Stance.RESULT else None)
    in_force = {-1: told}  # by level of the headings that are open
    start = 0
    planned: Years | None = None if year is None else (year, year)
    reviewed = False
    for begin, level, title in headings:
        sections.extend(_section(start, begin, path, told))
        path = [entry for entry in path if entry[0] < level]
        in_force = {above: said for above, said in in_force.items() if above < level}
        above = in_force[max(in_force)]
        told = _said(title, level, year=year, above=above, planned=planned if reviewed else None)
        reviewed = reviewed or told.stance is Stance.RESULT
        if level <= 1 and told.stance in (Stance.PLAN, Stance.TARGET):
            planned = told.years
        in_force[level] = told
        path.append((level, title))
        start = begin
    sections.extend(_section(start, len(report.text), path, told))
    return sections


class _Told(NamedTuple):
    stance: Stance
    years: Years | None


def _said(title: str, level: int, *, year: int | None, above: _Told, planned: Years | None) -> _Told:
    """What a heading says; else, after the review, a main heading is of the years `planned`; else what the
    heading above it says.
    """
    said = section_stance(title, year=year)
    keeps = level > 1 and above.stance is Stance.RESULT and not speaks_of_now(title, year=year)
    if said is not None and not (keeps and said[0] is Stance.PLAN):
        return _Told(*said)
    name = title.partition("、")[2] if level == 1 else ""
    if planned is not None and name and above.stance is Stance.OTHER and demands(name):
        return _Told(Stance.PLAN, planned)
    return above


def _section(start: int, end: int, path: list[tuple[int, str]], told: _Told) -> Iterator[Section]:
    if start < end:
        yield Section(
            path=tuple(t for _, t in path), span=Span(start, end), stance=told.stance, years=told.years
        )


def _headings(report: FoldedText) -> Iterator[tuple[int, int, str]]:
    """(offset, level, heading), not in order."""
    text = report.text
    heading_end: int | None = 0
    for match in _MARKED.finditer(text):
        if match.start() != heading_end and text[match.start() - 1] not in _BEFORE_MARK:
            continue
        heading_end = _heading_end(report, match.end())
        if heading_end is not None and len(_VALUES.findall(text, match.end(), heading_end)) < 2:
            level = {"、": 1, ")": 2, "【": 1}[match["mark"][-1]]
            yield match.start(), level, text[match.start() : heading_end].strip("。:\n ")
    opening = _OPENING.search(text[:2000])
    for match in _TITLED.finditer(text, opening.end() if opening else 1):
        title = match["title"]
        named = not match["colon"] or (
            len(title) <= _LED and title[-1] not in "是为" and section_stance(title, year=None) is not None
        )
        if (
            named
            and not _CELL.search(title)
            and not _MARKED.match(title)
            and not title.startswith("——")
            and _stands_alone(text, match)
        ):
            yield match.start(), _level(title), title


def _with_leads(headings: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A title without a number that tells what was done or is ahead stands above the numbers that begin after
    it: 2019年工作回顾, 一、全力打好攻坚战, 二、扩大投资, 2020年工作安排, 一、….
    """
    said = [section_stance(title, year=None) for *_, title in headings]
    tells = [
        not _MARKED.match(title) and one is not None for one, (*_, title) in zip(said, headings, strict=True)
    ]
    levels = [level for _, level, _ in headings]
    for number, (_, _, following) in enumerate(headings[1:]):
        first = _FIRST.match(following)
        below, above = said[number + 1], said[number]
        if first and tells[number] and (below is None or (above is not None and below[0] is above[0])):
            levels[number] = 0 if first["main"] else min(levels[number], 1)
    if 0 in levels:
        levels = [0 if told and level == 1 else level for told, level in zip(tells, levels, strict=True)]
    return [(begin, level, title) for (begin, _, title), level in zip(headings, levels, strict=True)]


def _level(title: str) -> int:
    if _LEAD_SPAN.search(title):
        return 0
    return 1 if _LEAD_YEAR.match(title) else 2


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a line is no piece of a sentence that a site broke around a link: ‘、「⏎波茨坦公告⏎」的’."""
    before = text.rfind("\n", 0, max(match.start() - 1, 0)) + 1
    line = text[before : max(match.start() - 1, 0)]
    broken = len(line) > _MAX_HEADING and line[-1] not in _LINE_ENDS
    if broken or match["title"][-1] in "了的和与及在同是" or not _whole(match["title"]):
        return False
    return text[match.end() + 1 : match.end() + 2] not in tuple(",。、;:)」』》”")


def _whole(title: str) -> bool:
    """Whether no bracket or quotation reaches beyond the title: ‘2.5)和可吸入颗粒物(PM’ is no whole one."""
    for opening, closing in _PAIRS:
        depth = 0
        for character in title:
            depth += (character == opening) - (character == closing)
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _heading_end(report: FoldedText, start: int) -> int | None:
    """Where a heading that begins before `start` ends; None where it is a list item in a sentence."""
    text, origin = report.text, report.origin
    for position in range(start, min(start + _MAX_HEADING, len(text))):
        if text[position] in "。:\n】":
            return position + (text[position] == "】")
        if text[position] in ";!?":
            return None
        gap = origin[position] - origin[position - 1] > 1 and not _joined(text, start, position)
        if gap and 4 <= position - start < _LINE and not _stops_soon(text, position):
            return position
        if gap and position - start >= _LINE + 2:
            return position
    return None


def _joined(text: str, start: int, position: int) -> bool:
    """Whether a gap at `position` is inside digits set apart (1 9 9 8年) or a title or quotation."""
    inside = any(text.count(o, start, position) > text.count(c, start, position) for o, c in _PAIRS)
    return text[position - 1].isdigit() or inside or text[position] in "》”)"


def _stops_soon(text: str, position: int) -> bool:
    """Whether the heading's own full stop comes soon after a wrap at `position`."""
    stop = re.search(r"[。:;!?,]", text[position : position + 15])
    return stop is not None and stop.group() == "。"
