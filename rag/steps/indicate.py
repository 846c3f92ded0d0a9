"""Which indicators a text states, and where. A longer term that means something else hides the shorter one.

城镇和农村居民人均可支配收入 names both incomes though neither stands there as a word, and
实际使用内资30亿元、外资381万美元 names 实际使用外资.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.domain import Indicator, Lexicon

_COORDINATED = re.compile(r"(城镇|农村)(?:常住)?(?:居民)?(?:和|、|与)(城镇|农村)(?:常住)?居民(?=人均|收入)")
_ELIDED = re.compile(
    r"(?P<head>实际(?:使用|利用|到位|引进))[^,。、]{2,24}[、和](?P<rest>外资|内资|[省市县区]外资金)"
)
_OF_A_PART = re.compile(
    r"占了?(?:全[市省县区国])?$|(?:县域|民营|农村)$|\d+个[县区市镇乡村园](?:[(]区[)])?[^,;。]{0,4}$|个(?:县|区|镇|乡)(?:[(]区[)])?$"
)
"""占规上工业增加值53% and 8个县(区)生产总值超百亿元 are no values of the whole."""
_AGAINST = re.compile(r"(?:[高低快慢多大]|领先|超)(?:出|于|过)(?:全[市省国县区]|同期|地区)?$")
_BY_POINTS = re.compile(r"(?:增长)?(?:速度|增速|增幅|增长率|涨幅)?\d+(?:\.\d+)?个百分点")
"""高出生产总值增速6.9个百分点 gives no value of 生产总值: something else is measured by it."""
_BEFORE = 12
_TAILS = ("增加值", "总产值", "产值", "主营业务收入", "营业收入", "利润总额")
_VERB = re.compile(r"(?:企业)?(?:全年|累计)?(?:实现|完成|创造)")
_OUTPUTS = ("总产量", "产量")
_TOTAL = "总产"
_IN_TOTAL = re.compile(
    r"[^,;。、\d]{0,16}(?:丰|增|减产|歉收)[^,;。、\d]{0,3},(?:预计|全年|全[省市县区]|年|粮食)*总产量?(?=[^,;。、]{0,4}\d)"
)
_AS_TOTAL = re.compile(r"总产(?![值业出])")
_JOINED = ("居民", "实际")
_PARTS_OF_NAMES = (*_JOINED, *_TAILS)
"""One of them stands in every name that is no term as it is."""
_TOWN_AND_COUNTRY = re.compile(r"城乡居民(?=人均|收入)")


def by_words(indicators: Sequence[Indicator]) -> dict[str, tuple[int, ...]]:
    """Terms, and what they are put together from → the positions of their indicators. A text that states an
    indicator holds one of its words."""
    found: dict[str, list[int]] = {}
    for place, indicator in enumerate(indicators):
        for term in map(str.lower, indicator.terms):
            heads = [term.removesuffix(tail) for tail in _TAILS if term.endswith(tail)]
            for words in {term, *heads, *(part for part in _JOINED if part in term)} - {""}:
                found.setdefault(words, []).append(place)
    return {words: tuple(dict.fromkeys(places)) for words, places in found.items()}


def candidates(text: str, lexicon: Lexicon) -> list[Indicator]:
    """The indicators of the lexicon, in its order, that folded text may state: no others can be."""
    lower = text.lower()
    pieces = {
        lower[start:end]
        for start in range(len(lower))
        for end in range(start + 1, min(start + lexicon.longest, len(lower)) + 1)
    }
    held = pieces & lexicon.by_words.keys()
    return [lexicon.indicators[i] for i in sorted({i for words in held for i in lexicon.by_words[words]})]


def states(text: str, indicator: Indicator) -> bool:
    """Whether folded text states the indicator under any of its terms."""
    return position(text, indicator) is not None


def position(text: str, indicator: Indicator) -> int | None:
    """Where the first term of the indicator ends in folded text; None where it is not named.

    Of a coordinated name (城镇和农村居民人均可支配收入) it is where the whole name ends.
    """
    lower = text.lower()
    present = [term for term in map(str.lower, indicator.terms) if term in lower]
    if not present and not any(part in text for part in (*_PARTS_OF_NAMES, _TOTAL)):
        return None
    named = _outermost(
        [
            *(span for term in present for span in _occurrences(term, lower)),
            *(span for term in indicator.terms for span in _opened(term, text)),
            *(span for term in indicator.terms[:1] for span in _harvested(term, text)),
        ]
    )
    masked = (
        [span for other in indicator.unlike for span in _occurrences(other.lower(), lower)] if named else []
    )
    ends = [
        end
        for start, end in named
        if not any(_hides(mask, start, end) for mask in masked)
        and not _OF_A_PART.search(lower, max(0, start - _BEFORE), start)
        and not (_AGAINST.search(lower, max(0, start - _BEFORE), start) and _BY_POINTS.match(lower, end))
    ]
    ends += _coordinated(text, indicator)
    return min(ends) if ends else None


def _hides(mask: tuple[int, int], start: int, end: int) -> bool:
    """Whether a term lies inside words that mean something else, or its end does: 外贸[出口企业]45家."""
    left, right = mask
    return (left <= start and end <= right) or start < left < end < right


def _occurrences(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand. `str.find`, as thousands of terms would not stay in the cache of patterns."""
    start = text.find(words)
    while start != -1:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _opened(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a verb stands inside the name: 第三产业实现增加值619亿元."""
    tail = next((tail for tail in _TAILS if term.endswith(tail) and tail in text), None)
    head = term.removesuffix(tail) if tail else ""
    for _, end in _occurrences(head, text) if head else ():
        if (match := _VERB.match(text, end)) and text.startswith(str(tail), match.end()):
            yield end - len(head), match.end() + len(str(tail))


def _harvested(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a harvest is told first and its size behind it: 粮食再获丰收,预计总产1352亿斤."""
    head = next((term.removesuffix(tail) for tail in _OUTPUTS if term.endswith(tail)), "")
    for start, end in _occurrences(head, text) if head else ():
        if match := _IN_TOTAL.match(text, end) or _AS_TOTAL.match(text, end):
            yield start, match.end()


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without those inside another: the 生产总值 of 国内生产总值 is no name of its own."""
    return [
        one
        for one in spans
        if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in spans)
    ]


def _coordinated(text: str, indicator: Indicator) -> list[int]:
    ends = []
    for pattern in (_COORDINATED, _TOWN_AND_COUNTRY):
        for match in pattern.finditer(text):
            tail = re.match(r"人均(?:可支配|纯)?收入|收入", text[match.end() :])
            if tail is None:
                continue
            names = {f"{kind}居民{tail.group()}" for kind in ("城镇", "农村")}
            if names & set(indicator.terms):
                ends.append(match.end() + tail.end())
    ends += [m.end() for m in _ELIDED.finditer(text) if m["head"] + m["rest"] in indicator.terms]
    return ends
