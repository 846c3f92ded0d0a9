"""Folded text → the figures in it, with unit, bound and direction.

A figure is a number with what makes it mean something: `2.31亿元`, `5%左右`, `下降0.2个百分点`, `第5位`.
Values of one unit compare: 5000人 = 0.5万人.
"""

from __future__ import annotations

import re
from decimal import Decimal

from rag.domain import Bound, Direction, Figure, FigureKind

_SCALES = {
    "万亿": Decimal(10) ** 12,
    "千亿": Decimal(10) ** 11,
    "百亿": Decimal(10) ** 10,
    "亿": Decimal(10) ** 8,
    "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6,
    "万": Decimal(10) ** 4,
    "千": Decimal(10) ** 3,
    "百": Decimal(100),
}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE = "零〇一二两三四五六七八九十百千万亿"

# Units that are longer than one character, longest first; any other single Chinese character after a
# number is taken as its measure word.
_UNITS = sorted(
    [
        "个百分点",
        "百分点",
        "微克/立方米",
        "毫克/立方米",
        "立方米",
        "平方公里",
        "平方千米",
        "平方米",
        "公里",
        "千米",
        "公斤",
        "千克",
        "人次",
        "户次",
        "批次",
        "车次",
        "班次",
        "标准箱",
        "标箱",
        "千瓦时",
        "千瓦",
        "兆瓦",
        "美元",
        "欧元",
        "日元",
        "港元",
        "万元",
        "人民币",
        "小时",
        "分钟",
        "个月",
        "年度",
        "市斤",
        "公顷",
        "公担",
        "小区",
    ],
    key=len,
    reverse=True,
)
_ONE = (
    "元吨斤亩户家个项座套台辆架艘艇件条名人位批次场起届期片处口头只羽匹株棵本部册篇"
    "天日月年周岁倍成米所间张份支组对类种级环度箱P"
)
_SAME_UNIT = {"家": "户", "千米": "公里", "平方千米": "平方公里", "千克": "公斤", "名": "人", "位": "人"}

_NUMBER = re.compile(
    r"(?P<percent>百分之(?P<pcn>[一二两三四五六七八九十百零〇点]+|\d+(?:\.\d+)?))"
    r"|(?P<rank>第(?P<rankn>\d+|[一二三四五六七八九十]+)(?P<ranku>位|名)?)"
    r"|(?<![\d.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<scale>万亿|千亿|百亿|亿|千万|百万|万|千|百)?"
)
_CHINESE_AMOUNT = re.compile(
    rf"(?<![第{_CHINESE}])(?P<cn>[{_CHINESE}]*[十百千万亿][{_CHINESE}]*|[一二两三四五六七八九])(?P<unit>成|倍|个百分点|亿元|万元|[余多]?[人家户个项])"
)
_FIRST_YEAR = 1000
"""连续17年 is a duration, 2017年 is a date."""
_CHINESE_COUNT = re.compile(
    rf"(?<![第{_CHINESE}])(?=[{_CHINESE}]*[十百千万亿])[{_CHINESE}]{{2,}}(?![{_CHINESE}])"
)
_RANKED_BEFORE = re.compile(r"(?:排名?|位列|位居|名列|居|列)$")
# 约 and 近, but not those of 签约, 节约, 最近.
_ABOUT_BEFORE = re.compile(r"(?:(?<![签预契节集特履])约|(?<![最附临亲])近)$")
_LEAST_BEFORE = re.compile(r"(?:超过?|突破|不低于|不少于|高于|达到?了?|逾|至少|超)$")
_LEAST_EXACT = re.compile(r"达到?了?$")
_MOST_BEFORE = re.compile(r"(?:(?<!不)(?:低于|小于|少于)|不超过|不高于|控制在)$")
_AFTER = re.compile(r"左右|以上|以内|以下|之内|多|余")
_MORE_INSIDE = re.compile(r"[多余]")
_UP = re.compile(r"(?:增长|提高|上升|增加|增速达?到?|增幅|增|上涨|提升|涨幅|新增|扩大)[了为达到约近超过在]*$")
_DOWN = re.compile(r"(?:下降|降低|减少|回落|下滑|降|缩小|压减|减)[了为达到约近超过在]*$")


def read_figures(text: str) -> list[Figure]:
    """The figures of folded text in order, never overlapping. Bare numbers inside names are figures too."""
    found = [figure for match in _NUMBER.finditer(text) if (figure := _arabic(text, match))]
    taken = [(figure.start, figure.end) for figure in found]
    for match in _CHINESE_AMOUNT.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if (figure := _chinese(text, match)) is not None:
            found.append(figure)
    taken = [(figure.start, figure.end) for figure in found]
    for match in _CHINESE_COUNT.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        value = parse_chinese_number(match.group())
        unit, end = _unit(text, match.end())
        if value is not None and unit:
            kind = FigureKind.AMOUNT if unit == "年" else _kind(unit)
            found.append(_figure(text, match.start(), end, value, unit, kind))
    return sorted(found, key=lambda figure: figure.start)


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures state the same value in the same unit, whatever the wording."""
    return one.value == other.value and same_unit(one, other)


def same_unit(one: Figure, other: Figure) -> bool:
    """Whether the values of two figures can be compared."""
    return one.kind == other.kind and _canonical(one.unit) == _canonical(other.unit)


def parse_chinese_number(text: str) -> Decimal | None:
    """三百二十一 → 321, 十二 → 12, 三点五 → 3.5, 两 → 2; None where it is no number."""
    if "点" in text:
        whole, _, fraction = text.partition("点")
        head = parse_chinese_number(whole)
        if head is None or not fraction or any(c not in _DIGITS for c in fraction):
            return None
        return head + Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text)) if text else None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        elif character in "万亿":
            held = section + digit
            total = (total + held) * 10**8 if character == "亿" else total + held * 10**4
            section = digit = 0
        else:
            return None
    return Decimal(total + section + digit)


def _arabic(text: str, match: re.Match[str]) -> Figure | None:
    if match["percent"]:
        value = parse_chinese_number(match["pcn"]) if not match["pcn"][0].isdigit() else Decimal(match["pcn"])
        return (
            None
            if value is None
            else _figure(text, match.start(), match.end(), value, "%", FigureKind.PERCENT)
        )
    if match["rank"]:
        rank = match["rankn"]
        value = Decimal(rank) if rank.isdigit() else parse_chinese_number(rank)
        return (
            None if value is None else _figure(text, match.start(), match.end(), value, "", FigureKind.RANK)
        )
    value = Decimal(match["number"].replace(",", "")) * _SCALES.get(match["scale"] or "", Decimal(1))
    unit, end = _unit(text, match.end())
    if unit in ("位", "名") and _RANKED_BEFORE.search(text[max(0, match.start() - 4) : match.start()]):
        return _figure(text, match.start(), end, value, "", FigureKind.RANK)
    if unit == "年" and value < _FIRST_YEAR:
        return _figure(text, match.start(), end, value, unit, FigureKind.AMOUNT)
    return _figure(text, match.start(), end, value, unit, _kind(unit))


def _chinese(text: str, match: re.Match[str]) -> Figure | None:
    value = parse_chinese_number(match["cn"])
    if value is None:
        return None
    unit = match["unit"].lstrip("余多")
    if unit == "成":
        return _figure(text, match.start(), match.end(), value * 10, "%", FigureKind.PERCENT)
    if unit in ("亿元", "万元"):
        value *= _SCALES[unit[0]]
        unit = "元"
    return _figure(text, match.start(), match.end(), value, unit, _kind(unit))


def _figure(text: str, start: int, end: int, value: Decimal, unit: str, kind: FigureKind) -> Figure:
    before = text[max(0, start - 8) : start]
    return Figure(
        text=text[start:end],
        start=start,
        end=end,
        value=value,
        unit=unit,
        kind=kind,
        bound=_bound(before, text[start:end], text[end : end + 2]),
        direction=Direction.UP
        if _UP.search(before)
        else Direction.DOWN
        if _DOWN.search(before)
        else Direction.NONE,
    )


def _bound(before: str, own: str, after: str) -> Bound:
    """`own` is the figure with its unit: in 200余场 the 余 stands inside."""
    match = _AFTER.match(after)
    word = match.group() if match else ""
    if word == "左右" or _ABOUT_BEFORE.search(before):
        return Bound.ABOUT
    if word in ("以内", "以下", "之内") or _MOST_BEFORE.search(before):
        return Bound.AT_MOST
    more = word in ("以上", "多", "余") or _MORE_INSIDE.search(own)
    if more or (_LEAST_BEFORE.search(before) and not _LEAST_EXACT.search(before)):
        return Bound.AT_LEAST
    return Bound.EXACT


def _unit(text: str, start: int) -> tuple[str, int]:
    """The unit that begins at `start`, and where it ends. `余` and `多` before it belong to the bound."""
    skip = start + 1 if text[start : start + 1] in ("余", "多") else start
    if text[skip : skip + 1] in ("%", "‰"):
        return text[skip], skip + 1
    for unit in _UNITS:
        if text.startswith(unit, skip):
            return unit, skip + len(unit)
    if text[skip : skip + 1] and text[skip] in _ONE:
        return text[skip], skip + 1
    return "", start


def _kind(unit: str) -> FigureKind:
    if unit in ("%", "‰"):
        return FigureKind.PERCENT
    if unit.endswith("百分点"):
        return FigureKind.POINTS
    if unit == "倍":
        return FigureKind.TIMES
    if unit in ("年", "月", "日"):
        return FigureKind.DATE
    return FigureKind.AMOUNT


def _canonical(unit: str) -> str:
    return "百分点" if unit.endswith("百分点") else _SAME_UNIT.get(unit, unit)
