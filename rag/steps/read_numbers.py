"""Folded text → numbers with their unit: 2.31亿元, 三百二十一万吨, 5,000公里, 200余场.

A number ends with its unit; 余, 多 and 几 between them (200余场) make it vague and are no part of the unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

SCALES = {
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
CHINESE = "零〇一二两三四五六七八九十百千万亿"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?"
# 650千瓦 is 650 of 千瓦, not 650000 of 瓦: a scale that begins a unit is left to the unit.
_SCALE = rf"(?:{'|'.join(SCALES)})(?!(?<=千)[瓦米克伏升卡])"
_MORE = "(?:[余多](?=[万亿]))?"
"""1100多万平方米 is 1100万 and more."""
_MORE_CHINESE = "[余多](?=[万亿])"
ARABIC = rf"(?:{_ARABIC}){_MORE}(?:{_SCALE}(?:(?:\d+(?:\.\d+)?){_SCALE})*(?:\d+(?![\d.]))?)?"
# 四百零六万千瓦 is 四百零六万 of 千瓦.
CHINESE_NUMBER = (
    rf"(?:[{CHINESE}](?!(?<=千)[瓦米克伏])|(?<=[{CHINESE}]){_MORE_CHINESE})+"
    r"(?:点[零〇一二三四五六七八九]+[百千万亿]*)?"
)
_PART = re.compile(rf"(?P<number>{_ARABIC}){_MORE}(?P<scale>{_SCALE})?")

# fmt: off
_LONG_UNITS = (
    "个百分点", "百分点", "立方米", "平方公里", "平方千米", "平方米", "平方公尺", "立方公尺", "公尺",
    "周年", "立方", "平米", "公里", "千米", "厘米", "毫米", "海里", "公斤", "千克", "微克", "毫克", "毫升",
    "吨公里", "人公里", "吨标准煤", "吨标煤", "人次", "户次", "批次", "车次", "班次", "场次", "架次",
    "件次", "项次", "辆次", "亩次", "例次", "标准箱", "标箱", "床位", "千瓦时", "千瓦", "兆瓦", "千伏安",
    "千伏", "美元", "欧元", "日元", "港元", "英镑", "卢布", "人民币", "小时", "分钟", "个月", "市斤",
    "公顷", "公担", "英里", "个小时", "课时", "学时", "小区",
)
# fmt: on
_SHORT_UNITS = (
    "元吨斤亩户家个项座套台辆架艘艇件条名人位批次场起届期片处口头只羽匹株棵本部册篇担"
    "天日月年周岁倍成番米所间张份支组对类种级环度箱例宗枚根盏孔段轮门尾粒瓶秒角分克升井国村镇乡县市省P"
)
_ONE_UNIT = rf"(?:{'|'.join(sorted(_LONG_UNITS, key=len, reverse=True))}|[{_SHORT_UNITS}])"
_UNIT = re.compile(rf"(?P<more>[余多几]?)(?P<unit>[%‰]|{_ONE_UNIT}(?:/{_ONE_UNIT})?)")
_NO_UNIT = re.compile(
    # 3村民 is no unit 村: what only looks like a measure word. 12345热线 has none at all.
    r"[国村镇乡县市省](?!$|[,;。、)的])|成[为立果员本功就长]|人均|个体|个人(?=所得)|位于|分[别之]|条件|本[市县省科]|"
    r"国[家内]|年[均来]|级别|次[产年]|类似|对[外于]|家庭|家[禽电]|场[地馆]|部[门委分署]|处[理置]|日[常均]|人[才民员口]|"
    r"名[列优单]|户[籍外]|项目|口[岸径]|环[境保]|组[织建]|起[来步]|周[边年]|期[间货]|支[持出撑]|种[植业粮]|头[部]"
)
_SAME_UNIT = {
    "家": "户",
    "千米": "公里",
    "平方千米": "平方公里",
    "千克": "公斤",
    "名": "人",
    "位": "人",
    "个小时": "小时",
    "个百分点": "百分点",
    "平米": "平方米",
    "立方": "立方米",
    "标准箱": "标箱",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number and what it counts. `end` is behind the unit; `scaled` whether 万 or 亿 stands in it."""

    start: int
    end: int
    value: Decimal
    unit: str
    scaled: bool
    chinese: bool


_AT = re.compile(rf"(?P<arabic>{ARABIC})|(?P<chinese>{CHINESE_NUMBER})")


def number_at(text: str, start: int) -> Number | None:
    """The number that begins at `start`, with its unit; None where there is none."""
    match = _AT.match(text, start)
    if match is None:
        return None
    chinese = match["chinese"]
    value = parse_chinese_number(chinese) if chinese else _arabic(match["arabic"])
    if value is None:
        return None
    unit, end = unit_at(text, match.end())
    scaled = re.search("[百千万亿]", match.group()) is not None
    return Number(start=start, end=end, value=value, unit=unit, scaled=scaled, chinese=chinese is not None)


def unit_at(text: str, start: int) -> tuple[str, int]:
    """The unit that begins at `start` and where it ends; no unit ends where it begins."""
    match = _UNIT.match(text, start)
    if match is None:
        return "", start + len("余") if text[start : start + 1] in ("余", "多") else start
    if _NO_UNIT.match(text, match.start("unit")) and match["unit"] not in _LONG_UNITS:
        return "", start
    return match["unit"], match.end()


def canonical(unit: str) -> str:
    """One name for the units that count the same: 家 and 户, 名 and 人."""
    return _SAME_UNIT.get(unit, unit)


def numeral(words: str) -> Decimal:
    """A numeral in either script: 12, 十二; zero for what is none."""
    return Decimal(words) if words[0].isdigit() else parse_chinese_number(words) or Decimal(0)


def parse_chinese_number(text: str) -> Decimal | None:
    """三百二十一 → 321, 十二 → 12, 三点五 → 3.5, 两 → 2, 三千七百多万 → 37000000; None where it is none."""
    text = re.sub(_MORE_CHINESE, "", text)
    if "点" in text:
        whole, _, fraction = text.partition("点")
        digits = fraction.rstrip("百千万亿")
        head = parse_chinese_number(whole)
        if head is None or not digits or any(c not in _DIGITS for c in digits):
            return None
        scale = SCALES.get(fraction[len(digits) :], Decimal(1))
        return (head + Decimal("0." + "".join(str(_DIGITS[c]) for c in digits))) * scale
    if all(c in _DIGITS for c in text):
        return Decimal("".join(str(_DIGITS[c]) for c in text)) if text else None
    return _chinese_whole(text)


def _chinese_whole(text: str) -> Decimal | None:
    """一亿二千万 → 120000000, 五万万 → 500000000, 百亿 → 10000000000."""
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        elif character == "万":
            held = section + digit
            # 五万万 is the old way to write 五亿, 万亿 is 10**12.
            total = total + held * 10**4 if held else (total or 1) * 10**4
            section = digit = 0
        elif character == "亿":
            total = (total + section + digit or 1) * 10**8
            section = digit = 0
        else:
            return None
    return Decimal(total + section + digit)


def _arabic(text: str) -> Decimal:
    """2.31亿 → 231000000, 3亿2380万9684 → 323809684, 5,000 → 5000."""
    return sum(
        (
            Decimal(part["number"].replace(",", "")) * SCALES.get(part["scale"] or "", Decimal(1))
            for part in _PART.finditer(text)
        ),
        Decimal(0),
    )
