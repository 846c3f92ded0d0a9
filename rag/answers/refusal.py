"""The refusals that name what was looked for and what there is instead."""

from __future__ import annotations

from dataclasses import replace

from rag.domain import Answer, Language, Refusal, RefusalReason, Statement
from rag.inquiry import Inquiry
from rag.steps import phrase
from rag.steps.question_words import CAUSE
from rag.steps.scope import Scope

_NAMED = 8


def out_of_scope(inquiry: Inquiry) -> Answer:
    return inquiry.refuse(RefusalReason.OUT_OF_SCOPE, phrase.out_of_scope(inquiry.language))


def no_report(inquiry: Inquiry, scope: Scope) -> Answer:
    """No report is about a place that was asked for."""
    places = scope.missing or inquiry.intent.regions or inquiry.question.filters.regions
    detail = phrase.refused_place(places, inquiry.reports, inquiry.language)
    return inquiry.refuse(RefusalReason.NOT_IN_CORPUS, detail)


def contradicted(inquiry: Inquiry, told: Statement) -> Answer:
    """What the question takes for granted is not so: what the report says instead is cited, and what was
    asked on top of it stays without an answer."""
    inquiry.show([told])
    (claim,) = inquiry.quotations([told])
    detail = phrase.contradicted(inquiry.language)
    refusal = Refusal(reason=RefusalReason.NOT_STATED, detail=detail)
    answer = inquiry.answer([replace(claim, end=phrase.stop(inquiry.language, last=True))], refusal=refusal)
    return replace(answer, text=f"{answer.text} {detail}".strip())


def not_stated(inquiry: Inquiry, scope: Scope, near: Statement | None) -> Answer:
    """The reports are there, but do not say it; or they are of other years."""
    intent = inquiry.intent
    if scope.missing_year is not None:
        detail = phrase.refused_year(
            "、".join(intent.regions), scope.missing_year, inquiry.reports, intent.language
        )
        return inquiry.refuse(RefusalReason.NOT_IN_CORPUS, detail)
    names = list(dict.fromkeys(report.region or report.title for report in scope.reports))
    where = (", " if intent.language is Language.ENGLISH else "、").join(names[:_NAMED])
    what = "、".join(indicator.name for indicator in intent.indicators)
    if any((CAUSE,) in keyword.forms for keyword in intent.keywords):
        what = phrase.cause(what, intent.language)
    nearest = inquiry.quotations([near])[0].text if near is not None else None
    detail = phrase.not_stated(where, what, nearest, intent.language)
    return inquiry.refuse(RefusalReason.NOT_STATED, detail, near)
