"""哪些报告提到…、出现几次: every sentence in scope that holds the words is read, nothing is ranked."""

from __future__ import annotations

from rag.answers.fact import answer_fact
from rag.domain import Answer, RefusalReason
from rag.inquiry import Inquiry
from rag.steps import count, phrase
from rag.steps.answer import Claim
from rag.steps.scope import Scope


def _tally(words: str, inquiry: Inquiry, scope: Scope) -> count.Tally:
    sentences = inquiry.parts.holdings.shelf.sentences_with(words, [report.id for report in scope.reports])
    return count.tally(words, inquiry.intent, scope.reports, sentences)


def answer_count(inquiry: Inquiry, scope: Scope) -> Answer:
    words = count.counted_words(inquiry.intent)
    if words is None:
        return answer_fact(inquiry, scope)
    found = _tally(words, inquiry, scope)
    noun = count.main_noun(inquiry.intent)
    if not found.occurrences and noun is not None and noun in words:
        found = _tally(noun, inquiry, scope)  # 马拉松 of 办马拉松赛
    if not found.occurrences:
        return inquiry.refuse(RefusalReason.NOT_STATED, phrase.never_mentioned(words, inquiry.language))
    inquiry.show(found.shown)
    text, expressions = phrase.tally(found, inquiry.language)
    end = phrase.stop(inquiry.language, last=True)
    return inquiry.answer([Claim(text=text, statements=found.shown, computed=expressions, end=end)])
