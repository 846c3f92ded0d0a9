"""One place, one time: a fact, a list, a wording. Evidence decides whether there is an answer at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answers.draft import draft
from rag.answers.listing import answer_list, count_items
from rag.answers.refusal import contradicted, not_stated
from rag.domain import Answer, Conflict, Hit, Intent, Language, QuestionKind, Sentence, Statement, Wanted
from rag.inquiry import Inquiry
from rag.steps import compute, phrase
from rag.steps.conflict import apart, distinct, other_values, rivals, statement_of
from rag.steps.premise import belied
from rag.steps.question_words import (
    BECAUSE,
    CHANGED,
    CONSISTENT,
    REMAINING,
    SESSION,
    SPEAKER,
    STANDING,
    WHY,
)
from rag.steps.refuse import weigh
from rag.steps.scope import Scope
from rag.steps.select import choose_statements
from rag.steps.split_asking import asks_twice

_HEAD = 12
"""Sentences at a report's beginning among which its speaker is named."""
_OFFICE = re.compile(
    r"(?:省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长|主席|主任|专员|总理)[:,]?[一-龥·]{2,5}$"
)
_NAMED_OFFICE = re.compile(r"(?:[省市县区州盟旗镇乡]长|主席|主任|专员|总理)[:,]?[一-龥·]{2,}")
"""An office at the end of a line names nobody: 海口市人民政府市长."""
_SESSION_LINE = re.compile(r"\d年\d{1,2}月\d{1,2}日.*(?:会议|大会)")
_GIVEN_BY = re.compile(r"^[一-龥·]{2,4}在[^,。]{4,40}(?:会议|大会)上的?[^,。]{0,8}报告")
"""刘媛在廊坊市八届人大六次会议上的政府工作报告."""
_HEAD_LINES = ((_OFFICE, SPEAKER), (_GIVEN_BY, SPEAKER), (_SESSION_LINE, SESSION))
"""A line of the head, and what asks for it."""
_NEXT = 2
_OPENING = 16
"""Code points in which a sentence says that it gives a reason."""
_SHORT = 120
"""Code points of a sentence that is quoted whole where two things are asked."""
_AS_GOOD = 0.3
"""How far below the best wording another one may be that is quoted beside it."""


def answer_fact(inquiry: Inquiry, scope: Scope) -> Answer:
    intent = inquiry.intent
    if scope.missing_year is not None and intent.wanted is Wanted.NONE:
        intent = replace(
            intent, periods=(), leaning=None
        )  # what a report says of a year that it does not review
    judged = inquiry.look(scope.reports, intent)
    if scope.missing_year is not None:
        judged = [s for s in judged if _speaks_of(s.hit.sentence, scope.missing_year)]
    if (of_head := _of_the_head(inquiry, scope)) is not None:
        return of_head
    if SPEAKER.search(intent.text):
        judged = [s for s in judged if _NAMED_OFFICE.search(s.text)]
    verdict = weigh(judged, intent)
    about = [s for s in judged if s.indicators and s.fits_stance and s.fits_period]
    if (told := belied(about or verdict.good, intent)) is not None:
        return contradicted(inquiry, told)
    if verdict.good:
        return _told(inquiry, scope, verdict.good, intent)
    return count_items(inquiry, judged) or not_stated(inquiry, scope, verdict.near)


def _told(inquiry: Inquiry, scope: Scope, good: Sequence[Statement], intent: Intent) -> Answer:
    """What the statements that answer come to, the best of which is the first."""
    best = good[0]
    if opposed := rivals_of(inquiry, good, intent):
        return _conflict(inquiry, (best, *opposed))
    if (computed := _standing(inquiry, best) or answer_list(inquiry, scope, good)) is not None:
        return computed
    twice = asks_twice(intent.text, english=inquiry.language is Language.ENGLISH)
    statements = choose_statements(
        [_whole(best), *good] if twice else good,
        intent=intent,
        budget=inquiry.parts.evidence_tokens,
        count_tokens=inquiry.parts.count_tokens,
    )
    if WHY.search(intent.text) and (reason := _reason(inquiry, best)) is not None:
        inquiry.show([best, reason])
        return inquiry.quote([best, reason])
    inquiry.show(statements)
    if intent.kind is not QuestionKind.WORDING and inquiry.parts.chat is not None:
        drafted = draft(inquiry, inquiry.parts.chat)
        if drafted is not None:
            return drafted
    return inquiry.quote(_kept(statements, intent))


def _of_the_head(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """The lines of a report's head that name who gave it, and when and where, as is asked."""
    asked = [line for line, words in _HEAD_LINES if words.search(inquiry.intent.text)]
    reports = [r for r in scope.reports if r.year in inquiry.intent.periods] or list(scope.reports)
    if len(reports) != 1 or not asked or inquiry.intent.indicators:
        return None
    (report,) = reports
    head = inquiry.sentences_of(report.id)[:_HEAD]
    firsts = [next((s for s in head if line.search(s.text)), None) for line in asked]
    named = [
        statement_of(Hit(sentence=sentence, report=report, score=1.0, found_by=("head",)))
        for sentence in dict.fromkeys(firsts)
        if sentence is not None
    ]
    if not named:
        return None
    inquiry.show(named)
    return inquiry.quote(named)


def _whole(statement: Statement) -> Statement:
    """The sentence that it stands in, where that is short: what else is asked stands beside it."""
    length = len(statement.hit.sentence.text)
    return replace(statement, start=0, end=length) if length <= _SHORT else statement


def _speaks_of(sentence: Sentence, year: int) -> bool:
    return str(year) in sentence.text or sentence.period == year


def rivals_of(inquiry: Inquiry, good: Sequence[Statement], intent: Intent) -> list[Statement]:
    """What the same report says against its best statement, where a figure is asked for."""
    best = good[0]
    if intent.wanted is Wanted.NONE:
        return []
    found = rivals(best, inquiry.sentences_of(best.hit.report.id))
    if CONSISTENT.search(intent.text):
        found += apart(good)
    elif len(intent.indicators) == 1 and not any(keyword.constrains for keyword in intent.keywords):
        found += other_values(best, good, intent.indicators[0])
    return distinct(found)


def _conflict(inquiry: Inquiry, both: tuple[Statement, ...]) -> Answer:
    """All values that the report gives, each with its place, and that they differ."""
    inquiry.show(both)
    answer = inquiry.quote(both)
    indicators = inquiry.intent.indicators
    conflict = Conflict(
        indicator=indicators[0].name if indicators else both[0].text,
        markers=tuple(c.marker for c in answer.citations if c.marker is not None),
        detail=phrase.differ(inquiry.language),
    )
    return replace(answer, text=f"{answer.text} {conflict.detail}".strip(), conflicts=(conflict,))


def _standing(inquiry: Inquiry, best: Statement) -> Answer | None:
    """What two figures of one statement come to, where that is asked for: a share, what is left, a change."""
    question = inquiry.intent.text
    computed = None
    if STANDING.search(question) or REMAINING.search(question):
        counts = compute.part_and_whole(best.text, question)
        computed = compute.standing(*counts, question, inquiry.language) if counts else None
    elif CHANGED.search(question):
        computed = compute.change(best.text, inquiry.language)
    computed = computed or compute.between(best.text, question, inquiry.language)
    if computed is None:
        return None
    inquiry.show([best])
    return inquiry.conclude([best], computed)


def _reason(inquiry: Inquiry, best: Statement) -> Statement | None:
    """The sentence behind the best one, or the next, that opens with the reason for it; None where the best
    one gives it itself."""
    lead = best.hit.sentence
    if BECAUSE.search(best.text):
        return None
    for sentence in inquiry.sentences_of(lead.report_id):
        near = lead.ordinal < sentence.ordinal <= lead.ordinal + _NEXT
        if near and BECAUSE.search(sentence.text[:_OPENING]):
            return statement_of(replace(best.hit, sentence=sentence))
    return None


def _kept(found: Sequence[Statement], intent: Intent) -> list[Statement]:
    """How many sentences answer: one for a fact, the best of each indicator, a few for a list."""
    best = found[0]
    if intent.kind is QuestionKind.LIST and intent.wanted is Wanted.NONE:
        return [s for s in found if s.score >= best.score - 0.8][:3]
    if intent.kind is QuestionKind.WORDING:
        return [s for s in found if s.cover >= best.cover and s.score >= best.score - _AS_GOOD][:2]
    if len(intent.indicators) > 1:
        firsts = [next((s for s in found if i.name in s.indicators), None) for i in intent.indicators]
        return list(dict.fromkeys(s for s in firsts if s is not None)) or [best]
    return [best]
