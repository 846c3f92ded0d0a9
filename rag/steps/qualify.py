"""A figure in its clause → the same with bound and direction, and of a percentage whether it is a share.

All three are read from the words beside it: 超, 左右 and 以上 bound it, 增长 and 降至 give its direction,
占…的 makes it a part of a whole.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.domain import Bound, Direction, Figure, FigureKind

# --- bound and direction ----------------------------------------------------------------------------

# 约 and 近, but not those of 签约, 节约, 最近.
_ABOUT_BEFORE = re.compile(
    r"(?:(?<![签预契节集特履])约(?:有|达|为|占|增长|增加|下降|减少|提高)?|(?<![最附临亲])近|大约|大概|将近|接近)$"
)
_LEAST_BEFORE = re.compile(r"(?:超过?|突破|不低于|不少于|不下于?|高于|多于|大于|逾|至少|(?<!以)上)了?$")
_MOST_BEFORE = re.compile(
    r"(?:(?<!不)(?:低于|小于|少于)|不超过|未超过|不高于|不多于|不大于|不到|不足|最多|控制在)了?$"
)
_AFTER = re.compile(r"左右|上下|以上|以内|以下|之内|多(?!出|于)|余")
_MORE_INSIDE = re.compile(r"[多余几]")
_BETWEEN = r"(?:了|为|至|到|达|达到|约|近|超|超过|接近|将近|逾|不低于|不少于|不超过|在|一倍)*$"
_YEAR_OF = re.compile(r"(?:19|20)\d\d年的$")  # 提高到2002年的91%
_UP = re.compile(
    r"(?:增长|提高|上升|增加|增速|增幅|递增|增|上涨|上调|提升|涨幅|新增|净增|扩大|翻|多出|还多|(?<![许很])多)"
    + _BETWEEN
)
_DOWN = re.compile(
    r"(?:下降|降低|减少|回落|下滑|下跌|下调|降幅|降|缩小|缩减|压减|压缩|削减|减轻|收窄|减|还少)" + _BETWEEN
)

# --- share ------------------------------------------------------------------------------------------

_LEVEL = re.compile(r"[到至达为在]了?$")
_SHARE_BEFORE = re.compile(
    r"(?:(?<![抢侵强霸])占(?![地用])|比重|占比|比例|完成[^,;。]{0,14}(?:计划|任务|目标|预算)的|其中|"
    r"(?<![年月日季期来])(?<!以前)的$)[^,;。:]*$"
)
_SHARE_AFTER = re.compile(
    r"(?:以上|以下|左右)?的?(?!以|左右|[提升降上下减回扩到多少]|增|速|目标|水平|幅度|税率|利率|基础|比例|上限|下限|的)[一-龥]"
)


def qualified(text: str, figure: Figure, last: Figure | None) -> Figure:
    """With bound, direction and, of a percentage, whether it is a share. In a list of values the direction
    and the kind of the first are those of all: 分别增长27%、15%."""
    before = text[max(0, figure.start - 12) : figure.start]
    direction = _direction(before)
    if last is not None:
        plain = FigureKind.PERCENT if last.kind is FigureKind.SHARE else last.kind
        if listed_together(text, replace(last, kind=plain), figure):
            direction = last.direction
            figure = replace(figure, kind=last.kind)
    if figure.kind is FigureKind.DATE:
        direction = Direction.NONE
    figure = replace(figure, bound=_bound(before, figure, text), direction=direction)
    if figure.kind is FigureKind.PERCENT and _is_share(text, figure):
        return replace(figure, kind=FigureKind.SHARE)
    return figure


def _direction(before: str) -> Direction:
    before = _YEAR_OF.sub("", before)
    if _UP.search(before):
        return Direction.UP
    return Direction.DOWN if _DOWN.search(before) else Direction.NONE


def _is_share(text: str, figure: Figure) -> bool:
    """占…的73%, 比重达45%, 完成年计划的106.2%, 85%以上财政支出; not a rate of change, nor 增长5%的目标."""
    before = text[max(0, figure.start - 40) : figure.start]
    if figure.direction is not Direction.NONE and not _LEVEL.search(before):
        return False
    if _SHARE_BEFORE.search(before):
        return True
    changed = figure.direction is not Direction.NONE or before.endswith("率")
    return not changed and _SHARE_AFTER.match(text, figure.end) is not None


def _bound(before: str, figure: Figure, text: str) -> Bound:
    """The words beside the figure, or inside it: in 200余场 the 余 stands before the unit."""
    match = _AFTER.match(text, figure.end)
    word = match.group() if match else ""
    if word in ("左右", "上下") or _ABOUT_BEFORE.search(before):
        return Bound.ABOUT
    top = figure.kind is FigureKind.RANK and figure.text.startswith("前")
    if top or word in ("以内", "以下", "之内") or _MOST_BEFORE.search(before):
        return Bound.AT_MOST
    if word in ("以上", "多", "余") or _MORE_INSIDE.search(figure.text) or _LEAST_BEFORE.search(before):
        return Bound.AT_LEAST
    return Bound.EXACT


def listed_together(text: str, one: Figure, other: Figure) -> bool:
    """Whether two figures of a text stand in one list of values: 增长101.6%、100%; 40870元和15367元."""
    between = text[one.end : other.start]
    return (
        one.kind == other.kind
        and re.fullmatch(r"(?:左右|以上|以内)?(?:[、和与及]|以及)", between) is not None
    )


def is_vague(before: str) -> bool:
    """Whether the words before a number make it inexact: 近百亿元, 上千家."""
    return (_LEAST_BEFORE.search(before) or _ABOUT_BEFORE.search(before)) is not None
