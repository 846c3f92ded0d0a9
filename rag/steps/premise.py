"""What a question takes for granted against what the evidence says: 出口大幅下滑 where it grew by 12.5%."""

from __future__ import annotations

from rag.domain import Direction, Statement
from rag.steps.question_words import FELL, OPEN_DIRECTION
from rag.steps.read_figures import read_figures, same_value

_OPPOSITE = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}


def contradicts(statement: Statement, question: str) -> bool:
    """Whether the statement goes the other way than the folded question takes for granted.

    That is so where the question says that something fell and all that the statement gives rose, or where it
    gives a value of the statement the opposite direction. A question that leaves the direction open, or asks
    how much, takes nothing for granted.
    """
    told = [f for f in read_figures(statement.text) if f.direction is not Direction.NONE]
    if any(
        same_value(ours, theirs) and theirs.direction is _OPPOSITE.get(ours.direction)
        for ours in read_figures(question)
        for theirs in told
    ):
        return True
    if not FELL.search(question) or OPEN_DIRECTION.search(question):
        return False
    return bool(told) and all(figure.direction is Direction.UP for figure in told)
