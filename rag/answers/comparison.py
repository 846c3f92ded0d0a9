"""Several places, years or indicators: each gets its own search and its own figure;
code computes, names what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answers.fact import answer_fact
from rag.answers.refusal import not_stated
from rag.domain import (
    Answer,
    Intent,
    Language,
    QuestionKind,
    Refusal,
    RefusalReason,
    Report,
    Stance,
    Statement,
    Wanted,
)
from rag.inquiry import Inquiry
from rag.steps import compare, phrase
from rag.steps.answer import Claim
from rag.steps.locate import reports_of_years
from rag.steps.pick_values import goals
from rag.steps.question_words import (
    BASELINE,
    WHICH_PLACES,
    aims_of_all,
    asks_both_stances,
    stance_beside,
)
from rag.steps.refuse import weigh
from rag.steps.scope import Scope
from rag.steps.tabulate import tabulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison. `label` is None where the place of the statement names it.

    `needed` is whether its absence has to be said: places and years that were asked for, not an indicator
    that a joint wording also names. `says` is what a statement has to hold: a year that no report is of may
    stand in a later one (从2011年的1091亿元增加到2016年的1650亿元). `elsewhere` is a side to take where this
    one gives nothing.
    """

    name: str
    reports: tuple[Report, ...]
    intent: Intent
    label: str | None = None
    needed: bool = True
    says: str | None = None
    elsewhere: Side | None = None


def answer_comparison(inquiry: Inquiry, scope: Scope) -> Answer:
    if (told := _against_baseline(inquiry, scope)) is not None:
        return inquiry.quote([told])
    sides = _sides(inquiry, scope)
    readings, lacking = read_sides(inquiry, sides)
    if all(side.label is None for side in sides):
        readings = compare.tell_years_apart(readings, inquiry.language)
    missing = [*scope.missing, *lacking]
    if not readings:
        return not_stated(inquiry, scope, None) if missing else answer_fact(inquiry, scope)
    statements = [reading.statement for reading in readings]
    inquiry.show(statements)
    # One sentence may give both figures: it is quoted once.
    claims = inquiry.quotations(list({(s.hit.sentence.id, s.start, s.end): s for s in statements}.values()))
    computed = compare.compute(readings, inquiry.asked, inquiry.language)
    if computed is not None:
        end = phrase.stop(inquiry.language, last=True)
        claims.append(
            Claim(text=computed.text, statements=tuple(statements), computed=computed.expressions, end=end)
        )
    if not missing:
        return _tabulated(inquiry.answer(claims), inquiry, readings, ())
    reason = RefusalReason.NOT_IN_CORPUS if scope.missing else RefusalReason.NOT_STATED
    refusal = Refusal(reason=reason, detail=phrase.lacking(missing, inquiry.language))
    answer = inquiry.answer(claims, refusal=refusal)
    answer = replace(answer, text=f"{answer.text} {refusal.detail}".strip())
    return _tabulated(answer, inquiry, readings, missing)


def _tabulated(
    answer: Answer, inquiry: Inquiry, readings: Sequence[compare.Reading], missing: Sequence[str]
) -> Answer:
    """The answer with its figures side by side."""
    found = tabulate(readings, missing, citations=answer.citations, indicators=inquiry.intent.indicators)
    return replace(answer, comparison=found)


def _against_baseline(inquiry: Inquiry, scope: Scope) -> Statement | None:
    """The one statement that measures a year against another itself: PM2.5浓度比2013年下降37.8%."""
    intent = inquiry.intent
    match = BASELINE.search(intent.text)
    year = int(match["year"] or match["since"]) if match else None
    if year is None or len(intent.periods) != 2 or year not in intent.periods:
        return None
    if intent.wanted is Wanted.AMOUNT:
        return None  # a rate that the later report gives is no answer in yuan: both amounts are
    later = tuple(period for period in intent.periods if period != year)
    narrowed = replace(intent, periods=later, kind=QuestionKind.FACT)
    reports = tuple(report for report in scope.reports if report.year in (later[0], later[0] + 1))
    good = weigh(inquiry.look(reports, narrowed), narrowed).good
    before = rf"{year}年|比上年|较上年|同比|比去年" if later[0] == year + 1 else f"{year}年"
    told = next((statement for statement in good if re.search(before, statement.text)), None)
    if told is not None:
        inquiry.show([told])
    return told


def read_sides(inquiry: Inquiry, sides: Sequence[Side]) -> tuple[list[compare.Reading], list[str]]:
    """One figure for each side, and the sides that give none."""
    readings: list[compare.Reading] = []
    lacking: list[str] = []
    for side in sides:
        reading = _read_side(inquiry, side) or _told_goal(inquiry, side)
        if reading is None and side.elsewhere is not None:
            reading = _read_side(inquiry, side.elsewhere)
        if reading is not None:
            readings.append(reading)
        elif side.needed:
            lacking.append(side.name)
    return readings, lacking


def _read_side(inquiry: Inquiry, side: Side) -> compare.Reading | None:
    """The figure of the best statement that gives one."""
    indicator = side.intent.indicators[0] if side.intent.indicators else None
    for statement in weigh(inquiry.look(side.reports, side.intent), side.intent).good:
        if side.says is not None and side.says not in statement.text:
            continue
        if (figure := compare.read_value(statement, side.intent, indicator)) is not None:
            label = side.label or compare.label(statement, side.intent)
            return compare.Reading(label=label, statement=statement, figure=figure)
    return None


def _told_goal(inquiry: Inquiry, side: Side) -> compare.Reading | None:
    """What was aimed at, where only the review tells of it: 增速未达到7%以上的预期目标."""
    if side.intent.stance is not Stance.TARGET:
        return None
    intent = replace(side.intent, stance=None)
    for statement in inquiry.look(side.reports, intent):
        found = goals(statement.text)
        if statement.indicators and statement.fits_period and found:
            return compare.Reading(label=side.label or side.name, statement=statement, figure=found[0])
    return None


def _sides(inquiry: Inquiry, scope: Scope) -> list[Side]:
    """By year for one place in several years, by indicator for one place and several indicators, else by
    place: then what was done is compared, not one's plan with another's result, unless the question or its
    year asks for what is ahead.
    """
    intent = inquiry.intent
    if intent.wanted is Wanted.NONE:
        intent = replace(intent, wanted=Wanted.ANY)
    english = inquiry.language is Language.ENGLISH
    regions = intent.regions or tuple(dict.fromkeys(r.region for r in scope.reports if r.region))
    if len(regions) == 1 and len(intent.periods) <= 1 and asks_both_stances(inquiry.asked):
        return _stance_sides(scope, intent, english=english)
    if len(regions) == 1 and len(intent.periods) >= 2:
        return [_year_side(period, scope, intent, english=english) for period in intent.periods]
    if len(regions) == 1 and len(intent.indicators) >= 2:
        return [
            Side(
                name=indicator.name,
                reports=scope.reports,
                intent=replace(intent, indicators=(indicator,), indicator_words=()),
                label=indicator.name,
                needed=False,
            )
            for indicator in intent.indicators
        ]
    return [_place_side(region, scope, intent) for region in regions]


def _place_side(region: str, scope: Scope, intent: Intent) -> Side:
    """A place, in its own year where each is asked about for another one."""
    reports = tuple(report for report in scope.reports if report.region == region)
    year = dict(intent.years_of).get(region)
    if year is not None:
        reports = tuple(report for report in reports if report.year in (year, year + 1)) or reports
        intent = replace(intent, periods=(year,))
    stance = intent.stance or intent.leaning or Stance.RESULT
    named = bool(intent.regions) or WHICH_PLACES.search(intent.text) is None
    intent = replace(intent, regions=(region,), stance=stance)
    return Side(name=region, reports=reports, intent=intent, needed=named)


def _stance_sides(scope: Scope, intent: Intent, *, english: bool) -> list[Side]:
    """What was aimed at for a year and what came of it."""
    names = {Stance.TARGET: ("目标", "target"), Stance.RESULT: ("实际", "result")}
    return [
        Side(
            name=both[english],
            reports=scope.reports,
            intent=replace(intent, stance=stance),
            label=both[english],
        )
        for stance, both in names.items()
    ]


def _year_side(period: int, scope: Scope, intent: Intent, *, english: bool) -> Side:
    """A year of one place: its review stands in the next year's report, its plan in its own."""
    newest = max((report.year for report in scope.reports if report.year), default=0)
    name = str(period) if english else f"{period}年"
    likely = Stance.TARGET if period >= newest else Stance.RESULT
    covering = tuple(report for report in scope.reports if report.year in (period, period + 1))
    side = Side(
        name=name,
        reports=scope.reports,
        says=f"{period}年",
        intent=replace(
            intent,
            periods=(period,),
            stance=stance_beside(intent.text, period, newest=newest)
            or (intent.stance if reports_of_years(intent.text) or aims_of_all(intent.text) else None)
            or likely,
            leaning=likely,
        ),
        label=name,
    )
    return replace(side, reports=covering, says=None, elsewhere=side) if covering else side
