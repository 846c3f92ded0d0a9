"""Folded text → the figures in it, with unit, bound and direction.

A figure is a number with what makes it mean something: `2.31亿元`, `5%左右`, `下降0.2个百分点`, `第5位`.
Values of one unit compare: 5000人 = 0.5万人. Digits that are part of a name are none: PM2.5, 5G, “1235”战略.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import partial

from rag.domain import Figure, FigureKind
from rag.steps.qualify import is_vague, qualified
from rag.steps.read_numbers import (
    ARABIC,
    CHINESE,
    CHINESE_NUMBER,
    SCALES,
    Number,
    canonical,
    number_at,
    numeral,
)
from rag.steps.recall import recalled

_NUMERAL = rf"(?:\d+(?:\.\d+)?|{CHINESE_NUMBER})"
_FIGURE = re.compile(
    rf"(?P<parts>百|千)分之(?P<low>{_NUMERAL})(?:[到至~—–-](?:[百千]分之)?(?P<high>{_NUMERAL}))?"
    rf"|(?<![{CHINESE}\d])(?P<denominator>[二三四五六七八九十]|[1-9]\d?)分之(?P<numerator>[一二两三四五六七八九]|\d{{1,2}})"
    r"|(?P<half>一半|(?<![上下前后过大多])半(?P<of>年|个月|小时)(?![以来度]))"
    r"|(?P<zero>零增长)"
    r"|(?P<doubled>翻番)"
    r"|第(?P<rank>\d+|[一二三四五六七八九十]+)[位名]?"
    r"|前(?P<top>\d+|[一二三四五六七八九十]+)[名位强]?"
    r"|(?P<first>首位)"
    rf"|(?<![\d.第])(?<!\d,)(?P<arabic>{ARABIC})"
    rf"|(?<![第数几上{CHINESE}])(?P<chinese>{CHINESE_NUMBER})"
    rf"|(?<=上)(?P<vague>[百千万亿]+)"
)
_FIRST_YEAR = 1000
"""连续17年 is a duration, 2017年 is a date."""
_RANKED_BEFORE = re.compile(r"(?:排名?|位列|位居|名列|居|列)$")
_RANK_ENDS = re.compile(r"(?:[、和及与]第[\d一二三四五六七八九十]+[位名]?)*(?!\w|:)|[的且并]")
"""Behind a rank nothing is counted: 位列第五 is one, 第五届 and 第一产业 are not."""
_CLAUSE_START = re.compile(r"(?:^|[,;。:!?\n“—(个争创])$")
"""第一, at the head of a clause marks a list; “五个第一” are no ranks."""
_TOP_BEFORE = re.compile(r"(?:进入?|列|居|跻身|保持|位)[^,;。]{0,8}$")
_TOP_ENDS = re.compile(r"(?!\w)|[的之]")
_FIRST_BEFORE = re.compile(r"[居列位排][^,;。]{0,8}$")
_RANGE = re.compile(r"[~—–-](?![~—–-])|至|到")
_RATIO = re.compile(
    r"(?P<first>\d+(?:\.\d+)?):(?!\d\d(?!\.|\d))(?P<second>\d+(?:\.\d+)?)(?![\d:.]|\s*[万亿%个元])"
)
_FROM = re.compile(r"[由从自]$")

# --- numbers that are none --------------------------------------------------------------------------

_NAME_BEFORE = re.compile(r"(?:(?<!RMB)(?<!USD)(?<!US)[A-Za-z](?<!\bof)-?|[+])$")
_NAME_AFTER = re.compile(r"[A-OQ-Z](?![a-zA-Z])|[+]|级(?!以上)|号(?!召)|[^,;。]{0,4}热线")
_PROGRAMME = re.compile(r"年(?:代|[^,;。、0-9]{0,10}(?:行动|计划|规划|方案|攻坚)|制|[^,;。、]{0,3}义务教育)")
"""三年行动 and 五年计划 are names: nothing lasted so long."""
_IN_QUOTES = re.compile(r"[“「][^”」,;。]{0,8}$")
_QUOTES_END = re.compile(r"[^“「,;。]{0,8}[”」]")
_POINTS_BACK = re.compile(r"[这那该每各另此哪某逐]$")
_SLOGAN = re.compile(
    r"个(?:全面|维护|确立|意识|自信|一体|一批|毫不|转变|转型|结合|文明|大局|务必|一律|代表|一[^,;。]{1,4})"
)
_CONGRESS = re.compile(r"[次中](?:会议|全会|全体|代表)|项基本原则")
_IDIOM = re.compile(
    r"千[方家秋古变言山差篇]|万[众家无事象水户紫物全一千里]|百[姓年花尺废业]|十[分足字全二]万?(?:分|足|字|全)|千千万万|千百万|"
    r"[一二三四五六七八九十]+五(?:规划|计划|期间|时期)|一[二]三产"
)
_DIGIT = re.compile(r"[一二三四五六七八九十两零]")
"""千人拥有企业数, 万元能耗: a scale alone is a measure, but for 近百亿元 and 上千家."""
_ONE = re.compile(r"一(?=[^十百千万亿点])")
_ONE_COUNTS = ("倍", "成", "番", "%", "‰", "个百分点", "百分点")
_NO_CHINESE_UNIT = (
    "位",
    "环",
    "P",
    "度",
    "级",
    "期",
    "周",
    "头",
    "对",
    "届",
    "国",
    "市",
    "县",
    "区",
    "村",
    "镇",
    "乡",
    "省",
    "分",
    "角",
)
"""五位一体, 三期, 两头, 两国: behind a Chinese numeral alone these count nothing."""


_GENERAL = frozenset("个项家户人")
"""What “七个项目库” counts with; the “十条措施” are a title."""


def read_figures(text: str, *, quoted: bool = False) -> tuple[Figure, ...]:
    """The figures of folded text in order, never overlapping. `quoted` takes in the counts that stand in
    quotation marks, as evidence for what leaves the marks out: “七个项目库” for 七个项目库."""
    return _with_quoted(text) if quoted else _without_quoted(text)


def _read(text: str, *, quoted: bool) -> list[Figure]:
    found: list[Figure] = []
    position = 0
    while (match := _FIGURE.search(text, position)) is not None:
        figure = _figure(text, match, quoted=quoted)
        position = figure.end if figure is not None else match.start() + 1
        if figure is not None:
            found.append(qualified(text, figure, found[-1] if found else None))
    return found


_with_quoted = recalled(partial(_read, quoted=True))
_without_quoted = recalled(partial(_read, quoted=False))


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures state the same value in the same unit, whatever the wording."""
    return one.value == other.value and one.upper == other.upper and same_unit(one, other)


def same_unit(one: Figure, other: Figure) -> bool:
    """Whether the values of two figures can be compared. A share is a percentage too."""
    kinds = {FigureKind.PERCENT if f.kind is FigureKind.SHARE else f.kind for f in (one, other)}
    return len(kinds) == 1 and canonical(one.unit) == canonical(other.unit)


def _figure(text: str, match: re.Match[str], *, quoted: bool) -> Figure | None:
    """The figure that the match begins, without bound and direction."""
    if match["parts"]:
        return _hundredths(text, match)
    if match["denominator"]:
        value = 100 * numeral(match["numerator"]) / numeral(match["denominator"])
        return _make(text, match.start(), match.end(), value.quantize(Decimal("0.01")).normalize(), "%")
    if match["half"]:
        if match["of"]:
            return _make(text, match.start(), match.end(), Decimal("0.5"), match["of"], FigureKind.AMOUNT)
        return _make(text, match.start(), match.end(), Decimal(50), "%")
    if match["zero"]:
        return _make(text, match.start(), match.end(), Decimal(0), "%")
    if match["doubled"]:
        return _make(text, match.start() + 1, match.end(), Decimal(1), "番")
    if match["rank"] or match["top"] or match["first"]:
        return _rank(text, match)
    return _number(text, match, quoted=quoted)


def _hundredths(text: str, match: re.Match[str]) -> Figure:
    unit = "%" if match["parts"] == "百" else "‰"
    figure = _make(text, match.start(), match.end(), numeral(match["low"]), unit)
    return replace(figure, upper=numeral(match["high"])) if match["high"] else figure


def _rank(text: str, match: re.Match[str]) -> Figure | None:
    """A place in an order: 位列第五, 第5位, 进入前20, 居首位; not 第五届, 第一产业, 前三年."""
    before, start, end = text[max(0, match.start() - 12) : match.start()], match.start(), match.end()
    named = text[end - 1] in "位名强"
    if match["first"]:
        return (
            _make(text, start, end, Decimal(1), "", FigureKind.RANK) if _FIRST_BEFORE.search(before) else None
        )
    if match["top"]:
        is_top = named or (_TOP_BEFORE.search(before) and _TOP_ENDS.match(text, end))
        return _make(text, start, end, numeral(match["top"]), "", FigureKind.RANK) if is_top else None
    if _CLAUSE_START.search(before) or not (named or _RANK_ENDS.match(text, end)):
        return None
    return _make(text, start, end, numeral(match["rank"]), "", FigureKind.RANK)


def _number(text: str, match: re.Match[str], *, quoted: bool) -> Figure | None:
    number = number_at(text, match.start())
    if number is None or _is_name(text, number):
        return None
    if number.chinese and not _counts(text, number, quoted=quoted):
        return None
    before = text[max(0, number.start - 4) : number.start]
    if number.unit in ("位", "名") and _RANKED_BEFORE.search(before):
        return _make(text, number.start, number.end, number.value, "", FigureKind.RANK)
    return _ratio(text, number) or _ranged(text, number) or _of(text, number, number.end)


def _ratio(text: str, first: Number) -> Figure | None:
    """1:2.5 as the quotient of its sides; not 12.3:40.1:47.6, whose numbers stand apart, nor 10:30."""
    match = _RATIO.match(text, first.start)
    if match is None or text[: first.start].endswith(":") or match["second"].strip("0.") == "":
        return None
    value = (Decimal(match["first"]) / Decimal(match["second"])).quantize(Decimal("0.0001")).normalize()
    return _make(text, match.start(), match.end(), value, ":", FigureKind.AMOUNT)


def _ranged(text: str, low: Number) -> Figure | None:
    """5.5%至6%, 30到50万人, 1—2个百分点, 1979到1983年: from the lower number to the end of the upper."""
    match = _RANGE.match(text, low.end)
    high = number_at(text, match.end()) if match is not None else None
    if high is None or ((low.unit, low.scaled) == ("", high.scaled) and not high.unit and not high.scaled):
        return None
    if low.unit not in ("", high.unit) or (low.unit and _FROM.search(text[: low.start])):
        return None
    if low.unit and high.unit in ("年", "月", "日"):
        return None  # Two dates: 1952年到1956年, 1月至11月.
    value = low.value
    if high.scaled and not low.scaled and value < 10_000 and high.value >= 10_000:
        written = text[high.start : high.end]
        value *= next((SCALES[name] for name in _SCALED if name in written), Decimal(1))  # 1至200百元
    if value >= high.value:
        return None
    return replace(_of(text, replace(high, value=value, start=low.start), high.end), upper=high.value)


_SCALED = ("万亿", "亿", "万", "千")


def _of(text: str, number: Number, end: int) -> Figure:
    """A number with its unit as a figure. 成 is a tenth; 年 behind a small number is a length of time."""
    if number.unit == "成":
        return _make(text, number.start, end, number.value * 10, "%")
    if number.unit == "年" and (number.value < _FIRST_YEAR or number.scaled):
        return _make(text, number.start, end, number.value, "年", FigureKind.AMOUNT)
    return _make(text, number.start, end, number.value, number.unit)


def _is_name(text: str, number: Number) -> bool:
    """Digits inside a name: PM2.5, G20, 5G, 4A级, 1+6+33, “1235”战略, 12345热线, 三年行动."""
    before = text[max(0, number.start - 12) : number.start]
    if _PROGRAMME.match(text, number.end - 1) and number.unit == "年" and number.value < _FIRST_YEAR:
        return True
    if number.unit:
        return number.unit == "级" or (bool(_NAME_BEFORE.search(before)) and not number.scaled)
    if _NAME_BEFORE.search(before) or _NAME_AFTER.match(text, number.end):
        return True
    return _in_quotes(text, number)


def _in_quotes(text: str, number: Number) -> bool:
    before = text[max(0, number.start - 12) : number.start]
    return _IN_QUOTES.search(before) is not None and _QUOTES_END.match(text, number.end) is not None


def _counts(text: str, number: Number, *, quoted: bool) -> bool:
    """Whether a Chinese numeral counts something: 三项 does; 一项, 这三项, “三项”, 三农, 万众一心 do not."""
    words, before = text[number.start : number.end], text[max(0, number.start - 12) : number.start]
    if (
        _IDIOM.match(text, number.start)
        or _SLOGAN.match(text, number.end - 1)
        or _CONGRESS.match(text, number.end - 1)
    ):
        return False
    if _ONE.match(words):
        return number.unit in _ONE_COUNTS
    vague = is_vague(before)
    if not _DIGIT.search(words) and not vague:
        return False
    if (_in_quotes(text, number) and not (quoted and number.unit in _GENERAL)) or _POINTS_BACK.search(before):
        return False
    if not number.unit:
        return number.value >= 10_000
    if number.unit == "月":
        return number.value <= 12 and number.end - number.start <= 3
    if number.unit == "日":
        return before.endswith("月")
    return number.scaled or number.unit not in _NO_CHINESE_UNIT


def _make(
    text: str, start: int, end: int, value: Decimal, unit: str, kind: FigureKind | None = None
) -> Figure:
    return Figure(
        text=text[start:end], start=start, end=end, value=value, unit=unit, kind=kind or _kind(unit)
    )


def _kind(unit: str) -> FigureKind:
    if unit in ("%", "‰"):
        return FigureKind.PERCENT
    if unit.endswith("百分点"):
        return FigureKind.POINTS
    if unit in ("倍", "番"):
        return FigureKind.TIMES
    if unit in ("年", "月", "日"):
        return FigureKind.DATE
    return FigureKind.AMOUNT
