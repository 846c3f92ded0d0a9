"""Folded text → its figures, each with the words that it belongs to.

The one place that binds values to what they are values of: 规上工业增加值增长2.9% is of 规上工业增加值,
22项民生工程 of 民生工程. A list of values goes with the list of heads before it, each written out in full:
茶叶、食用菌产量分别增长5%、15% is of 茶叶产量 and 食用菌产量. What has no head of its own (增速排名全省第二)
belongs to the head of the clause before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Direction, Figure, FigureKind
from rag.steps.heads import counted, head, joint_heads
from rag.steps.qualify import listed_together
from rag.steps.read_figures import read_figures
from rag.steps.recall import recalled

_DURATIONS = frozenset(["年", "周年", "个月", "月", "天", "日", "小时", "个小时", "分钟", "周", "秒"])
_CLAUSE = re.compile(r"[,;。:!?\n]")
_CLAUSE_BREAKS = re.compile(r"[;。!?\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A figure and the words that it belongs to; None for dates, lengths of time and where there are none.

    `listed` is whether it is one of a list of values with a head each.
    """

    figure: Figure
    words: str | None
    listed: bool = False


@recalled
def attribute(text: str) -> list[Owned]:
    """The figures of a sentence, in order, with their owners."""
    found: list[Owned] = []
    for row in _rows(text, read_figures(text)):
        found.extend(_owned(text, row, found))
    return found


def _rows(text: str, figures: Sequence[Figure]) -> list[list[Figure]]:
    """Figures that stand in one list of values together, every other one alone."""
    rows: list[list[Figure]] = []
    for figure in figures:
        if rows and listed_together(text, rows[-1][-1], figure):
            rows[-1].append(figure)
        else:
            rows.append([figure])
    return rows


def _owned(text: str, row: Sequence[Figure], before: Sequence[Owned]) -> list[Owned]:
    first = row[0]
    if not _has_owner(text, first):
        return [Owned(figure=figure, words=None) for figure in row]
    if len(row) > 1 and (heads := _heads_of_row(text, row, before)) is not None:
        return [
            Owned(figure=figure, words=words, listed=True) for figure, words in zip(row, heads, strict=True)
        ]
    words = _own_words(text, first, before)
    return [Owned(figure=first, words=words)] + [
        Owned(figure=figure, words=counted(text, figure) or words) for figure in row[1:]
    ]


def _has_owner(text: str, figure: Figure) -> bool:
    """Dates and lengths of time belong to nothing, unless a verb says that something grew or fell by one;
    nor does the number of a list of the best: 全国20强城市."""
    if not figure.unit and text.startswith("强", figure.end):
        return False
    lasts = figure.kind is FigureKind.AMOUNT and figure.unit in _DURATIONS
    return figure.kind is not FigureKind.DATE and not (lasts and figure.direction is Direction.NONE)


def _heads_of_row(text: str, row: Sequence[Figure], before: Sequence[Owned]) -> list[str] | None:
    """As many heads as the list has values: those named before it in its clause, else those of the values
    before it (40870元和15367元,增长5.4%和8%), else None."""
    start = _clause_start(text, row[0].start)
    if words := head(_region(text, start, row[0].start, before)):
        heads = joint_heads(words)
        return heads if len(heads) == len(row) else None
    owners = [owned.words for owned in before if owned.words is not None]
    owners = owners[-len(row) :]
    return owners if len(owners) == len(row) else None


def _own_words(text: str, figure: Figure, before: Sequence[Owned]) -> str | None:
    """What is counted behind the figure, else the head before it in its clause, else what the clause before
    was about."""
    if words := counted(text, figure):
        return words
    start = _clause_start(text, figure.start)
    if words := head(_region(text, start, figure.start, before), share=figure.kind is FigureKind.SHARE):
        return words
    return _carried(text, start, figure, before)


def _region(text: str, start: int, end: int, before: Sequence[Owned]) -> str:
    """The clause up to a figure, from behind the last figure with an owner; dates and lengths of time in it
    are left out, and so is where a rank is held: 在全国168个重点城市中."""
    region = text[start:end]
    if (place := _PLACE.search(region)) is not None:
        return region[: place.start()] + region[place.end() :]
    pieces: list[str] = []
    at = start
    for owned in before:
        figure = owned.figure
        if figure.start < start or figure.end > end:
            continue
        if owned.words is not None:
            pieces = []
        else:
            pieces.append(text[at : figure.start])
        at = figure.end
    return "".join([*pieces, text[at:end]])


_PLACE = re.compile(r"在[^,;。]{2,40}?(?:[中内里]|范围内)(?=[^,;。]{0,4}(?:排|位|列|居|名|分))")


def _carried(text: str, start: int, figure: Figure, before: Sequence[Owned]) -> str | None:
    """The owner of the last figure before, or the head of a clause between that has no figure."""
    here = [owned for owned in before if start <= owned.figure.start and owned.words is not None]
    if here:
        return here[-1].words
    end = start
    while end > 0:
        mark = text[end - 1]
        if _CLAUSE_BREAKS.match(mark):
            return None
        begin = _clause_start(text, end - 1)
        inside = [owned for owned in before if begin <= owned.figure.start < end and owned.words is not None]
        if inside:
            return inside[-1].words
        if words := head(_region(text, begin, end - 1, before), share=figure.kind is FigureKind.SHARE):
            return words
        end = begin
    inside = [owned for owned in before if owned.figure.end <= figure.start and owned.words is not None]
    return inside[-1].words if inside else None


def _clause_start(text: str, position: int) -> int:
    """Behind the last mark before `position`, but for a comma between the digits of a number; or behind the
    、 that follows a figure: 粮食总产量52.8亿斤、增长2.2%."""
    for index in range(position - 1, -1, -1):
        if _CLAUSE.match(text[index]) and not _in_number(text, index):
            return index + 1
    return 0


def _in_number(text: str, index: int) -> bool:
    return text[index] == "," and text[index - 1 : index].isdigit() and text[index + 1 : index + 4].isdigit()
