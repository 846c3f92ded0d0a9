"""Several things asked of one place at once, or one thing for several years: the best statement for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answers.fact import rivals_of
from rag.domain import Answer, Intent, Language, Statement, Wanted
from rag.inquiry import Inquiry
from rag.steps import compare
from rag.steps.compute import Computed
from rag.steps.refuse import weigh
from rag.steps.scope import Scope
from rag.steps.split_asking import askings, of_whole, stands_alone

_PLUS = re.compile("(?<![增追参更附])加(?![强快大速工入深急])")
_IN_ALL = re.compile("一共|总共")


def answer_several(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """None where one thing is asked for, or where a part finds no statement: then the whole is asked."""
    parts = _parts(inquiry)
    found: list[Statement] = []
    for part in parts:
        good = weigh(inquiry.look(scope.reports, part), part).good
        if not good or rivals_of(inquiry, good, part):
            return None  # a contradiction is told by itself
        seen = {statement.hit.sentence.id for statement in found}
        # What is asked in one breath mostly stands in one sentence.
        same = (s for s in good if s.hit.sentence.id in seen and s.cover >= good[0].cover)
        found.append(next(same, good[0]))
    shown = list({(s.hit.sentence.id, s.start, s.end): s for s in found}.values())
    computed = _computed(inquiry, list(zip(parts, found, strict=True)))
    if len(shown) < 2 and computed is None:
        return None
    inquiry.show(shown)
    return inquiry.quote(shown) if computed is None else inquiry.conclude(shown, computed)


def _computed(inquiry: Inquiry, told: Sequence[tuple[Intent, Statement]]) -> Computed | None:
    """What the parts come to, where that is asked: 转移支付加专项资金合计多少.

    一共签订了多少 asks for a figure that the report gives, and what was done in two years, or was done and is
    planned, does not add up.
    """
    times = {(s.hit.sentence.period, s.hit.sentence.stance) for _, s in told}
    question = inquiry.intent.text
    adds = _PLUS.search(question) is not None or compare.asks_arithmetic(_IN_ALL.sub("", question))
    if len(times) > 1 or not adds:
        return None
    readings = [
        compare.Reading(label=part.text, statement=statement, figure=figure)
        for part, statement in told
        if (figure := compare.read_value(statement, part, next(iter(part.indicators), None))) is not None
    ]
    if len(readings) != len(told) or len({_place(r) for r in readings}) < 2:
        return None
    return compare.compute(readings, inquiry.intent.text, inquiry.language)


def _place(reading: compare.Reading) -> tuple[str, int]:
    """Where the figure stands."""
    return reading.statement.hit.sentence.id, reading.statement.start + reading.figure.start


def _parts(inquiry: Inquiry) -> list[Intent]:
    intent = inquiry.intent
    if len(intent.regions) != 1:
        return []
    if len(intent.periods) > 1 and intent.wanted is Wanted.NONE:
        return [replace(intent, periods=(period,), leaning=None) for period in intent.periods]
    texts = askings(intent.text, english=intent.language is Language.ENGLISH)
    if len(texts) == 1:
        several = len(intent.indicators) > 1 and intent.wanted is not Wanted.NONE
        each = [replace(intent, indicators=(one,), indicator_words=()) for one in intent.indicators]
        return each if several else []
    parts = [of_whole(inquiry.parts.understand(text, inquiry.reports), intent) for text in texts]
    return parts if all(map(stands_alone, parts)) and all(p.regions == intent.regions for p in parts) else []
