"""What a question takes for granted against what the evidence says: 出口大幅下滑 where it grew by 12.5%."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rag.domain import Bound, Direction, Figure, Intent, Statement
from rag.steps.attribute import attribute
from rag.steps.indicate import states
from rag.steps.pick_values import is_missed
from rag.steps.question_words import ACHIEVED, FELL, GREW, OPEN_DIRECTION, SUPPOSED
from rag.steps.read_figures import read_figures, same_unit, same_value

_ROUNDED = Decimal("0.03")
"""By what share of itself a value is off that a question rounds."""
_OPPOSITE = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}


def belied(good: Sequence[Statement], intent: Intent) -> Statement | None:
    """The statement that tells otherwise than the question takes for granted; None where nothing does. `good`
    are those that answer, best first: the direction is that of the first that says which way its indicator
    went."""
    if not good:
        return None
    if ACHIEVED.search(intent.text) and is_missed(good[0].text):
        return good[0]
    told = next((s for s in good if s.indicators and _directions(s)), good[0])
    return told if contradicts(told, intent.text) else misstated(good, intent)


def contradicts(statement: Statement, question: str) -> bool:
    """Whether the statement goes the other way than the folded question takes for granted.

    That is so where the question says that something fell (or rose) and all that the statement gives went the
    other way, or where it
    gives a value of the statement the opposite direction. A question that leaves the direction open, or asks
    how much, takes nothing for granted but what it says in front of that.
    """
    told = [f for f in read_figures(statement.text) if f.direction is not Direction.NONE]
    if any(
        same_value(ours, theirs) and theirs.direction is _OPPOSITE.get(ours.direction)
        for ours in read_figures(question)
        for theirs in told
    ):
        return True
    question = _supposed(question)
    if OPEN_DIRECTION.search(question):
        return False
    for taken, against in ((FELL, Direction.UP), (GREW, Direction.DOWN)):
        if taken.search(question) and not _either(question):
            return bool(told) and all(figure.direction is against for figure in told)
    return False


def _supposed(question: str) -> str:
    """What stands in front of what is asked; the whole question where nothing does."""
    supposed = SUPPOSED.search(question)
    return question[: supposed.start()] if supposed is not None else question


def _either(question: str) -> bool:
    """Whether a question speaks of both ways: 为什么出口增长而进口下降."""
    return bool(FELL.search(question)) and bool(GREW.search(question))


def _directions(statement: Statement) -> bool:
    return any(figure.direction is not Direction.NONE for figure in read_figures(statement.text))


def misstated(good: Sequence[Statement], intent: Intent) -> Statement | None:
    """The best statement where the question takes a value for granted that the report does not give:
    GDP增长8%是怎么做到的 where it grew by 5.1%.

    None where the question leaves the value open (增长8%吗), where some statement gives it, and where the
    best gives none that could be held against it.
    """
    question = _supposed(intent.text) if len(intent.periods) < 2 and intent.stance is None else intent.text
    if not good or OPEN_DIRECTION.search(question):
        return None
    for indicator in intent.indicators:
        taken = [owned.figure for owned in attribute(question) if states(owned.words or "", indicator)]
        told = [
            [owned.figure for owned in attribute(statement.text) if states(owned.words or "", indicator)]
            for statement in good
        ]
        for ours in taken:
            rivals = [[theirs for theirs in figures if _of_one_kind(ours, theirs)] for figures in told]
            if rivals[0] and not any(_agree(ours, theirs) for figures in rivals for theirs in figures):
                return good[0]
    return None


def _of_one_kind(ours: Figure, theirs: Figure) -> bool:
    return same_unit(ours, theirs) and ours.kind is theirs.kind and ours.direction is theirs.direction


def _agree(ours: Figure, theirs: Figure) -> bool:
    """The same, or what the question says less exactly: 5% of 5.1%, 突破2000亿元 of 2016亿元."""
    if ours.bound is Bound.AT_LEAST:
        return theirs.value >= ours.value
    if ours.bound is Bound.AT_MOST:
        return theirs.value <= ours.value
    return abs(ours.value - theirs.value) <= _ROUNDED * theirs.value
