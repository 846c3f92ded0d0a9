"""What no sentence says and two of them give: the share of one value in another, what is left of a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answers.comparison import Side, read_sides
from rag.domain import Answer, Figure, Indicator, QuestionKind, Statement, Wanted
from rag.inquiry import Inquiry
from rag.steps import compare, compute
from rag.steps.question_words import SHARE_OF, SURPLUS
from rag.steps.read_figures import same_unit
from rag.steps.scope import Scope

_PARTS = {"进口总额": ("进出口总额", "出口总额"), "出口总额": ("进出口总额", "进口总额")}
"""An indicator that is the first of two others less the second."""


def answer_derived(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """None where nothing of the kind is asked, or the reports do not give both values in one unit."""
    return _share(inquiry, scope) or _balance(inquiry, scope) or _rest(inquiry, scope)


def _share(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """服务业增加值占GDP比重 of 654.09亿元 and 1830.42亿元."""
    match = SHARE_OF.search(inquiry.intent.text)
    if match is None:
        return None
    names = match["part"] or match["part_en"], match["whole"] or match["whole_en"]
    figures, statements = _amounts(inquiry, scope, names)
    if len(figures) != len(names) or figures[0].value >= figures[1].value:
        return None
    computed = compute.standing(figures[0], figures[1], inquiry.intent.text, inquiry.language)
    return _told(inquiry, statements, computed)


def _balance(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """The trade surplus or deficit, of exports and imports."""
    if not SURPLUS.search(inquiry.asked):
        return None
    figures, statements = _amounts(inquiry, scope, ("出口总额", "进口总额"))
    if len(figures) != 2:
        return None
    return _told(inquiry, statements, compute.balance(figures[0], figures[1], inquiry.language))


def _rest(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """Imports, of trade and of exports."""
    indicators, wanted = inquiry.intent.indicators, inquiry.intent.wanted
    names = _PARTS.get(indicators[0].name) if len(indicators) == 1 else None
    if names is None or wanted in (Wanted.RATE, Wanted.RANK):
        return None
    figures, statements = _amounts(inquiry, scope, names)
    if len(figures) != len(names):
        return None
    computed = compute.rest(figures[0], figures[1], indicators[0].name, inquiry.language)
    return _told(inquiry, statements, computed)


def _amounts(inquiry: Inquiry, scope: Scope, names: Sequence[str]) -> tuple[list[Figure], list[Statement]]:
    """The amount of each indicator of these names and the statements that give them; no figures where one is
    missing or they are in several units."""
    readings: list[compare.Reading] = []
    for name in names:
        indicators = _indicators(inquiry, scope, name)
        if not indicators:
            return [], []
        asked = replace(
            inquiry.intent,
            text=name,
            kind=QuestionKind.FACT,
            wanted=Wanted.AMOUNT,
            indicators=indicators,
            keywords=(),
            indicator_words=(),
        )
        found, _ = read_sides(inquiry, [Side(name=name, reports=scope.reports, intent=asked, label=name)])
        readings.extend(found)
    figures = [reading.figure for reading in readings]
    if any(not same_unit(figure, figures[0]) for figure in figures):
        return [], []
    once = {(r.statement.hit.sentence.id, r.statement.start): r.statement for r in readings}
    return figures, list(once.values())


def _indicators(inquiry: Inquiry, scope: Scope, name: str) -> tuple[Indicator, ...]:
    """The one of this name, or of the value added by what is called so: 第三产业占GDP的比重."""
    reports = list(scope.reports)
    for words in (name, f"{name}增加值"):
        if found := inquiry.parts.understand(words, reports).indicators[:1]:
            return found
    return ()


def _told(inquiry: Inquiry, statements: Sequence[Statement], computed: compute.Computed) -> Answer:
    """The statements, and what code made of their figures."""
    inquiry.show(statements)
    return inquiry.conclude(statements, computed)
