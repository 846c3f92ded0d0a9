"""Text → the figures in it, with value and unit: the evaluation's own reader, not the one that answers are
made with.

It reads answers and quotes alike: 5.1%, 百分之五, 1.4万亿斤, 第五位, 二百十七万吨, 6.11 billion yuan. Left
out are years, citation markers, and numbers inside names (5G stays, PM2.5 and G20 go). Values are
multiplied out, so that 5000人 equals 0.5万人; what is vague about them (左右, 以上) is not part of value
and unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from rag.adapters.script_opencc import simplify

PERCENT = "%"
POINTS = "百分点"
RANK = "第"
ANY = "?"
"""The unit of an English figure that is counted in words the reader does not know: 8 dilapidated bridges."""

_SCALES = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SCALES |= {"百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CN = "〇零一二两三四五六七八九十百千万亿"
_LONG_UNITS = [
    "个百分点",
    "百分点",
    "平方公里",
    "平方千米",
    "平方米",
    "立方米",
    "公里",
    "千米",
    "公顷",
    "公斤",
    "千克",
    "人次",
    "户次",
    "批次",
    "车次",
    "班次",
    "架次",
    "千瓦时",
    "千瓦",
    "兆瓦",
    "美元",
    "欧元",
    "日元",
    "港元",
    "卢布",
    "小时",
    "分钟",
    "个月",
    "标箱",
    "吨公里",
    "担",
    "微克/立方米",
    "毫克/立方米",
]
_ALIASES = {
    "个百分点": POINTS,
    "千米": "公里",
    "平方千米": "平方公里",
    "千克": "公斤",
    "名": "人",
    "％": PERCENT,
}
_NO_UNIT = frozenset(
    "的了和与及至到以左右上下多余约近中里内外为是在比较其由从把被将也都就而或但于之等这那已均各达超"
)
_LONG = "|".join(sorted(map(re.escape, _LONG_UNITS), key=len, reverse=True))
_STRICT = rf"(?:{_LONG}|[元吨斤担亩户家个项座套台辆架艘件条人位名次批份篇所处届期年天种类倍番成度])"
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)|\d+(?:\.\d+)?"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
# 万千瓦 is 万 of 千瓦: a scale that begins a unit is left to the unit.
_SCALED = rf"(?:{_SCALE})(?![瓦米克](?!特))"

_FIGURE = re.compile(
    rf"(?P<year>(?<![\d.])(?:19|20)\d\d(?=年|[-—–~至到](?:19|20)\d\d)|(?<![\d.])(?:19|20)\d\d(?![\d.,]*\d|[%‰]|\s*[万亿千百个余多]"
    rf"|\s*{_STRICT})|[〇零一二三四五六七八九]{{4}}(?=年))"
    rf"|百分之(?P<percent>[{_CN}点]+|\d+(?:\.\d+)?)"
    rf"|千分之(?P<permille>[{_CN}点]+|\d+(?:\.\d+)?)"
    rf"|(?<![{_CN}\d])(?P<parts>[{_CN}]+|\d+)分之(?P<of>[{_CN}]+|\d+)"
    # Possessive: of 第十一届 no 第十 is left over.
    rf"|第(?P<rank>\d++|[一二三四五六七八九十百]++)(?![产届季批个章条号轮次期年部])"
    rf"|[Nn]o\.\s?(?P<number>\d+)|(?<![\d.])(?P<nth>\d+)(?:st|nd|rd|th)\b"
    rf"|(?<![A-Za-z\d.])(?<![A-Za-z]-)(?P<arabic>(?:{_ARABIC})(?:{_SCALED}(?:(?:\d+(?:\.\d+)?){_SCALED})*(?:\d+)?)?)"
    rf"|(?<![第点{_CN}])(?P<chinese>(?:[{_CN}]*[二两三四五六七八九十百千万亿][{_CN}]*|一(?=点))(?:点[{_CN}]+[万亿]*)?)"
    rf"(?=多?余?{_STRICT})"
)
_PART = re.compile(rf"(?P<n>{_ARABIC})(?P<s>{_SCALED})?")
_AFTER = re.compile(rf"[多余]?(?P<unit>[%‰]|{_LONG}|[一-龥]|[A-Za-z]+)?")
_ENGLISH_AFTER = re.compile(
    r"\s*(?P<scale>hundred|thousand|million|billion|trillion)?\s*-?"
    r"(?P<unit>percentage points?|per ?cent|%|(?:(?:US|U\.S\.) )?dollars?|yuan|RMB)?"
    r"(?P<word>(?<=\s)\d*[A-Za-z])?",
    re.IGNORECASE,
)
_RANKED = re.compile(r"(?:排名|排行|位列|位居|名列|排在?)$")  # 排名38: a rank without 第
_MARKER = re.compile(r"\[\s*\d+(?:\s*[,、]\s*\d+)*\s*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`value` is in `unit`; `start` and `end` are offsets into the text as `readable` gives it."""

    text: str
    start: int
    end: int
    value: Decimal
    unit: str


def readable(text: str) -> str:
    """NFKC, simplified, without markers and line wraps: 综合产值61.1亿 元 becomes 综合产值61.1亿元."""
    # A marker becomes a mark that no figure goes across: `2023年[1]5个` must not become `2023年15个`.
    text = _MARKER.sub("|", unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?<![!-~])\s+|\s+(?![!-~])", "", text)
    text = re.sub(r"(?<![A-Za-z])([A-Z]) (?=\d(?!\d))", r"\1", text)  # a name over lines: M 2
    # Some sources print the decimal point as a full stop: 4。1%.
    text = re.sub(r"(?<=\d)。(?=\d{1,2}(?:%|个百分点))", ".", text)
    # Some are spaced inside a number: 8 ．8 ％.
    text = re.sub(r"(?<=\d)\s+(?=[%‰]|\.\d)", "", text)
    # … or digit by digit: 4 9 2 5 0 万吨.
    text = re.sub(
        r"(?<![\dA-Za-z.] )(?<![\dA-Za-z.])\d(?: \d)*(?: ?\. ?\d(?: \d)*)?(?=[年万亿元个吨多%‰])",
        _unspaced,
        text,
    )
    # `simplify` keeps the length, so offsets hold.
    return simplify(text)


def _unspaced(match: re.Match[str]) -> str:
    return match.group().replace(" ", "")


def read_quantities(text: str) -> list[Quantity]:
    """The figures of `readable` text, in order."""
    return [found for match in _FIGURE.finditer(text) if (found := _quantity(text, match)) is not None]


def same_quantity(one: Quantity, other: Quantity, *, context: str) -> bool:
    """Whether `other`, read in the quote `context`, states the value and unit of `one`, read in an answer."""
    return one.value == other.value and _same_unit(one.unit, other.unit, context)


def _same_unit(ours: str, theirs: str, context: str) -> bool:
    if ours == theirs:
        return True
    if ANY in (ours, theirs):
        return not {ours, theirs} & {PERCENT, POINTS, RANK}
    # 参与冰雪运动人次突破650万: the quote has the unit before its number.
    return theirs == "" and ours in context


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    kind = match.lastgroup
    end = match.end()
    if kind == "year":
        return None
    words = match[kind or 0]
    if kind in ("percent", "permille"):
        value, unit = _number(words), PERCENT if kind == "percent" else "‰"
    elif kind == "of":
        whole = _number(match["parts"])
        if whole == 0:
            return None
        value, unit = round(100 * _number(words) / whole, 2), PERCENT
    elif kind in ("rank", "number", "nth"):
        value, unit = _number(words), RANK
        if text[end : end + 1] in ("位", "名"):
            end += 1
    elif kind == "chinese":
        after = _AFTER.match(text, end)
        unit, end = _unit(after, end)
        value = _number(words)
        if value == 1:
            return None  # 一个, 一批: an article rather than a figure
    else:
        value, unit, end = _arabic(text, words, match.start(), end)
    return Quantity(text=text[match.start() : end], start=match.start(), end=end, value=value, unit=unit)


def _arabic(text: str, words: str, start: int, end: int) -> tuple[Decimal, str, int]:
    value = sum(
        (
            Decimal(part["n"].replace(",", "")) * _SCALES.get(part["s"] or "", 1)
            for part in _PART.finditer(words)
        ),
        Decimal(0),
    )
    english = _ENGLISH_AFTER.match(text, end)
    if english is not None and (english["scale"] or english["unit"] or english["word"]):
        value *= _ENGLISH_SCALES.get((english["scale"] or "").lower(), 1)
        return value, _english_unit(english["unit"]), english.end("unit") if english["unit"] else end
    ranked = _RANKED.search(text, 0, start) is not None
    unit, end = _unit(_AFTER.match(text, end), end)
    if ranked and unit in ("", "位", "人"):
        return value, RANK, end
    if not unit and re.search(r"[A-Za-z]\s*$", text[:start]):
        return value, ANY, end  # the total was 570.
    return value, unit, end


def _unit(after: re.Match[str] | None, end: int) -> tuple[str, int]:
    found = after["unit"] if after is not None else None
    if after is None or not found or found in _NO_UNIT:
        return "", end
    return _ALIASES.get(found, found.lower()), after.end()


def _english_unit(words: str | None) -> str:
    known = (words or "").lower().rstrip("s")
    if known.startswith("percentage"):
        return POINTS
    if known in ("%", "percent", "per cent"):
        return PERCENT
    if "dollar" in known:
        return "美元"
    return "元" if known in ("yuan", "rmb") else ANY


def _number(words: str) -> Decimal:
    """Arabic digits, or Chinese numerals: 二百十七万 is 2170000, 十点八 is 10.8, 一九五 is 195."""
    if words[0].isascii():
        return Decimal(words)
    whole, _, fraction = words.partition("点")
    scale = 1
    while fraction and fraction[-1] in "万亿":
        scale *= _SCALES[fraction[-1]]
        fraction = fraction[:-1]
    tail = "".join(str(_DIGITS.get(c, 0)) for c in fraction)
    return (Decimal(_whole(whole)) + (Decimal(f"0.{tail}") if tail else 0)) * scale


def _whole(words: str) -> int:
    if all(c in _DIGITS for c in words):
        return int("".join(str(_DIGITS[c]) for c in words) or "0")
    total, section, digit = 0, 0, 0
    for c in words:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        elif c == "万":
            total += (section + digit or 1) * 10**4
            section = digit = 0
        else:
            total = (total + section + digit or 1) * 10**8
            section = digit = 0
    return total + section + digit
