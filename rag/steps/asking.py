"""What the words of a question ask of a statement, and which of its figures answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Bound, Figure, FigureKind, Intent, Keyword, Stance, Wanted
from rag.steps.attribute import attribute
from rag.steps.indicate import states
from rag.steps.pick_keywords import asked_term
from rag.steps.pick_values import ROUND, asked_unit, is_change, is_goal, values
from rag.steps.question_words import (
    DEFINES,
    EITHER,
    EXACT,
    LASTING,
    LEVEL,
    ORDINAL,
    RANKED,
    SHARE,
    SHARE_OF,
    WHAT_SHARE,
    WHEN,
    WHY,
    asks_both_stances,
)
from rag.steps.read_figures import same_unit

AVERAGE = re.compile(
    r"年均(?!浓度|气温|值|降)|年平均增|平均每年|每年平均|[五三四]年(?:间|来|累计|共)"
    r"|annual average|average annual|per year"
)
"""A mean or a sum over several years: no figure of any one of them."""
_ROW = 2
"""A statement with one figure that the question names itself does not answer it: 58件 of 承诺的58件."""
_MEASURES = frozenset(
    ("元", "吨", "斤", "亩", "公里", "千米", "平方公里", "平方米", "立方米", "公顷", "千瓦", "千瓦时")
)
"""Units that measure, of which a question means the one that it names; counts are called by many."""
_PERSONS = ("人", "名", "位", "人次", "人口", "户")
_OF_CHANGE = re.compile(
    r"[增减升降涨跌提扩缩高低]|多(?!少)|(?<!多)少|变化|\b(?:increase|rise|rose|grow|grew|fall|fell|drop|change|more|less|higher|lower)",
    re.I,
)
_DURATIONS = ("年", "个月", "月", "天", "日", "小时", "个小时", "分钟")
_SHARES = re.compile(r"占|比重|比例|份额")
NONE_AT_ALL = re.compile(r"(?:未|没有)(?:再)?(?:发生|出现)|零发生")
"""未发生重大事故 says how many there were."""
_ITS_TOTAL = re.compile("总[额量数计]|合计")
"""财政收入增加15亿元,总额达到113.77亿元: the total is of what was named before."""
_COUNTED_NAME = re.compile(r"[一二两三四五六七八九十]{1,2}[个大项条][“\"「『][^”\"」』]{2,12}[”\"」』]")
"""四个“清零” stands as it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the words of a question ask for, read once for all statements. `open_to_named` is whether a figure
    that the question names itself may answer it (29个还是21个), `beside` are the nouns that say more than the
    indicators' names do, `counts` is whether things are to be counted: 2亿元 and 连续三年 are no answers to
    多少个. `lasting` is whether a length of time may answer, `called` are names with their number as they
    stand in the question."""

    intent: Intent
    date: bool
    reason: bool
    share: bool
    share_only: bool
    level: bool
    exact: bool
    mean: bool
    part: bool
    open_to_named: bool
    terms: tuple[str, ...]
    beside: tuple[Keyword, ...]
    unit: Figure | None
    counts: bool
    people: bool
    level_only: bool
    lasting: bool
    called: tuple[str, ...]
    defined: tuple[re.Pattern[str], ...]
    ordinals: tuple[str, ...]


def read_asking(intent: Intent) -> Asking:
    text = intent.text
    unit = asked_unit(text)
    return Asking(
        intent=intent,
        date=WHEN.search(text) is not None,
        reason=WHY.search(text) is not None,
        share=SHARE.search(text) is not None,
        share_only=(SHARE_OF.search(text) or WHAT_SHARE.search(text)) is not None,
        level=LEVEL.search(text) is not None,
        exact=EXACT.search(text) is not None,
        mean=AVERAGE.search(text) is not None,
        part="其中" in text,
        open_to_named=EITHER.search(text) is not None or asks_both_stances(text),
        terms=tuple(term for one in intent.indicators if (term := asked_term(one, text))),
        beside=tuple(k for k in intent.keywords if k.constrains and not _of_a_name(k, intent)),
        unit=unit if unit is not None and unit.unit in _MEASURES else None,
        counts=unit is not None and unit.unit not in (*_MEASURES, *_DURATIONS),
        people=unit is not None and unit.unit in _PERSONS and intent.wanted is not Wanted.RANK,
        level_only=_OF_CHANGE.search(text) is None,
        lasting=LASTING.search(text) is not None,
        called=tuple(_COUNTED_NAME.findall(text)),
        defined=tuple(map(defining, intent.quoted)) if DEFINES.search(text) else (),
        ordinals=tuple(ORDINAL.findall(text)),
    )


def answering_values(text: str, asking: Asking) -> list[Figure]:
    """The figures of the kind asked for, without those that the question rules out."""
    intent = asking.intent
    found = values(text, intent.wanted)
    if intent.stance is Stance.RESULT:
        found = [figure for figure in found if not is_goal(text, figure)]
    if len(found) < _ROW and not asking.open_to_named:
        found = [figure for figure in found if figure.text not in intent.text]
    if asking.unit is not None:
        found = [figure for figure in found if same_unit(figure, asking.unit)]
    if asking.counts:
        found = [figure for figure in found if figure.unit not in (*_MEASURES, *_DURATIONS)]
    if not asking.lasting:
        found = [figure for figure in found if figure.unit not in _DURATIONS]
    if asking.people:
        found = [figure for figure in found if figure.unit in _PERSONS]
    if asking.level_only:
        found = [figure for figure in found if not is_change(text, figure)]
    if asking.share_only:
        found = [f for f in found if f.kind is FigureKind.SHARE or (f.unit == "%" and _SHARES.search(text))]
    if asking.level:
        found = [figure for figure in found if figure.kind is not FigureKind.POINTS]
    if asking.exact:
        found = [f for f in found if f.bound is Bound.EXACT and not ROUND.match(text, f.end)]
    return found


def is_owned(text: str, found: Sequence[Figure], intent: Intent) -> bool:
    """Whether one of the answering figures is of an indicator that is asked for: 60项 of 推进60项重点事项,
    经营主体… is not."""
    if intent.wanted not in (Wanted.AMOUNT, Wanted.ANY) or not found:
        return False
    owners = [one.words for one in attribute(text) if one.figure in found and one.words]
    return any(_ITS_TOTAL.match(o) or any(states(o, i) for i in intent.indicators) for o in owners)


def _of_a_name(keyword: Keyword, intent: Intent) -> bool:
    """Whether a word only says part of an indicator's name once more: 年均浓度 beside PM2.5年均浓度."""
    return any(keyword.forms[0][0] in term for indicator in intent.indicators for term in indicator.terms)


def ranks_in_words(text: str, intent: Intent) -> bool:
    """是全省除三州外最低的市, 居全省首位: an order told without a number."""
    return intent.wanted is Wanted.RANK and RANKED.search(text) is not None


def defines(text: str, intent: Intent) -> bool:
    """Whether a text says what quoted words mean, where that is asked: 更有韧性,就是…; 首店:指…"""
    asked = DEFINES.search(intent.text) is not None
    return asked and any(defining(words).search(text) for words in intent.quoted)


def defining(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words) + '[”"」』]?[,:]?(?:就是|是指|指的?是|指|即|:)')
