"""Which figures of a text are of the kind that a question asks for."""

from __future__ import annotations

import re

from rag.domain import Figure, FigureKind, Wanted
from rag.steps.read_figures import read_figures

_ASKED_UNIT = re.compile(r"多少((?:万亿|[万亿])?(?!百分|个百分|钱)[一-龥]{1,3})")
_ENGLISH_UNIT = re.compile(
    r"\bhow many (?:(?:thousand|million|billion|trillion) )?"
    r"(?:(?P<亩>mu)|(?P<公顷>hectares?)|(?P<吨>tons?|tonnes?)|(?P<公里>kilomet(?:er|re)s?|km)|(?P<元>yuan|rmb))\b",
    re.I,
)
ROUND = re.compile(r"[级的]?(?:台阶|大关|关口)")
"""Behind a figure that something has passed, and not come to: 4000亿元台阶."""
GOAL = re.compile(r"(?:[^,;。\d]*?(?<=[的等定]))?(?:预期|主要)?目标")
"""未达到7%以上的预期目标: told among results, it is still what was aimed at."""
_PLANNED = re.compile(r"(?:计划|原定|预定|目标|预算)(?:数|值)?(?:定?为|是|达到|增长|下降|降低)$")
"""In front of such a figure: 1981年计划为3.7%,实际达到4.6%."""
_MISSED = re.compile(r"(?:没有?|未)(?:能)?(?:完全)?(?:完成|实现|达到)[^。;]{2,80}?目标")
"""没有实现能耗降低4%左右、排放总量减少2%的目标."""
_BEFORE = 12
_WANTED_KINDS = {
    Wanted.AMOUNT: {FigureKind.AMOUNT},
    Wanted.RATE: {FigureKind.PERCENT, FigureKind.POINTS, FigureKind.TIMES},
    Wanted.RANK: {FigureKind.RANK},
    Wanted.ANY: {
        FigureKind.AMOUNT,
        FigureKind.PERCENT,
        FigureKind.SHARE,
        FigureKind.POINTS,
        FigureKind.TIMES,
    },
}


def values(text: str, wanted: Wanted) -> list[Figure]:
    """The figures of folded text that are of the kind asked for."""
    kinds = wanted_kinds(wanted)
    return [figure for figure in read_figures(text, quoted=True) if figure.kind in kinds] if kinds else []


def goals(text: str) -> list[Figure]:
    """The figures of folded text that it calls a goal."""
    return [figure for figure in read_figures(text) if is_goal(text, figure)]


def is_goal(text: str, figure: Figure) -> bool:
    """Whether the words around a figure say that it was aimed at, whatever the tense of the sentence."""
    return (
        GOAL.match(text, figure.end) is not None
        or _PLANNED.search(text, max(0, figure.start - _BEFORE), figure.start) is not None
        or any(m.start() <= figure.start < m.end() for m in _MISSED.finditer(text))
    )


_CHANGED_BY = re.compile(r"(?:增加|增长|提高|上升|上涨|减少|下降|降低)了?$")


def is_change(text: str, figure: Figure) -> bool:
    """Whether an amount is what something went by, not what it is: 人均纯收入增加789元."""
    before = text[max(0, figure.start - _BEFORE) : figure.start]
    return figure.kind is FigureKind.AMOUNT and _CHANGED_BY.search(before) is not None


def is_missed(text: str) -> bool:
    """Whether a text says that a goal was not reached."""
    return _MISSED.search(text) is not None


def asked_unit(question: str) -> Figure | None:
    """多少亿斤 asks for a value in 斤: one such figure, 1亿斤."""
    match, english = _ASKED_UNIT.search(question), _ENGLISH_UNIT.search(question)
    unit = match[1] if match else english.lastgroup if english else None
    found = read_figures(f"1{unit}") if unit else ()
    return found[0] if found and found[0].unit else None


def wanted_kinds(wanted: Wanted) -> frozenset[FigureKind]:
    """The kinds of figure that answer; none where no value is asked for."""
    return frozenset(_WANTED_KINDS.get(wanted, ()))
