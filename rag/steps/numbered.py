"""Names with a number: 地铁3号线, 国道G210, 第二届. Another number is another thing."""

from __future__ import annotations

import re

from rag.steps.read_numbers import numeral

_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_LINE = re.compile(rf"(?P<number>{_NUMBER})号(?=线|楼|桥|泊位|机组|航站楼|井)")
_ROAD = re.compile(r"(?<![A-Za-z\d])(?P<number>[GSgs]\d{2,4})(?![\d.])")
_SESSION = re.compile(rf"(?P<number>首|第{_NUMBER})届(?!人大|人民|政府|政协|[^,。]{{0,4}}[全中]会)")


def lacks(question: str, text: str) -> bool:
    """Whether folded text does not speak of what a folded question calls by a number: a line or a road has to
    be named, of sessions none but another may be."""
    named = any(
        asked and not asked & _numbers(pattern, text)
        for pattern in (_LINE, _ROAD)
        if (asked := _numbers(pattern, question))
    )
    if named or not (asked := _numbers(_SESSION, question)):
        return named
    told = _numbers(_SESSION, text)
    return bool(told) and not asked & told


def in_digits(word: str) -> tuple[str, ...]:
    """The other spelling of a numbered word: 1号线 for 一号线; none for other words."""
    match = re.match(r"([一二三四五六七八九十]{1,3})号", word)
    return () if match is None else (f"{numeral(match[1])}{word[match.end(1) :]}",)


def unproven(text: str, evidence: str) -> list[str]:
    """The names with a number of folded text that do not stand in folded evidence."""
    return [
        match.group()
        for pattern in (_LINE, _ROAD)
        for match in pattern.finditer(text)
        if _value(match["number"]) not in _numbers(pattern, evidence)
    ]


def _numbers(pattern: re.Pattern[str], text: str) -> set[str]:
    return {_value(match["number"]) for match in pattern.finditer(text)}


def _value(number: str) -> str:
    if number == "首":
        return "1"
    digits = number.removeprefix("第")
    return digits.upper() if digits[0].isascii() and digits[0].isalpha() else str(numeral(digits))
