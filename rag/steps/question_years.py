"""The years of a question: in digits, by a plan, by what happened in them, or counted from the newest report.

Patterns run over the folded question (Chinese) or over the question as it stands (English), ignoring case.
"""

from __future__ import annotations

import re
from functools import cache

from rag.steps.any_of import any_of

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[万亿%家个户项亩元吨人])(?:年度?)?")
LAST_YEAR = any_of(
    "去年", "上年", "上一年", "前一年", "过去一年", english="last year|the year before|previous year"
)
THIS_YEAR = any_of("今年", "本年", "新的一年", english="this year")
LAST_TWO = any_of("[这近]两年|过去两年|最近两年", english="(?:past|last) two years")
_SHORT_YEAR = re.compile(r"(?<!连续)(?<!过去)(?<![近满共第达\d])(\d\d)年(?!来|前|后|代|间|以)")
_LAST_SHORT, _FIRST_SHORT = 40, 78
"""Years of two digits are of 2000 to 2040 and of 1978 to 1999."""
PLAN_YEAR = re.compile(
    r"[“\"]?十(?P<tens>[一二三四五六]?)五[”\"]?(?:规划|计划|时期|期间)?的?"
    r"(?:(?P<last>收官|期?末|结束|终了?|期?满|最后一年|收尾)|(?P<first>开局|第一年|头一年|首年|起步))(?:之年|年|时)?"
)
"""十四五收官: a year that its five-year plan tells."""
EVENTS = {
    "亚洲金融危机": 1998,
    "东南亚金融危机": 1998,
    "加入世贸": 2001,
    "非典": 2003,
    "汶川": 2008,
    "北京奥运": 2008,
    "国际金融危机": 2008,
    "上海世博": 2010,
    "新冠": 2020,
    "北京冬奥": 2022,
}
"""What a year is called after where no number is."""
YEAR_NAMED = re.compile(
    rf"(?:{'|'.join(EVENTS)})[^,。?]{{0,6}}?(?:那一?年|当年)|[一-龥]{{2,6}}(?:那一?年|当年)(?=[(]?(?:19|20)\d\d)"
)
"""疫情那年(2022): another name of the year beside it."""
AGAINST_YEAR_BEFORE = re.compile(
    r"比(?:上|前|头)一?年度?(?:同期)?[^,。?]{0,6}?(?:多|少)(?![少])[^,。?率%]{0,6}?(?:多少|几)|比去年[^,。?]{0,6}?[多少](?:[打收产建]?了?)(?:多少|几)"
)
"""比上一年少收了多少: an amount that two years differ by."""


def periods_of(text: str, newest: int | None) -> tuple[int, ...]:
    """The years that a question names; 去年 and 今年 count from `newest`, the year of the newest report."""
    years = [int(year) for year in YEAR.findall(text)]
    years += [year for event, year in EVENTS.items() if not years and _year_of(event).search(text)]
    if len(years) == 1 and AGAINST_YEAR_BEFORE.search(text):
        years.append(years[0] - 1)
    planned = map(_plan_year, PLAN_YEAR.finditer(text))
    years += [
        year for year in planned if newest is None or year <= newest
    ]  # else it is told as what is ahead
    years += [year for short in _SHORT_YEAR.findall(text) if (year := _whole_year(int(short))) is not None]
    if newest is not None and not years:
        years += [newest - 2, newest - 1] * bool(LAST_TWO.search(text))
        years += [newest - 1] * bool(LAST_YEAR.search(text))
        years += [newest] * bool(THIS_YEAR.search(text))
    return tuple(dict.fromkeys(years))


@cache
def _year_of(event: str) -> re.Pattern[str]:
    """非典那一年, 非典爆发的那年, 汶川地震当年."""
    return re.compile(rf"{event}[^,。?]{{0,6}}?(?:那一?年|当年)")


def _whole_year(short: int) -> int | None:
    """23年 is 2023, 98年 is 1998; 建市60年 is none."""
    if short <= _LAST_SHORT:
        return 2000 + short
    return 1900 + short if short >= _FIRST_SHORT else None


def _plan_year(named: re.Match[str]) -> int:
    """The last or the first year of a five-year plan: the tenth (十五) ended in 2005."""
    number = 10 + "一二三四五六".find(named["tens"]) + 1 if named["tens"] else 10
    last = 1955 + 5 * number
    return last if named["last"] else last - 4
