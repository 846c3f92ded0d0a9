"""Lists: the items that a sentence announces, one of them by its number, how many they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answers.refusal import not_stated
from rag.domain import Answer, Intent, Language, QuestionKind, Sentence, Statement
from rag.inquiry import Inquiry
from rag.steps import gather
from rag.steps.compute import Computed
from rag.steps.conflict import statement_of
from rag.steps.question_words import HOW_MANY_ITEMS, NTH, WHICH_OF_MANY
from rag.steps.read_numbers import numeral
from rag.steps.scope import Scope

_FOLLOWING = 40
"""Sentences behind a lead in which the items of its list are looked for."""
_HELD = 0.5
"""Share of the question's words that a sentence holds whose list is counted."""
_LEADS = 6
"""How many of the best statements may be the lead of the list."""
_SPELLS = re.compile(r"(?:即|也就是说?|分别是|具体是)[:,]?")
_WHICH_ARE = re.compile(r"哪些[^,。?“”]{0,10}[“「](?P<words>[^”」]{2,20})[”」]")


def answer_list(inquiry: Inquiry, scope: Scope, good: Sequence[Statement]) -> Answer | None:
    """None where no list is asked for, or none is found: then the best statements are told."""
    if (listed := _listed(inquiry, good)) is not None:
        return listed
    if (nth := NTH.search(inquiry.intent.text)) is not None:
        return _nth(inquiry, scope, good, int(numeral(nth["n"])))
    if inquiry.intent.kind is QuestionKind.LIST and (items := _items(inquiry, good[:_LEADS])):
        inquiry.show(items)
        return inquiry.quote(items)
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


def count_items(inquiry: Inquiry, judged: Sequence[Statement]) -> Answer | None:
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
