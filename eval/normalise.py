"""When does an answer hold a required string? The rule of the project's contract.

Both are brought to one form: NFKC, simplified characters, lower case, without citation markers `[1]`, white
space and commas. A number never matches inside a longer number: 6% is not in 6.5% or 16%, 八个 not in
十八个.

Removal must not make a longer number out of two: in `5.1, 6.3` and `2023[1]5%` the numbers stay apart. So
the form remembers where something was taken out, except for the comma of 1,049.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rag.adapters.script_opencc import simplify

_CUT = "\ue000"  # stands for what was taken out; a private character that no report uses
_MARKER = re.compile(r"\[\s*\d+(?:\s*[,、]\s*\d+)*\s*\]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_REMOVED = re.compile(r"[\s,]+")
_DIGIT = frozenset("0123456789")
_CHINESE_DIGIT = frozenset("〇零一二两三四五六七八九十")
_NUMERAL = _CHINESE_DIGIT | frozenset("百千万亿")
_THOUSAND_UNITS = frozenset("瓦米克卡伏")  # 650万千瓦: the 千 belongs to the unit


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in the form that is compared. Before `text[i]`, for i in `cuts`, something was taken out."""

    text: str
    cuts: frozenset[int]


@lru_cache(maxsize=4096)
def normalise(text: str) -> Normal:
    joined = "".join(_compatible(character) for character in text)
    joined = simplify(joined).lower()
    joined = _MARKER.sub(_CUT, joined)
    joined = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), joined)
    joined = _REMOVED.sub(_CUT, joined)
    kept: list[str] = []
    cuts: set[int] = set()
    for character in joined:
        if character == _CUT:
            cuts.add(len(kept))
        else:
            kept.append(character)
    return Normal("".join(kept), frozenset(cuts))


def contains(text: Normal, words: str) -> bool:
    """Whether `words` stand in the text, and not inside a longer number. Empty words stand nowhere."""
    sought = normalise(words).text
    if not sought:
        return False
    start = text.text.find(sought)
    while start != -1:
        if _stands_alone(text, start, start + len(sought)):
            return True
        start = text.text.find(sought, start + 1)
    return False


def _stands_alone(text: Normal, start: int, end: int) -> bool:
    torn = any(
        text.text[cut - 1] in _DIGIT and text.text[cut] in _DIGIT for cut in text.cuts if start < cut < end
    )
    return not torn and not _goes_on_before(text, start) and not _goes_on_after(text, end)


def _goes_on_before(text: Normal, start: int) -> bool:
    """Whether the number that begins at `start` began earlier: 0.[5], 1[5], 十[八]."""
    if start == 0 or start in text.cuts:
        return False
    first, previous = text.text[start], text.text[start - 1]
    earlier = text.text[start - 2 : start - 1] if start - 1 not in text.cuts else ""
    if first in _DIGIT:
        return previous in _DIGIT or (previous == "." and earlier in _DIGIT)
    if first in _CHINESE_DIGIT:
        return previous in _NUMERAL or (previous == "点" and earlier in _CHINESE_DIGIT)
    return False


def _goes_on_after(text: Normal, end: int) -> bool:
    """Whether the number that ends at `end` goes on: [5].1, [5]0, 百分之[三十]三, [1.4万]亿."""
    if end == len(text.text) or end in text.cuts:
        return False
    last, following = text.text[end - 1], text.text[end]
    later = text.text[end + 1 : end + 2] if end + 1 not in text.cuts else ""
    if last in _DIGIT:
        return following in _DIGIT or (following == "." and later in _DIGIT)
    if last in _NUMERAL:
        if following == "千" and later in _THOUSAND_UNITS:
            return False
        return following in _NUMERAL or (following == "点" and later in _CHINESE_DIGIT)
    return False


def _compatible(character: str) -> str:
    """NFKC of one character. What becomes a digit without being one (①, ², ½) is kept apart from its
    neighbours.
    """
    form = unicodedata.normalize("NFKC", character)
    return f"{_CUT}{form}{_CUT}" if unicodedata.category(character) == "No" else form
