"""Sentences of one report that say the same with other figures.

Two clauses conflict when they are equal but for the values of their figures: 进出口总值增长277.28% and
进出口总值增长300%. A clause must hold words enough to be about something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.domain import Hit, Sentence, Statement
from rag.steps.read_figures import read_figures
from rag.steps.segment import clauses, statements

_SHORT = 5
"""Code points that a clause without its figures must have: 增长# says nothing of what grew."""
_LEADS = re.compile(r"^(?:全市|全区|全县|全省|全年|预计|其中|共|累计|年内|年末)+")


def rivals(statement: Statement, sentences: Iterable[Sentence]) -> list[Statement]:
    """Statements of the same report, stance and period that contradict a clause of this one, in order."""
    own = _skeletons(statement.text)
    if not own:
        return []
    found = []
    for sentence in sentences:
        if sentence.id == statement.hit.sentence.id or (sentence.stance, sentence.period) != (
            statement.hit.sentence.stance,
            statement.hit.sentence.period,
        ):
            continue
        for start, end in statements(sentence.text):
            theirs = _skeletons(sentence.text[start:end])
            if any(key in theirs and theirs[key] != value for key, value in own.items()):
                found.append(_statement(statement, sentence, start, end))
    return found


def _skeletons(text: str) -> dict[str, tuple[str, ...]]:
    """Each clause with its figures blanked → their values. Clauses about nothing are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for start, end in clauses(text):
        clause = text[start:end]
        figures = [f for f in read_figures(clause) if f.unit or f.text.startswith("第")]
        skeleton = clause
        for figure in reversed(figures):
            skeleton = skeleton[: figure.start] + "#" + skeleton[figure.end :]
        skeleton = _LEADS.sub("", skeleton).strip("。;,")
        if figures and len(skeleton.replace("#", "")) >= _SHORT:
            found[skeleton] = tuple(f"{figure.value}{figure.unit}" for figure in figures)
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
