"""Found sentences → statements judged against the question, best first.

The judgement is a sum of signs that each mean something to a reader: names the indicator, holds the words
of the question, is about the year, was done or is planned as asked, has a figure of the kind asked for, was
ranked high by search. Weights were set on cases of the project's own questions (eval/LOG.md says which).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rag.domain import (
    Bound,
    FigureKind,
    Hit,
    Intent,
    Language,
    Stance,
    Statement,
    Wanted,
)
from rag.steps.asking import (
    AVERAGE,
    NONE_AT_ALL,
    Asking,
    answering_values,
    is_owned,
    ranks_in_words,
    read_asking,
)
from rag.steps.attribute import attribute
from rag.steps.cover import cover
from rag.steps.cut_statements import cut_statements
from rag.steps.indicate import states
from rag.steps.judge_stance import of_part
from rag.steps.pick_values import values
from rag.steps.question_words import (
    BECAUSE,
)
from rag.steps.tell_years import years_named

_INDICATOR, _COVER, _QUOTED, _SEARCH = 2.0, 2.5, 1.0, 0.8
_SEARCH_ENGLISH = 2.0
"""Few words of an English question can be looked for in a Chinese text:
nearness of meaning has to decide more.
"""
_STANCE_FITS, _STANCE_ODD, _PERIOD_FITS, _PERIOD_ODD, _VALUE = 0.6, -1.5, 0.5, -1.2, 0.5
_LEANING = 0.2
_PER_CHARACTER = 0.0015
"""Of two statements that answer, the shorter says it more plainly."""
_HEADING = 0.5
"""A heading announces; what stands under it answers."""
_DEFINITION = 1.5
_ORDINAL = 1.5
"""第二步是怎么说的 is answered by what begins with 第二步."""
_SHARE_SAID = 0.5
_AS_ASKED = 0.1
"""Of two statements that name an indicator, the one in the question's own term says it for certain."""
_LOOSE = 0.15
"""Of two statements 总产量119.3万吨 says it more exactly than 保持在100万吨以上."""
_LEVEL = 0.15
"""A bare 农民人均纯收入 asks for how much it is, before how fast it grew."""
_REASON = 0.8
_DATED = 0.6
_CALLED = 0.5
_OWNED = 0.3
_KIND = 2
"""Code points at the end of a name that tell of what kind it is: 收入, 投资, 产值."""
_OF_THE_PLACE = 0.05
_WHOLE_PLACE = re.compile(r"全[省市区县州盟旗](?:完成|实现)?$")
"""全区生产总值 is the place's for certain; what has no owner may be that of what the paragraph is about."""
_DATE = re.compile(r"\d{1,2}月|\d{4}年")
_PART = 0.6
"""其中,省市重点项目42个 speaks of a part of what was named before."""


def judge_statements(hits: Iterable[Hit], intent: Intent) -> list[Statement]:
    """Every statement of the hits, best first; ties in the order of the text."""
    hits = list(hits)
    asking = read_asking(intent)
    judged = [
        _judge(hit, start, end, asking, 1 - rank / len(hits))
        for rank, hit in enumerate(hits)
        for start, end in cut_statements(hit.sentence.text, intent)
    ]
    return sorted(judged, key=lambda s: (-s.score, s.hit.sentence.id, s.start))


def _judge(hit: Hit, start: int, end: int, asking: Asking, nearness: float) -> Statement:
    intent = asking.intent
    text = hit.sentence.text[start:end]
    hit = _of_its_own_time(hit, text)
    sentence = hit.sentence
    named = tuple(i.name for i in intent.indicators if states(text, i))
    own, held = _cover_of(text, sentence.text, asking, named=bool(named))
    fits_period = _fits_period(text, sentence.period, asking) and _in_years(text, sentence.years, intent)
    found = answering_values(text, asking)
    fits_value = (
        intent.wanted is Wanted.NONE
        or bool(found)
        or ranks_in_words(text, intent)
        or (intent.wanted in (Wanted.AMOUNT, Wanted.ANY) and NONE_AT_ALL.search(text) is not None)
    )
    share = len(named) / len(intent.indicators) if intent.indicators else 0.0
    english = intent.language is Language.ENGLISH
    score = (
        _INDICATOR * share
        + _AS_ASKED * any(term in text for term in asking.terms)
        + _COVER * own
        + _QUOTED * any(_stands(words, sentence.text) for words in intent.quoted)
        + _OWNED * (bool(named) and is_owned(text, found, intent))
        + _OF_THE_PLACE * (bool(named) and _of_the_place(text, intent))
        + _CALLED * any(words in sentence.text for words in asking.called)
        + (_SEARCH_ENGLISH if english else _SEARCH) * nearness
        + _VALUE * (fits_value and intent.wanted is not Wanted.NONE)
        + _SHARE_SAID * (asking.share and "占" in text)
        - _LOOSE * (bool(found) and all(f.bound in (Bound.AT_LEAST, Bound.AT_MOST) for f in found))
        + _LEVEL * (intent.wanted is Wanted.ANY and any(f.kind is FigureKind.AMOUNT for f in found))
        + _DATED * (asking.date and _DATE.search(text) is not None)
        + _REASON * (asking.reason and BECAUSE.search(text) is not None)
        + _stance_score(sentence.stance, intent)
        + _period_score(sentence.period, intent, fits=fits_period)
        - _PER_CHARACTER * len(text)
        - _HEADING * sentence.is_heading
        + _DEFINITION * any(defining.search(text) for defining in asking.defined)
        + _ORDINAL * text.startswith(asking.ordinals)
        - _PART * (text.startswith("其中") and not asking.part)
    )
    return Statement(
        hit=hit,
        start=start,
        end=end,
        score=score,
        indicators=named,
        cover=own,
        held=held,
        fits_stance=_fits_stance(sentence.stance, intent.stance),
        fits_period=fits_period,
        fits_value=fits_value,
    )


def _of_its_own_time(hit: Hit, text: str) -> Hit:
    """With the stance and the period of a statement of its sentence."""
    sentence = hit.sentence
    stance, period = of_part(
        text, sentence.text, stance=sentence.stance, period=sentence.period, year=hit.report.year
    )
    if (stance, period) == (sentence.stance, sentence.period):
        return hit
    return replace(hit, sentence=replace(sentence, stance=stance, period=period))


def _cover_of(text: str, whole: str, asking: Asking, *, named: bool) -> tuple[float, float]:
    """(cover, held): of the words of the question, and of those that constrain. A statement that names no
    indicator is measured by the indicator's parts too, unless it holds its name inside another's (占GDP比重).
    """
    intent = asking.intent
    another = not named and (_names_another(text, intent) or _named_beside(text, whole, intent))
    keywords = intent.keywords if named or another else (*intent.keywords, *intent.indicator_words)
    if not intent.keywords and (named or another):
        return float(named), float(named)
    nouns = asking.beside if named else [keyword for keyword in keywords if keyword.constrains]
    held = cover(whole, nouns) if nouns else float(not another)
    return 0.7 * cover(text, keywords) + 0.3 * cover(whole, keywords), held


def _of_the_place(text: str, intent: Intent) -> bool:
    ends = (text.find(term) for indicator in intent.indicators for term in indicator.terms)
    return any(end > 0 and _WHOLE_PLACE.search(text, max(0, end - 4), end) for end in ends)


def _named_beside(text: str, whole: str, intent: Intent) -> bool:
    """Whether the sentence names what is asked for in another statement, and this one gives another thing of
    the kind: 城镇居民人均可支配收入7353元 beside 农民人均纯收入增加189元, not 平均每人达到355元."""
    kinds = {i.name[-_KIND:] for i in intent.indicators if states(whole, i)}
    owners = (one.words or "" for one in attribute(text)) if kinds else ()
    return any(words.endswith(tuple(kinds)) for words in owners)


def _names_another(text: str, intent: Intent) -> bool:
    """Whether a term asked for stands in the text only inside the name of something else."""
    return any(term in text for indicator in intent.indicators for term in indicator.terms)


def _fits_period(text: str, period: int | None, asking: Asking) -> bool:
    intent = asking.intent
    several = AVERAGE.search(text) if len(intent.periods) == 1 else None
    if several is not None and not asking.mean:
        of_year = values(text[: several.start()], intent.wanted)
        if intent.wanted is Wanted.RATE:
            return bool(of_year)
        level = any(figure.kind is FigureKind.AMOUNT for figure in of_year)  # 收入5126元,年均增长15.4%
        return level or f"{intent.periods[0]}年" in text
    return not intent.periods or period is None or period in intent.periods


def _in_years(text: str, years: tuple[int, int] | None, intent: Intent) -> bool:
    """A sentence of several years answers for a year among them, none for one outside; a statement of it that
    names other years alone (在1952年是135万吨,到1958年…) not for those."""
    if years is None or not intent.periods or any(f"{period}年的" in text for period in intent.periods):
        return True
    named = years_named(text)
    if named and "今年" in text:
        named.add(years[1])  # 1949年为21700公里;今年预计将达25500公里: the last of its years is the report's
    if years[0] < years[1] and named and not named.intersection(intent.periods):
        return min(named) < min(intent.periods) and max(named) > max(intent.periods)
    return any(years[0] <= period <= years[1] for period in intent.periods)


def _period_score(period: int | None, intent: Intent, *, fits: bool) -> float:
    if not intent.periods:
        return 0.0
    if period in intent.periods and fits:
        return _PERIOD_FITS
    return 0.0 if fits else _PERIOD_ODD


def _stands(words: str, text: str) -> bool:
    return words in text or words.strip('“”"') in text


def _fits_stance(stance: Stance, asked: Stance | None) -> bool:
    if asked is None or stance is Stance.OTHER:
        return True
    return (stance is Stance.RESULT) == (asked is Stance.RESULT)


def _stance_score(stance: Stance, intent: Intent) -> float:
    """What is asked for outweighs what the year only makes likelier."""
    if stance is Stance.OTHER:
        return 0.0
    if intent.stance is None:
        if _fits_stance(stance, intent.leaning or Stance.RESULT):
            return _LEANING
        return -_LEANING if intent.leaning is Stance.RESULT else 0.0
    if not _fits_stance(stance, intent.stance):
        return _STANCE_ODD
    return _STANCE_FITS + (0.2 if stance is Stance.TARGET else 0.0)
