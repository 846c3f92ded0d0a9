"""Sentences of one report that say the same with other figures.

Two clauses conflict when they are equal but for the values of their figures: 进出口总值增长277.28% and
进出口总值增长300%. A clause must hold words enough to be about something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.domain import Bound, Figure, FigureKind, Hit, Indicator, Sentence, Statement
from rag.steps.attribute import attribute
from rag.steps.pick_values import ROUND
from rag.steps.read_figures import read_figures, same_unit
from rag.steps.segment import clauses, statements

_SHORT = 4
"""Code points that must be left of a clause when its figures and the words below are taken out."""
_SAYS_NOTHING = re.compile(
    r"同比|环比|[比较]上年|[比较]去年|增长|增速|下降|提高|增加|减少|达到?|完成|实现|累计|分别|排名?|位[列居]|全[国省市县区]|"
    r"稳定在|控制在|以上|以内|左右|面积|规模|总量|产量|产值|数量"
)
"""较上年提高# does not say what rose, 种植面积稳定在#以上 not what is planted: the clause before does."""
_VERB = re.compile(r"(?:[迈登跨站]上?|达到?|完成|实现|突破|为|是)$")
_PART_OF_YEAR = re.compile(r"季度|上半年|下半年|\d月|[一二三四五六七八九十]月|年均|五年|核实|修订|初步")
_LEADS = re.compile(r"^(?:去年|全国|全市|全区|全县|全省|全年|预计|其中|共|累计|年内|年末)+")


def rivals(statement: Statement, sentences: Iterable[Sentence]) -> list[Statement]:
    """Statements of the same report, stance and time that contradict a clause of this one, in order."""
    own = _skeletons(statement.text)
    if not own:
        return []
    found = []
    mine = statement.hit.sentence
    for sentence in sentences:
        alike = (sentence.stance, sentence.period, sentence.years) == (mine.stance, mine.period, mine.years)
        if sentence.id == mine.id or not alike:
            continue
        for start, end in statements(sentence.text):
            theirs = _skeletons(sentence.text[start:end])
            if any(key in theirs and _differ(values, theirs[key]) for key, values in own.items()):
                found.append(_statement(statement, sentence, start, end))
    return found


def statement_of(hit: Hit) -> Statement:
    """A whole sentence that answers as it stands."""
    return Statement(
        hit=hit,
        start=0,
        end=len(hit.sentence.text),
        score=hit.score,
        indicators=(),
        cover=1.0,
        held=1.0,
        fits_stance=True,
        fits_period=True,
        fits_value=True,
    )


def apart(good: Sequence[Statement]) -> list[Statement]:
    """The next best statement of the best one's report, elsewhere in it, that gives another value in the same
    unit: where a question asks whether the report agrees with itself."""
    best = good[0]
    own = read_figures(best.text)
    for other in good[1:]:
        near = other.cover >= best.cover - _NEAR and other.hit.report.id == best.hit.report.id
        figures = read_figures(other.text)
        pairs = [(one, another) for one in own for another in figures if same_unit(one, another)]
        if near and other.hit.sentence.id != best.hit.sentence.id and pairs:
            return [other] if all(one.value != another.value for one, another in pairs) else []
    return []


_NEAR = 0.2


def other_values(best: Statement, good: Iterable[Statement], indicator: Indicator) -> list[Statement]:
    """Statements of the best one's report, stance and time that give the very indicator another value of the
    same kind: 地区生产总值57812亿元,增长5.4% and 去年全省生产总值…增长5.5%."""
    mine = best.hit.sentence
    own = _values_of(best, indicator)
    found = []
    for other in good:
        theirs = other.hit.sentence
        alike = (theirs.report_id, theirs.stance, theirs.period) == (mine.report_id, mine.stance, mine.period)
        if not alike or theirs.id == mine.id or mine.period is None:
            continue
        pairs = [
            (one, another)
            for one in own
            for another in _values_of(other, indicator)
            if one.kind is another.kind and same_unit(one, another)
        ]
        if pairs and all(one.value != another.value for one, another in pairs):
            found.append(other)
    return found


def _values_of(statement: Statement, indicator: Indicator) -> list[Figure]:
    """The exact figures of the indicator itself, not of a part of it or of a part of the year."""
    return [
        owned.figure
        for owned in attribute(statement.text)
        if owned.words is not None
        and _VERB.sub("", _LEADS.sub("", owned.words)).strip("的,") in indicator.terms
        and not ROUND.match(statement.text, owned.figure.end)
        and owned.figure.bound is Bound.EXACT
        and owned.figure.kind in (FigureKind.AMOUNT, FigureKind.PERCENT)
        and owned.figure.upper is None
        and not _PART_OF_YEAR.search(statement.hit.sentence.text[: statement.end])
    ]


def _differ(one: Sequence[Figure], other: Sequence[Figure]) -> bool:
    """Whether two lists of figures in like units give different values: 5000人 and 0.5万人 do not."""
    pairs = list(zip(one, other, strict=False))
    alike = len(one) == len(other) and all(same_unit(mine, theirs) for mine, theirs in pairs)
    return alike and any((mine.value, mine.upper) != (theirs.value, theirs.upper) for mine, theirs in pairs)


def _skeletons(text: str) -> dict[str, tuple[Figure, ...]]:
    """Each clause with its figures blanked → the figures. Clauses about nothing are left out."""
    found: dict[str, tuple[Figure, ...]] = {}
    for start, end in clauses(text):
        clause = text[start:end]
        figures = [f for f in read_figures(clause) if f.unit or f.kind is FigureKind.RANK]
        skeleton = clause
        for figure in reversed(figures):
            skeleton = skeleton[: figure.start] + "#" + skeleton[figure.end :]
        skeleton = _LEADS.sub("", skeleton).strip("。;,")
        if figures and len(_SAYS_NOTHING.sub("", skeleton.replace("#", ""))) >= _SHORT:
            found[skeleton] = tuple(figures)
    return found


def _statement(like: Statement, sentence: Sentence, start: int, end: int) -> Statement:
    return Statement(
        hit=Hit(sentence=sentence, report=like.hit.report, score=like.hit.score, found_by=("conflict",)),
        start=start,
        end=end,
        score=like.score,
        indicators=like.indicators,
        cover=like.cover,
        held=like.held,
        fits_stance=True,
        fits_period=True,
        fits_value=True,
    )


def distinct(statements_found: Sequence[Statement]) -> list[Statement]:
    """One statement for each wording."""
    seen: dict[str, Statement] = {}
    for statement in statements_found:
        seen.setdefault(statement.text.strip("。;"), statement)
    return list(seen.values())
