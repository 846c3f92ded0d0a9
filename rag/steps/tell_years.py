"""The years that a folded sentence or heading speaks of, as (first, last); one year is that year twice.

今年 in a report given in 2024 is 2024, 去年 2023, 五年来 2019–2023, 今后五年 2024–2028. A year that only
measures (比1978年, 是1957年的3倍, 1949年以来最高) or gives the setting (在1989年…情况下) is not what is
spoken of.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from rag.domain import Stance
from rag.steps.read_numbers import numeral

Years: TypeAlias = tuple[int, int]

_NUMBER = "一二三四五六七八九十"
_YEAR = r"(?:19|20)\d\d"
_NAME = re.compile(r"“[^”]*”|《[^》]*》|「[^」]*」|‘[^’]*’")
_NAME_OPENS = re.compile(r"[“《「‘]")
_PLAN_NAME = re.compile(
    rf"[“「](?P<short>[{_NUMBER}]{{1,3}})五[”」]|第(?P<long>[{_NUMBER}]{{1,3}})个五年计划"
)
_SETTING = re.compile(rf"在[^,。]{{0,12}}{_YEAR}年[^。]{{0,60}}?(?:情况|背景|形势|条件)下")
_FROM_TO = re.compile(
    rf"(?<![是为比较于])(?:从|由|自)?({_YEAR})年?(?:的|底|初|末|起|开始)?"
    rf"(?:[^,。;]{{0,24}}?(?:到|至)|\s*[—\-~―─]+\s*)({_YEAR})年"
)
_FROM_NOW = re.compile(rf"从现在[^,。]{{0,6}}到({_YEAR})年")
_SINCE = re.compile(rf"(?:^|[,。;])自?(?:从)?({_YEAR})年[^,。;]{{0,10}}以来,")
_NAMED = re.compile(rf"(?<![到至比较由从自与同是为])(?<![高低快慢多少好优]于)({_YEAR})年(?!来,|以来|代)")
_MEASURE = re.compile(rf"(?:比|较)(?![重例如])[^,。;\d]{{1,14}}{_YEAR}年")
_AGAINST = re.compile(rf"比({_YEAR})年[^,。;]{{0,6}}(?:增|提高|扩大|下降|降低|减少|多|高)")
_OPENS = re.compile(rf"^({_YEAR})年(?!度)")
_UNTIL = re.compile(rf"(?:到|至)({_YEAR})年")
_PAST_SPAN = re.compile(
    rf"(?:过去|近|前|这|最近)(?P<past>[{_NUMBER}])年(?!行动|计划|规划)|(?P<since>[{_NUMBER}])年(?P<more>多)?(?:来|间)"
    rf"|(?<=[一-龥])的(?P<of>[{_NUMBER}])年$|由(?P<ago>[{_NUMBER}])年前"
)
_COMING_SPAN = re.compile(rf"(?:今后|未来|以后)的?([{_NUMBER}])年")
_BACK = re.compile(r"(?<![比较])(?:去年|上年|过去一年|一年来|刚刚过去)")
_NOW = re.compile(r"今年|今后一年|新的一年|本年度")
_FAR = 6
"""Years from that of the report beyond which a year is history or a distant aim, not what is reported."""


def own_years(text: str, *, stance: Stance, default: Years | None, year: int | None) -> Years | None:
    """What the sentence itself says of its time; None where it says nothing that counts against `default`."""
    if "年" not in text and "刚刚过去" not in text:
        return None  # as most sentences are: no pattern below is without one of the two
    own = _MEASURE.sub("", _SETTING.sub("", unnamed(unspaced(text))))
    span = _span(own, stance=stance, year=year)
    if span is not None:
        return span
    named = _named(own, done=stance is Stance.RESULT, default=default, year=year)
    if named is not None and year is not None and stance is not Stance.RESULT and _NOW.search(own):
        named = min(named[0], year), max(named[1], year)  # 1949年为21700公里;今年预计将达25500公里
    if named is not None or year is None:
        return named
    if stance is not Stance.RESULT and default == (year, year) and f"比{year}年" in own:
        return year + 1, year + 1  # what is measured against this year is of the next
    if default is None and (next_year := _year_after(own, year)) is not None:
        return next_year, next_year
    if _BACK.search(own) and (stance is Stance.RESULT or not _NOW.search(own)):
        return (year - 1, year - 1) if stance is Stance.RESULT else None
    if _NOW.search(own) and (stance is not Stance.RESULT or default is None):
        return year, year
    return None


def years_named(text: str) -> set[int]:
    """The years that a text names but for those that it only measures against."""
    if "年" not in text:
        return set()  # as most statements: every one that search finds is asked
    return {int(found) for pattern in (_NAMED, _UNTIL) for found in pattern.findall(_MEASURE.sub("", text))}


def _year_after(own: str, year: int) -> int | None:
    """The year that is measured against the one before it, where that is near: 将比1957年增长19.2%."""
    after = {int(found) + 1 for found in _AGAINST.findall(own)}
    return after.pop() if len(after) == 1 and after <= {year - 1, year} else None


def announced(title: str, *, year: int | None, past: bool) -> Years | None:
    """The span that a heading or a lead sentence sets for what follows: 过去五年, 今后五年, “十一五”."""
    if year is None:
        return None
    if plan := _PLAN_NAME.search(title):
        first = _plan_starts(plan["short"] or plan["long"])
        if past == (first < year):
            return first, first + 4
    if coming := _COMING_SPAN.search(title):
        return year, year + int(numeral(coming[1])) - 1
    return _counted_back(title, year) if past else None


def year_and_span(title: str, *, year: int | None) -> tuple[Years, Years] | None:
    """The last year and the span that a heading of both reviews, in its order: 2025年和“十四五”时期工作回顾
    is 2025, then 2021–2025. None for a heading of one of them."""
    if year is None:
        return None
    single, span = re.search(rf"{year - 1}年|去年|过去一年", title), announced(title, year=year, past=True)
    if single is None or span is None or span[0] == span[1]:
        return None
    rest = title[: single.start()]
    one = (year - 1, year - 1)
    return (span, one) if announced(rest, year=year, past=True) else (one, span)


def unnamed(text: str) -> str:
    """“2024年冰雪旅游十佳城市” was won in 2023: what stands in a name tells no time and no mood."""
    return _NAME.sub("", text) if _NAME_OPENS.search(text) else text


def unspaced(text: str) -> str:
    """1 9 9 8年 is 1998年: some sources set digits apart."""
    return re.sub(r"(?<=\d) (?=\d)", "", text) if " " in text else text


def _span(own: str, *, stance: Stance, year: int | None) -> Years | None:
    if (between := _FROM_TO.search(own)) and int(between[1]) < int(between[2]):
        return int(between[1]), int(between[2])
    if year is None:
        return None
    if stance is not Stance.RESULT and (until := _FROM_NOW.search(own)):
        return year, int(until[1])
    if stance is Stance.RESULT and (since := _SINCE.search(own)):
        return int(since[1]), year - 1
    return announced(own, year=year, past=stance is Stance.RESULT)


def _counted_back(own: str, year: int) -> Years | None:
    found = _PAST_SPAN.search(own)
    if found is None:
        return None
    count = int(numeral(found["past"] or found["since"] or found["of"] or found["ago"]))
    if count == 1 and not found["more"]:
        return year - 1, year - 1
    return year - count, year if found["more"] else year - 1


def _named(own: str, *, done: bool, default: Years | None, year: int | None) -> Years | None:
    """The one year that is named; the default's where it is among several; none of far years."""
    named = {int(found) for found in _NAMED.findall(own)}
    opens = _OPENS.match(own)
    if done and ";" in own and not opens and not all(_NAMED.search(part) for part in own.split(";")):
        return None  # a year in one of several facts is not that of the others
    until = {int(found) for found in _UNTIL.findall(own)}
    if not done and len(until) == 1 and not named:
        (only,) = until
        return only, only
    near = {found for found in named if year is None or abs(found - year) <= _FAR}
    if len(near) == 1:
        (only,) = near
        return only, only
    if near and default is not None and any(default[0] <= found <= default[1] for found in near):
        return default
    return (min(near), max(near)) if near else None


def _plan_starts(number: str) -> int:
    """The first five-year plan began in 1953, the sixth in 1981, each from then on five years later."""
    count = int(numeral(number))
    return 1981 + 5 * (count - 6) if count >= 6 else {1: 1953, 2: 1958, 3: 1966, 4: 1971, 5: 1976}[count]
