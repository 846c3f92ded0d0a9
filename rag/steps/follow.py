"""A report's sentences in order → what stands around the next one: whose years, whose mood.

A paragraph that opens with 去年, a lead such as 主要体会是:, or 2024年…将… in a news article bears on the
sentences after it until something else takes over.
"""

from __future__ import annotations

import re

from rag.domain import Report, ReportKind, Section, Stance
from rag.steps.judge_stance import Setting, moves_ahead, opens_lessons, opens_past, opens_plans, turns_ahead
from rag.steps.tell_years import Years, announced, year_and_span

_OF_THE_YEAR = re.compile(
    r"^(?:各位代表[:,!])?(?:回顾)?(?:刚刚过去的|过去的?)?(?:一年|去年|(?:19|20)\d\d年(?!以来|来))"
)
_OF_THE_SPAN = re.compile(
    r"^.{0,8}?(?:过去[三四五]年|[三四五]年[来间中]|这[三四五]年|“[一二三四五六七八九十]{1,3}五”|本届政府)|^这是[^,。]{0,24}的[三四五]年"
)
"""How a paragraph opens under a heading that reviews both."""
_NO_SPAN = re.compile(r"[是为][^,。;]{0,8}[“「][一二三四五六七八九十]{1,3}五[”」]")
"""是“十四五”的开局之年 and 为“十五五”打好基础 speak of the year."""
_TURNS_TO_SPAN = re.compile(
    r"^(?:各位代表[:,!])?(?:总的看|回顾|纵观|在|可以说)?,?(?:过去的?[三四五]年|[三四五]年[来间中]|这[三四五]年(?!级)"
    r"|“[一二三四五六七八九十]{1,3}五”(?:时期|期间|以来|的?[三四五]年)|本届政府任期)"
)
"""How a paragraph of a review of the year turns to several years: 这五年,民生福祉持续增进."""
_NAMES_YEARS = re.compile(r"(?:19|20)\d\d年|去年|过去|[三四五]年")
_OPENING = 30
"""Code points in which a sentence that dates what follows names its span."""
_LEADS = 3
"""A heading and the two sentences after it may announce the years of what follows."""


class Course:
    """What the sentences of one report have told so far. `enter` each section, then ask `next` for each of
    its sentences in order.
    """

    def __init__(self, report: Report) -> None:
        self._year = report.year
        self._this_year = None if report.year is None else (report.year, report.year)
        self._news = report.kind is ReportKind.NEWS
        self._ahead = False  # a news article has turned to the plans
        self._plans = False  # a report whose headings tell nothing has
        self._past: Years | None = None
        self._whole_paragraph = False
        self._main: tuple[str, ...] = ()
        self._both: tuple[Years, Years] | None = None  # what its heading reviews, in its order
        self._of: Years | None = None  # which of both is told of
        self._lessons_in: tuple[str, ...] | None = None  # the main heading under which a lead opened lessons

    def enter(self, section: Section) -> None:
        self._section = section
        self._years = section.years
        if section.path[:1] != self._main:
            self._main = section.path[:1]
            self._both = year_and_span("".join(self._main), year=self._year)
            self._of = self._both[0] if self._both else None
        self._reviewed: Years | None = None
        self._read = 0
        self._past = None
        if section.stance is Stance.RESULT:
            self._plans = False
        if section.stance is not Stance.RESULT or section.path[:1] != self._lessons_in:
            self._lessons_in = None

    def next(self, text: str, *, opens: bool) -> Setting:
        """What stands around the next sentence; `opens` is whether it begins a paragraph."""
        self._follow_past(text, opens=opens)
        self._announce(text)
        self._turn_to(text, opens=opens)
        section = self._section
        lesson = self._lessons_in is not None
        if section.stance is Stance.RESULT and opens_lessons(text):
            self._lessons_in = section.path[:1]
        self._ahead = self._ahead or (self._news and moves_ahead(text, year=self._year))
        stance, years = section.stance, self._years
        if stance is Stance.RESULT and years == section.years:
            years = self._of or years
        if stance is Stance.OTHER:
            self._plans = self._plans or opens_plans(text, year=self._year)
            if self._plans:
                stance, years = Stance.PLAN, years or self._this_year
        if self._ahead and not section.path:
            stance, years = Stance.PLAN, self._this_year
        if self._past is not None:
            stance, years = Stance.RESULT, self._past
        return Setting(
            stance=stance,
            years=years or self._reviewed,
            year=self._year,
            lesson=lesson,
            reviews=years is None and self._reviewed is not None,
        )

    def _follow_past(self, text: str, *, opens: bool) -> None:
        """A paragraph that opens with a past year tells of it to its end, a sentence inside one until the
        next that looks ahead. Under a heading of the review the years are the heading's.
        """
        if self._section.stance is Stance.RESULT:
            return
        past = opens_past(text, year=self._year)
        if opens:
            self._past, self._whole_paragraph = past, past is not None
        elif past is not None:
            self._past = past
        elif not self._whole_paragraph and turns_ahead(text):
            self._past = None

    def _turn_to(self, text: str, *, opens: bool) -> None:
        """A paragraph of a review says in its opening whether it tells of the year or of several. Under a
        heading that names the year, several are an aside of one paragraph."""
        if not opens or (self._both is None and self._section.stance is not Stance.RESULT):
            return
        if self._both is None:
            if _OF_THE_YEAR.match(text) or _NAMES_YEARS.search("".join(self._main)):
                self._of = None
            if _TURNS_TO_SPAN.match(text):
                self._of = announced(text[:_OPENING], year=self._year, past=True)
            return
        single, span = sorted(self._both, key=lambda years: years[1] - years[0])
        if _OF_THE_YEAR.match(text):
            self._of = single
        elif _OF_THE_SPAN.match(text):
            self._of = span

    def _announce(self, text: str) -> None:
        """今后五年是…关键时期 dates the plans under a heading; where the heading says nothing, an opening
        with past years makes it a review.
        """
        self._read += 1
        if self._read > _LEADS:
            return
        if self._section.stance in (Stance.PLAN, Stance.TARGET):
            opening = _NO_SPAN.sub("", text)[:_OPENING]
            self._years = announced(opening, year=self._year, past=False) or self._years
        elif self._section.stance is Stance.OTHER and self._section.path:
            self._reviewed = self._reviewed or self._past
