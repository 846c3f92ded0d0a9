"""Does a sentence say what happened, what is aimed at, or what will be done — and of which year?

The section decides first (工作回顾 is done, 预期目标 is aimed at), then the sentence's own year, tense and
modal words. 今年 in a report given in 2024 is 2024.
"""

from __future__ import annotations

import re

from rag.domain import Stance

_REVIEW = re.compile(
    r"回顾|过去[一五]年|去年|上年|取得.{0,6}成[绩就]|成绩显著|主要成[绩就]|一年来|工作总结|完成情况"
)
_AIM = re.compile(r"预期目标|主要目标|发展目标|奋斗目标")
_AHEAD = re.compile(r"目标|安排|任务|要求|思路|重点工作|工作部署|打算|工作建议|今年|展望|自身建设")
_TROUBLE = re.compile(
    r"(?:困难|问题|挑战|不足|短板)[^。,]{0,8}(?:主要是|主要有|:)|仍需|还不够|有待|任重道远|压力(?:依然|仍然)|清醒(?:地)?(?:看到|认识)"
    r"|对(?:此|这些问题),我们一定|我们一定(?:会)?(?:正视|直面)问题"
)
_AIM_SENTENCE = re.compile(r"(?:预期|主要|奋斗|发展)目标[^。]{0,6}[是为:]")
_WILL = re.compile(
    r"力争|确保|计划|将(?!近|军)|拟|预计(?=\d)|争取|(?<![主重需简扼紧首概])要(?![求素闻点害])|必须|应当|应该|继续|进一步|不少于|不低于|控制在|目标"
)
_MEASURED = re.compile(r"比上年|比去年|比前一年|同比|比(?:19|20)\d\d年|达到\d|完成\d")
_DONE = re.compile(r"(?:已|完成了|实现了|获评|荣获|入选|获批|建成投用|增长了|下降了|突破了|取得)")
_YEAR = re.compile(r"(?<![到至比较由从自与同])((?:19|20)\d\d)年(?!来|代)")
"""A year that a sentence is about, not one that it starts from or measures against: 比1978年, 由1957年的."""
_UNTIL = re.compile(r"(?:到|至|从现在[^,。]{0,6})((?:19|20)\d\d)年")
_PAST_OPENING = re.compile(
    r"^(?:各位代表[:,!])?(?:刚刚过去的|过去的)?(?:((?:19|20)\d\d)年|过去一年|去年|一年来)"
)
_BACK = re.compile(r"去年|上年|过去一年|一年来|刚刚过去")
_AHEAD_YEAR = re.compile(r"今年|今后一年|新的一年|本年度")
_NAME = re.compile(r"“[^”]*”|《[^》]*》")
_AHEAD_OPENING = re.compile(r"^(?:[一-龥]{0,6}[,、])?((?:19|20)\d\d)年[^。]{0,14}?将")


_CELL = re.compile(
    r"(?P<head>(?:(?P<year>(?:19|20)\d\d)年)?[^,。;:!?“]{1,40}):(?:[^,。;:!?“]{0,12}\d[^,。;:!?“]{0,12})[。]?$"
)
"""Heads, a colon and one figure: how a table is told (rag.steps.tell_table)."""
_CELL_AIM = re.compile(r"目标|预期|计划|预计|力争|指标值|任务")
_CELL_DONE = re.compile(r"完成(?!率)|实绩|实际(?!利用)|实现|执行|达到|决算|增长率|结果")


def section_stance(title: str, *, year: int | None) -> tuple[Stance, int | None] | None:
    """Stance and period that a heading gives to what stands under it; None where it says nothing."""
    past = None if year is None else year - 1
    if _REVIEW.search(title):
        return Stance.RESULT, past
    if _AIM.search(title):
        return Stance.TARGET, year
    if _AHEAD.search(title) or f"{year}年" in title:
        return Stance.PLAN, year
    return (Stance.RESULT, past) if f"{past}年" in title else None


def judge(text: str, *, section: Stance, period: int | None, year: int | None) -> tuple[Stance, int | None]:
    """Stance and period of one folded sentence in a section of this stance and period."""
    if section in (Stance.RESULT, Stance.OTHER) and _TROUBLE.search(text):
        return Stance.OTHER, period
    if (cell := _judge_cell(text, year)) is not None:
        return cell
    stance = section
    if section is Stance.PLAN and _AIM_SENTENCE.search(text):
        stance = Stance.TARGET
    elif section is Stance.RESULT and year is not None and _opens_ahead(text, year):
        stance, period = Stance.PLAN, year
    elif section is Stance.OTHER:
        stance = _by_words(text)
    return stance, _period(text, stance=stance, default=period, year=year)


def _judge_cell(text: str, year: int | None) -> tuple[Stance, int | None] | None:
    """Of a cell of a table (2024年目标地区生产总值增长:6%左右。): its own head tells, whatever the section.

    None where the sentence is none, or its head says neither done nor aimed at.
    """
    match = _CELL.match(text)
    if match is None:
        return None
    period = int(match["year"]) if match["year"] else None
    if _CELL_AIM.search(match["head"]):
        return Stance.TARGET, period if period is not None else year
    if _CELL_DONE.search(match["head"]) or (period is not None and year is not None and period < year):
        return Stance.RESULT, period if period is not None or year is None else year - 1
    return None


def moves_ahead(text: str, *, year: int | None) -> bool:
    """Whether a sentence of a text without headings turns from the review to the plans: 2024年,…将…"""
    return year is not None and _opens_ahead(text, year)


def opens_past(text: str, *, year: int | None) -> int | None:
    """The past year with which a paragraph opens: what follows in it was done then, whatever its section."""
    match = _PAST_OPENING.match(text)
    if match is None or year is None or _AHEAD_OPENING.match(text):
        return None
    opened = int(match[1]) if match[1] else year - 1
    return opened if year - 6 <= opened < year else None


def _opens_ahead(text: str, year: int) -> bool:
    match = _AHEAD_OPENING.match(text)
    return match is not None and int(match[1]) >= year


def _by_words(text: str) -> Stance:
    """Where no heading tells: done where a past is told or measured, ahead where a modal word says so."""
    ahead = _WILL.search(text) is not None
    if _DONE.search(text) or (_MEASURED.search(text) and not ahead):
        return Stance.RESULT
    return Stance.PLAN if ahead else Stance.OTHER


def _period(text: str, *, stance: Stance, default: int | None, year: int | None) -> int | None:
    """The one year that the sentence names itself, else what its relative words say, else the section's."""
    own = _NAME.sub("", text)  # “2024年冰雪旅游十佳城市” was won in 2023
    named = {int(found) for found in _YEAR.findall(own)}
    if stance is Stance.RESULT and ";" in own and not all(_YEAR.search(part) for part in own.split(";")):
        named = set()  # a year in one of several facts is not that of the others
    until = {int(found) for found in _UNTIL.findall(text)}
    if stance is not Stance.RESULT and len(until) == 1 and not named:
        return until.pop()
    if len(named) == 1 and (year is None or abs(named.copy().pop() - year) <= 6):
        return named.pop()
    if len(named) > 1 and default not in named:
        return None
    if year is not None and default is None and _BACK.search(text):
        return year - 1
    if year is not None and _AHEAD_YEAR.search(text) and not _BACK.search(text):
        return year
    return default
