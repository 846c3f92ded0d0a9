"""Judged statements → the few that the model is shown, within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence

from rag.domain import Evidence, Intent, QuestionKind, Statement
from rag.ports import CountTokens

_REACH, _REACH_LIST = 1.2, 2.5
"""How far below the best statement evidence may be: what is further off misleads and costs time."""
_OVERHEAD = 14
"""Tokens that the place, year and number of a piece of evidence cost beside its text."""


def choose_statements(
    judged: Sequence[Statement], *, intent: Intent, budget: int, count_tokens: CountTokens, limit: int = 6
) -> list[Statement]:
    """The best statements within the budget in tokens: first the best of each indicator, no wording twice."""
    reach = _REACH_LIST if intent.kind is QuestionKind.LIST else _REACH
    ordered: list[Statement] = []
    for indicator in intent.indicators:
        ordered += [s for s in judged if indicator.name in s.indicators][:1]
    ordered += judged
    chosen: list[Statement] = []
    spent = 0
    for statement in ordered:
        cost = count_tokens(statement.text) + _OVERHEAD
        if len(chosen) >= limit or (chosen and spent + cost > budget) or _repeats(statement, chosen):
            continue
        if chosen and statement.score < judged[0].score - reach:
            continue
        chosen.append(statement)
        spent += cost
    return chosen


def as_evidence(
    chosen: Sequence[Statement], *, budget: int, count_tokens: CountTokens
) -> tuple[Evidence, ...]:
    """The statements numbered, the first ones in their whole sentences, as far as the budget in tokens goes:
    what stands beside a statement says what it is about."""
    left = budget - sum(count_tokens(statement.text) + _OVERHEAD for statement in chosen)
    shown: list[Evidence] = []
    for number, statement in enumerate(chosen, 1):
        whole = statement.hit.sentence.text
        start, end = statement.start, statement.end
        more = count_tokens(whole) - count_tokens(statement.text)
        others = [other for other in chosen if other.hit.sentence.id == statement.hit.sentence.id]
        if more <= left and len(others) == 1:
            start, end, left = 0, len(whole), left - more
        shown.append(Evidence(id=number, statement=statement, start=start, end=end))
    return tuple(shown)


def _repeats(statement: Statement, chosen: Sequence[Statement]) -> bool:
    """Whether a chosen statement says the same or overlaps it."""
    return any(
        other.hit.report.id == statement.hit.report.id
        and (other.text == statement.text or other.span.overlaps(statement.span))
        for other in chosen
    )
