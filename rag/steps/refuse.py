"""Do the judged statements answer the question at all? Decided by evidence, never by what a model says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Intent, Language, QuestionKind, Statement, Wanted
from rag.steps.asking import defines
from rag.steps.numbered import lacks
from rag.steps.question_words import BECAUSE, WHY

_COVERED = 0.5
"""Share of the question's keywords that the best statement must hold where no indicator was named."""
_COVERED_ENGLISH = 0.4
"""The same of an English question: some of its words the report puts otherwise than the dictionary."""
_WORDED = 0.3
"""The same where a wording is asked for: the words that describe it are the asker's own."""
_COVERED_BESIDE = 0.34
"""The same where an indicator was named and the words only narrow it: 全市地铁的投资."""

_OTHERWISE = 0.75
"""The same where the indicator is put in other words: 茶叶、食用菌、蔬菜产量 for 食用菌产量."""
_NOT_CALLED_AFTER = "(?!新区|高新区|经开区|开发区|大学|学院|机场|海关|港区?|铁路局)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`good` are the statements that may carry an answer, best first; `near` the best that may not."""

    good: tuple[Statement, ...]
    near: Statement | None


def weigh(judged: Sequence[Statement], intent: Intent) -> Verdict:
    """Split judged statements into those that answer and the nearest miss."""
    good = tuple(statement for statement in judged if _answers(statement, intent))
    bearing = [s for s in judged if s.indicators or s.cover >= _COVERED]
    near = next((s for s in bearing if s not in good), None) if not good else None
    return Verdict(good=good, near=near)


def _quotes(statement: Statement, intent: Intent) -> bool:
    """Whether the sentence holds words that the question puts in quotation marks."""
    return any(words in statement.hit.sentence.text for words in intent.quoted)


def _of_a_namesake(statement: Statement, intent: Intent) -> bool:
    """Whether a place inside the report's is asked about, and the sentence names only what is called after
    it: 兰州新区 is not 兰州市."""
    text, region = statement.hit.sentence.text, statement.hit.report.region
    for mention in intent.others:
        names = [name for name in (mention.words, *mention.place.aliases) if name in text]
        inside = region in mention.place.parents
        asked = re.search(re.escape(mention.words) + _NOT_CALLED_AFTER, intent.text)
        if (
            inside
            and asked
            and names
            and not any(re.search(re.escape(n) + _NOT_CALLED_AFTER, text) for n in names)
        ):
            return True
    return False


def _answers(statement: Statement, intent: Intent) -> bool:
    if not statement.fits_stance or not statement.fits_period:
        return False
    if lacks(intent.text, statement.hit.sentence.text) or _of_a_namesake(statement, intent):
        return False
    if intent.wanted is not Wanted.NONE and not statement.fits_value:
        return False
    if statement.indicators and WHY.search(intent.text) and BECAUSE.search(statement.text):
        return True
    if intent.quoted and defines(statement.text, intent):
        return True
    if intent.quoted and intent.wanted is Wanted.NONE and _quotes(statement, intent):
        return statement.held >= _COVERED_BESIDE or intent.kind is QuestionKind.WORDING
    if intent.indicators and not statement.indicators:
        return statement.held >= _OTHERWISE and statement.cover >= _COVERED
    if intent.indicators:
        return statement.held >= _COVERED_BESIDE
    if any(keyword.constrains for keyword in intent.keywords):
        least = _COVERED_ENGLISH if intent.language is Language.ENGLISH else _COVERED
        return statement.held >= (_WORDED if intent.kind is QuestionKind.WORDING else least)
    if intent.keywords:
        return statement.cover >= _COVERED
    return bool(intent.regions) and not intent.untranslated
