"""A follow-up question → the whole question that it stands for.

那抚州呢？ after 2023年张家口的GDP增长多少？ is 2023年抚州的GDP增长多少？

Only the questions before it are looked at, never what was answered. What it names itself takes the place of
what the question before named; what it leaves out is taken from there. A question that stands on its own
stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from rag.domain import Language, QuestionKind, Report, Wanted
from rag.ports import Simplify
from rag.steps import resume_chinese, resume_english
from rag.steps.asked import Asked, Understand, read_asked


def resume(
    text: str,
    earlier: Sequence[str],
    *,
    reports: Sequence[Report],
    understand: Understand,
    traditionalise: Simplify,
) -> str:
    """`earlier` are the questions before it, oldest first, as they were put or made whole. The result is in
    the language and script of `text`, or `text` itself where it is whole or nothing before it helps."""
    made_whole = partial(_made_whole, reports=reports, understand=understand, traditionalise=traditionalise)

    @cache  # without it a row of 为什么？ would be read 2ⁿ times
    def last_asked(count: int) -> Asked | None:
        """The last of the first `count` questions that asks something, made whole."""
        if count == 0:
            return None
        asked = read_asked(made_whole(earlier[count - 1], partial(last_asked, count - 1)), understand)
        return asked if _asks_something(asked) else last_asked(count - 1)

    return made_whole(text, partial(last_asked, len(earlier))) if earlier else text


def _made_whole(
    text: str,
    last_asked: Callable[[], Asked | None],
    *,
    reports: Sequence[Report],
    understand: Understand,
    traditionalise: Simplify,
) -> str:
    follow = read_asked(text, understand)
    language = resume_english if follow.english else resume_chinese
    if follow.intent.kind is QuestionKind.OUT_OF_SCOPE or not language.is_follow_up(follow):
        return text
    before = last_asked()
    if before is None:
        return text
    here = before if before.english == follow.english else _in_other_language(before, reports, understand)
    whole = language.resume(follow, here, reports)
    if whole is None:
        return text
    return traditionalise(whole) if _is_traditional(text, follow, before, traditionalise) else whole


def _asks_something(asked: Asked) -> bool:
    """谢谢 does not, and leaves the question before it in force."""
    intent = asked.intent
    names = asked.places or intent.indicators or intent.quoted or intent.periods
    return bool(names) or intent.kind is not QuestionKind.FACT or intent.wanted is not Wanted.NONE


def _in_other_language(before: Asked, reports: Sequence[Report], understand: Understand) -> Asked:
    restated = (
        resume_chinese.restate(before.intent)
        if before.english
        else resume_english.restate(before.intent, reports)
    )
    return read_asked(restated, understand)


def _is_traditional(text: str, follow: Asked, before: Asked, traditionalise: Simplify) -> bool:
    """呢？ is written alike in both scripts: then the question before decides."""
    if follow.intent.language is not Language.SIMPLIFIED:
        return follow.intent.language is Language.TRADITIONAL
    return before.intent.language is Language.TRADITIONAL and traditionalise(text) == text
