"""One place, one time: a fact, a list, a wording. Evidence decides whether there is an answer at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answers.draft import draft
from rag.answers.refusal import contradicted, not_stated
from rag.domain import Answer, Conflict, Hit, Intent, Language, QuestionKind, Sentence, Statement, Wanted
from rag.inquiry import Inquiry
from rag.steps import compute, gather, phrase
from rag.steps.compute import Computed
from rag.steps.conflict import apart, distinct, other_values, rivals, statement_of
from rag.steps.premise import belied
from rag.steps.question_words import (
    BECAUSE,
    CHANGED,
    CONSISTENT,
    HOW_MANY_ITEMS,
    NTH,
    REMAINING,
    SESSION,
    SPEAKER,
    STANDING,
    WHICH_OF_MANY,
    WHY,
)
from rag.steps.read_numbers import numeral
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
_FOLLOWING = 40
"""Sentences behind a lead in which the items of its list are looked for."""
_NEXT = 2
_OPENING = 16
"""Code points in which a sentence says that it gives a reason."""
_HELD = 0.5
_LEADS = 6
"""How many of the best statements may be the lead of the list."""
_SPELLS = re.compile(r"(?:即|也就是说?|分别是|具体是)[:,]?")
_WHICH_ARE = re.compile(r"哪些[^,。?“”]{0,10}[“「](?P<words>[^”」]{2,20})[”」]")
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
    if not verdict.good and (counted := _counted(inquiry, judged)) is not None:
        return counted
    if not verdict.good:
        return not_stated(inquiry, scope, verdict.near)
    best = verdict.good[0]
    english = inquiry.language is Language.ENGLISH
    if opposed := rivals_of(inquiry, verdict.good, intent):
        return _conflict(inquiry, (best, *opposed))
    if (computed := _standing(inquiry, best)) is not None:
        return computed
    if (listed := _listed(inquiry, verdict.good)) is not None:
        return listed
    if (nth := NTH.search(intent.text)) is not None:
        return _nth(inquiry, scope, verdict.good, int(numeral(nth["n"])))
    if intent.kind is QuestionKind.LIST and (items := _items(inquiry, verdict.good[:_LEADS])):
        inquiry.show(items)
        return inquiry.quote(items)
    statements = choose_statements(
        [_whole(best), *verdict.good] if asks_twice(intent.text, english=english) else verdict.good,
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


def _listed(inquiry: Inquiry, good: Sequence[Statement]) -> Answer | None:
    """A list that no sentence announces: every statement that says the quoted words of what 哪些 asks for, or
    the best with what the next sentence spells out."""
    if inquiry.intent.kind is not QuestionKind.LIST:
        return None
    found = _each_saying(good, inquiry.intent) or _spelled_out(inquiry, good[0])
    if not found:
        return None
    inquiry.show(found)
    return inquiry.quote(found)


def _each_saying(good: Sequence[Statement], intent: Intent) -> list[Statement]:
    """哪些工作“实现重大突破”: the statements of one report that say so, in its order; empty where they do not
    stand in several sentences."""
    asked = _WHICH_ARE.search(intent.text)
    found = [s for s in good if asked is not None and asked["words"] in s.text]
    several = len({s.hit.sentence.id for s in found}) > 1 and len({s.hit.report.id for s in found}) == 1
    return sorted(found, key=lambda s: s.hit.sentence.ordinal) if several else []


def _spelled_out(inquiry: Inquiry, best: Statement) -> list[Statement]:
    """实现“三跨”。即:…: the best statement and the next sentence, where that tells what it means."""
    lead = best.hit.sentence
    behind = (s for s in inquiry.sentences_of(lead.report_id) if s.ordinal == lead.ordinal + 1)
    meant = [statement_of(replace(best.hit, sentence=s)) for s in behind if _SPELLS.match(s.text)]
    return [best, *meant] if meant else []


def _nth(inquiry: Inquiry, scope: Scope, good: Sequence[Statement], number: int) -> Answer:
    """One item of a list by its number, or the whole list where that is asked for too."""
    items = _items(inquiry, good[:_LEADS])
    if len(items) < number:
        return not_stated(inquiry, scope, good[0])
    whole = HOW_MANY_ITEMS.search(inquiry.intent.text) or WHICH_OF_MANY.search(inquiry.intent.text)
    told = items if whole else [items[number - 1]]
    inquiry.show(told)
    return inquiry.quote(told)


def _counted(inquiry: Inquiry, judged: Sequence[Statement]) -> Answer | None:
    """How many items a list has whose number nothing says: 列了几件民生实事 of 一是…十一是…"""
    asked = HOW_MANY_ITEMS.search(inquiry.intent.text)
    if asked is None or inquiry.language is Language.ENGLISH:
        return None
    leads = [s for s in judged if s.fits_stance and s.fits_period and s.held >= _HELD and s.cover >= _HELD]
    for lead in leads[:_LEADS]:
        sentence = lead.hit.sentence
        behind = [s for s in inquiry.sentences_of(sentence.report_id) if sentence.ordinal < s.ordinal]
        if items := _placed(lead, gather.numbered(sentence, behind[:_FOLLOWING], None)):
            inquiry.show(items)
            number = f"{len(items)}{asked['measure']}"
            formula = " + ".join("1" for _ in items) + f" = {len(items)}"
            return inquiry.conclude(items, Computed(text=f"一共{number}", expressions={number: formula}))
    return None


def _items(inquiry: Inquiry, found: Sequence[Statement]) -> list[Statement]:
    """The list that one of the best sentences announces and the sentences behind it give."""
    number = gather.asked_count(inquiry.intent.text)
    for best in found:
        lead = best.hit.sentence
        sentences = inquiry.sentences_of(lead.report_id)
        before = [s for s in sentences if lead.ordinal - _FOLLOWING <= s.ordinal < lead.ordinal]
        if (first := gather.first_of_series(lead, before)) is not None:
            lead = first
        behind = [s for s in sentences if lead.ordinal < s.ordinal]
        if items := gather.called(lead, behind[:_FOLLOWING], number):
            return _placed(best, items)
        if first is None and not gather.leads(lead, number):
            return _placed(best, gather.numbered(lead, [], number))
        items = (
            gather.numbered(lead, behind, number)
            or gather.led(lead, behind[:_FOLLOWING], number)
            or gather.under(lead, behind)
        )
        if items:
            return _placed(best, items)
    return []


def _placed(best: Statement, items: Sequence[tuple[Sentence, int, int]]) -> list[Statement]:
    return [
        replace(best, hit=replace(best.hit, sentence=sentence), start=start, end=end)
        for sentence, start, end in items
    ]


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
