"""One figure for each place or year → comparison, rank, difference, sum, ratio:
by code, with the formula shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.domain import (
    Bound,
    Direction,
    Figure,
    Indicator,
    Intent,
    Language,
    Stance,
    Statement,
    Wanted,
)
from rag.steps.attribute import Owned, attribute
from rag.steps.compute import Computed, gap_between, gap_of, in_english, plain, show
from rag.steps.cover import cover
from rag.steps.indicate import position, states
from rag.steps.phrase import english_place
from rag.steps.pick_values import asked_unit, is_change, is_goal, wanted_kinds
from rag.steps.qualify import listed_together
from rag.steps.question_words import REACHED
from rag.steps.read_figures import same_unit

_DIFFERENCE = re.compile(
    r"从[^,。]{2,14}到[^,。]{2,24}(?:增加|增长|提高|上升|减少|下降|增)了?(?:多少|几)|基础上再?(?:增加|新增|增长|提高|多|减少)了?(?:多少|几)|相差|差了?多少|差距|差了?几|高几个|低几个|[上下]调了?(?:多少|几)|调[高低]了?(?:多少|几)|高出?多少|低多少|多出?多少|少多少|[多少][收打产建花卖]了?(?:多少|几)|[快慢]了?(?:多少|几)|多了?几|少了?几|高了?几|低了?几|多了?多少|少了?多少|净增[加长]?了?多少|比[^,。]{2,20}?(?:增加|增长|提高|减少|下降)了?(?:多少|几)|"
    r"\b(?:difference|percentage points|more than|by how (?:many|much)|how many more|"
    r"how much (?:more|higher|lower))\b",
    re.I,
)
_WENT = re.compile(r"[多少高低增减升降涨跌快慢变]|\b(?:more|less|fewer|higher|lower|change|rise|fall)", re.I)
"""How something went from one year to another is asked."""
_WHICH = re.compile(r"哪|最|\b(?:which|when)\b", re.I)
_SUM = re.compile(r"合计|总共|加起来|之和|一共|总和|\b(?:total|sum|together|combined)\b", re.I)
_SET_AGAINST = re.compile(r"比(?!重|例|率|值)")
_AGAINST_FIRST = re.compile(
    r"(?:[与和跟同较]|相?比)(?:起|于)?(?:19|20)\d\d年?[^,。?和与]{0,12}?(?:相?比|[,起])"
)
_EITHER_WAY = re.compile(
    r"[高多快大好]了?还是[低少慢小差]|[低少慢小差]了?还是[高多快大好]|\b(?:higher or lower|more or less)\b",
    re.I,
)
_RATIO = re.compile(r"几倍|多少倍|之比|比值|收入比|\b(?:times as|how many times|ratio)\b", re.I)
_LOWEST = re.compile(
    r"[最较]低|[最较]少|[最较]小|[最较]慢|更低|更少|更小|更慢|(?:谁|哪[个里座家]?)[^,。高多大快]{0,10}(?:低|少|小|慢)|\b(?:lowest|fewest|smallest|slowest|lower|fewer|less)\b",
    re.I,
)
_ORDER = re.compile(r"从高到低|从大到小|排序|排名|排一?下|怎么排|\b(?:rank|order)\b", re.I)
_ADDED = re.compile(r"净增|新增|增加|新建|新培育|新认定")
_IN_ALL = re.compile(r"(?:累计|总数|总量|总计|合计|共)(?:达到?|有|为|至)?$")
_BEFORE = 16
_BOUND = re.compile(r"左右|以上|以下|以内")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A place's (or year's) figure and the statement that it was read from."""

    label: str
    statement: Statement
    figure: Figure


def read_value(statement: Statement, intent: Intent, indicator: Indicator | None) -> Figure | None:
    """The figure of the statement that answers: the first that belongs to the indicator, else the first
    behind its name, or behind the words of the question where it has no indicator. Where the question names
    the unit (多少亿斤), only figures in it count.
    """
    text = statement.text
    kinds = wanted_kinds(intent.wanted if intent.wanted is not Wanted.NONE else Wanted.ANY)
    unit = asked_unit(intent.text)
    owned = [
        one
        for one in attribute(text)
        if one.figure.kind in kinds
        and (unit is None or same_unit(one.figure, unit))
        and not (intent.stance is Stance.RESULT and is_goal(text, one.figure))
        and not (intent.wanted is Wanted.AMOUNT and is_change(text, one.figure))
    ]
    if not owned:
        return None
    if indicator is not None:
        own = [one.figure for one in owned if one.words is not None and states(one.words, indicator)]
        if own:
            stock = None if _ADDED.search(intent.text) else _stock(own[0], owned, text)
            return stock or _one_of(own, text, intent.periods, [one.figure for one in owned])
        if _is_joint(owned, text):
            return None
    elif (owner := _owner(owned, intent)) is not None:
        return owner.figure
    if indicator is not None and not states(text, indicator) and any(t in text for t in indicator.terms):
        return None  # named only as what something else is a part of: 占国内生产总值的48.6%
    anchor = position(text, indicator) if indicator is not None else _last_keyword(text, intent)
    after = [one.figure for one in owned if anchor is not None and one.figure.start >= anchor]
    return after[0] if after else owned[0 if anchor is None else -1].figure


def _stock(first: Figure, owned: Sequence[Owned], text: str) -> Figure | None:
    """How many there are in all, where the first figure is what was added: 净增698家、累计达3060家."""
    if _ADDED.search(text[max(0, first.start - _BEFORE) : first.start]) is None:
        return None
    behind = (one.figure for one in owned if one.figure.start > first.start)
    return next((f for f in behind if same_unit(f, first) and _IN_ALL.search(text[: f.start])), None)


def _owner(owned: Sequence[Owned], intent: Intent) -> Owned | None:
    """The one whose own words hold most of the question's, if others hold less: of 五险参保22.8万人次、
    住房公积金归集6.5万人 the first."""
    held = [cover(one.words or "", intent.keywords) for one in owned]
    best = max(held, default=0.0)
    return owned[held.index(best)] if best > 0 and held.count(best) == 1 else None


def _one_of(
    own: Sequence[Figure], text: str, periods: Sequence[int], figures: Sequence[Figure]
) -> Figure | None:
    """Of several values of one indicator in one unit: that of the year asked about (2011年的1091亿元增加到
    2016年的1650亿元), else where it went (由26.6万亿元增加到51.9万亿元), and none of a list that gives one
    for each of several years (前三年分别上升4.9%、5.5%)."""
    for figure in own:
        if len(periods) == 1 and text[: figure.start].endswith(f"{periods[0]}年的"):
            return figure
    same = [figure for figure in own if same_unit(figure, own[0])]
    if len(same) > 1 and listed_together(text, same[0], same[1]):
        return None
    return same[-1] if _arrives(text, same[-1], figures) else same[0]


def _arrives(text: str, figure: Figure, figures: Sequence[Figure]) -> bool:
    """Whether a figure, or the row of values that it is one of, is what something went to:
    分别提高到58794元和23184元."""
    for before in reversed([one for one in figures if one.end <= figure.start]):
        if not listed_together(text, before, figure):
            break
        figure = before
    return text[: figure.start].endswith(
        ("到", "升至", "降至", "增至", "减至", "升为", "降为", "增为", "减为")
    )


def _is_joint(owned: Sequence[Owned], text: str) -> bool:
    """Whether a joint name was told apart: 城乡居民人均可支配收入分别达40870元和15367元 gives a value each,
    and none of all residents."""
    return any(one.listed and one.words is not None and one.words not in text for one in owned)


def asks_arithmetic(question: str) -> bool:
    """Whether a sum, a difference or a ratio is asked for."""
    return any(words.search(question) for words in (_SUM, _DIFFERENCE, _RATIO))


def compute(readings: Sequence[Reading], question: str, language: Language) -> Computed | None:
    """What the question asks of the figures; None where they are not in one unit, one of them is a range, or
    nothing is asked."""
    if any(reading.figure.upper is not None for reading in readings):
        return None
    if len(readings) < 2 or any(not same_unit(r.figure, readings[0].figure) for r in readings):
        return None
    if {Direction.UP, Direction.DOWN} <= {reading.figure.direction for reading in readings}:
        return None  # a rise of 4% is not above a fall of 5%
    if not _of_one_thing(readings):
        return None
    if REACHED.search(question) and (reached := _reached(readings, language)) is not None:
        return _with_gap(reached, readings, question, language)
    if _SUM.search(question):
        return _sum(readings, language)
    if len(readings) == 2:
        one, other = readings
        over_time = _over_time(readings)
        went = over_time and _WENT.search(question) and not _WHICH.search(question)
        either = _EITHER_WAY.search(question)
        if _DIFFERENCE.search(question) or went or either:
            subject = _subject(one, other, question) if over_time else one if either else None
            return _difference(one, other, language, first=subject)
    if _RATIO.search(question) and len(readings) == 2:
        return _ratio(readings[0], readings[1], language)
    return _order(readings, question, language)


def _of_one_thing(readings: Sequence[Reading]) -> bool:
    """Whether what two figures belong to has anything in common: 282个新开工项目 are no fewer than
    455个市级重点建设项目, they are others."""
    if len(readings) != 2 or any(reading.statement.indicators for reading in readings):
        return True
    owners = [_owner_of(reading) for reading in readings]
    if None in owners:
        return True
    one, other = (set(zip(words or "", (words or "")[1:], strict=False)) for words in owners)
    return len(one & other) * 2 >= min(len(one), len(other))


def _owner_of(reading: Reading) -> str | None:
    return next((o.words for o in attribute(reading.statement.text) if o.figure == reading.figure), None)


def _reached(readings: Sequence[Reading], language: Language) -> Computed | None:
    """Of a target and what came of it, whether it was reached; None for other readings."""
    by_stance = {reading.statement.hit.sentence.stance is Stance.RESULT: reading for reading in readings}
    if len(by_stance) != 2:
        return None
    done, aim = by_stance[True], by_stance[False]
    at_most = aim.figure.bound is Bound.AT_MOST
    reached = done.figure.value <= aim.figure.value if at_most else done.figure.value >= aim.figure.value
    if language is Language.ENGLISH:
        verb = "reached" if reached else "did not reach"
        return Computed(
            text=f"The result ({as_stated(done)}) {verb} the target ({as_stated(aim)})", expressions={}
        )
    verb = "达到" if reached else "未达到"
    return Computed(text=f"实际（{as_stated(done)}）{verb}目标（{as_stated(aim)}）", expressions={})


def _with_gap(reached: Computed, readings: Sequence[Reading], question: str, language: Language) -> Computed:
    """With by how much a target was missed or passed, where that is asked."""
    one, other = (reading.figure for reading in readings)
    if not _DIFFERENCE.search(question) or one.value == other.value:
        return reached
    gap, expressions = gap_between(one, other, language)
    link = f", a difference of {in_english(gap)}" if language is Language.ENGLISH else f"，相差{gap}"
    return Computed(text=reached.text + link, expressions=expressions)


def _sum(readings: Sequence[Reading], language: Language) -> Computed:
    unit = readings[0].figure.unit
    figures = [reading.figure for reading in readings]
    total = show(sum((figure.value for figure in figures), Decimal(0)), unit, figures)
    formula = " + ".join(r.figure.text for r in readings) + f" = {total}"
    words = f"Together: {total}" if language is Language.ENGLISH else f"合计{total}"
    return Computed(text=words, expressions={total: formula})


def _over_time(readings: Sequence[Reading]) -> bool:
    """Whether two readings are what one place did, or aimed at, in two years."""
    done = {reading.statement.hit.sentence.stance is Stance.RESULT for reading in readings}
    return len(done) == 1 and all(re.match(r"(?:19|20)\d\d", reading.label) for reading in readings)


def _subject(one: Reading, other: Reading, question: str) -> Reading:
    """Of two years the one that is set against the other: the first named of 2015年比2016年 and
    2014年跟2013年比, the second of 与2013年相比,2014年; the later where neither is."""
    later = max(one, other, key=lambda reading: reading.label)
    years = re.findall(r"(?:19|20)\d\d", question)
    if not _SET_AGAINST.search(question) or len(years) < 2:
        return later
    against = _AGAINST_FIRST.search(question)
    second = against is not None and not re.search(r"(?:19|20)\d\d", question[: against.start()])
    named = years[1] if second else years[0]
    return next((reading for reading in (one, other) if reading.label.startswith(named)), later)


def _difference(one: Reading, other: Reading, language: Language, *, first: Reading | None) -> Computed:
    """What is `first` against the other, else the higher against the lower."""
    high, low = (one, other) if one.figure.value >= other.figure.value else (other, one)
    if high.figure.value == low.figure.value:
        return _equal(language, two=True)
    gap, expressions = gap_of(high.figure, low.figure, language)
    if low is first:
        if language is Language.ENGLISH:
            words = f"{low.label} is lower than {high.label} by {in_english(gap)}"
            return Computed(text=words, expressions=expressions)
        less = "低" if gap.endswith("个百分点") else "少"
        return Computed(text=f"{low.label}比{high.label}{less}{gap}", expressions=expressions)
    if language is Language.ENGLISH:
        words = f"{high.label} is higher than {low.label} by {in_english(gap)}"
        return Computed(text=words, expressions=expressions)
    more = "高" if gap.endswith("个百分点") else "多"
    return Computed(text=f"{high.label}比{low.label}{more}{gap}", expressions=expressions)


def _ratio(one: Reading, other: Reading, language: Language) -> Computed | None:
    if other.figure.value == 0:
        return None
    times = plain((one.figure.value / other.figure.value).quantize(Decimal("0.01")))
    formula = f"{one.figure.text} ÷ {other.figure.text} ≈ {times}"
    if language is Language.ENGLISH:
        words = f"{one.label} is about {times} times {other.label}"
        return Computed(text=words, expressions={times: formula})
    return Computed(
        text=f"{one.label}约为{other.label}的{times}倍", expressions={f"{times}倍": f"{formula}倍"}
    )


def _order(readings: Sequence[Reading], question: str, language: Language) -> Computed:
    ordered = sorted(readings, key=lambda r: -r.figure.value)
    if ordered[0].figure.value == ordered[-1].figure.value:
        return _equal(language, two=len(ordered) == 2)
    english = language is Language.ENGLISH
    if _ORDER.search(question) and len(ordered) > 2:
        if english:
            chain = " > ".join(f"{r.label} ({as_stated(r)})" for r in ordered)
            return Computed(text=f"From high to low: {chain}", expressions={})
        chain = "、".join(f"{r.label}（{as_stated(r)}）" for r in ordered)
        return Computed(text=f"从高到低依次为：{chain}", expressions={})
    lowest = _LOWEST.search(question) is not None
    best = ordered[-1] if lowest else ordered[0]
    ties = [r for r in ordered if r.figure.value == best.figure.value]
    names = (" and " if english else "、").join(r.label for r in ties)
    if english:
        word = ("low" if lowest else "high") + ("er" if len(ordered) == 2 else "est")
        return Computed(text=f"The {word}: {names} ({as_stated(best)})", expressions={})
    word = "最低" if lowest else "最高"
    if len(ordered) == 2:
        word = "较低" if lowest else "较高"
    return Computed(text=f"{word}的是{names}（{as_stated(best)}）", expressions={})


def as_stated(reading: Reading) -> str:
    """A figure with the word that makes it inexact: 6%左右 is not 6%."""
    bound = _BOUND.match(reading.statement.text, reading.figure.end)
    return reading.figure.text + (bound.group() if bound else "")


def _equal(language: Language, *, two: bool) -> Computed:
    same = "两者相同" if two else "几者相同"
    return Computed(text="They are equal" if language is Language.ENGLISH else same, expressions={})


def _last_keyword(text: str, intent: Intent) -> int | None:
    ends = [
        text.find(word) + len(word)
        for keyword in intent.keywords
        for form in keyword.forms
        for word in form
        if word in text
    ]
    return max(ends) if ends else None


def label(statement: Statement, intent: Intent) -> str:
    """What a comparison of places calls a figure."""
    report = statement.hit.report
    return english_place(report) if intent.language is Language.ENGLISH else report.region or report.title


def tell_years_apart(readings: Sequence[Reading], language: Language) -> list[Reading]:
    """Places whose figures are of different years are called by their years too: 廊坊市（2023年）."""
    periods = [reading.statement.hit.sentence.period for reading in readings]
    if len(set(periods)) < 2:
        return list(readings)
    year = " ({})" if language is Language.ENGLISH else "（{}年）"
    return [
        replace(reading, label=reading.label + (year.format(period) if period else ""))
        for reading, period in zip(readings, periods, strict=True)
    ]
